import type { StartOptions } from "./options.ts";
import type { Sandbox } from "./sandbox.ts";
import { startVippsLoginMock } from "./start.ts";
import type { SandboxOptions } from "./types.ts";
import type { VippsLoginMock } from "./vipps-login-mock.ts";

/** What the fixtures of every test runner do; how they are declared is each runner's own. */

/** Hands a fixture to whoever asked for it, and resolves when it is not needed any more. */
type Use<Fixture> = (fixture: Fixture) => Promise<void>;

/** The mock of a worker, closed in the end. */
export async function serverFixture(
  { vippsOptions }: { readonly vippsOptions: StartOptions },
  use: Use<VippsLoginMock>,
): Promise<void> {
  const server = await startVippsLoginMock(vippsOptions);
  await use(server);
  await server.close();
}

/** The sandbox of a test, removed in the end. */
export async function sandboxFixture(
  made: { readonly vippsServer: VippsLoginMock; readonly vippsSandbox: SandboxOptions },
  use: Use<Sandbox>,
): Promise<void> {
  const box = await made.vippsServer.createSandbox(made.vippsSandbox);
  await use(box);
  await box[Symbol.asyncDispose]();
}
