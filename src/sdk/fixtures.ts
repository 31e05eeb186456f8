import type { OptionName } from "../config/options.ts";
import { flagOf, OPTIONS, RUNNING_MOCK, variableOf } from "../config/options.ts";
import type { SandboxOptions } from "../control/types.ts";
import { defined } from "../records/defined.ts";
import { findKeptCa } from "../tls/options.ts";
import type { StartOptions } from "./options.ts";
import { OptionsError, readOptions } from "./options.ts";
import type { Sandbox } from "./sandbox.ts";
import type { VippsLoginMock } from "./vipps-login-mock.ts";
import { connect } from "./vipps-login-mock.ts";

/** What the fixtures of every test runner do; how they are declared is each runner's own. */

/** Hands a fixture to whoever asked for it, and resolves when it is not needed any more. */
type Use<Fixture> = (fixture: Fixture) => Promise<void>;

/** The environment, in which a running mock may be named. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The mock of a worker, given back in the end. */
export async function serverFixture(
  { vippsOptions, env }: { readonly vippsOptions: StartOptions; readonly env: Environment },
  use: Use<VippsLoginMock>,
): Promise<void> {
  const server = await openMock(vippsOptions, env);
  await use(server);
  await server.close();
}

/** How a test runner tells that a test failed, and where its explanation goes. */
export interface TestOutcome {
  readonly hasFailed: () => boolean;
  readonly explain: (report: string) => void | Promise<void>;
}

/** The sandbox of a test, removed in the end; a test that failed gets the report of it. */
export async function sandboxFixture(
  made: { readonly vippsServer: VippsLoginMock; readonly vippsSandbox: SandboxOptions },
  use: Use<Sandbox>,
  { hasFailed, explain }: TestOutcome,
): Promise<void> {
  const box = await made.vippsServer.createSandbox(made.vippsSandbox);
  await use(box);
  try {
    if (hasFailed()) await explain(await reportOf(box));
  } finally {
    await box[Symbol.asyncDispose]();
  }
}

/** What the sandbox saw. That it cannot be read must not hide why the test failed. */
export async function reportOf(box: Sandbox): Promise<string> {
  try {
    return (await box.requests.report()).trimEnd();
  } catch (error) {
    return `There is no report of the sandbox ${box.id}: ${(error as Error).message}`;
  }
}

/** The mock that the environment names, else one in this process. Closing the former leaves it running. */
export async function openMock(options: StartOptions, env: Environment): Promise<VippsLoginMock> {
  const { [RUNNING_MOCK]: url, [variableOf("controlToken")]: token } = env;
  if (!url) return startOwn(options);
  refuseOptions(options);
  const tlsDir = env[variableOf("tlsDir")] || undefined;
  const caFile = /^https:/i.test(url) ? findKeptCa({ tlsDir }) : undefined;
  return connect(url, { token: token || undefined, caFile }).refresh();
}

/** A whole server is loaded only by who needs one. */
async function startOwn(options: StartOptions): Promise<VippsLoginMock> {
  const { startVippsLoginMock } = await import("./start.ts");
  return startVippsLoginMock(options);
}

/** Where and how a mock of the tests' own runs: ignored where one runs already. */
const WHERE_IT_RUNS: readonly string[] = ["port", "host", "listen", "logLevel"];

/** What can be said of each sandbox, and where. */
const OF_A_SANDBOX: Readonly<Record<string, string>> = {
  config: "config",
  profile: "config",
  autoLogin: "config",
  seed: "seed",
};

/** Tests that run without what they ask for would fail for a reason that nobody sees. */
function refuseOptions(options: StartOptions): void {
  readOptions(options);
  const problems = Object.entries(defined(options))
    .filter(([name, value]) => !WHERE_IT_RUNS.includes(name) && !isDefault(name, value))
    .map(([path, value]) => {
      const message = `${RUNNING_MOCK} names a mock that runs already; ${remedyFor(path as keyof StartOptions)}`;
      // Test runners show what an error has, and this is a secret.
      return path === "controlToken" ? { path, message } : { path, message, value };
    });
  if (problems.length > 0) throw new OptionsError(problems);
}

function isDefault(name: string, value: unknown): boolean {
  return Object.hasOwn(OPTIONS, name) && OPTIONS[name as OptionName].byDefault === value;
}

function remedyFor(name: keyof StartOptions): string {
  const place = OF_A_SANDBOX[name];
  if (place) return `set it for each sandbox instead, in vippsSandbox.${place}`;
  if (name === "controlToken") return `give its token in ${variableOf(name)}`;
  return `start it with ${flagOf(name as OptionName)} instead, and remove this option`;
}

/**
 * Loads what the first mock of a process takes longest for, so that this is not counted as time of
 * the first test.
 */
export async function warmUp(env: Environment): Promise<void> {
  if (env[RUNNING_MOCK]) return;
  // What is wrong is told by the mock that a test asks for, if it is wrong with that one too.
  const mock = await startOwn({ listen: false }).catch(() => undefined);
  await mock?.close();
}
