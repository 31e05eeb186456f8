import type { Seconds } from "../records/time.ts";
import { DAY, HOUR, MINUTE } from "../records/time.ts";
import type { Problem } from "./problem.ts";
import { quoted } from "./problem.ts";

/** Lengths of time as people write them. */

const SHORT =
  /^(?=\d)(?:(?<days>\d+)d)?(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+)s)?$/;

const ISO_8601 =
  /^P(?=[\dT])(?:(?<days>\d+)D)?(?:T(?=\d)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+)S)?)?$/;

/** The length in seconds; undefined when the text is none. */
export function parseDuration(text: string): Seconds | undefined {
  const parts = (SHORT.exec(text) ?? ISO_8601.exec(text))?.groups;
  if (!parts) return undefined;
  const count = (name: string) => Number(parts[name] ?? 0);
  return count("days") * DAY + count("hours") * HOUR + count("minutes") * MINUTE + count("seconds");
}

/** The length in seconds; undefined when the text is none. */
export function lengthOf(given: number | string): Seconds | undefined {
  return typeof given === "number" ? given : parseDuration(given);
}

export function findLengthProblems(given: number | string, path: string, hint = ""): Problem[] {
  if (lengthOf(given) !== undefined) return [];
  const message = `${quoted(String(given))} is no length of time; write seconds, or 168h, 1h30m, 7d, PT168H${hint}`;
  return [{ path, message, value: given }];
}
