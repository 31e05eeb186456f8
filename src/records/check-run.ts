import type { Brand } from "./brand.ts";
import type { FaultId, RequestId, ScenarioId } from "./ids.ts";
import type { EpochSeconds, Seconds } from "./time.ts";
import type { EndpointName } from "./vocabulary.ts";

/**
 * An application that is checked: login after login is driven by somebody who knows the application, each with
 * one thing that is not as usual (rules/probes.ts), and after each an ordinary one.
 */

export type CheckRunId = Brand<string, "CheckRunId">;

export interface CheckRun {
  readonly id: CheckRunId;
  readonly clientId: string;
  /** Whoever is made up for it is the same for the same seed. */
  readonly seed: number;
  /** By the sandbox's clock. */
  readonly startedAt: EpochSeconds;
  /** How long one login may take, by the real time. */
  readonly timeout: Seconds;
  /** The ids of the probes, in their order. */
  readonly probes: readonly string[];
  /** Who logs in where a probe needs nobody special: the user's id. */
  readonly user: string;
  /** The users that were made for it, which go with its end. */
  readonly madeUsers: readonly string[];
  /** Where in the request log the last request stands that was looked at. */
  readonly cursor?: string;
  /** When the application has fetched the keys last, by the real time. */
  readonly keysFetchedAt?: EpochSeconds;
  /** When somebody has asked for it last, by the real time. */
  readonly seenAt: EpochSeconds;
  /** What is to be done now; left out when it is over. */
  readonly turn?: CheckTurn;
  readonly results: readonly ProbeResult[];
  /** Why it was over before its end. */
  readonly stopped?: string;
}

/** One login of a run. */
export interface CheckTurn {
  /** Counts the logins, from 1 on. */
  readonly number: number;
  /**
   * `first`: an ordinary login, before any probe. `probe`: the login of a probe. `after`: an ordinary one, to see
   * that the application still works.
   */
  readonly kind: "first" | "probe" | "after";
  /** Which of the probes; how many are done before the first one: 0. */
  readonly probe: number;
  /** How often it was tried already. */
  readonly attempt: number;
  /** Not before, by the real time. */
  readonly notBefore?: EpochSeconds;
  /** What was made for it, once it is on. */
  readonly armed?: ArmedTurn;
}

/** What a login found in the sandbox, and what has to go afterwards. */
export interface ArmedTurn {
  /** By the real time. */
  readonly at: EpochSeconds;
  /** Who logs in. */
  readonly user: string;
  readonly scenario: ScenarioId;
  readonly faults: readonly FaultId[];
  /** A user who was made for this login alone. */
  readonly madeUser?: true;
  /** What the user had before. */
  readonly before?: { readonly phoneNumber?: string; readonly email?: string };
  /** The key that has signed since the rotation, and whether it was in JWKS before. */
  readonly rotated?: { readonly kid: string; readonly wasPublished: boolean };
}

/** What somebody who drives a login says of it. */
export interface DriverReport {
  /** Left out where there is a failure, or it took too long. */
  readonly loggedIn?: boolean;
  /** Who is logged in: id, MSISDN, e-mail address, name or `sub`. */
  readonly user?: string;
  /** What went wrong with the driver itself. */
  readonly failure?: string;
  readonly timedOut?: boolean;
}

export const CHECK_VERDICTS = [
  "as it must",
  "accepts what it must refuse",
  "refuses what it must bear",
  "hangs",
  "never recovers",
  "logs in somebody else",
  "never calls the mock",
  "driver failed",
  "not reached",
] as const;

export type CheckVerdict = (typeof CHECK_VERDICTS)[number];

/** How a probe has ended. */
export interface ProbeResult {
  readonly probe: string;
  readonly verdict: CheckVerdict;
  /** Why, in a sentence. */
  readonly why: string;
  /** The requests of the login, the newest of too many. */
  readonly requests: readonly CheckedRequest[];
}

/** A request of a login that was checked. The log may have dropped it. */
export interface CheckedRequest {
  readonly id: RequestId;
  readonly endpoint: EndpointName;
  readonly method: string;
  readonly status?: number;
  /** Whether a fault of the run hit it. */
  readonly hit: boolean;
  /** Why it was refused. */
  readonly refused?: string;
}
