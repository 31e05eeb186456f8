import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import { hintOf } from "../oidc/hints.ts";
import type { Parameters } from "../oidc/params.ts";
import { checkVerifier } from "../oidc/pkce.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { CodeGrant, Session } from "../records/session.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceSession } from "../request/trace.ts";
import {
  diagnoseExpiredCode,
  diagnoseOtherClient,
  diagnoseOtherRedirectUri,
  diagnosePkce,
  diagnoseReplay,
  diagnoseUnknownCode,
} from "../rules/authorization-code.ts";
import { diagnosePhoneCode } from "../rules/phone-number.ts";
import { diagnoseRemoved } from "../rules/protocol.ts";
import { diagnoseTooShort, isTooShort } from "../rules/state.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TokenResponse } from "./tokens.ts";
import { issueTokens } from "./tokens.ts";

/**
 * The authorization code grant (RFC 6749 §4.1.3): everything is checked first, then the code is
 * used up in one atomic step, then the tokens are made. A failed check leaves the code usable, save
 * for PKCE, which serves one attempt.
 *
 * @throws JsonRefusal invalid_grant, or insufficient_entropy for a short nonce
 */
export async function exchangeCode(
  exchange: Exchange,
  salesUnit: SalesUnit,
  parameters: Parameters,
): Promise<TokenResponse> {
  const grant = await liveGrant(exchange, salesUnit, parameters);
  if (grant.authReqId !== undefined) {
    throw new JsonRefusal(oauthError("invalid_grant"), diagnosePhoneCode());
  }
  checkRedirectUri(grant, parameters.get("redirect_uri"));
  await checkPkce(exchange.sandbox, grant, parameters.get("code_verifier"));
  if (grant.nonce !== undefined && isTooShort(grant.nonce)) {
    throw new JsonRefusal(
      oauthError("insufficient_entropy", hintOf("short_nonce")),
      diagnoseTooShort("nonce", grant.nonce),
    );
  }
  return await issueTokens(exchange, grant, await useUp(exchange, grant));
}

/**
 * What the code of the request stands for: a code that is neither used nor expired, and was issued to
 * this sales unit.
 *
 * @throws JsonRefusal invalid_grant
 */
export async function liveGrant(
  exchange: Exchange,
  salesUnit: SalesUnit,
  parameters: Parameters,
): Promise<CodeGrant> {
  const { sandbox, now, trace } = exchange;
  const code = parameters.get("code");
  const grant = await sandbox.store.codes.get(code ?? "");
  if (!grant) throw new JsonRefusal(oauthError("invalid_grant"), diagnoseUnknownCode(code));
  if (grant.login !== undefined) trace.login = grant.login;
  if (grant.usedAt !== undefined) throw await replayed(exchange, grant);
  if (now >= grant.expiresAt) {
    const diagnosis = diagnoseExpiredCode(now - grant.expiresAt, sandbox.switches.codeLifetime);
    throw new JsonRefusal(oauthError("invalid_grant"), diagnosis);
  }
  checkClient(grant, salesUnit);
  return grant;
}

/**
 * Uses a code up in one atomic step.
 *
 * @throws JsonRefusal invalid_grant when another request was faster, or the session is gone
 */
export async function useUp(exchange: Exchange, grant: CodeGrant): Promise<Session> {
  const { sandbox, now, trace } = exchange;
  const used = await sandbox.store.codes.update(grant.code, (current) =>
    current.usedAt === undefined ? { ...current, usedAt: now } : undefined,
  );
  if (!used) throw await replayed(exchange, grant);
  const session = await sandbox.store.sessions.get(grant.session);
  if (!session) {
    throw new JsonRefusal(oauthError("invalid_grant"), diagnoseRemoved("sales unit or user"));
  }
  traceSession(trace, session);
  return session;
}

/** The second use of a code makes the tokens of the first worthless (RFC 6749 §4.1.2). */
async function replayed({ sandbox, now, trace }: Exchange, grant: CodeGrant): Promise<JsonRefusal> {
  const session = await sandbox.store.sessions.update(grant.session, (current) => ({
    ...current,
    replayedAt: now,
  }));
  if (session) traceSession(trace, session);
  return new JsonRefusal(
    oauthError("invalid_grant", hintOf("used_code")),
    diagnoseReplay(now - (grant.usedAt ?? now)),
  );
}

function checkClient(grant: CodeGrant, salesUnit: SalesUnit): void {
  if (grant.clientId === salesUnit.clientId) return;
  const diagnosis = diagnoseOtherClient(grant.clientId, salesUnit.clientId);
  throw new JsonRefusal(oauthError("invalid_grant", hintOf("other_client")), diagnosis);
}

function checkRedirectUri(grant: CodeGrant, redirectUri: string | undefined): void {
  if (grant.redirectUri === redirectUri) return;
  const diagnosis = diagnoseOtherRedirectUri(grant.redirectUri, redirectUri);
  throw new JsonRefusal(oauthError("invalid_grant", hintOf("other_redirect_uri")), diagnosis);
}

/** fosite throws the PKCE data away with the first attempt, so that a verifier cannot be guessed. */
async function checkPkce(
  sandbox: Pick<Sandbox, "store">,
  grant: CodeGrant,
  verifier: string | undefined,
): Promise<void> {
  const { codeChallenge: challenge, pkceSpent: spent = false } = grant;
  const attempt = { challenge, verifier, spent };
  if (spent) {
    const error = oauthError("invalid_grant", hintOf("spent_challenge"));
    throw new JsonRefusal(error, diagnosePkce(attempt));
  }
  const error = checkVerifier(challenge, verifier);
  if (!error) return;
  await sandbox.store.codes.update(grant.code, (current) => ({ ...current, pkceSpent: true }));
  throw new JsonRefusal(error, diagnosePkce(attempt));
}
