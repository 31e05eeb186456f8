import type { UnsignedToken } from "../faults/corrupt.ts";
import { corruptIdToken } from "../faults/corrupt.ts";
import type { Exchange } from "../http/exchange.ts";
import { sign } from "../keys/keys.ts";
import { claimsFor } from "../oidc/claims.ts";
import { idTokenPayload, signingInput } from "../oidc/id-token.ts";
import type { AccessTokenValue, CodeGrant, Session } from "../store/store.ts";
import type { Seconds } from "../time.ts";
import { after } from "../time.ts";

/** The tokens themselves, made once every question about them is answered. */

/** What the token endpoint answers, in the names of the wire. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly id_token: string;
  readonly scope: string;
  readonly token_type: string;
}

/**
 * @param exchange the request's surroundings
 * @param grant the code that they are given for
 * @param session its session
 * @param lifetime how long the access token lives, in seconds
 * @returns an access token, stored, and an ID token that goes with it
 */
export async function issueTokens(
  exchange: Exchange,
  grant: CodeGrant,
  session: Session,
  lifetime: Seconds = exchange.sandbox.switches.accessTokenLifetime,
): Promise<TokenAnswer> {
  const { sandbox, now } = exchange;
  const accessToken = sandbox.ids.token() as AccessTokenValue;
  await sandbox.store.accessTokens.insert({
    token: accessToken,
    session: session.id,
    issuedAt: now,
    expiresAt: after(now, lifetime),
    forgetAt: session.forgetAt,
  });
  return {
    access_token: accessToken,
    expires_in: lifetime,
    id_token: await signIdToken(exchange, grant, session, accessToken),
    scope: session.scopes.join(" "),
    token_type: "bearer",
  };
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
    accessToken,
    nonce: grant.nonce,
    acr: grant.acr,
    sid: session.sid,
    jti: sandbox.ids.uuid(),
    authenticatedAt: grant.authenticatedAt,
    requestedAt: grant.requestedAt,
    issuedAt: now,
    userClaims: sandbox.switches.userDataInIdToken
      ? claimsFor(session.userData, session.scopes)
      : {},
  });
  const token = {
    header: { alg: key.alg, kid: key.kid },
    payload,
    sign: (input: string) => sign(key.privateKey, input),
  };
  return writeJwt(corruptIdToken(token, fault?.corrupt, key.publicJwk));
}

async function writeJwt({ header, payload, sign: makeSignature }: UnsignedToken): Promise<string> {
  const input = signingInput(header, payload);
  return `${input}.${Buffer.from(await makeSignature(input)).toString("base64url")}`;
}
