import type { KeptRequest } from "../records/logged-request.ts";
import type { EndpointName } from "../records/vocabulary.ts";

/** Which requests to find; what is left out does not matter. */
export interface RequestFilter {
  readonly endpoint?: EndpointName;
  readonly clientId?: string;
  /** The user's id. */
  readonly user?: string;
  readonly login?: string;
  readonly status?: number;
  readonly refused?: boolean;
}

/** Every arrival is held against the filter of everybody who waits, so nothing is made on the way. */
export function matches(
  request: KeptRequest,
  { endpoint, clientId, user, login, status, refused }: RequestFilter,
): boolean {
  return (
    (endpoint === undefined || request.endpoint === endpoint) &&
    (clientId === undefined || request.clientId === clientId) &&
    (user === undefined || request.user === user) &&
    (login === undefined || request.login === login) &&
    (status === undefined || request.status === status) &&
    (refused === undefined || isRefused(request) === refused)
  );
}

/** A request that was refused says why. */
export function isRefused(request: KeptRequest): boolean {
  return request.diagnosis !== undefined;
}
