import type { Diagnosis } from "../records/diagnosis.ts";
import type { Fault } from "../records/fault.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Endpoints } from "./addresses.ts";

/**
 * What every request handler starts from. One request sees one sandbox, and one moment however long
 * it takes; only where it waits on purpose it goes on at the moment at which the wait is over.
 */
export interface Exchange {
  /** As it was when the request came, whatever becomes of it meanwhile; after a wait, as it is then. */
  sandbox: Sandbox;
  readonly now: EpochSeconds;
  /** The moment at which the request came. */
  readonly cameAt: EpochSeconds;
  readonly endpoints: Endpoints;
  readonly trace: Trace;
  /** The fault that hits it: whoever makes what it corrupts asks here. */
  fault?: Fault;
  /**
   * Keeps the caller waiting. The end of the server ends that too.
   *
   * @throws ClientGone as soon as nobody is there any more to be answered
   */
  wait(seconds: Seconds): Promise<void>;
}

/**
 * What turned out about a request while it was answered, for the request log. Whoever learns
 * something writes it down here, the last one counts; nobody decides anything by it.
 */
export interface Trace {
  clientId?: string;
  /** The user's id. */
  user?: string;
  /** Ties together the requests of one login. */
  login?: string;
  /** Why the request was refused. */
  refusal?: Diagnosis;
  /** What was noticed beside, and harmed nothing. */
  readonly notes: Diagnosis[];
  /** The scenario that it played. */
  scenario?: string;
  /** The fault that hit it. */
  fault?: string;
  /** The bytes of the answer's body that are sent, where those are not all. */
  sent?: Uint8Array;
}
