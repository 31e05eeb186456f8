import { deflateRawSync, inflateRawSync } from "node:zlib";
import { parseCookie } from "cookie";
import { isUrl } from "../platform/url.ts";
import type { PageCookie, Visit } from "./page.ts";

/**
 * What Try remembers of a login between its requests. The browser keeps it, as an application's session
 * cookie would, so that any server can go on with it.
 */

/** A login on its way, or at its end. */
export interface Attempt {
  /** In a browser, from a phone number, or one of those that are to fail. */
  readonly kind: "browser" | "till" | "broken";
  /** The sales unit. */
  readonly msn: string;
  readonly redirectUri: string;
  /** What of the discovery document an application keeps, as JSON. */
  readonly metadata: string;
  /** Empty where none was sent, as is whatever else a login need not have. */
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Whether the code is to wait at the callback. */
  readonly holds: boolean;
  /** What came to the callback: a query. */
  readonly callback: string;
  /** Where the app that was called is to send the browser. */
  readonly resumeUri: string;
  /** Of a login from phone number. */
  readonly authReqId: string;
  readonly user: string;
  /** How long to wait between two polls, in seconds, and when the next one is due. */
  readonly interval: number;
  readonly pollAt: number;
  /** Ties together the requests of the login in the log. */
  readonly login: string;
  /** The ids of its requests in the log that no login is known for. */
  readonly entries: readonly string[];
  readonly isOver: boolean;
  /** What the library said in the end; empty where it had nothing to object to. */
  readonly refusal: string;
  readonly idToken: string;
  readonly accessToken: string;
  readonly checks: readonly Check[];
  /** The name of what is to fail. */
  readonly preset: string;
}

/** A check of an ID token. */
export interface Check {
  readonly name: string;
  /** Null where there was nothing to check. */
  readonly holds: boolean | null;
  readonly text: string;
}

const NONE: Attempt = {
  kind: "browser",
  msn: "",
  redirectUri: "",
  metadata: "",
  state: "",
  nonce: "",
  verifier: "",
  holds: false,
  callback: "",
  resumeUri: "",
  authReqId: "",
  user: "",
  interval: 0,
  pollAt: 0,
  login: "",
  entries: [],
  isOver: false,
  refusal: "",
  idToken: "",
  accessToken: "",
  checks: [],
  preset: "",
};

export function newAttempt(known: Partial<Attempt> & Pick<Attempt, "kind" | "msn">): Attempt {
  return { ...NONE, ...known };
}

const COOKIE = "vipps-login-mock-try";

/** Browsers take no cookies that are much longer, and proxies no more than two of them. */
const LONGEST = 3500;
const PARTS = ["", "-2"] as const;

/** Nothing that was packed is longer. */
const MOST_UNPACKED = 64 * 1024;

export function attemptIn({ headers }: Pick<Visit, "headers">): Attempt | undefined {
  const cookies = parseCookie(headers.cookie ?? "");
  const packed = PARTS.map((part) => cookies[`${COOKIE}${part}`] ?? "").join("");
  if (packed === "") return undefined;
  try {
    const bytes = inflateRawSync(Buffer.from(packed, "base64url"), {
      maxOutputLength: MOST_UNPACKED,
    });
    return asAttempt(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}

/** What does not fit is left out: first the ID token, which stands in the log as well, then all of it. */
export function cookiesOf(attempt: Attempt | undefined): readonly PageCookie[] {
  const packed = attempt ? (fitting(attempt) ?? "") : "";
  return PARTS.map((part, index) => ({
    page: "try",
    name: `${COOKIE}${part}`,
    value: packed.slice(index * LONGEST, (index + 1) * LONGEST),
  }));
}

function fitting(attempt: Attempt): string | undefined {
  const short = { ...attempt, idToken: "", callback: attempt.callback.slice(0, 500) };
  const tries = [attempt, short].map(pack);
  return tries.find(({ length }) => length <= LONGEST * PARTS.length);
}

function pack(attempt: Attempt): string {
  const told = Object.entries(attempt).filter(
    ([name, value]) => value !== NONE[name as keyof Attempt],
  );
  return deflateRawSync(JSON.stringify(Object.fromEntries(told))).toString("base64url");
}

/** Another site on this host may have written it: every member is of its own type, or it is none. */
function asAttempt(value: unknown): Attempt | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const attempt = { ...NONE, ...value };
  const isOne =
    Object.entries(NONE).every(
      ([name, none]) => typeof attempt[name as keyof Attempt] === typeof none,
    ) &&
    ["browser", "till", "broken"].includes(attempt.kind) &&
    isUrl(attempt.redirectUri) &&
    Array.isArray(attempt.entries) &&
    attempt.entries.every((id) => typeof id === "string") &&
    Array.isArray(attempt.checks) &&
    attempt.checks.every(isCheck);
  return isOne ? attempt : undefined;
}

function isCheck(value: unknown): value is Check {
  const { name, holds, text } = (value ?? {}) as Partial<Check>;
  return (
    typeof name === "string" &&
    typeof text === "string" &&
    (holds === null || typeof holds === "boolean")
  );
}
