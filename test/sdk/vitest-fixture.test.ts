import type { Sandbox, VippsLoginMock } from "../../src/index.ts";
import { describe, expect, test } from "../../src/vitest.ts";

/** The tests of this file are tests of what they are given. */

const seen: { server?: VippsLoginMock; box?: Sandbox } = {};

describe("vipps-login-mock/vitest", () => {
  test("gives a test a sandbox of its own", async ({ vipps, vippsServer }) => {
    await vipps.addUser({ id: "grace" });
    expect(vipps.id).not.toBe("default");
    expect((await fetch(vipps.discoveryUrl)).status).toBe(200);
    Object.assign(seen, { server: vippsServer, box: vipps });
  });

  test("gives the next one another, at the same server, and has removed the first", async ({
    vipps,
    vippsServer,
  }) => {
    expect(vippsServer).toBe(seen.server);
    expect(vipps.id).not.toBe(seen.box?.id);
    expect(vipps.users).not.toHaveProperty("grace");
    await expect(seen.box?.refresh()).rejects.toMatchObject({ status: 404 });
  });
});

describe("vipps-login-mock/vitest, cleaning up", () => {
  test("leaves a test in peace that removed its sandbox itself", async ({ vipps }) => {
    await vipps.delete();
    await expect(vipps.delete()).rejects.toMatchObject({ status: 404 });
  });
});

describe("vipps-login-mock/vitest, explaining", () => {
  let tries = 0;
  test("leaves the last error to the condition of a retry", {
    retry: { count: 1, condition: /the first try/ },
  }, async ({ vipps }) => {
    expect(vipps.id).not.toBe("default");
    tries += 1;
    if (tries === 1) throw new Error("the first try");
  });
});

const extended = test.extend({
  vippsOptions: [{ profile: "2026" as const, listen: false }, { scope: "worker" }],
  vippsSandbox: { config: { users: [{ id: "grace" }] } },
});

describe("vipps-login-mock/vitest, extended", () => {
  extended(
    "starts the server and makes the sandbox as it is told",
    async ({ vipps, vippsServer }) => {
      expect(vippsServer).not.toBe(seen.server);
      expect(Object.keys(vipps.users)).toEqual(["grace"]);
      expect((await vippsServer.settings.read()).profile).toBe("2026");
    },
  );
});
