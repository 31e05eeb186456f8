import type { ScenarioId } from "./ids.ts";
import type { EpochSeconds, Seconds } from "./time.ts";

/** How the next matching login goes, queued before it begins. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly match: ScenarioMatch;
  /** Who logs in: a user's id. Left out, it is whom it matches, or who is known already. */
  readonly user?: string;
  readonly outcome: ScenarioOutcome;
  /** Whether the browser remembers the user afterwards. */
  readonly remember: boolean;
  /**
   * How long the user takes, in seconds; at most LONGEST_DELAY. A browser waits for it by the real
   * time; a login from phone number is answered when so much has passed by the sandbox's clock.
   */
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
  /** Any error, also one that the mock has no rule for. */
  | { readonly error: string; readonly errorDescription?: string };

/** What only a browser can bring about: it shows a number, and it has cookies. */
const OF_BROWSERS: readonly ScenarioOutcome[] = ["wrong_challenge", "csrf_cookie_lost"];

/** Whether a login can end so that goes this way. */
export function isPossible(outcome: ScenarioOutcome, flow: LoginFlow): boolean {
  return flow === "browser" || !OF_BROWSERS.includes(outcome);
}

/** Whether that cannot be done without knowing whose login it is. */
export function needsUser(outcome: ScenarioOutcome): boolean {
  return outcome === "approve" || outcome === "app_token_error";
}
