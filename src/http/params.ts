import { PageRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { MalformedParameters, malformedRequest, parseParameters } from "../oidc/params.ts";
import { diagnoseMalformed } from "../rules/protocol.ts";

/**
 * @param url a request's URL as it came
 * @returns its query without the `?`; empty without one
 */
export function queryOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/**
 * @param url a request's URL as it came
 * @returns its path: all before the query, in which secrets can stand
 */
export function pathOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

/**
 * Parses a query or form body for a route that tells its failures in its own way.
 *
 * @param text the raw text
 * @param refuse makes the route's own refusal out of what is wrong
 * @returns the parameters
 */
export function parametersOr(text: string, refuse: (what: string) => Error): Parameters {
  try {
    return parseParameters(text);
  } catch (error) {
    throw error instanceof MalformedParameters ? refuse(error.message) : error;
  }
}

/**
 * @param what what is wrong with a query or form, as `parametersOr` tells it
 * @returns the refusal for a route that a browser is at
 */
export function unreadablePage(what: string): PageRefusal {
  return new PageRefusal(malformedRequest(what), diagnoseMalformed(what));
}
