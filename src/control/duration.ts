import type { Seconds } from "../time.ts";
import { DAY, HOUR, MINUTE } from "../time.ts";

/** Lengths of time as people write them. */

const SHORT =
  /^(?=\d)(?:(?<days>\d{1,5})d)?(?:(?<hours>\d{1,6})h)?(?:(?<minutes>\d{1,8})m)?(?:(?<seconds>\d{1,10})s)?$/;

const ISO_8601 =
  /^P(?=[\dT])(?:(?<days>\d{1,5})D)?(?:T(?=\d)(?:(?<hours>\d{1,6})H)?(?:(?<minutes>\d{1,8})M)?(?:(?<seconds>\d{1,10})S)?)?$/;

/**
 * @param text `168h`, `1h30m`, `7d`, or ISO 8601 without years and months, whose length differs:
 *   `PT168H`, `P7D`
 * @returns the length in seconds; undefined when the text is none
 */
export function parseDuration(text: string): Seconds | undefined {
  const parts = (SHORT.exec(text) ?? ISO_8601.exec(text))?.groups;
  if (!parts) return undefined;
  const count = (name: string) => Number(parts[name] ?? 0);
  return count("days") * DAY + count("hours") * HOUR + count("minutes") * MINUTE + count("seconds");
}
