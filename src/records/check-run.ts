import type { Brand } from "./brand.ts";
import type { Consent } from "./consent.ts";
import type { Fault } from "./fault.ts";
import type { RequestId } from "./ids.ts";
import type { Scenario } from "./scenario.ts";
import type { EpochSeconds, Seconds } from "./time.ts";
import type { UserInput } from "./user.ts";
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
  /** Whether that user was made for the run, and goes with its end. */
  readonly madeUser: boolean;
  /** The consents of the user as they were before; nothing of one who is made for it. */
  readonly consents: readonly Consent[];
  /** Where in the request log the last request stands that was looked at. */
  readonly cursor?: string;
  /** When the application can have fetched the keys last, by the real time: before the run, or in it. */
  readonly keysFetchedAt: EpochSeconds;
  /** When somebody has asked for it last, by the real time. */
  readonly seenAt: EpochSeconds;
  /** What is to be done now; left out when it is over. */
  readonly turn?: CheckTurn;
  /** How many logins have ended, and how many of them were tried once more. */
  readonly logins: number;
  readonly repeated: number;
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
  /** The rotation of the attempt before, which goes on. */
  readonly rotation?: Rotation;
  /** What is made for it, once it is on. */
  readonly armed?: ArmedTurn;
  /** What came of it; until the next one is there, what was made for it is taken away. */
  readonly judged?: Omit<ProbeResult, "probe">;
}

/**
 * What a login finds in the sandbox, and what has to go afterwards. It is written down before any of it is made, so
 * that whoever comes next can make the rest, or take all of it away.
 */
export interface ArmedTurn {
  /** By the real time. */
  readonly at: EpochSeconds;
  /** Whether all of it is there. */
  readonly isReady: boolean;
  /** Who logs in. */
  readonly user: string;
  readonly scenario: Scenario;
  readonly faults: readonly Fault[];
  /** The users that are made for this login alone, by what has to be special about them. */
  readonly made: readonly MadeUser[];
  /** What the user has now, and had before. */
  readonly change?: { readonly to: Contact; readonly from: Contact };
  readonly rotation?: Rotation;
}

/** A user who is made up but for what stands here. */
export type MadeUser = UserInput & { readonly id: string };

export type Contact = { readonly phoneNumber: string } | { readonly email: string };

/** How the keys were before they were rotated. */
export interface Rotation {
  /** Whether the application has fetched the keys since then. */
  readonly isNoticed: boolean;
  /** The key that signed. */
  readonly from: string;
  /** Whether another one was in JWKS already, and waited to be used. */
  readonly wasPublished: boolean;
  /** Whether the sandbox had keys of its own. */
  readonly hadOwn: boolean;
}

/** What somebody who drives a login says of it. */
export interface DriverReport {
  /** Left out where there is a failure, or it took too long. */
  readonly loggedIn?: boolean;
  /** Who is logged in: id, MSISDN, e-mail address, name or `sub`. */
  readonly user?: string;
  /** Where its browser was at the end. */
  readonly page?: { readonly url: string; readonly status: number };
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
  "ends with an error page",
  "never calls the mock",
  "driver failed",
  "disturbed",
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
  /** Whether the application has something else that a standard takes for as good. */
  readonly isExcused?: true;
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
