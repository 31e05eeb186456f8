import type { Diagnosis } from "../records/diagnosis.ts";
import type { Seconds } from "../records/time.ts";
import { onlyBy } from "./redirect-uri.ts";
import type { ProtocolCheck } from "./rule.ts";
import { diagnose } from "./rule.ts";

/**
 * Why an authorization code is not redeemed. The response is `invalid_grant` for nearly all of it, and
 * an application seldom shows more, so here is what a developer has to know.
 */

const codeCheck: ProtocolCheck = { id: "authorization-code", source: "RFC 6749 §4.1.3" };
const expiryCheck: ProtocolCheck = { id: "code-expired", source: "RFC 6749 §4.1.2" };
const replayCheck: ProtocolCheck = { id: "code-replay", source: "RFC 6749 §4.1.2" };
const pkceCheck: ProtocolCheck = { id: "pkce", source: "RFC 7636 §4.6" };

/** The diagnosis of a code that was never issued. */
export function diagnoseUnknownCode(code: string | undefined): Diagnosis {
  return diagnose(
    codeCheck,
    code === undefined ? "the token request has no code" : `no code ${shortened(code)} was issued`,
    "Send the code as it stood in the redirect, percent-decoded once. Codes are forgotten an hour " +
      "after they were made, and when a mock ends that keeps its state in memory.",
  );
}

/** The diagnosis of a code that comes too late. */
export function diagnoseExpiredCode(ago: Seconds, lifetime: Seconds): Diagnosis {
  return diagnose(
    expiryCheck,
    `the code expired ${ago} seconds ago; it lives ${lifetime} seconds`,
    "Exchange the code as soon as the redirect brings it. If the sandbox's clock was moved, log in again.",
  );
}

/** The diagnosis of a code that comes a second time. */
export function diagnoseReplay(ago: Seconds): Diagnosis {
  return diagnose(
    replayCheck,
    `the code was used ${ago} seconds ago; the tokens of that login are worthless now`,
    "Exchange a code once. A retry after a timeout, a reloaded callback page and a callback that is " +
      "handled twice are what usually sends it again.",
  );
}

export function diagnoseOtherClient(issuedTo: string, redeemedBy: string): Diagnosis {
  return diagnose(
    codeCheck,
    `the code was issued to client_id ${issuedTo}, but ${redeemedBy} redeems it`,
    "Use one client_id in both requests.",
    { sent: redeemedBy, closest: issuedTo },
  );
}

export function diagnoseOtherRedirectUri(asked: string, sent: string | undefined): Diagnosis {
  return diagnose(
    codeCheck,
    sent === undefined
      ? `the token request has no redirect_uri; the authorization request had ${asked}`
      : `redirect_uri ${sent} differs from ${asked} of the authorization request${onlyBy(sent, asked)}`,
    `Send redirect_uri=${asked} in both requests.`,
    { sent, closest: asked },
  );
}

/** What the token request and the code have for PKCE. */
export interface PkceAttempt {
  readonly challenge: string | undefined;
  readonly verifier: string | undefined;
  /** Whether a verifier was tried before with this code. */
  readonly spent: boolean;
}

export function diagnosePkce({ challenge, verifier, spent }: PkceAttempt): Diagnosis {
  const message = spent
    ? "a verifier was tried with this code before, and there is one attempt"
    : challenge === undefined
      ? "the token request has a code_verifier, but the authorization request had no code_challenge"
      : verifier === undefined
        ? "the authorization request had a code_challenge, but the token request has no code_verifier"
        : "the code_verifier is not the one that the code_challenge was made from";
  return diagnose(
    pkceCheck,
    message,
    "Keep the verifier of each login until its token request; code_challenge is the unpadded " +
      "base64url of its SHA-256. A second login in another tab often overwrites it.",
  );
}

/** Enough to recognise it; the whole of it is a secret. */
function shortened(code: string): string {
  return code.length > 8 ? `${code.slice(0, 8)}…` : code;
}
