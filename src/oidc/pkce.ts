import { hash } from "node:crypto";
import type { OAuthError } from "./errors.ts";
import { oauthError } from "./errors.ts";

/** PKCE (RFC 7636) as fosite 0.40.2 does it: optional, S256 only. */

/** fosite's hint where PKCE is enforced. */
const CHALLENGE_MISSING =
  "Clients must include a code_challenge when performing the authorize code flow, but it is missing.";

/** Checked when the code is about to be issued, after login and consent. */
export function checkChallenge(
  challenge: string | undefined,
  method: string | undefined,
  required: boolean,
): OAuthError | undefined {
  if (challenge === undefined) {
    return required ? oauthError("invalid_request", CHALLENGE_MISSING) : undefined;
  }
  if (method === "S256") return undefined;
  return oauthError(
    "invalid_request",
    method === undefined || method === "plain"
      ? "Clients must use code_challenge_method=S256, plain is not allowed."
      : "The code_challenge_method is not supported, use S256 instead.",
  );
}

/** What is wrong; undefined when they belong together, or neither is there. */
export function checkVerifier(
  challenge: string | undefined,
  verifier: string | undefined,
): OAuthError | undefined {
  if (challenge === undefined && verifier === undefined) return undefined;
  const sent = verifier ?? "";
  const hint = whyNotVerifier(sent);
  if (hint) return oauthError("invalid_grant", hint);
  const digest = hash("sha256", sent, "base64url");
  return digest === challenge
    ? undefined
    : oauthError("invalid_grant", "The PKCE code challenge did not match the code verifier.");
}

function whyNotVerifier(verifier: string): string | undefined {
  if (verifier.length < 43) return "The PKCE code verifier must be at least 43 characters.";
  if (verifier.length > 128) {
    return "The PKCE code verifier can not be longer than 128 characters.";
  }
  return /^[A-Za-z0-9\-._~]+$/.test(verifier)
    ? undefined
    : "The PKCE code verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'.";
}
