import type { Diagnosis } from "./types.ts";

/** How a login ended that did not succeed. */
export interface LoginEnd {
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  /** Where its browser was sent; left out where it has none. */
  readonly redirectUrl?: string;
}

/** A login that ended without a code, or without tokens where it is one from phone number. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  /** The error code that the application, the merchant or the error page was given: `access_denied`. */
  readonly error: string | undefined;
  /** The `error_description` beside it. */
  readonly errorDescription: string | undefined;
  /** The address that the browser was sent to in the end; undefined in a login from phone number. */
  readonly redirectUrl: string | undefined;
  /** Why it was refused and what to do, where the request log says so. */
  readonly diagnosis: Diagnosis | undefined;

  /**
   * @param end how it ended
   * @param diagnosis why, if anybody knows
   */
  constructor(end: LoginEnd, diagnosis: Diagnosis | undefined) {
    super(messageOf(end, diagnosis));
    this.error = end.error;
    this.errorDescription = end.errorDescription;
    this.redirectUrl = end.redirectUrl;
    this.diagnosis = diagnosis;
  }
}

/**
 * @param redirectUrl where a login ended in a browser
 * @returns how it ended
 */
export function endAt(redirectUrl: string): LoginEnd {
  const answer = answerIn(redirectUrl);
  return {
    error: answer.get("error") ?? undefined,
    errorDescription: answer.get("error_description") ?? undefined,
    redirectUrl,
  };
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
  { redirectUrl, error, errorDescription: description }: LoginEnd,
  diagnosis: Diagnosis | undefined,
): string {
  const what =
    error === undefined
      ? `The login waits for a person at ${redirectUrl}: no scenario was played`
      : `The login was refused with ${error}${description ? ` (${description})` : ""}`;
  return diagnosis ? `${what}: ${diagnosis.message}. ${diagnosis.detail}` : `${what}.`;
}
