import { isUtf8 } from "node:buffer";
import type {
  KeptRequest,
  LoggedBody,
  LoggedHeaders,
  LoggedMessage,
  LoggedRequest,
  Sent,
} from "../records/logged-request.ts";
import { maskBody, maskHeader, maskUrl } from "./mask.ts";

/** What was sent, as the request log keeps it and as it shows it. */

/** A request or response. */
export interface Message {
  /** By their names in lower case, as Node has them. */
  readonly headers: Readonly<Record<string, number | string | readonly string[] | undefined>>;
  /** Left out without one, and where nothing of it was read. */
  readonly body: Uint8Array | string | undefined;
}

/** The message as it was sent, as a record; frozen, so that the store need not copy it. */
export function messageAsSent({ headers, body = "" }: Message): LoggedMessage {
  return Object.freeze({ headers: headersAsSent(headers), body: bodyAsSent(body) });
}

function headersAsSent(headers: Message["headers"]): LoggedHeaders {
  const texts: Record<string, string | readonly string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") texts[name] = value;
    else if (typeof value === "object") texts[name] = Object.freeze([...value]);
    else if (value !== undefined) texts[name] = String(value);
  }
  return Object.freeze(texts);
}

/** So many characters of a header or a URL the log keeps: more than any login has a use for. */
const LONGEST_TEXT = 8 * 1024;

/** Whether a header or the URL is longer than the log keeps. */
export function hasLongText({ url, request, response }: Sent): boolean {
  return (
    isLong(url) || hasLongHeader(request) || (response !== undefined && hasLongHeader(response))
  );
}

function hasLongHeader({ headers }: LoggedMessage): boolean {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string" ? isLong(value) : value?.some(isLong)) return true;
  }
  return false;
}

function isLong(text: string): boolean {
  return text.length > LONGEST_TEXT;
}

/** The same with what is longer cut off. It must be masked before: a part of a secret is not recognized. */
export function shortened({ url, request, response }: Sent): Sent {
  return {
    url: cut(url),
    request: withShortHeaders(request),
    ...(response && { response: withShortHeaders(response) }),
  };
}

function withShortHeaders({ headers, body }: LoggedMessage): LoggedMessage {
  return { headers: mapHeaders(headers, (_, text) => cut(text)), body };
}

function cut(text: string): string {
  if (!isLong(text)) return text;
  return `${text.slice(0, LONGEST_TEXT)}… (${text.length - LONGEST_TEXT} more characters)`;
}

function bodyAsSent(body: Uint8Array | string): LoggedBody {
  if (typeof body === "string") return Object.freeze({ text: body });
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Object.freeze(
    isUtf8(bytes) ? { text: bytes.toString() } : { base64: bytes.toString("base64") },
  );
}

/** The request as it may be shown. */
export function presentable({ sent, isPresentable, ...facts }: KeptRequest): LoggedRequest {
  return { ...facts, ...(isPresentable ? sent : maskSent(sent)) };
}

/** Its URL alone, where nothing else of what was sent is shown. */
export function presentableUrl({ sent, isPresentable }: KeptRequest): string {
  return isPresentable ? sent.url : maskUrl(sent.url);
}

/** The same without the secrets. */
export function maskSent({ url, request, response }: Sent): Sent {
  return {
    url: maskUrl(url),
    request: maskMessage(request),
    ...(response && { response: maskMessage(response) }),
  };
}

export function maskMessage({ headers, body }: LoggedMessage): LoggedMessage {
  const { "content-type": type } = headers;
  const contentType = typeof type === "string" ? type : undefined;
  return {
    headers: mapHeaders(headers, maskHeader),
    body: maskedBody(body, (text) => maskBody(text, contentType)),
  };
}

function mapHeaders(
  headers: LoggedHeaders,
  change: (name: string, text: string) => string,
): LoggedHeaders {
  const changed = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === "string" ? change(name, value) : value.map((one) => change(name, one)),
  ]);
  return Object.fromEntries(changed);
}

/** In Latin-1 each byte is a character, so that what is no UTF-8 stays what it was. */
function maskedBody({ text, base64 }: LoggedBody, mask: (text: string) => string): LoggedBody {
  if (base64 === undefined) return { text: mask(text) };
  const bytes = mask(Buffer.from(base64, "base64").toString("latin1"));
  return { base64: Buffer.from(bytes, "latin1").toString("base64") };
}
