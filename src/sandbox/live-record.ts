import type { KeyState } from "../records/key-state.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import type { ClockState } from "../records/settings.ts";
import type { Store } from "../store/store.ts";

/**
 * The record of a sandbox in one generation, as one process knows it. The clock and the keys stand in
 * it, so that a request, which reads it to find the sandbox, knows them without asking again.
 *
 * A generation that the sandbox does not have yet, or no more, has no record in the store: then the
 * one that is known here goes on for those who hold it.
 */
export class LiveRecord {
  /** The clock's part of it, always read anew: a clock is also asked outside of requests. */
  readonly clock = {
    get: async () => (await this.read()).clock,
    update: (change: (clock: ClockState) => ClockState) =>
      this.change((current) => ({ ...current, clock: change(current.clock) })),
  };
  /** The keys' part of it, as it was when the request read it, or later. */
  readonly keys = {
    get: () => this.known.keys,
    update: (change: (keys: KeyState | undefined) => KeyState | undefined) =>
      this.change(({ keys, ...current }) => {
        const next = change(keys);
        return next === undefined ? current : { ...current, keys: next };
      }),
  };
  readonly #sandboxes: Store["sandboxes"];
  #known: SandboxRecord;

  constructor(sandboxes: Store["sandboxes"], first: SandboxRecord) {
    this.#sandboxes = sandboxes;
    this.#known = first;
  }

  /** As it was in the store when this process read it last. */
  get known(): SandboxRecord {
    return this.#known;
  }

  /** Takes over what somebody has read, unless it is older than what is known. */
  learn(record: SandboxRecord): void {
    if (record.revision > this.#known.revision) this.#known = record;
  }

  /** As it is in the store. */
  async read(): Promise<SandboxRecord> {
    const { id, generation } = this.#known;
    const record = (await this.#sandboxes.get(id))?.sandbox;
    if (record?.generation === generation) this.learn(record);
    return this.#known;
  }

  /** Changes it in one atomic step; `next` is pure and may be called more than once. */
  async change(next: (current: SandboxRecord) => SandboxRecord): Promise<SandboxRecord> {
    const { id, generation } = this.#known;
    const counted = (current: SandboxRecord) => ({
      ...next(current),
      revision: current.revision + 1,
    });
    const entry = await this.#sandboxes.update(id, ({ sandbox, ...rest }) =>
      sandbox?.generation === generation ? { ...rest, sandbox: counted(sandbox) } : undefined,
    );
    const changed = entry?.sandbox ?? counted(this.#known);
    this.learn(changed);
    return changed;
  }
}
