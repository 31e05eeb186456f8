import { hash } from "node:crypto";
import { parseBasic } from "../oidc/client-auth.ts";
import { decodeLeniently, escapeQuery } from "../oidc/encoding.ts";
import { isSecretName, SECRET_NAMES } from "../oidc/params.ts";

/**
 * Keeps secrets out of the request log. The replacement still shows that there was a secret, how it
 * began, and whether two places had the same one.
 */

const NAMES = SECRET_NAMES.join("|");

/** `"code": "…"`, also where the text breaks off inside the value. */
const JSON_MEMBER = new RegExp(String.raw`("(?:${NAMES})"\s*:\s*")((?:[^"\\]|\\.)*)`, "gi");

/** `'code': '…'`, as JSON is written by hand, or by a program that printed its own objects. */
const QUOTED_MEMBER = new RegExp(String.raw`('(?:${NAMES})'\s*:\s*')((?:[^'\\]|\\.)*)`, "gi");

/** `name="code" value="…"`, as the pages carry what belongs to them. */
const HTML_FIELD = new RegExp(String.raw`(\bname="(?:${NAMES})" value=")([^"]*)`, "gi");

/** A part of a multipart body: its name, what else its headers say, an empty line, the value. */
const MULTIPART_FIELD = new RegExp(
  String.raw`(\bname="?(?:${NAMES})"?(?:;[^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n){0,5}\r?\n)([^\r\n]*)`,
  "gi",
);

/** `code=…` within any other text. */
const WRITTEN_PAIR = new RegExp(String.raw`((?<![\w-])(?:${NAMES})=)([^&\s"'<>]+)`, "gi");

/**
 * Up to four of its first characters (a quarter of it at most) and the beginning of its SHA-256:
 * `dBjf***13d31e96`. It is valid wherever the secret was. Empty text stays empty.
 */
export function masked(secret: string): string {
  if (secret === "") return "";
  const [shown = ""] = /^[\w.~-]{0,4}/.exec(secret.slice(0, Math.floor(secret.length / 4))) ?? [];
  return `${shown}***${hash("sha256", secret).slice(0, 8)}`;
}

/** Masks the secrets in the path, query and fragment. */
export function maskUrl(url: string): string {
  const start = url.search(/[?#]/);
  if (start < 0) return maskPath(url);
  return (
    maskPath(url.slice(0, start)) +
    url.slice(start).replace(/([?#])([^?#]*)/g, (_, mark, pairs) => mark + maskForm(pairs))
  );
}

/**
 * Host and path, for the server's log: the query may have a key under any name, and a token in the
 * path is masked.
 */
export function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + maskPath(pathname);
}

/** Codes and tokens are longer than this; nothing that is part of an endpoint's path is. */
const LONGEST_SEGMENT = 31;

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * A token does not belong in a path, but is put there now and then, and recognized by its length. A
 * UUID stays, because there it is a `sub`.
 */
export function maskPath(path: string): string {
  return path
    .split("/")
    .map((segment) =>
      segment.length > LONGEST_SEGMENT && !UUID.test(segment) ? masked(segment) : segment,
    )
    .join("/");
}

/** Masks one secret wherever it appears, percent-encoded or not. */
export function withoutSecret<Value>(value: Value, secret: string): Value {
  const written = [secret, escapeQuery(secret), encodeURIComponent(secret)];
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") {
      return written.reduce((text, one) => text.replaceAll(one, masked(secret)), part);
    }
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, clean(inner)]));
  };
  return clean(value) as Value;
}

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
      return isSecretName(name) ? masked(value) : value;
  }
}

export function maskBody(text: string, contentType: string | undefined): string {
  const isForm = /^(?:application\/x-www-form-urlencoded|$)/i.test(contentType ?? "");
  const pairsMasked = isForm ? maskForm(text) : replaceSecrets(text, WRITTEN_PAIR, decodeLeniently);
  const markupMasked = [HTML_FIELD, MULTIPART_FIELD].reduce(
    (rest, pattern) => replaceSecrets(rest, pattern, asItIs),
    pairsMasked,
  );
  return [JSON_MEMBER, QUOTED_MEMBER].reduce(
    (rest, pattern) => replaceSecrets(rest, pattern, decodeJson),
    markupMasked,
  );
}

/** Names may be percent-encoded, and only `&` ends a value. */
function maskForm(form: string): string {
  return form.split("&").map(maskPair).join("&");
}

function maskPair(pair: string): string {
  const equals = pair.indexOf("=");
  if (equals < 0) return pair;
  const name = pair.slice(0, equals);
  const written = pair.slice(equals + 1);
  if (isSecretName(decodeLeniently(name))) return `${name}=${masked(decodeLeniently(written))}`;
  // Pairs that were joined with the wrong sign, or a URL with pairs of its own; a space would end them.
  const value = decodeLeniently(written.replaceAll("+", "%2B"));
  const clean = replaceSecrets(value, WRITTEN_PAIR, asItIs);
  return clean === value ? pair : `${name}=${escapeQuery(clean).replaceAll("%2A", "*")}`;
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
