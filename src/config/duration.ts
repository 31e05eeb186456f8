import type { Seconds } from "../records/time.ts";
import { DAY, HOUR, MINUTE } from "../records/time.ts";
import type { Problem } from "./problem.ts";
import { quoted } from "./problem.ts";

/** Lengths of time as people write them: read here, and nowhere else. */

const SHORT =
  /^(?<sign>-?)(?=\d)(?:(?<days>\d+)d)?(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+(?:\.\d+)?)s)?(?:(?<millis>\d+)ms)?$/;

const ISO_8601 =
  /^(?<sign>-?)P(?=[\dT])(?:(?<days>\d+)D)?(?:T(?=\d)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/;

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** The length in seconds, which may have a fraction or be negative; undefined when the text is none. */
export function parseDuration(text: string): Seconds | undefined {
  if (NUMBER.test(text)) return Number(text);
  const parts = (SHORT.exec(text) ?? ISO_8601.exec(text))?.groups;
  if (!parts) return undefined;
  const count = (name: string) => Number(parts[name] ?? 0);
  const days = count("days") * DAY + count("hours") * HOUR + count("minutes") * MINUTE;
  const seconds = days + count("seconds") + count("millis") / 1000;
  return parts["sign"] === "-" ? -seconds : seconds;
}

/** The same of a length in either of its two forms. */
export function lengthOf(given: number | string): Seconds | undefined {
  return typeof given === "number" ? given : parseDuration(given);
}

/** A hundred years: more than any clock here can go, and than anybody waits. */
const LONGEST: Seconds = 36_500 * DAY;

/** What a length may be at its place. */
export interface LengthLimits {
  readonly least?: Seconds;
  readonly most?: Seconds;
  /** Whether a clock counts it, which shows whole seconds. */
  readonly whole?: boolean;
  /** What to do instead of going back. */
  readonly ifNegative?: string;
}

/** What is wrong with a length; nothing where it can be used. */
export function findLengthProblems(
  given: number | string,
  path: string,
  { least = 0, most = LONGEST, whole = false, ifNegative }: LengthLimits = {},
): Problem[] {
  const problem = (message: string) => [{ path, message, value: given }];
  const seconds = lengthOf(given);
  if (seconds === undefined) {
    const what = `${quoted(String(given))} is no length of time`;
    return problem(`${what}; write seconds, or 700ms, 10s, 1h30m, 7d, PT168H`);
  }
  if (seconds < least || seconds > most) {
    const hint = seconds < 0 && ifNegative !== undefined ? `; ${ifNegative}` : "";
    return problem(`is ${given}; expected ${rangeOf(least, most)}${hint}`);
  }
  if (!whole || Number.isInteger(seconds)) return [];
  return problem(`is ${given}; expected whole seconds, as the sandbox's clock counts them`);
}

function rangeOf(least: Seconds, most: Seconds): string {
  const unit = least === 1 ? "second" : "seconds";
  return most < DAY ? `${least} to ${most} seconds` : `${least} ${unit} to ${most / DAY} days`;
}
