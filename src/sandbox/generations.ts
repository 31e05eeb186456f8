import type { WallClock } from "../platform/capabilities.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import type { GenerationId, SandboxId } from "../records/ids.ts";
import type { GenerationLease, SandboxEntry, SandboxRecord } from "../records/sandbox.ts";
import type { Seconds } from "../records/time.ts";
import { after, MINUTE } from "../records/time.ts";
import type { Store } from "../store/store.ts";
import { insertOnce } from "../store/store.ts";
import { expiresAt } from "./sandbox.ts";

/**
 * How a sandbox gets its records all at once. A new generation is filled where nobody looks and
 * becomes the sandbox's in one write, so that nobody ever opens a sandbox that is half filled. Who
 * opened it before goes on in the generation that it had.
 *
 * Any number of servers may do so at the same time, and any of them may die of it: each fills a
 * generation of its own, and the sandbox's entry lists them all, with the moment from which on
 * anybody may drop them.
 */

/** How long a generation may take to be filled; restoring the largest state takes some seconds. */
const FILLING: Seconds = 10 * MINUTE;

/**
 * How long a generation outlives all servers that could drop it. Where a sandbox ends by itself, so long after that:
 * a server that comes back drops it with its entry.
 */
const ORPHANED: Seconds = 60 * MINUTE;

/** How long requests go on in a generation that was replaced. Those that wait open the sandbox anew. */
const GRACE: Seconds = 10;

/** Not by the seed of a sandbox: several servers fill its generations. */
const newGeneration = createIds(secureRandom).id as () => GenerationId;

/** What a sandbox is to become. */
export interface Plan {
  /**
   * Its record, made of the one that it has by then; undefined where there is nothing to be done any
   * more. It is pure and may be called more than once.
   */
  readonly change: (current: SandboxRecord | undefined) => Draft | undefined;
  /** Fills the generation that the record names, which is empty. */
  readonly fill: (record: SandboxRecord) => Promise<void>;
}

/** The record of a sandbox that has no records yet. */
export type Draft = Omit<SandboxRecord, "generation">;

export class Generations {
  readonly #store: Pick<Store, "sandboxes" | "lease" | "drop">;
  readonly #wall: WallClock;
  /** The records of which it was said that somebody looks after them. */
  readonly #kept = new WeakSet<SandboxRecord>();

  constructor(store: Pick<Store, "sandboxes" | "lease" | "drop">, wall: WallClock) {
    this.#store = store;
    this.#wall = wall;
  }

  /** Makes a sandbox; undefined when there is one of that name, or somebody else was faster. */
  async make(record: Draft, fill: Plan["fill"]): Promise<SandboxRecord | undefined> {
    const { sandboxes } = this.#store;
    const { id } = record;
    const plan: Plan = { change: (current) => (current ? undefined : record), fill };
    const lease = this.#newLease();
    for (;;) {
      const first: SandboxEntry = { id, filling: [lease], retired: [] };
      const begun = (await insertOnce(sandboxes, first)) ?? (await this.#begin(id, lease, plan));
      if (begun) return this.#finish(record, lease, plan);
      // Where there is no sandbox, the entry went between the two attempts.
      if ((await sandboxes.get(id))?.sandbox) return undefined;
    }
  }

  /**
   * Puts another generation in the place of the one that a sandbox has; undefined without one, and where there is
   * nothing to be done.
   */
  async replace(
    id: SandboxId,
    next: (current: SandboxRecord) => Draft | undefined,
    fill: Plan["fill"],
  ): Promise<SandboxRecord | undefined> {
    const plan: Plan = { change: (current) => current && next(current), fill };
    const lease = this.#newLease();
    const entry = await this.#begin(id, lease, plan);
    const draft = entry?.sandbox && next(entry.sandbox);
    return draft && this.#finish(draft, lease, plan);
  }

  /**
   * Removes a sandbox with everything in it.
   *
   * @returns what it was; undefined when there is none, or none that is meant
   */
  async remove(
    id: SandboxId,
    isMeant: (current: SandboxRecord) => boolean,
  ): Promise<SandboxRecord | undefined> {
    const now = this.#wall();
    let removed: SandboxRecord | undefined;
    const entry = await this.#store.sandboxes.update(id, ({ sandbox, filling, retired }) => {
      removed = sandbox;
      if (!sandbox || !isMeant(sandbox)) return undefined;
      // Who still fills one meant this sandbox, not the next one of its name.
      const { generation } = sandbox;
      return { id, filling: [], retired: [...retired, ...filling, { generation, until: now }] };
    });
    if (!entry) return undefined;
    await this.tidy(entry);
    return removed;
  }

  /** Says that a sandbox is looked after: without that, a shared store drops its records when it has ended. */
  async keep(record: SandboxRecord): Promise<void> {
    // While the record is the same, so is its end, and saying it again would change nothing.
    if (record.ttl === undefined || this.#kept.has(record)) return;
    await this.#lease(record);
    this.#kept.add(record);
  }

  /** Drops what nobody needs any more, of a sandbox that lives on or is gone. */
  async tidy({ id, filling, retired }: SandboxEntry): Promise<void> {
    const now = this.#wall();
    const isDue = ({ until }: GenerationLease) => until <= now;
    if (![...filling, ...retired].some(isDue)) return;
    // Only when nobody can finish it any more, a generation is dropped.
    const entry = await this.#store.sandboxes.update(id, (current) => ({
      ...current,
      filling: current.filling.filter((lease) => !isDue(lease)),
      retired: [...current.retired, ...current.filling.filter(isDue)],
    }));
    await this.#drop(id, entry?.retired.filter(isDue) ?? []);
  }

  #lease(record: SandboxRecord): Promise<void> {
    const end = expiresAt(record);
    return this.#store.lease(
      record.generation,
      end === undefined ? undefined : end - this.#wall() + ORPHANED,
    );
  }

  #newLease(): GenerationLease {
    return { generation: newGeneration(), until: after(this.#wall(), FILLING) };
  }

  /** Says that a generation is being filled; undefined when there is nothing to be done. */
  #begin(
    id: SandboxId,
    lease: GenerationLease,
    { change }: Plan,
  ): Promise<SandboxEntry | undefined> {
    return this.#store.sandboxes.update(id, (entry) =>
      change(entry.sandbox) ? { ...entry, filling: [...entry.filling, lease] } : undefined,
    );
  }

  /** Fills the generation and makes it the sandbox's; undefined when that has come to nothing. */
  async #finish(
    draft: Draft,
    lease: GenerationLease,
    { change, fill }: Plan,
  ): Promise<SandboxRecord | undefined> {
    const { id } = draft;
    const { generation } = lease;
    try {
      await this.#store.lease(generation, ORPHANED);
      await fill({ ...draft, generation });
      await this.#lease({ ...draft, generation });
    } catch (error) {
      // If it cannot even be dropped, that is done when its lease is over.
      await this.#drop(id, [lease]).catch(() => {});
      throw error;
    }
    const until = after(this.#wall(), GRACE);
    let former: SandboxRecord | undefined;
    const entry = await this.#store.sandboxes.update(id, (current) => {
      const { filling, retired } = current;
      former = current.sandbox;
      const record = change(former);
      const isGivenUp = !filling.some((one) => one.generation === generation);
      if (!record || isGivenUp) return undefined;
      return {
        id,
        sandbox: { ...record, generation },
        filling: without(filling, [lease]),
        retired: former ? [...retired, { generation: former.generation, until }] : retired,
      };
    });
    if (entry && former) await this.#store.lease(former.generation, ORPHANED);
    if (entry) await this.tidy(entry);
    else await this.#drop(id, [lease]);
    return entry?.sandbox;
  }

  /** Drops the generations, takes them off the lists, and with the last of a removed sandbox the lists. */
  async #drop(id: SandboxId, leases: readonly GenerationLease[]): Promise<void> {
    const { sandboxes } = this.#store;
    for (const { generation } of leases) await this.#store.drop(generation);
    await sandboxes.update(id, (entry) => ({
      ...entry,
      filling: without(entry.filling, leases),
      retired: without(entry.retired, leases),
    }));
    await sandboxes.take(
      id,
      ({ sandbox, filling, retired }) => !sandbox && filling.length + retired.length === 0,
    );
  }
}

function without(
  leases: readonly GenerationLease[],
  gone: readonly GenerationLease[],
): readonly GenerationLease[] {
  return leases.filter(({ generation }) => !gone.some((one) => one.generation === generation));
}
