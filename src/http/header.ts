import type { IncomingHttpHeaders } from "node:http";
import type { ClientHeaders } from "../client-auth/authenticate.ts";

/**
 * @param headers the headers of a request
 * @param name a header's name in lower case
 * @returns its value; undefined where it is missing or empty
 */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return [headers[name]].flat()[0] || undefined;
}

/**
 * @param headers the headers of a request
 * @returns those by which a client says who it is
 */
export function clientHeaders(headers: IncomingHttpHeaders): ClientHeaders {
  return { authorization: headers.authorization, msn: headerOf(headers, "merchant-serial-number") };
}
