import type { TestAPI } from "vitest";
import { test as base, beforeAll } from "vitest";
import type { SandboxOptions } from "./control/types.ts";
import { sandboxFixture, serverFixture, warmUp } from "./sdk/fixtures.ts";
import type { StartOptions } from "./sdk/options.ts";
import type { Sandbox } from "./sdk/sandbox.ts";
import type { VippsLoginMock } from "./sdk/vipps-login-mock.ts";

/**
 * `vipps-login-mock/vitest`: a mock for the tests of a worker, and a sandbox for each test. Below the
 * error of a test that failed stands what its sandbox saw.
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
  /** What that sandbox is made of; replace it with `test.extend` or `test.override`. */
  vippsSandbox: SandboxOptions;
  /** The mock of this worker. */
  vippsServer: VippsLoginMock;
  /** What a mock of the worker's own is started with; replace it with `test.extend`. */
  vippsOptions: StartOptions;
}

/** Vitest's `test` with `vipps`, a sandbox of its own for each test. */
export const test: TestAPI<VippsFixtures> = base.extend<VippsFixtures>({
  vippsOptions: [{}, { scope: "worker" }],
  vippsSandbox: {},
  vippsServer: [
    ({ vippsOptions }, use) => serverFixture({ vippsOptions, env: process.env }, use),
    { scope: "worker" },
  ],
  vipps: ({ vippsServer, vippsSandbox, task }, use) =>
    sandboxFixture({ vippsServer, vippsSandbox }, use, {
      hasFailed: () => task.result?.state === "fail",
      explain: (report) => {
        const errors = task.result?.errors ?? [];
        // A retry may have a condition, which looks at the last error: the test's own.
        const place = typeof task.retry === "object" ? -1 : errors.length;
        // An error of its own, which every reporter shows beside that of the test.
        errors.splice(place, 0, { name: "vipps-login-mock", message: report });
      },
    }),
});

/** Longer than a busy machine takes; Vitest's own limit for hooks is ten seconds. */
beforeAll(() => warmUp(process.env), 60_000);

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
