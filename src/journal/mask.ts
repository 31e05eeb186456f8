import { hash } from "node:crypto";
import { parseBasic } from "../oidc/client-auth.ts";
import { decodeLeniently } from "../oidc/encoding.ts";

/**
 * Keeps secrets out of the request log. What stands in a secret's place still shows that it was
 * there, how it began, and whether two places held the same one.
 */

/** The parameters, JSON members and form fields whose values are secrets, and headers so called. */
const SECRETS: ReadonlySet<string> = new Set([
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
  "login_challenge",
  "login_verifier",
  "ocp_apim_subscription_key",
  "password",
  "refresh_token",
  "token",
]);

const NAMES = [...SECRETS].join("|");

/** `"code": "…"`, also where the text breaks off inside the value. */
const JSON_MEMBER = new RegExp(String.raw`("(?:${NAMES})"\s*:\s*")((?:[^"\\]|\\.)*)`, "g");

/** `name="code" value="…"`, as the pages carry what belongs to them. */
const HTML_FIELD = new RegExp(String.raw`(\bname="(?:${NAMES})" value=")([^"]*)`, "g");

/** A part of a multipart body: its name, what else its headers say, an empty line, the value. */
const MULTIPART_FIELD = new RegExp(
  String.raw`(\bname="?(?:${NAMES})"?(?:;[^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n){0,5}\r?\n)([^\r\n]*)`,
  "g",
);

/** `code=…` within any other text. */
const WRITTEN_PAIR = new RegExp(String.raw`((?<![\w-])(?:${NAMES})=)([^&\s"'<>]+)`, "g");

/**
 * @param secret a secret in clear
 * @returns up to four of its first characters (a quarter of it at most) and the beginning of its
 *   SHA-256: `dBjf***13d31e96`. It can stand wherever the secret could. Nothing stays nothing
 */
export function masked(secret: string): string {
  if (secret === "") return "";
  const [shown = ""] = /^[\w.~-]{0,4}/.exec(secret.slice(0, Math.floor(secret.length / 4))) ?? [];
  return `${shown}***${hash("sha256", secret).slice(0, 8)}`;
}

/**
 * @param url an absolute or relative URL
 * @returns the same with the secrets in its query and fragment masked
 */
export function maskUrl(url: string): string {
  const start = url.search(/[?#]/);
  if (start < 0) return url;
  return (
    url.slice(0, start) +
    url.slice(start).replace(/([?#])([^?#]*)/g, (_, mark, pairs) => mark + maskForm(pairs))
  );
}

/**
 * @param name a header's name in lower case
 * @param value its value
 * @returns the value with its secrets masked
 */
export function maskHeader(name: string, value: string): string {
  switch (name) {
    case "authorization":
    case "proxy-authorization":
      return maskAuthorization(value);
    case "cookie":
      return value.split(";").map(maskCookie).join(";");
    case "set-cookie":
      return value.replace(/^[^;]*/, maskCookie);
    case "location":
    case "referer":
      return maskUrl(value);
    default:
      return SECRETS.has(name.replaceAll("-", "_")) ? masked(value) : value;
  }
}

/**
 * @param text a body's text
 * @param contentType its type; a text without one is read as a form
 * @returns the same with its secrets masked
 */
export function maskBody(text: string, contentType: string | undefined): string {
  const isForm = /^(?:application\/x-www-form-urlencoded|$)/i.test(contentType ?? "");
  const pairsMasked = isForm ? maskForm(text) : replaceSecrets(text, WRITTEN_PAIR, decodeLeniently);
  const markupMasked = [HTML_FIELD, MULTIPART_FIELD].reduce(
    (rest, pattern) => replaceSecrets(rest, pattern, asItIs),
    pairsMasked,
  );
  return replaceSecrets(markupMasked, JSON_MEMBER, decodeJson);
}

/** The name may be percent-encoded, and the value is told apart by `&` alone. */
function maskForm(form: string): string {
  return form.split("&").map(maskPair).join("&");
}

function maskPair(pair: string): string {
  const equals = pair.indexOf("=");
  if (equals < 0) return pair;
  const name = pair.slice(0, equals);
  if (!SECRETS.has(decodeLeniently(name))) return pair;
  return `${name}=${masked(decodeLeniently(pair.slice(equals + 1)))}`;
}

function replaceSecrets(text: string, pattern: RegExp, decode: (text: string) => string): string {
  return text.replace(pattern, (_, before, value) => before + masked(decode(value)));
}

/** The scheme stays, and of Basic the client id. */
function maskAuthorization(value: string): string {
  const basic = parseBasic(value);
  if (basic) return `Basic ${decodeLeniently(basic.id)}:${masked(decodeLeniently(basic.secret))}`;
  const [, scheme = "", credentials = ""] = /^(\S+ +)?(.*)$/s.exec(value) ?? [];
  return scheme + masked(credentials);
}

function maskCookie(cookie: string): string {
  const equals = cookie.indexOf("=");
  return cookie.slice(0, equals + 1) + masked(cookie.slice(equals + 1));
}

/** Secrets are compared as they are meant, however they are written in each place. */
function decodeJson(text: string): string {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}

function asItIs(text: string): string {
  return text;
}
