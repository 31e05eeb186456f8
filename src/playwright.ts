import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from "@playwright/test";
import { test as base } from "@playwright/test";
import type { SandboxOptions } from "./control/types.ts";
import { sandboxFixture, serverFixture } from "./sdk/fixtures.ts";
import type { StartOptions } from "./sdk/options.ts";
import type { Sandbox } from "./sdk/sandbox.ts";
import type { VippsLoginMock } from "./sdk/vipps-login-mock.ts";

/**
 * `vipps-login-mock/playwright`: a mock for the tests of a worker, and a sandbox for each test. What the
 * sandbox of a failed test saw is attached to it.
 *
 * The mock is the one that the variable `VIPPS_LOGIN_MOCK_URL` names, with the token in
 * `VIPPS_LOGIN_MOCK_CONTROL_TOKEN`; without them it runs in the worker.
 *
 * @packageDocumentation
 */

/** What `test` gives to each test that asks for it. */
export interface VippsFixtures {
  /** A sandbox of the test's own, removed when the test is over. */
  vipps: Sandbox;
  /** What that sandbox is made of; set it with `use` in the config or with `test.use`. */
  vippsSandbox: SandboxOptions;
}

/** What the tests of a worker share. */
export interface VippsWorkerFixtures {
  /** The mock of this worker. */
  vippsServer: VippsLoginMock;
  /** What a mock of the worker's own is started with; set it with `use` in the config or with `test.use`. */
  vippsOptions: StartOptions;
}

/** Playwright's `test` with `vipps`, a sandbox of its own for each test. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & VippsFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & VippsWorkerFixtures
> = base.extend<VippsFixtures, VippsWorkerFixtures>({
  vippsOptions: [{}, { option: true, scope: "worker" }],
  vippsSandbox: [{}, { option: true }],
  vippsServer: [
    ({ vippsOptions }, use) => serverFixture({ vippsOptions, env: process.env }, use),
    // With a time limit of its own, its start is not counted as time of the first test.
    { scope: "worker", timeout: 60_000 },
  ],
  vipps: ({ vippsServer, vippsSandbox }, use, testInfo) =>
    sandboxFixture({ vippsServer, vippsSandbox }, use, {
      hasFailed: () => testInfo.status !== testInfo.expectedStatus,
      explain: (body) => testInfo.attach("vipps-login-mock", { body, contentType: "text/plain" }),
    }),
});

export { expect } from "@playwright/test";
