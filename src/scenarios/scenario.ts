import type { ScenarioId } from "../store/store.ts";
import type { EpochSeconds, Seconds } from "../time.ts";

/** How the next matching login goes, queued before it begins. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly match: ScenarioMatch;
  /** Who logs in: a user's id. Left out, it is whom it matches, or who is known already. */
  readonly user?: string;
  readonly outcome: ScenarioOutcome;
  /** Whether the browser remembers the user afterwards. */
  readonly remember: boolean;
  /** How long the user takes, in seconds of the real time; at most LONGEST_DELAY. */
  readonly delay: Seconds;
  /** How many logins it is for. */
  readonly times: number;
  /** How many it has served. */
  readonly hits: number;
  /** By the sandbox's clock. */
  readonly addedAt: EpochSeconds;
}

/** Which logins a scenario is for; what is left out matches every one. */
interface ScenarioMatch {
  readonly clientId?: string;
  /** A user's id. */
  readonly user?: string;
  readonly state?: string;
  readonly flow?: LoginFlow;
}

/** The ways to log in. */
export const LOGIN_FLOWS = ["browser", "phone-number"] as const;

export type LoginFlow = (typeof LOGIN_FLOWS)[number];

/** What a user, or the service, can make of a login (contract §6). */
export const OUTCOMES = [
  "approve",
  "cancel",
  "timeout",
  "wrong_challenge",
  "outdated_app",
  "app_token_error",
  "csrf_cookie_lost",
  "server_error",
] as const;

export type ScenarioOutcome =
  | (typeof OUTCOMES)[number]
  /** Any error by redirect, also one that the mock has no rule for. */
  | { readonly error: string; readonly errorDescription?: string };

/**
 * @param outcome what is made of a login
 * @returns whether that cannot be done without knowing whose login it is
 */
export function needsUser(outcome: ScenarioOutcome): boolean {
  return outcome === "approve" || outcome === "app_token_error";
}
