import type { UnsignedToken } from "../faults/corrupt.ts";
import { corruptIdToken } from "../faults/corrupt.ts";
import { signJwt } from "../keys/keys.ts";
import type { Claims } from "../oidc/claims.ts";
import { claimsFor } from "../oidc/claims.ts";
import { goJson, javaJson } from "../oidc/encoding.ts";
import { idTokenPayload, phoneIdTokenPayload } from "../oidc/id-token.ts";
import type { PhoneKey, SigningKey } from "../platform/capabilities.ts";
import type { AccessTokenValue } from "../records/ids.ts";
import type { CodeGrant, Session } from "../records/session.ts";
import type { Seconds } from "../records/time.ts";
import { after, MINUTE } from "../records/time.ts";
import type { Corruption } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import { sharedUntil } from "../rules/retention.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The tokens themselves, made once everything about the request has been checked. */

/** What a code is exchanged for, in the names of the wire and their alphabetical order. */
export interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
  readonly id_token: string;
  readonly scope: string;
  readonly token_type: string;
}

/**
 * An access token, stored, and an ID token that goes with it: for a code of the redirect variant that
 * of login from phone number.
 */
export async function issueTokens(
  exchange: Exchange,
  grant: CodeGrant,
  session: Session,
  { lifetime, expiresIn }: TokenTimes = timesOf(exchange.sandbox),
): Promise<TokenResponse> {
  const { authReqId, nonce } = grant;
  const accessToken = exchange.sandbox.ids.token() as AccessTokenValue;
  await storeAccessToken(exchange, accessToken, session, lifetime);
  return {
    access_token: accessToken,
    expires_in: expiresIn,
    id_token:
      authReqId === undefined
        ? await signIdToken(exchange, grant, session, accessToken)
        : await signPhoneIdToken(exchange, { authReqId, nonce }, session),
    scope: session.scopes.join(" "),
    token_type: "bearer",
  };
}

/** How long an access token is taken, and what its response says of that, which is not the same. */
export interface TokenTimes {
  readonly lifetime: Seconds;
  readonly expiresIn: Seconds;
}

function timesOf({ switches }: Pick<Sandbox, "switches">): TokenTimes {
  return { lifetime: switches.accessTokenLifetime, expiresIn: switches.expiresIn };
}

/** How long an access token that was polled for lives, in seconds (documentation 2023). */
const POLLED_TOKEN_LIFETIME: Seconds = 5 * MINUTE;

/** What a merchant polls for, in the names and the order of the wire (documentation 2023). */
export interface PhoneTokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly id_token: string;
}

/** What the ID token of login from phone number has from the backchannel authentication request. */
interface PhoneTokenOrigin {
  readonly authReqId: string;
  readonly nonce?: string | undefined;
}

/** An access token of login from phone number, stored, and an ID token that goes with it. */
export async function issuePhoneTokens(
  exchange: Exchange,
  origin: PhoneTokenOrigin,
  session: Session,
): Promise<PhoneTokenResponse> {
  const accessToken = exchange.sandbox.ids.phoneToken() as AccessTokenValue;
  await storeAccessToken(exchange, accessToken, session, POLLED_TOKEN_LIFETIME);
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: POLLED_TOKEN_LIFETIME,
    id_token: await signPhoneIdToken(exchange, origin, session),
  };
}

async function storeAccessToken(
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  token: AccessTokenValue,
  session: Session,
  lifetime: Seconds,
): Promise<void> {
  await sandbox.store.accessTokens.insert({
    token,
    session: session.id,
    issuedAt: now,
    expiresAt: after(now, lifetime),
    sharedUntil: sharedUntil(session.beganAt),
    forgetAt: session.forgetAt,
  });
}

async function signIdToken(
  { sandbox, now, endpoints, fault }: Exchange,
  grant: CodeGrant,
  session: Session,
  accessToken: string,
): Promise<string> {
  const { store, switches } = sandbox;
  const key = await sandbox.keys.current();
  const user = switches.userDataInIdToken ? await store.users.get(session.user) : undefined;
  const payload = idTokenPayload({
    issuer: endpoints.issuer,
    subject: session.subject,
    clientId: session.clientId,
    msn: session.msn,
    accessToken,
    nonce: grant.nonce,
    acr: grant.acr,
    sid: session.sid,
    jti: sandbox.ids.uuid(),
    authenticatedAt: grant.authenticatedAt,
    requestedAt: grant.requestedAt,
    issuedAt: now,
    audience: switches.audience,
    userClaims: user ? claimsFor(user, session.scopes, session) : {},
  });
  const token = { header: { alg: key.alg, kid: key.kid }, payload };
  return await writeIdToken(token, key, fault?.corrupt, goJson);
}

/** Signed with the P-256 key, and written by another program than the ID token of browsers. */
async function signPhoneIdToken(
  { sandbox, now, endpoints, fault }: Exchange,
  { authReqId, nonce }: PhoneTokenOrigin,
  { subject, clientId, msn }: Session,
): Promise<string> {
  const key = (await sandbox.keys.current()).phoneKey;
  const { issuer } = endpoints;
  const issuedAt = now;
  const token = {
    header: { kid: key.kid, alg: key.alg },
    payload: phoneIdTokenPayload({ issuer, subject, clientId, msn, authReqId, nonce, issuedAt }),
  };
  return writeIdToken(token, key, fault?.corrupt, javaJson);
}

/** Signs it, with whatever a fault makes wrong. */
function writeIdToken(
  token: Pick<UnsignedToken, "header" | "payload">,
  key: SigningKey | PhoneKey,
  corruption: Corruption | undefined,
  write: (payload: Claims) => string,
): Promise<string> {
  const { header, payload, sign } = corruptIdToken(
    { ...token, sign: (...parts) => signJwt(key, ...parts) },
    corruption,
    key.publicJwk,
  );
  return sign(header, write(payload));
}
