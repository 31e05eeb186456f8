import type { IncomingHttpHeaders } from "node:http";
import type { ClientHeaders } from "../client-auth/authenticate.ts";

/** Its value; undefined where it is missing or empty. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return [headers[name]].flat()[0] || undefined;
}

/** Those by which a client says who it is. */
export function clientHeaders(headers: IncomingHttpHeaders): ClientHeaders {
  return { authorization: headers.authorization, msn: headerOf(headers, "merchant-serial-number") };
}
