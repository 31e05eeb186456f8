import { PageRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { MalformedParameters, malformedRequest, parseParameters } from "../oidc/params.ts";
import { diagnoseMalformed } from "../rules/protocol.ts";

/** Its query without the `?`; empty without one. */
export function queryOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/** Its path: all before the query, in which secrets can stand. */
export function pathOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

/** Parses a query or form body for a route that tells its failures in its own way. */
export function parametersOr(text: string, refuse: (what: string) => Error): Parameters {
  try {
    return parseParameters(text);
  } catch (error) {
    throw error instanceof MalformedParameters ? refuse(error.message) : error;
  }
}

/** The refusal for a route that a browser is at. */
export function unreadablePage(what: string): PageRefusal {
  return new PageRefusal(malformedRequest(what), diagnoseMalformed(what));
}
