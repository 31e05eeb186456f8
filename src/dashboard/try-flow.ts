import { Problem } from "../control/api/problem.ts";
import type { LoggedRequest, SalesUnit } from "../control/types.ts";
import { OURS } from "../request/addresses.ts";
import type { Done, Visit } from "./page.ts";
import type { Attempt } from "./try-attempt.ts";
import { attemptIn, cookiesOf } from "./try-attempt.ts";
import { Client } from "./try-client.ts";

/** How Try goes on with a login: from the callback to userinfo, and from one poll to the next. */

/** Where Try is sent back to; a redirect URI like any other. */
export function callbackOf({ exchange }: Pick<Visit, "exchange">): string {
  return `${exchange.endpoints.back}${OURS}/try/callback`;
}

const POLL_GRANT = "urn:openid:params:grant-type:ciba";
const REDIRECT_GRANT = "urn:vipps:params:grant-type:ciba-redirect";

/** What each slow_down adds to the interval, in seconds (CIBA Core §11). */
const SLOW_DOWN = 5;

/** Where an attempt stands, said by the page that shows it. */
export function toResult(attempt: Attempt): Done {
  return { to: "try/result", message: "", calls: [], cookies: cookiesOf(attempt) };
}

/** @throws Problem 400 where this browser has begun none */
export function ownAttempt(visit: Visit): Attempt {
  const attempt = attemptIn(visit);
  if (attempt) return attempt;
  throw new Problem(
    400,
    "This browser has begun no login here, or over half an hour ago: an application that finds no " +
      "session of its own refuses what comes to its redirect URI.",
  );
}

export function unitOf({ api }: Visit, { msn }: Pick<Attempt, "msn">): Promise<SalesUnit> {
  return api.get<SalesUnit>(["sales-units", msn]);
}

/** Exchanges what came to the callback, as far as it holds. */
export async function finish(visit: Visit, attempt: Attempt): Promise<Attempt> {
  const isTill = attempt.kind === "till";
  const { metadata } = attempt;
  const client = await Client.open(visit, await unitOf(visit, attempt), { isTill, metadata });
  const { library } = client;
  const came = new URL(`${attempt.redirectUri}?${attempt.callback}`);
  const result = await client.redeem(attempt, (config) =>
    isTill
      ? library.genericGrantRequest(config, REDIRECT_GRANT, {
          code: came.searchParams.get("code") ?? "",
        })
      : library.authorizationCodeGrant(config, came, {
          idTokenExpected: true,
          ...(attempt.state !== "" && { expectedState: attempt.state }),
          ...(attempt.nonce !== "" && { expectedNonce: attempt.nonce }),
          ...(attempt.verifier !== "" && { pkceCodeVerifier: attempt.verifier }),
        }),
  );
  const entries = [...attempt.entries, ...(await client.entries())];
  return withLogin(visit, { ...attempt, ...result, entries, isOver: true });
}

/** Asks for the tokens of a login from phone number once. */
export async function poll(visit: Visit, attempt: Attempt): Promise<Attempt> {
  const { metadata } = attempt;
  const client = await Client.open(visit, await unitOf(visit, attempt), { isTill: true, metadata });
  let code: unknown;
  const result = await client.redeem(attempt, (config) =>
    client.library
      .genericGrantRequest(config, POLL_GRANT, { auth_req_id: attempt.authReqId })
      .catch((error: unknown) => {
        code = (error as { readonly error?: unknown }).error;
        throw error;
      }),
  );
  const made = await client.entries();
  const known = { ...attempt, login: attempt.login || (await loginOf(visit, made)) };
  // An error of the service's own ends it; that nothing came does not.
  const isPending = code === "authorization_pending" || code === "slow_down";
  const isOver = result.idToken !== "" || (typeof code === "string" && !isPending);
  if (isOver) {
    return { ...known, ...result, entries: [...attempt.entries, ...made], isOver: true };
  }
  const interval = attempt.interval + (code === "slow_down" ? SLOW_DOWN : 0);
  return { ...known, interval, pollAt: await pollAfter(visit, interval) };
}

/** When the next poll is due. The service counts from the end of the one before, which came later than this request. */
export async function pollAfter({ exchange }: Visit, interval: number): Promise<number> {
  return (await exchange.sandbox.clock.now()) + interval;
}

/** The same with the login that its requests belong to, where the log knows one. */
export async function withLogin(visit: Visit, attempt: Attempt): Promise<Attempt> {
  return { ...attempt, login: attempt.login || (await loginOf(visit, attempt.entries)) };
}

async function loginOf({ api }: Visit, entries: readonly string[]): Promise<string> {
  const found = await Promise.all(
    entries.map((id) => api.get<LoggedRequest>(["requests", id]).catch(() => undefined)),
  );
  return found.find((entry) => entry?.login !== undefined)?.login ?? "";
}
