import { test as jestTest } from "vipps-login-mock/jest";
import { test as playwrightTest } from "vipps-login-mock/playwright";

/** What is asked of the types of the entries for test runners: a test knows what it is given. */

jestTest("has a sandbox", async ({ vipps, vippsServer }) => {
  const code: string = (await vipps.login({ user: "ada" })).code;
  // @ts-expect-error The mock of a file has an address, no port.
  const port: number = vippsServer.port;
  return `${code}${port}`;
});

jestTest.extend({ vippsSandbox: { config: { profile: "2026" } } });
// @ts-expect-error A profile that there is not.
jestTest.extend({ vippsSandbox: { config: { profile: "2027" } } });

playwrightTest.use({ vippsOptions: { port: 4747 }, vippsSandbox: { config: { profile: "2026" } } });
// @ts-expect-error A profile that there is not.
playwrightTest.use({ vippsSandbox: { config: { profile: "2027" } } });
playwrightTest("has a sandbox beside the page", async ({ vipps, page }) => {
  await page.goto(vipps.url);
  // @ts-expect-error An id is a text.
  const id: number = vipps.id;
  return id;
});
