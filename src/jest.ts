import { afterAll, afterEach, test as base, beforeAll } from "@jest/globals";
import type { SandboxOptions } from "./control/types.ts";
import { openMock, reportOf } from "./sdk/fixtures.ts";
import type { StartOptions } from "./sdk/options.ts";
import type { Sandbox } from "./sdk/sandbox.ts";
import type { VippsLoginMock } from "./sdk/vipps-login-mock.ts";

/**
 * `vipps-login-mock/jest`: a mock for the tests of a file, and a sandbox for each test. Below the error of
 * a test that failed stands what its sandbox saw.
 *
 * The mock is the one that the variable `VIPPS_LOGIN_MOCK_URL` names, with the token in
 * `VIPPS_LOGIN_MOCK_CONTROL_TOKEN`; without them it runs in the process of the tests. Either way the tests
 * need Jest's own environment `node`: that of a browser has no `fetch`.
 *
 * @packageDocumentation
 */

/** What `test` gives to each test. */
export interface VippsFixtures {
  /** A sandbox of the test's own, removed when the test is over. */
  readonly vipps: Sandbox;
  /** The mock of this file. */
  readonly vippsServer: VippsLoginMock;
}

/** What the mock and the sandboxes are made of. */
export interface VippsSettings {
  /** What each sandbox is made of. */
  readonly vippsSandbox?: SandboxOptions;
  /** What a mock of the file's own is started with. */
  readonly vippsOptions?: StartOptions;
}

/** Declares a test, with a time limit in milliseconds if it needs another than Jest's. */
type Declare = (name: string, run: (fixtures: VippsFixtures) => unknown, timeout?: number) => void;

/** Jest's `test` with `vipps`. Jest knows no fixtures, so tests of a table are declared in a loop. */
export interface VippsTest extends Declare {
  /** Of this file only those tests. */
  readonly only: Declare;
  /** Not this test. */
  readonly skip: Declare;
  /** A test that has to fail. */
  readonly failing: Declare;
  /** The same with other settings. */
  readonly extend: (settings: VippsSettings) => VippsTest;
}

/** Starting a server on a busy machine takes longer than Jest's five seconds. */
const LONGEST_START = 60_000;

/** Jest's `test` with `vipps`, a sandbox of its own for each test. */
export const test: VippsTest = testWith({});

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";

/** Tests with these settings; they share a mock, which is there if one of them is declared. */
function testWith(settings: VippsSettings): VippsTest {
  const { vippsOptions = {}, vippsSandbox } = settings;
  let isWanted = false;
  let server: VippsLoginMock | undefined;
  /** The test that runs; one that throws or is out of time does not get to its end. */
  let current: { readonly made: Promise<Sandbox>; isExplained: boolean } | undefined;

  beforeAll(async () => {
    if (isWanted) server = await openMock(vippsOptions, process.env);
  }, LONGEST_START);

  afterEach(async () => {
    const ended = current;
    current = undefined;
    // Where none could be made, the test has failed with the reason.
    const box = await ended?.made.catch(() => undefined);
    if (!box) return;
    const report = ended?.isExplained ? undefined : await reportOf(box);
    await box[Symbol.asyncDispose]();
    // Jest shows what is thrown here under the error of the test.
    if (report !== undefined) throw new TestReport(report);
  });

  afterAll(() => server?.close());

  const declaring =
    (
      declare: (name: string, body: () => Promise<void>, timeout?: number) => void,
      isExplained = false,
    ): Declare =>
    (name, run, timeout) => {
      isWanted = true;
      const body = async () => {
        // Without a mock beforeAll has failed, and Jest runs no test.
        const vippsServer = server as VippsLoginMock;
        const mine = { made: vippsServer.createSandbox(vippsSandbox), isExplained };
        current = mine;
        await run({ vipps: await mine.made, vippsServer });
        mine.isExplained = true;
      };
      declare(name, body, timeout);
    };
  return Object.assign(declaring(base), {
    only: declaring(base.only),
    skip: (name: string) => base.skip(name, () => undefined),
    failing: declaring(base.failing, true),
    extend: (more: VippsSettings) => testWith({ ...settings, ...more }),
  });
}

/** No error, but the only text that Jest takes. Its place in the code would tell nothing. */
class TestReport extends Error {
  override readonly name = "vipps-login-mock";
  override readonly stack: string;

  constructor(report: string) {
    super(report);
    this.stack = `${this.name}: ${report}`;
  }
}
