import { RUNNING_MOCK, variableOf } from "../config/options.ts";
import type { StartOptions } from "./options.ts";
import { OptionsError } from "./options.ts";
import type { Sandbox } from "./sandbox.ts";
import type { SandboxOptions } from "./types.ts";
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
  return connect(url, { token: token || undefined }).refresh();
}

/** A whole server is loaded only by who needs one. */
async function startOwn(options: StartOptions): Promise<VippsLoginMock> {
  const { startVippsLoginMock } = await import("./start.ts");
  return startVippsLoginMock(options);
}

/** What decides how a mock behaves; the other options are about where and how it runs. */
const BEHAVIOUR = ["config", "profile", "autoLogin", "seed"] as const;

function refuseOptions(options: StartOptions): void {
  const given = BEHAVIOUR.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const remedy = (name: string) => (name === "seed" ? "seed" : "config");
  throw new OptionsError(
    given.map((path) => ({
      path,
      message: `${RUNNING_MOCK} names a mock that runs already; set it for each sandbox instead, in vippsSandbox.${remedy(path)}`,
      value: options[path],
    })),
  );
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
