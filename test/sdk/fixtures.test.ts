import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox, VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import { openMock, reportOf, sandboxFixture, warmUp } from "../../src/sdk/fixtures.ts";

/** What the fixtures of all test runners share. What each runner makes of it is in failing-tests.test.ts. */

describe("the mock of the fixtures", () => {
  let running: VippsLoginMock;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    running = await startVippsLoginMock({ controlToken: "token-of-the-test" });
    env = {
      VIPPS_LOGIN_MOCK_URL: running.url,
      VIPPS_LOGIN_MOCK_CONTROL_TOKEN: "token-of-the-test",
    };
  });
  afterAll(() => running.close());

  it("is the one that the environment names, which goes on when it is closed", async () => {
    const mock = await openMock({ port: 0, logLevel: "silent" }, env);
    expect(mock.url).toBe(running.url);
    expect(mock.users["ada"]).toMatchObject({ givenName: "Ada" });
    await mock.close();
    expect((await fetch(running.discoveryUrl)).status).toBe(200);
  });

  it("is refused without the token, as anybody is", async () => {
    const without = { ...env, VIPPS_LOGIN_MOCK_CONTROL_TOKEN: "" };
    await expect(openMock({}, without)).rejects.toMatchObject({
      name: "ControlError",
      status: 401,
    });
  });

  it("takes no options that it can obey only when it is started", async () => {
    const options = { profile: "2026", seed: 1, autoLogin: undefined } as const;
    await expect(openMock(options, env)).rejects.toMatchObject({
      name: "OptionsError",
      problems: [
        { path: "profile", value: "2026", message: expect.stringMatching(/vippsSandbox\.config$/) },
        { path: "seed", value: 1, message: expect.stringMatching(/vippsSandbox\.seed$/) },
      ],
    });
  });

  it.each([{}, { VIPPS_LOGIN_MOCK_URL: "" }])(
    "is its own where none is named: %j",
    async (none) => {
      const mock = await openMock({ profile: "2026" }, none);
      expect(mock.url).not.toBe(running.url);
      expect((await mock.settings.read()).profile).toBe("2026");
      await mock.close();
    },
  );

  it("needs no preparation that could fail", async () => {
    await expect(warmUp({ VIPPS_LOGIN_MOCK_URL: "http://localhost:1" })).resolves.toBeUndefined();
    await expect(warmUp({})).resolves.toBeUndefined();
  });
});

describe("the sandbox of a test", () => {
  let vippsServer: VippsLoginMock;
  beforeAll(async () => {
    vippsServer = await startVippsLoginMock();
  });
  afterAll(() => vippsServer.close());

  /** Runs a test, and hands over its sandbox with what it was told. */
  async function run(hasFailed: boolean, explain?: () => never) {
    const told: string[] = [];
    let box: Sandbox | undefined;
    const done = sandboxFixture(
      { vippsServer, vippsSandbox: {} },
      async (made) => {
        box = made;
      },
      { hasFailed: () => hasFailed, explain: explain ?? ((report) => void told.push(report)) },
    );
    await done.catch((error: unknown) => told.push(String(error)));
    await expect(box?.refresh()).rejects.toMatchObject({ status: 404 });
    return told;
  }

  it("is gone afterwards, and explains a test that failed only", async () => {
    expect(await run(false)).toEqual([]);
    expect(await run(true)).toEqual([
      expect.stringMatching(/^No request came to the sandbox .*\S$/s),
    ]);
  });

  it("is gone even if the runner does not take the explanation", async () => {
    const broken = () => {
      throw new Error("no room");
    };
    expect(await run(true, broken)).toEqual(["Error: no room"]);
  });

  it("may be gone before, and the test is told so", async () => {
    const box = await vippsServer.createSandbox();
    await box.delete();
    expect(await reportOf(box)).toMatch(`There is no report of the sandbox ${box.id}: `);
  });
});
