import { isUtf8 } from "node:buffer";
import type { LoggedBody, LoggedHeaders, LoggedMessage } from "../records/logged-request.ts";
import { maskBody, maskHeader } from "./mask.ts";

/** A request or response. */
export interface Message {
  /** By their names in lower case, as Node has them. */
  readonly headers: Readonly<Record<string, number | string | readonly string[] | undefined>>;
  /** Left out without one, and where nothing of it was read. */
  readonly body: Uint8Array | string | undefined;
}

/** The message as the request log keeps it. */
export function loggedMessage(message: Message, logSecrets: boolean): LoggedMessage {
  const { "content-type": type } = message.headers;
  const contentType = typeof type === "string" ? type : undefined;
  return {
    headers: loggedHeaders(message.headers, logSecrets ? (_name, value) => value : maskHeader),
    body: loggedBody(
      message.body ?? "",
      logSecrets ? (text) => text : (text) => maskBody(text, contentType),
    ),
  };
}

function loggedHeaders(
  headers: Message["headers"],
  mask: (name: string, value: string) => string,
): LoggedHeaders {
  const logged: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    logged[name] =
      typeof value === "object" ? value.map((one) => mask(name, one)) : mask(name, String(value));
  }
  return logged;
}

/** In Latin-1 each byte is a character, so that what is no UTF-8 stays what it was. */
function loggedBody(body: Uint8Array | string, mask: (text: string) => string): LoggedBody {
  if (typeof body === "string") return { text: mask(body) };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isUtf8(bytes)) return { text: mask(bytes.toString()) };
  return { base64: Buffer.from(mask(bytes.toString("latin1")), "latin1").toString("base64") };
}
