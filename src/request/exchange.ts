import type { Diagnosis } from "../records/diagnosis.ts";
import type { Fault } from "../records/fault.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Endpoints } from "./addresses.ts";

/**
 * One request with its response, and what its handler starts from. A request sees one sandbox, and one
 * moment however long it takes; only after a wait on purpose does it go on at a later one.
 */
export interface Exchange {
  /** As it was when the request came, whatever becomes of it meanwhile; after a wait, as it is then. */
  sandbox: Sandbox;
  readonly now: EpochSeconds;
  /** The moment at which the request came. */
  readonly cameAt: EpochSeconds;
  /** How long ago that was, in milliseconds of the real time. */
  readonly elapsed: () => number;
  /** The name of the endpoint that was called; undefined for what is none of the real service's. */
  readonly endpoint: EndpointName | undefined;
  readonly endpoints: Endpoints;
  readonly trace: Trace;
  /** The fault that hits it, for the code that makes what the fault corrupts. */
  fault?: Fault;
  /**
   * Keeps the caller waiting, at most until the server ends.
   *
   * @throws ClientGone as soon as the client has closed the connection
   */
  wait(seconds: Seconds): Promise<void>;
}

/**
 * What turned out about an exchange, for the request log. Whoever learns something writes it here, and
 * the last one wins; nothing is decided by it.
 */
export interface Trace {
  clientId?: string;
  /** The user's id. */
  user?: string;
  /** Ties together the requests of one login. */
  login?: string;
  /** Why the request was refused. */
  refusal?: Diagnosis;
  /** What was noticed but refused nothing. */
  readonly notes: Diagnosis[];
  /** The scenario that was played. */
  scenario?: string;
  /** The fault that hit it. */
  fault?: string;
  /** The bytes of the response's body that are sent, where a fault cuts it off. */
  sent?: Uint8Array;
}
