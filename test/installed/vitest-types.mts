import { test } from "vipps-login-mock/vitest";

/** As runner-types.ts, for Vitest, which can be imported by ES modules alone. */

const test2026 = test.extend("vippsSandbox", { config: { profile: "2026" } });
test2026("has a sandbox", async ({ vipps }) => {
  const code: string = (await vipps.login({ user: "ada" })).code;
  // @ts-expect-error An id is a text.
  const id: number = vipps.id;
  return `${code}${id}`;
});
