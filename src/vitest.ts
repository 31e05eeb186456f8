import type { TestAPI } from "vitest";
import { test as base } from "vitest";
import { sandboxFixture, serverFixture } from "./sdk/fixtures.ts";
import type { StartOptions } from "./sdk/options.ts";
import type { Sandbox } from "./sdk/sandbox.ts";
import type { SandboxOptions } from "./sdk/types.ts";
import type { VippsLoginMock } from "./sdk/vipps-login-mock.ts";

/**
 * `vipps-login-mock/vitest`: a mock for the tests of a worker, and a sandbox for each test.
 *
 * @packageDocumentation
 */

/** What `test` gives to each test that asks for it. */
export interface VippsFixtures {
  /** A sandbox of the test's own, removed when the test is over. */
  vipps: Sandbox;
  /** What that sandbox is made of; replace it with `test.extend` or `test.override`. */
  vippsSandbox: SandboxOptions;
  /** The mock of this worker. */
  vippsServer: VippsLoginMock;
  /** What the mock is started with; replace it with `test.extend`. */
  vippsOptions: StartOptions;
}

/** Vitest's `test` with `vipps`, a sandbox of its own for each test. */
export const test: TestAPI<VippsFixtures> = base.extend<VippsFixtures>({
  vippsOptions: [{}, { scope: "worker" }],
  vippsSandbox: {},
  vippsServer: [
    ({ vippsOptions }, use) => serverFixture({ vippsOptions }, use),
    { scope: "worker" },
  ],
  vipps: ({ vippsServer, vippsSandbox }, use) => sandboxFixture({ vippsServer, vippsSandbox }, use),
});

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
