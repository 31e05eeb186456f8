import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from "@playwright/test";
import { test as base } from "@playwright/test";
import { sandboxFixture, serverFixture } from "./sdk/fixtures.ts";
import type { StartOptions } from "./sdk/options.ts";
import type { Sandbox } from "./sdk/sandbox.ts";
import type { SandboxOptions } from "./sdk/types.ts";
import type { VippsLoginMock } from "./sdk/vipps-login-mock.ts";

/**
 * `vipps-login-mock/playwright`: a mock for the tests of a worker, and a sandbox for each test.
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
  /** What the mock is started with; set it with `use` in the config or with `test.use`. */
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
    ({ vippsOptions }, use) => serverFixture({ vippsOptions }, use),
    { scope: "worker" },
  ],
  vipps: ({ vippsServer, vippsSandbox }, use) => sandboxFixture({ vippsServer, vippsSandbox }, use),
});

export { expect } from "@playwright/test";
