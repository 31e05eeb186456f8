import type { Diagnosis } from "./types.ts";

/** A login that did not end with a code. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  /** The error code that the application or the error page was given: `access_denied`. */
  readonly error: string | undefined;
  /** The `error_description` beside it. */
  readonly errorDescription: string | undefined;
  /** The address that the browser was sent to in the end. */
  readonly redirectUrl: string;
  /** Why it was refused and what to do, where the request log says so. */
  readonly diagnosis: Diagnosis | undefined;

  /**
   * @param redirectUrl where the browser ended
   * @param diagnosis why, if anybody knows
   */
  constructor(redirectUrl: string, diagnosis: Diagnosis | undefined) {
    const answer = answerIn(redirectUrl);
    const error = answer.get("error") ?? undefined;
    const errorDescription = answer.get("error_description") ?? undefined;
    super(messageOf(redirectUrl, error, errorDescription, diagnosis));
    this.error = error;
    this.errorDescription = errorDescription;
    this.redirectUrl = redirectUrl;
    this.diagnosis = diagnosis;
  }
}

/**
 * @param redirectUrl where a login ended
 * @returns the parameters of its answer, in the query or in the fragment
 */
export function answerIn(redirectUrl: string): URLSearchParams {
  const { searchParams, hash } = new URL(redirectUrl);
  return hash.length > 1 ? new URLSearchParams(hash.slice(1)) : searchParams;
}

function messageOf(
  redirectUrl: string,
  error: string | undefined,
  description: string | undefined,
  diagnosis: Diagnosis | undefined,
): string {
  const what =
    error === undefined
      ? `The login waits for a person at ${redirectUrl}: no scenario was played`
      : `The login was refused with ${error}${description ? ` (${description})` : ""}`;
  return diagnosis ? `${what}: ${diagnosis.message}. ${diagnosis.detail}` : `${what}.`;
}
