import { corruptIdToken } from "../faults/corrupt.ts";
import { sign } from "../keys/keys.ts";
import { javaJson } from "../oidc/encoding.ts";
import { phoneIdTokenPayload } from "../oidc/id-token.ts";
import type { AccessTokenValue } from "../records/ids.ts";
import type { Session } from "../records/session.ts";
import type { Seconds } from "../records/time.ts";
import { MINUTE } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import { storeAccessToken, writeJwt } from "./tokens.ts";

/** The tokens of login from phone number. */

/** How long an access token that was polled for lives, in seconds (dossier §1.9). */
const TOKEN_LIFETIME: Seconds = 5 * MINUTE;

/** What a poll gets in the end, in the names and the order of the wire (dossier §1.9). */
export interface PhoneTokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly id_token: string;
}

/** What the login leaves to its ID token. */
export interface PhoneTokenOrigin {
  readonly authReqId: string;
  readonly nonce?: string;
}

/** An access token, stored, and an ID token. */
export async function issuePhoneTokens(
  exchange: Exchange,
  origin: PhoneTokenOrigin,
  session: Session,
): Promise<PhoneTokenResponse> {
  const accessToken = exchange.sandbox.ids.phoneToken();
  await storeAccessToken(exchange, accessToken as AccessTokenValue, session, TOKEN_LIFETIME);
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: TOKEN_LIFETIME,
    id_token: await signPhoneIdToken(exchange, origin, session),
  };
}

/** The ID token, signed with the P-256 key. */
export async function signPhoneIdToken(
  { sandbox, now, endpoints, fault }: Exchange,
  { authReqId, nonce }: PhoneTokenOrigin,
  { subject, clientId, msn }: Session,
): Promise<string> {
  const key = (await sandbox.keys.current()).phoneKey();
  const { issuer } = endpoints;
  const token = {
    header: { kid: key.kid, alg: key.alg },
    payload: phoneIdTokenPayload({
      issuer,
      subject,
      clientId,
      msn,
      authReqId,
      nonce,
      issuedAt: now,
    }),
    sign: (input: string) => sign(key.privateKey, input),
  };
  return writeJwt(corruptIdToken(token, fault?.corrupt, key.publicJwk), javaJson);
}
