import { words } from "../oidc/params.ts";
import type { OncePerLogin } from "../records/checklist.ts";
import { closedHost } from "../rules/redirect-uri.ts";
import type { Book } from "./book.ts";
import type { Seen } from "./seen.ts";

/** What an authorization request shows of the application that sent it. */
export function lookAtAuthorization(seen: Seen, book: Book): void {
  const { endpoint, fault } = seen.request;
  if (endpoint !== "auth") return;
  // The pages send the browser back here, with what they add; the application has no part in that.
  if (seen.query.has("login_verifier") || seen.query.has("consent_verifier")) return;
  book.called("begun", seen, "A login was begun.");
  if (fault !== undefined) return;
  lookAtWindow(seen, book);
  lookAtRedirectUri(seen, book);
  lookAtScopes(seen, book);
  lookAtApp(seen, book);
  lookAtState(seen, book);
  lookAtProofs(seen, book);
  if (!seen.isGranted) return;
  book.called("auth", seen, "The authorization request was taken.");
  const { login } = seen.request;
  if (login !== undefined) beginTrace(seen, book, login);
}

const FRAMES: readonly unknown[] = ["iframe", "frame", "embed", "object"];

function lookAtWindow(seen: Seen, book: Book): void {
  const target = seen.header("sec-fetch-dest");
  if (seen.notedBy("cors") || target === "empty") {
    book.failed("redirect-based", seen, "A script calls the authorization endpoint.");
  } else if (FRAMES.includes(target)) {
    book.failed(
      "redirect-based",
      seen,
      `The login is opened in a frame (Sec-Fetch-Dest: ${target}).`,
    );
  } else if (target === "document") {
    book.done("redirect-based", seen, "The browser's own window came to the login.");
  }
}

function lookAtRedirectUri(seen: Seen, book: Book): void {
  const uri = seen.query.get("redirect_uri");
  const refusal = seen.refusedBy("redirect-uri");
  if (refusal) {
    book.failed("redirect-uris", seen, sentence(refusal.message));
    return;
  }
  if (!seen.isGranted || uri === null) return;
  const host = closedHost(uri, []);
  if (host !== undefined) {
    book.failed("redirect-uris", seen, `${uri} is on plain http, at ${host}.`);
  } else if (uri.includes("?")) {
    book.failed("redirect-uris", seen, `${uri} has a query.`);
  } else {
    book.done("redirect-uris", seen, `${uri} is registered letter by letter.`);
  }
}

function lookAtScopes(seen: Seen, book: Book): void {
  for (const rule of ["entitlement", "nin", "delegated-consents"]) {
    const diagnosis = seen.refusedBy(rule) ?? seen.notedBy(rule);
    if (diagnosis) book.failed("scopes", seen, sentence(diagnosis.message));
  }
}

function lookAtApp(seen: Seen, book: Book): void {
  const flow = seen.query.get("requested_flow");
  const uri = seen.query.get("redirect_uri");
  const isNative = uri !== null && !/^https?:/i.test(uri);
  if (flow?.startsWith("app_to_app") && seen.query.has("app_callback_uri")) {
    if (seen.isGranted)
      book.done("app-flow", seen, `The app asks for ${flow}, and says how to get back.`);
  } else if (isNative && seen.isGranted) {
    book.failed(
      "app-flow",
      seen,
      `${uri} is the scheme of an app, but no flow for apps is asked for.`,
    );
  }
}

/** Shorter than this, a value can be guessed; what libraries make has 20 characters and more. */
const SHORTEST = 16;

function lookAtState(seen: Seen, book: Book): void {
  const refusal = seen.refusedBy("state");
  const state = seen.query.get("state");
  if (refusal) {
    book.failed("state", seen, sentence(refusal.message));
    return;
  }
  if (state === null) return;
  const weakness = weaknessOf(state);
  if (weakness !== undefined) book.failed("state", seen, `state ${weakness}.`);
  const others = book.file.used.state.length;
  if (isUsedElsewhere("state", state, seen, book)) {
    book.failed("state", seen, "Another login had the same state.");
  } else if (others > 0 && weakness === undefined) {
    book.done("state", seen, "state is another one than that of each login before.");
  }
}

/** Why somebody can guess it; undefined where nobody can. */
function weaknessOf(value: string): string | undefined {
  if (value.length < SHORTEST) return `has ${value.length} characters, which can be guessed`;
  if (/^\d+$/.test(value)) return "is a number, as clocks and counters make them";
  if (new Set(value).size < 5) return "has only a few different characters";
  return undefined;
}

/** nonce and PKCE: each keeps a stolen code from being used, so one of them has to be there. */
function lookAtProofs(seen: Seen, book: Book): void {
  const nonce = seen.query.get("nonce");
  const challenge = seen.query.get("code_challenge");
  const method = seen.query.get("code_challenge_method");
  const isBare = nonce === null && challenge === null;
  if (isBare) {
    const why = "The authorization request has neither a nonce nor a code challenge.";
    book.failed("nonce", seen, why);
    book.failed("pkce", seen, why);
  }
  if (nonce !== null) {
    const others = book.file.used.nonce.length;
    if (isUsedElsewhere("nonce", nonce, seen, book)) {
      book.failed("nonce", seen, "Another login had the same nonce.");
    } else if (others > 0) {
      book.done("nonce", seen, "nonce is another one than that of each login before.");
    }
  }
  if (challenge === null) return;
  if (method !== "S256") {
    book.failed(
      "pkce",
      seen,
      `code_challenge_method is ${method ?? "left out, which means plain"}.`,
    );
  } else if (isUsedElsewhere("code_challenge", challenge, seen, book)) {
    book.failed("pkce", seen, "Another login had the same code challenge.");
  } else {
    book.done("pkce", seen, "The code challenge is made by S256.");
  }
}

/** Whether another authorization request had that value; not a page that is reloaded, which sends the same again. */
function isUsedElsewhere(kind: OncePerLogin, value: string, seen: Seen, book: Book): boolean {
  const request = seen.digest;
  const before = book.use(kind, { digest: seen.digestOf(value), request });
  return before.some((other) => other !== request);
}

export function beginTrace(seen: Seen, book: Book, id: string): void {
  const { query } = seen;
  const used: Partial<Record<OncePerLogin, string>> = {};
  for (const kind of ["state", "nonce", "code_challenge"] as const) {
    const value = query.get(kind);
    if (value !== null) used[kind] = seen.digestOf(value);
  }
  book.begin({ id, used, scopes: words(query.get("scope")), isRedeemed: false, pending: 0 });
}

/** A diagnosis as a sentence. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith(".") ? "" : "."}`;
}
