import type { Parameters } from "../oidc/params.ts";
import { MalformedParameters, parseParameters } from "../oidc/params.ts";

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
