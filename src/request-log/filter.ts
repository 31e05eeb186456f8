import { defined } from "../records/defined.ts";
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

type Test = (request: KeptRequest) => boolean;

/** A test by each member. Each reads it by a fixed name, which is five times faster than by a variable. */
const TESTS: {
  readonly [Name in keyof RequestFilter]-?: (asked: Required<RequestFilter>[Name]) => Test;
} = {
  endpoint: (asked) => (request) => request.endpoint === asked,
  clientId: (asked) => (request) => request.clientId === asked,
  user: (asked) => (request) => request.user === asked,
  login: (asked) => (request) => request.login === asked,
  status: (asked) => (request) => request.status === asked,
  refused: (asked) => (request) => isRefused(request) === asked,
};

/**
 * Whether a request is one of those. Every arrival is held against the filter of everybody who waits, so
 * it is taken apart before.
 */
export function matching(filter: RequestFilter): Test {
  const tests = Object.entries(defined(filter)).map(([name, asked]) =>
    TESTS[name as keyof RequestFilter](asked as never),
  );
  return (request) => {
    for (const test of tests) if (!test(request)) return false;
    return true;
  };
}

/** A request that was refused says why. */
export function isRefused(request: KeptRequest): boolean {
  return request.diagnosis !== undefined;
}
