import { FAQ } from "../records/faq.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, MINUTE } from "../records/time.ts";
import type { Rule } from "./rule.ts";

/** What a merchant can know of how much the login is used, and from when on. */
export const statisticsRule: Rule = {
  id: "statistics",
  faq: [FAQ.statistics],
  enforces:
    "Successful logins are counted by sales unit and day, with their unique users, with and without " +
    "nin; a login is in the statistics 10 minutes after it happened.",
  source: "FAQ",
  status: "documented",
};

/** How long the statistics lag behind, in seconds. */
export const STATISTICS_DELAY: Seconds = 10 * MINUTE;

/** Whether a login of that time is in the statistics. */
export function hasAppeared(at: EpochSeconds, now: EpochSeconds): boolean {
  return after(at, STATISTICS_DELAY) <= now;
}
