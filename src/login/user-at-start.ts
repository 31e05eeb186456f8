import type { Browser } from "../records/consent.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { findUserByName } from "../sandbox/users.ts";
import { findObstacle } from "./confirm.ts";

/** Whose login it will be, as far as that can be known before anybody is asked. */

/** A browser is remembered as long as its user could log in by hand. */
export async function rememberedBrowser(
  exchange: Pick<Exchange, "sandbox" | "now">,
  cookie: string | undefined,
): Promise<Browser | undefined> {
  const { browsers, users } = exchange.sandbox.store;
  const browser = cookie === undefined ? undefined : await browsers.get(cookie);
  if (!browser) return undefined;
  return findObstacle(exchange, await users.get(browser.user)) ? undefined : browser;
}

/**
 * In the order in which a login goes: with an automatic login no browser is remembered, without one
 * a remembered browser asks nobody. Where both leave it open, a login_hint says whom to expect.
 */
export async function userAtStart(
  sandbox: Pick<Sandbox, "store" | "autoLogin">,
  hint: string | undefined,
  remembered: Browser | undefined,
): Promise<string | undefined> {
  const { autoLogin } = sandbox;
  if (autoLogin === null && remembered) return remembered.user;
  const name = hint ?? autoLogin;
  const found = name === null ? undefined : await findUserByName(sandbox, name);
  return found && "user" in found ? found.user.id : undefined;
}
