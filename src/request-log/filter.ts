import type { LoggedRequest } from "../records/logged-request.ts";
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

export function matches(request: LoggedRequest, { refused, ...same }: RequestFilter): boolean {
  if (refused !== undefined && refused !== isRefused(request)) return false;
  const wanted = Object.entries(same) as [keyof typeof same, unknown][];
  return wanted.every(([name, value]) => value === undefined || request[name] === value);
}

/** A request that was refused says why. */
export function isRefused(request: LoggedRequest): boolean {
  return request.diagnosis !== undefined;
}
