import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox, StartOptions, VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import { openMock, reportOf, sandboxFixture, warmUp } from "../../src/sdk/fixtures.ts";

/** What the fixtures of all test runners share. What each runner makes of it is in test/runners. */

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

  it.each<[StartOptions, string]>([
    [{ profile: "2026" }, "set it for each sandbox instead, in vippsSandbox.config"],
    [{ autoLogin: "ada" }, "set it for each sandbox instead, in vippsSandbox.config"],
    [{ config: {} }, "set it for each sandbox instead, in vippsSandbox.config"],
    [{ seed: 1 }, "set it for each sandbox instead, in vippsSandbox.seed"],
    [{ controlToken: "token" }, "give its token in VIPPS_LOGIN_MOCK_CONTROL_TOKEN"],
    [{ issuer: "http://shop.test" }, "start it with --issuer instead, and remove this option"],
    [{ signingKeyBits: 4096 }, "start it with --signing-key-bits instead, and remove this option"],
    [{ logSecrets: true }, "start it with --log-secrets instead, and remove this option"],
  ])("takes no options that it can obey only when it is started: %j", async (options, remedy) => {
    const [[path, value] = []] = Object.entries(options);
    const message = `VIPPS_LOGIN_MOCK_URL names a mock that runs already; ${remedy}`;
    await expect(openMock({ ...options, port: 0 }, env)).rejects.toMatchObject({
      name: "OptionsError",
      problems: [path === "controlToken" ? { path, message } : { path, message, value }],
    });
  });

  it("takes those that ask for nothing but the default", async () => {
    const options = { controlOpen: false, logSecrets: false, signingKeyBits: 2048 } as const;
    expect((await openMock(options, env)).url).toBe(running.url);
  });

  it("does not overlook an option that there is not", async () => {
    await expect(openMock({ prot: 1 } as StartOptions, env)).rejects.toThrow(
      'prot: unknown option; did you mean "port"?',
    );
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
