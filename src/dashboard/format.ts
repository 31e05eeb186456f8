import { fromIso } from "../platform/calendar.ts";
import type { EpochSeconds } from "../records/time.ts";
import { DAY, HOUR, MINUTE } from "../records/time.ts";

/** How the pages write times. */

/** A moment for a `<time>`: exact for machines, as distance from now for people. */
export interface Moment {
  readonly iso: string;
  readonly text: string;
}

const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["min", MINUTE],
  ["s", 1],
] as const;

/** @param iso as the control API writes it */
export function moment(iso: string, now: EpochSeconds): Moment {
  return { iso, text: distance((fromIso(iso) ?? now) - now) };
}

/** `3 min ago`, `in 2 h`; live.js writes the same as time goes by. */
function distance(seconds: number): string {
  const length = Math.abs(seconds);
  if (length < 1) return "now";
  const [unit, size] = UNITS.find(([, each]) => length >= each) ?? (["s", 1] as const);
  const text = `${Math.floor(length / size)} ${unit}`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}
