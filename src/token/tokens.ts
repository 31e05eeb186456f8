import type { UnsignedToken } from "../faults/corrupt.ts";
import { corruptIdToken } from "../faults/corrupt.ts";
import { sign } from "../keys/keys.ts";
import type { Claims } from "../oidc/claims.ts";
import { claimsFor } from "../oidc/claims.ts";
import { goJson } from "../oidc/encoding.ts";
import { idTokenPayload, signingInput } from "../oidc/id-token.ts";
import type { AccessTokenValue } from "../records/ids.ts";
import type { CodeGrant, Session } from "../records/session.ts";
import type { Seconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";

/** The tokens themselves, made once every question about them is answered. */

/** What the token endpoint answers, in the names of the wire and their alphabetical order. */
export interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
  readonly id_token: string;
  readonly scope: string;
  readonly token_type: string;
}

/** An access token, stored, and an ID token that goes with it. */
export async function issueTokens(
  exchange: Exchange,
  grant: CodeGrant,
  session: Session,
  lifetime: Seconds = exchange.sandbox.switches.accessTokenLifetime,
): Promise<TokenResponse> {
  return issueTokensWith(exchange, session, lifetime, (accessToken) =>
    signIdToken(exchange, grant, session, accessToken),
  );
}

/** An access token, stored, and that ID token. */
export async function issueTokensWith(
  exchange: Exchange,
  session: Session,
  lifetime: Seconds,
  signToken: (accessToken: AccessTokenValue) => Promise<string>,
): Promise<TokenResponse> {
  const accessToken = exchange.sandbox.ids.token() as AccessTokenValue;
  await storeAccessToken(exchange, accessToken, session, lifetime);
  return {
    access_token: accessToken,
    expires_in: lifetime,
    id_token: await signToken(accessToken),
    scope: session.scopes.join(" "),
    token_type: "bearer",
  };
}

export async function storeAccessToken(
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
    forgetAt: session.forgetAt,
  });
}

async function signIdToken(
  { sandbox, now, endpoints, fault }: Exchange,
  grant: CodeGrant,
  session: Session,
  accessToken: string,
): Promise<string> {
  const key = await sandbox.keys.current();
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
    userClaims: sandbox.switches.userDataInIdToken
      ? claimsFor(session.userData, session.scopes, session)
      : {},
  });
  const token = {
    header: { alg: key.alg, kid: key.kid },
    payload,
    sign: (input: string) => sign(key.privateKey, input),
  };
  return writeJwt(corruptIdToken(token, fault?.corrupt, key.publicJwk), goJson);
}

export async function writeJwt(
  { header, payload, sign: makeSignature }: UnsignedToken,
  write: (part: Claims) => string,
): Promise<string> {
  const input = signingInput(header, payload, write);
  return `${input}.${Buffer.from(await makeSignature(input)).toString("base64url")}`;
}
