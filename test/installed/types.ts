import type { Config, LoggedRequest, SandboxState, User } from "vipps-login-mock";
import { connect, startVippsLoginMock } from "vipps-login-mock";

/** What is asked of the types, beyond that they are found: they know names and values. */
export async function useThem(): Promise<string> {
  const config: Config = { users: [{ id: "ada", status: "active" }], profile: "2026" };
  // @ts-expect-error A status that there is not.
  const wrong: Config = { users: [{ id: "ada", status: "asleep" }] };
  const vipps = await startVippsLoginMock({ config: wrong ?? config });
  const user: User | undefined = vipps.users["ada"];
  const requests: readonly LoggedRequest[] = await vipps.requests.list({ refused: true });
  const state: SandboxState = await vipps.state.export();
  await vipps.state.import(state);
  const tokens = await vipps.tokens.mint({ user: "ada", clientId: "shop", scope: "openid" });
  // @ts-expect-error An id is a text.
  const id: number = user?.id;
  await connect(vipps.url).clock.advance("10m");
  return `${id} ${requests[0]?.diagnosis?.message} ${tokens.idToken}`;
}
