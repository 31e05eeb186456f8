import type { ControlApi } from "./control-api.ts";
import type { ClockPatch, ClockReading, ClockStep, Length } from "./types.ts";

/** A sandbox's clock. Moments are ISO 8601 with a zone: `2023-05-17T12:00:00+02:00`. */
export class Clock {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns what time it is, and whether the clock stands still */
  read(): Promise<ClockReading> {
    return this.#api.get(["clock"]);
  }

  /**
   * Stops the clock.
   *
   * @param at the moment to stop at; the present one when left out
   * @returns how it stands, with what that expired
   * @throws ControlError when the text is no moment
   */
  freeze(at?: string): Promise<ClockStep> {
    return this.#change({ freeze: true, ...(at !== undefined && { at }) });
  }

  /**
   * Goes on from another moment, later or earlier: running, or standing where it stood still.
   *
   * @param at the moment
   * @returns how it stands, with what that expired
   * @throws ControlError when the text is no moment
   */
  set(at: string): Promise<ClockStep> {
    return this.#change({ at });
  }

  /**
   * Moves on.
   *
   * @param length how far: seconds, or a text as `168h` or `PT168H`
   * @returns how it stands, with what that expired
   * @throws ControlError when it is no length of time
   */
  advance(length: Length): Promise<ClockStep> {
    return this.#change({ advance: length });
  }

  /**
   * Lets a clock that stands still run on from there.
   *
   * @returns how it stands
   */
  resume(): Promise<ClockStep> {
    return this.#change({ freeze: false });
  }

  /**
   * Returns to the real time.
   *
   * @returns how it stands, with what that expired
   */
  reset(): Promise<ClockStep> {
    return this.#api.delete(["clock"]);
  }

  #change(patch: ClockPatch): Promise<ClockStep> {
    return this.#api.patch(["clock"], patch);
  }
}
