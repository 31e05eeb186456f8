import type { LoginTrace, OncePerLogin } from "../records/checklist.ts";
import { GRANT_TYPES } from "../records/vocabulary.ts";
import { PATHS } from "../request/addresses.ts";
import { sentence } from "./authorization.ts";
import type { Book } from "./book.ts";
import type { Seen } from "./seen.ts";

/** What the calls of a backend show of the application: token, userinfo, and what both have. */

/** What only a backend calls. */
const OF_BACKENDS: readonly unknown[] = [
  "token",
  "userinfo",
  "revoke",
  "backchannel-authentication",
  "user-exists",
];

export function lookAtBackend(seen: Seen, book: Book): void {
  if (seen.request.fault !== undefined) return;
  lookAtAddress(seen, book);
  if (seen.query.has("client_secret")) {
    book.failed("client-secret", seen, `The client secret is in the URL of ${seen.path}.`);
  }
  if (!OF_BACKENDS.includes(seen.request.endpoint)) return;
  lookAtSystemHeaders(seen, book);
  if (seen.request.endpoint === "token") lookAtToken(seen, book);
  if (seen.request.endpoint === "userinfo") lookAtUserinfo(seen, book);
}

function lookAtAddress(seen: Seen, book: Book): void {
  const { endpoint, status } = seen.request;
  if (endpoint === undefined && (status === 404 || status === 405)) {
    book.failed("endpoints", seen, `There is nothing at ${seen.path}.`);
  } else if (seen.path.endsWith(PATHS.legacyUserinfo)) {
    book.failed("endpoints", seen, `${PATHS.legacyUserinfo} is the old address of userinfo.`);
  }
}

const SYSTEM_HEADERS = [
  "Merchant-Serial-Number",
  "Vipps-System-Name",
  "Vipps-System-Version",
  "Vipps-System-Plugin-Name",
  "Vipps-System-Plugin-Version",
] as const;

type SystemHeader = (typeof SYSTEM_HEADERS)[number];

/** As the log has their names. */
const LOWER = Object.fromEntries(
  SYSTEM_HEADERS.map((name) => [name, name.toLowerCase()]),
) as Readonly<Record<SystemHeader, string>>;

const LONGEST_HEADER = 30;

function lengthOf(seen: Seen, name: SystemHeader): number {
  return seen.header(LOWER[name])?.length ?? 0;
}

function lookAtSystemHeaders(seen: Seen, book: Book): void {
  const missing = SYSTEM_HEADERS.filter((name) => seen.header(LOWER[name]) === undefined);
  const long = SYSTEM_HEADERS.find((name) => lengthOf(seen, name) > LONGEST_HEADER);
  const call = `The call of ${seen.request.endpoint}`;
  if (long) {
    const why = `${long} has ${lengthOf(seen, long)} characters, more than ${LONGEST_HEADER}.`;
    book.failed("system-headers", seen, why);
  } else if (missing.length > 0) {
    book.failed("system-headers", seen, `${call} has no ${missing.join(", ")}.`);
  } else {
    book.done("system-headers", seen, `${call} has all of them.`);
  }
}

function lookAtToken(seen: Seen, book: Book): void {
  const grant = seen.form.get("grant_type");
  const hasSecret = seen.header("authorization") !== undefined || seen.form.has("client_secret");
  if (hasSecret && seen.isByScript) {
    book.failed("client-secret", seen, "A browser sends the client secret to the token endpoint.");
  } else if (hasSecret && seen.isGranted) {
    book.done("client-secret", seen, "The backend sends the client secret to the token endpoint.");
  }
  if (grant === GRANT_TYPES.code && !seen.form.get("code")) {
    book.failed("errors", seen, "The token endpoint is called without a code.");
  }
  const refusal = seen.refusedBy("code-replay") ?? seen.refusedBy("code-expired");
  if (refusal) book.failed("code", seen, sentence(refusal.message));
  if (seen.isGranted) lookAtTokens(seen, book);
}

function lookAtTokens(seen: Seen, book: Book): void {
  book.called("token", seen, "The token endpoint gave tokens.");
  if (seen.form.get("grant_type") === GRANT_TYPES.code) {
    book.done("code", seen, "The code was redeemed once, while it was valid.");
  }
  const { logins } = book.file;
  const login = book.loginOf(seen);
  const at = login === undefined ? logins.length : logins.indexOf(login);
  const ended = logins.findLast(({ error }, index) => error !== undefined && index < at);
  if (ended?.error) {
    const why = `A login ended with ${ended.error.code}, and this later one succeeded.`;
    book.done("errors", seen, why);
  }
  if (login === undefined) return;
  lookForTwins(seen, book, login);
  if (login.scopes.some((scope) => scope !== "openid")) {
    book.called("asked", seen, `The login asked for ${login.scopes.join(" ")}.`);
  }
  book.changeLogin(login, { isRedeemed: true });
}

/** Of two logins with the same value nobody can say that one was a page that was reloaded, if both were used. */
function lookForTwins(seen: Seen, book: Book, { id, used }: LoginTrace): void {
  const isTwin = (kind: OncePerLogin) =>
    used[kind] !== undefined &&
    book.file.logins.some(
      (other) => other.used[kind] === used[kind] && other.isRedeemed && other.id !== id,
    );
  if (isTwin("state")) book.failed("state", seen, "Two logins with the same state were used.");
  if (isTwin("nonce")) book.failed("nonce", seen, "Two logins with the same nonce were used.");
  if (isTwin("code_challenge")) {
    book.failed("pkce", seen, "Two logins with the same code challenge were used.");
  }
}

function lookAtUserinfo(seen: Seen, book: Book): void {
  const refusal = seen.refusedBy("retention");
  if (refusal) {
    book.failed("userinfo", seen, sentence(refusal.message));
    return;
  }
  if (!seen.isGranted) return;
  book.called("userinfo", seen, "Userinfo was read.");
  book.done("userinfo", seen, "Userinfo was read while the access token was valid.");
  book.done("scopes", seen, "The claims of the scopes were read.");
}
