import type { Diagnosis } from "../records/diagnosis.ts";
import type { ProtocolCheck } from "./rule.ts";
import { diagnose } from "./rule.ts";

const bearerCheck: ProtocolCheck = { id: "access-token", source: "RFC 6750 §2.1" };

const REMEDY =
  "Send the access_token of the token response as 'Authorization: Bearer <access token>'.";

/** The diagnosis of a request that brings no access token. */
export function diagnoseNoBearer(authorization: string | undefined): Diagnosis {
  const scheme = authorization?.split(" ", 1)[0];
  if (scheme?.toLowerCase() === "bearer") {
    const message = "the Authorization header says Bearer, but no single token follows";
    return diagnose(bearerCheck, message, REMEDY);
  }
  return diagnose(
    bearerCheck,
    scheme === undefined
      ? "the request has no Authorization header"
      : `the Authorization header has the scheme '${scheme.slice(0, 20)}' instead of Bearer`,
    REMEDY,
  );
}

/** The diagnosis of an access token that is not valid (any more). */
export function diagnoseUnknownToken(token: string): Diagnosis {
  const isJwt = token.split(".").length === 3;
  return diagnose(
    bearerCheck,
    isJwt
      ? "the token is a JWT, as the ID token is; access tokens have one dot"
      : "the access token was never issued, was revoked, its code was used twice, or its user was removed",
    isJwt
      ? REMEDY
      : `${REMEDY} Tokens are forgotten when a mock ends that keeps its state in memory; log in again.`,
  );
}
