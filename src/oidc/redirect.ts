import type { ResponseError } from "../records/login.ts";
import { encodeQuery, escapeQuery } from "./encoding.ts";
import type { ReturnAddress } from "./errors.ts";

/** What a response tells the merchant, by parameter, in alphabetical order. */
export type ResponseParameters = Readonly<Record<string, string>>;

/** A successful response: `code`, `scope`, `state` (documentation 2023). */
export function successResponse(
  { state }: Pick<ReturnAddress, "state">,
  code: string,
  scopes: readonly string[],
): ResponseParameters {
  return { code, scope: scopes.join(" "), state };
}

/** An error response; `state` is there even when it is empty (fosite 0.40.2). */
export function errorResponse(
  { state }: Pick<ReturnAddress, "state">,
  { code, description }: ResponseError,
): ResponseParameters {
  return { error: code, ...(description !== "" && { error_description: description }), state };
}

/** The URL of a successful response. */
export function successLocation(to: ReturnAddress, response: ResponseParameters): string {
  return locationWith(to, response);
}

/** The URL of an error response; an app gets the code alone. */
export function errorLocation(to: ReturnAddress, error: ResponseError): string {
  if (to.responseMode === "app") return appLocation(to, "error", error.code);
  return locationWith(to, errorResponse(to, error));
}

/** The URL that calls the app once its user has confirmed. */
export function resumeLocation(to: ReturnAddress, resumeUri: string): string {
  return appLocation(to, "resume_uri", resumeUri);
}

/** `state` comes first here: this is the user's app that answers, not Hydra. */
function appLocation({ redirectUri, state }: ReturnAddress, name: string, value: string): string {
  const separator = redirectUri.includes("?") ? "&" : "?";
  const response = `state=${escapeQuery(state)}&${name}=${escapeQuery(value)}`;
  return `${redirectUri}${separator}${response}`;
}

/**
 * The URL that brings the code and nothing else, as login from phone number has it (documentation 2023).
 */
export function codeLocation(redirectUri: string, code: string): string {
  return locationWith({ redirectUri, responseMode: "query" }, { code });
}

/** Parameters of the registered redirect URI are kept; ours win over one of the same name. */
function locationWith(to: Omit<ReturnAddress, "state">, response: ResponseParameters): string {
  const ours = Object.entries(response);
  if (to.responseMode === "fragment") return `${to.redirectUri}#${encodeQuery(ours)}`;
  if (!to.redirectUri.includes("?")) return `${to.redirectUri}?${encodeQuery(ours)}`;
  const [address = "", query = ""] = to.redirectUri.split(/\?(.*)/s);
  const kept = [...new URLSearchParams(query)].filter(([name]) => !Object.hasOwn(response, name));
  return `${address}?${encodeQuery([...kept, ...ours])}`;
}
