import type { Brand } from "./brand.ts";

/** A moment: whole seconds since 1970-01-01T00:00:00Z, the unit of every time in the program. */
export type EpochSeconds = Brand<number, "EpochSeconds">;

/** A length of time in seconds. */
export type Seconds = number;

export const MINUTE: Seconds = 60;
export const HOUR: Seconds = 60 * MINUTE;
export const DAY: Seconds = 24 * HOUR;

export function epochSeconds(seconds: number): EpochSeconds {
  return seconds as EpochSeconds;
}

export function after(moment: EpochSeconds, seconds: Seconds): EpochSeconds {
  return (moment + seconds) as EpochSeconds;
}
