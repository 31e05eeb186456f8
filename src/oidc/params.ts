import { unescapeQuery } from "./encoding.ts";
import type { OAuthError } from "./errors.ts";
import { oauthError } from "./errors.ts";
import { hintOf, ownWords } from "./hints.ts";

/**
 * The parameters of a request, parsed once at the edge and strictly: nothing behind this file sees
 * a raw query or body. What a browser or a standard client sends passes; what only a mistake or an
 * attack sends (broken percent-encoding, bytes that are no UTF-8, control characters) does not.
 */
export interface Parameters {
  /** The value, decoded; undefined when it is missing or empty, which fosite does not tell apart. */
  get(name: string): string | undefined;
  /** Those that are there more than once, which RFC 6749 §3.1 forbids: the first value counts. */
  readonly repeated: readonly RepeatedParameter[];
  /** The name that was meant for this one: it differs only by case, `_` or `-`, as loginHint does. */
  misspelled(name: string): string | undefined;
  /** Whether there is no parameter at all. */
  readonly isEmpty: boolean;
}

/** A parameter that is there more than once. */
interface RepeatedParameter {
  readonly name: string;
  /** Whether a later value is another than the first. */
  readonly differs: boolean;
}

/** The text of a request is not application/x-www-form-urlencoded. */
export class MalformedParameters extends Error {}

/** A form as a framework parses it: the values of a repeated parameter are an array. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** @throws MalformedParameters saying what is wrong and where */
export function parseParameters(source: string | FormFields): Parameters {
  const values = new Map<string, string>();
  const repeated = new Map<string, RepeatedParameter>();
  const add: Add = (name, value) => {
    const first = values.get(name);
    if (first === undefined) values.set(name, value);
    else {
      const differs = repeated.get(name)?.differs === true || value !== first;
      repeated.set(name, { name, differs });
    }
  };
  if (typeof source === "string") addPairs(source, add);
  else addFields(source, add);
  return {
    get: (name) => values.get(name) || undefined,
    repeated: [...repeated.values()],
    misspelled: (name) =>
      values.has(name) ? undefined : [...values.keys()].find((sent) => plain(sent) === plain(name)),
    isEmpty: values.size === 0,
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

type Add = (name: string, value: string) => void;

function addPairs(text: string, add: Add): void {
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), NAME);
    add(name, equals < 0 ? "" : decode(pair.slice(equals + 1), name));
  }
}

function addFields(fields: FormFields, add: Add): void {
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) add(printable(name, NAME), printable(value, name));
  }
}

/** What a name of its own is called in messages. */
const NAME = "a parameter's name";

function decode(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = unescapeQuery(text);
  } catch {
    throw new MalformedParameters(`${what} is not percent-encoded UTF-8${shown(what, text)}`);
  }
  return printable(decoded, what);
}

function printable(text: string, what: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  if (/[\x00-\x1f\x7f]/.test(text)) {
    throw new MalformedParameters(`${what} contains a control character${shown(what, text)}`);
  }
  return text;
}

/** What was sent, where it is no secret: this goes to logs, and back to the sender. */
function shown(what: string, text: string): string {
  return isSecretName(what) ? "" : `: ${quoted(text)}`;
}

/** The beginning of what was sent, every control character escaped: JSON alone leaves DEL as it is. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80)).replaceAll("\x7f", "\\u007f");
}

/** The error for a query or form that cannot be read, in fosite's words. */
export function unreadableRequest(): OAuthError {
  return oauthError("invalid_request", hintOf("unreadable"));
}

/** The error for a form of the mock's own pages that nobody can follow, in words of our own. */
export function malformedRequest(what: string): OAuthError {
  return oauthError("invalid_request", ownWords(what));
}

/**
 * The parameters, JSON members and form fields whose values are secrets, and headers so called. The
 * login_challenge is none: it is the login's id in the control API and ties its requests together,
 * and without the browser's cookie it opens nothing, save in the flows in which the app may come back to
 * any browser (rules/app-flows.ts).
 */
export const SECRET_NAMES: readonly string[] = [
  "access_token",
  "assertion",
  "auth_req_id",
  "client_assertion",
  "client_notification_token",
  "client_secret",
  "code",
  "code_verifier",
  "consent_challenge",
  "consent_verifier",
  "id_token",
  "id_token_hint",
  "login_verifier",
  "ocp_apim_subscription_key",
  "password",
  "refresh_token",
  "secret",
  "token",
];

/**
 * Whether what it carries is a secret; also where a developer wrote the name in other cases, or
 * with hyphens.
 */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.includes(name.toLowerCase().replaceAll("-", "_"));
}

/** The words of a text, as OAuth writes lists: scopes, prompts, the values of acr (RFC 6749 §3.3). */
export function words(text: string | null | undefined): string[] {
  return (text ?? "").split(" ").filter(Boolean);
}
