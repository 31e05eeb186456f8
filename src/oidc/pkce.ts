import { hash } from "node:crypto";
import type { OAuthError } from "./errors.ts";
import { oauthError } from "./errors.ts";
import type { Hint } from "./hints.ts";
import { hintOf } from "./hints.ts";

/** PKCE (RFC 7636) as fosite 0.40.2 does it: optional, S256 only. */

/** Checked when the code is about to be issued, after login and consent. */
export function checkChallenge(
  challenge: string | undefined,
  method: string | undefined,
  required: boolean,
): OAuthError | undefined {
  if (challenge === undefined) {
    return required ? oauthError("invalid_request", hintOf("challenge_missing")) : undefined;
  }
  if (method === "S256") return undefined;
  return oauthError(
    "invalid_request",
    method === undefined || method === "plain"
      ? hintOf("plain_challenge")
      : hintOf("unknown_challenge_method"),
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
  return digest === challenge ? undefined : oauthError("invalid_grant", hintOf("wrong_verifier"));
}

function whyNotVerifier(verifier: string): Hint<"invalid_grant"> | undefined {
  if (verifier.length < 43) return hintOf("short_verifier");
  if (verifier.length > 128) return hintOf("long_verifier");
  return /^[A-Za-z0-9\-._~]+$/.test(verifier) ? undefined : hintOf("verifier_characters");
}
