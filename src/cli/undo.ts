import { takeTurns } from "../platform/timers.ts";

/** What takes back a change of several steps when one of them fails. */
export class Undo {
  readonly #steps: (() => Promise<unknown>)[] = [];

  /** Says how something is taken back that was done, or that may now be done by half. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Takes back everything, the last step first. */
  async run(): Promise<void> {
    const turn = takeTurns();
    for (const step of this.#steps.reverse()) {
      // The error that led here is told already, and the other steps can still go back.
      await step().catch(() => {});
      await turn();
    }
  }
}
