import type { EpochSeconds } from "./time.ts";

/** A form that takes something back when its button is pressed. */
export interface KeptForm {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  /** By the real time. */
  readonly until: EpochSeconds;
}
