import { isDeepStrictEqual } from "node:util";
import type { Ids, Keyring, SigningKey, WallClock } from "../platform/capabilities.ts";
import { readingOf } from "../platform/clock.ts";
import { takeTurns } from "../platform/timers.ts";
import type { SeedConfig } from "../records/config.ts";
import { defined } from "../records/defined.ts";
import type { Delivery } from "../records/delivery.ts";
import type { GenerationId, SandboxId } from "../records/ids.ts";
import { limitsIn } from "../records/limits.ts";
import type { SandboxEntry, SandboxRecord } from "../records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Settings } from "../records/settings.ts";
import type { EpochSeconds } from "../records/time.ts";
import { readAll, updateAll } from "../store/batches.ts";
import { frozenCopyInTurns } from "../store/frozen.ts";
import type { Collection, PageRequest, Store } from "../store/store.ts";
import { ConflictError, FullError } from "../store/store.ts";
import { assemble } from "./assemble.ts";
import type { Filled, SandboxSpec } from "./drafts.ts";
import { Drafts, differenceIn } from "./drafts.ts";
import { Generations } from "./generations.ts";
import { LiveRecord } from "./live-record.ts";
import type { Steps } from "./own-config.ts";
import { OwnConfig } from "./own-config.ts";
import type { LoginCounts, Sandbox } from "./sandbox.ts";
import { expiresAt, isUseToBeNoted, withOwnConfig } from "./sandbox.ts";
import { beginningOf, seedSandbox } from "./seed.ts";
import { createSharedIds, seedOf } from "./shared-ids.ts";
import type { SandboxState } from "./state.ts";
import { digestOf, ownPart, writeRecords } from "./state.ts";

/**
 * Where sandboxes are made, found, changed and removed; listed are those that `open` finds. What a
 * sandbox is stands in the store, so that every replica sees the same ones; here is only what one
 * process needs to work with them.
 */
export interface Sandboxes extends Pick<Collection<SandboxRecord>, "keyOf" | "list" | "cursorAt"> {
  /** The server's own config, from which a sandbox starts that is made without one. */
  readonly config: SeedConfig;
  /** The real time. */
  readonly wall: WallClock;
  /**
   * Takes another config for the server's own. Sandboxes keep what they were made from, but the default one,
   * which `change` brings from one to the other; where that fails, the former one stays, and `takeBack` undoes
   * what was done. No sandbox is made from the server's config or reset to it meanwhile.
   */
  adopt<Result>(config: SeedConfig, steps: Steps<Result>): Promise<Result>;
  /** Names who is told, from now on, that a webhook of a sandbox is due, and which made room for it. */
  onWake(listener: (id: SandboxId, dropped?: Delivery) => void): void;
  /** The sandbox, or undefined: an id never used, removed, or idle for longer than its ttl. */
  open(id: SandboxId): Promise<Sandbox | undefined>;
  /** Opens it for somebody who uses it: its ttl begins anew. `now` is the time in it at this moment. */
  use(
    id: SandboxId,
  ): Promise<{ readonly sandbox: Sandbox; readonly now: EpochSeconds } | undefined>;
  /** The record of a sandbox, likewise. */
  find(id: SandboxId): Promise<SandboxRecord | undefined>;
  /**
   * Makes a sandbox.
   *
   * @throws ConflictError when there is one of that name
   * @throws FullError when there are as many as may be, by the limits of the default sandbox
   */
  create(spec: SandboxSpec): Promise<Sandbox>;
  /** Changes settings; undefined when there is no such sandbox. */
  change(id: SandboxId, change: (current: Settings) => Settings): Promise<Sandbox | undefined>;
  /**
   * Back to what it was made from: every record, the clock and the settings. Everybody sees it as it
   * was or as it is then, and who opened it before goes on in it as it was. Undefined when there is no
   * such sandbox.
   */
  reset(id: SandboxId): Promise<Sandbox | undefined>;
  /**
   * Puts a state in the place of all that the sandbox has, as `reset` does; what it was made from
   * stays the same.
   */
  restore(id: SandboxId, state: SandboxState): Promise<Sandbox | undefined>;
  /** Removes a sandbox with everything in it; false when there is none. */
  remove(id: SandboxId): Promise<boolean>;
  /** Removes the sandboxes that were idle for too long, and what has expired in the others, until it is told to stop. */
  sweep(signal?: AbortSignal): Promise<void>;
}

/** What the registry works with. */
export interface RegistryDeps {
  readonly store: Store;
  readonly wall: WallClock;
  /** The keys of every sandbox that has made none of its own. */
  readonly keys: Keyring;
  /** Makes a key for a sandbox that rotates its own. */
  readonly makeKey: () => Promise<SigningKey>;
  /** Counts the logins of all sandboxes; left out where nobody does. */
  readonly loginCounts?: LoginCounts | undefined;
  /** The config of the default sandbox, and of each that is made without one. */
  readonly config: SeedConfig;
  /** Makes every name in every sandbox the same in every run, if it is given. */
  readonly seed?: number | undefined;
  /** What the default sandbox begins with in place of the config, if it is not in the store yet. */
  readonly state?: SandboxState | undefined;
  /**
   * Throws where the default sandbox that this server has filled is not what its operator wants. Nobody
   * sees it then; the one that another server has made is not looked at.
   */
  readonly check?: ((sandbox: Sandbox) => Promise<void>) | undefined;
  /** What becomes of the default sandbox that another server has made; it stays where that is left out. */
  readonly filled?: Filled | undefined;
}

/** The registry, with the default sandbox in it: whichever server is the first on a store makes it. */
export async function createSandboxes(deps: RegistryDeps): Promise<Sandboxes> {
  const registry = new Registry(deps);
  const record = await registry.makeDefault();
  if (record && deps.store.isShared) await registry.compare(record);
  return registry;
}

/** A generation of a sandbox as this process knows it, with the settings it was assembled with. */
interface Known {
  readonly record: LiveRecord;
  readonly ids: Promise<Ids>;
  readonly settings: Settings;
  readonly sandbox: Promise<Sandbox>;
}

class Registry implements Sandboxes {
  readonly wall: WallClock;
  readonly #config: OwnConfig;
  readonly #deps: RegistryDeps;
  readonly #store: Store;
  readonly #generations: Generations;
  readonly #drafts: Drafts;
  /** It is asked for what the store says now, so it need not learn what other servers change. */
  readonly #known = new Map<GenerationId, Known>();
  #default: Promise<SandboxRecord | undefined> | undefined;
  #wake: (id: SandboxId, dropped?: Delivery) => void = () => {};

  constructor(deps: RegistryDeps) {
    this.wall = deps.wall;
    this.#config = new OwnConfig(deps.config);
    this.#deps = deps;
    this.#store = deps.store;
    this.#generations = new Generations(deps.store, deps.wall);
    this.#drafts = new Drafts(deps);
  }

  /** The default sandbox never ends, but a store that others keep can come back empty: then all wait for one. */
  makeDefault(): Promise<SandboxRecord | undefined> {
    this.#default ??= this.#findOrMakeDefault().finally(() => {
      this.#default = undefined;
    });
    return this.#default;
  }

  async #findOrMakeDefault(): Promise<SandboxRecord | undefined> {
    const found = await this.find(DEFAULT_SANDBOX);
    if (found) return found;
    // Where another server is faster, its sandbox counts.
    const made = await this.#make(this.#defaultSpec, this.#deps.check);
    return made ?? this.find(DEFAULT_SANDBOX);
  }

  get #defaultSpec() {
    return { id: DEFAULT_SANDBOX, state: this.#deps.state };
  }

  /** Holds the default sandbox against what this server would have made it from. */
  async compare(found: SandboxRecord): Promise<void> {
    const { filled, check } = this.#deps;
    await this.#config.use(async (own) => {
      const draft = await this.#drafts.make(this.#defaultSpec, own, this.wall());
      const from = differenceIn(found, draft);
      if (from === undefined) return;
      if (!filled?.reseed) return filled?.onStay(from);
      // Of several servers that start together one makes it anew.
      const next = (current: SandboxRecord) => (differenceIn(current, draft) ? draft : undefined);
      const fill = this.#filling({ state: this.#deps.state }, own, check);
      await this.#generations.replace(DEFAULT_SANDBOX, next, fill);
    });
  }

  get config() {
    return this.#config.current;
  }

  adopt<Result>(config: SeedConfig, { change, takeBack }: Steps<Result>): Promise<Result> {
    const changeAll = async (current: SeedConfig) => {
      const result = await change(current);
      const former = await frozenCopyInTurns(current);
      await updateAll(this.#store.sandboxes, (entry) => withOwnConfig(entry, former));
      const madeFrom = await this.#drafts.printOf(config);
      if (madeFrom !== undefined) await this.#changeRecord(DEFAULT_SANDBOX, () => ({ madeFrom }));
      return result;
    };
    return this.#config.replace(config, { change: changeAll, takeBack });
  }

  onWake(listener: (id: SandboxId, dropped?: Delivery) => void): void {
    this.#wake = listener;
  }

  async find(id: SandboxId): Promise<SandboxRecord | undefined> {
    const record = (await this.#store.sandboxes.get(id))?.sandbox;
    if (!record || !this.#isIdleTooLong(record)) return record;
    await this.#removeIdle(id);
    return undefined;
  }

  async open(id: SandboxId): Promise<Sandbox | undefined> {
    const record = await this.find(id);
    return record && this.#sandboxOf(record);
  }

  async use(id: SandboxId) {
    const { sandbox: read } = (await this.#store.sandboxes.get(id)) ?? {};
    const again = () => (id === DEFAULT_SANDBOX ? this.makeDefault() : this.find(id));
    const record = read && !this.#isIdleTooLong(read) ? read : await again();
    if (!record) return undefined;
    const now = this.wall();
    if (isUseToBeNoted(record, now)) await this.#noteUse(id, now);
    return { sandbox: await this.#sandboxOf(record), now: readingOf(record.clock, now).now };
  }

  keyOf({ id }: SandboxRecord): string {
    return id;
  }

  cursorAt(id: string): Promise<string | undefined> {
    return this.#store.sandboxes.cursorAt(id);
  }

  async list({ after: start, limit }: PageRequest) {
    const items: SandboxRecord[] = [];
    let next = start;
    do {
      // One that is being made is not there yet, and what has ended goes: then the page is not full.
      const page = await this.#store.sandboxes.list({ after: next, limit: limit - items.length });
      for (const { id, sandbox } of page.items) {
        if (sandbox && this.#isIdleTooLong(sandbox)) await this.#removeIdle(id);
        else if (sandbox) items.push(sandbox);
      }
      next = page.next;
    } while (next !== undefined && items.length < limit);
    return { items, ...defined({ next }) };
  }

  async create({ id, ...spec }: SandboxSpec): Promise<Sandbox> {
    const name = id ?? (await this.#drafts.newName());
    // One that is idle for too long may still stand where a new one is to be made.
    await this.find(name);
    const first = await this.find(DEFAULT_SANDBOX);
    this.#store.keepAtMost(limitsIn(first?.settings ?? {}).sandboxes);
    const record = await this.#make({ ...spec, id: name }).catch(async (error: unknown) => {
      if (!(error instanceof FullError)) throw error;
      await this.sweep();
      return await this.#make({ ...spec, id: name });
    });
    if (!record) throw new ConflictError("key", name);
    return this.#sandboxOf(record);
  }

  async change(
    id: SandboxId,
    change: (current: Settings) => Settings,
  ): Promise<Sandbox | undefined> {
    const entry = await this.#changeRecord(id, ({ settings, revision }) => ({
      settings: change(settings),
      revision: revision + 1,
    }));
    return entry?.sandbox && this.#sandboxOf(entry.sandbox);
  }

  async reset(id: SandboxId): Promise<Sandbox | undefined> {
    const record = await this.#config.use(async (own) => {
      const now = this.wall();
      const madeFrom = await this.#drafts.printOf(own);
      return this.#generations.replace(
        id,
        ({ restored: _, keys: __, ...made }) => ({
          ...made,
          ...beginningOf(made.config ?? own, now),
          ...(!made.config && defined({ madeFrom })),
        }),
        async (next) => seedSandbox(await this.#sandboxOf(next), next.config ?? own),
      );
    });
    return record && this.#sandboxOf(record);
  }

  async restore(id: SandboxId, state: SandboxState): Promise<Sandbox | undefined> {
    const restored = await digestOf(state);
    const record = await this.#generations.replace(
      id,
      ({ keys: _, ...made }) => ({ ...made, ...ownPart(state), restored }),
      async (next) => writeRecords((await this.#sandboxOf(next)).store, state),
    );
    return record && this.#sandboxOf(record);
  }

  remove(id: SandboxId): Promise<boolean> {
    return this.#remove(id, () => true);
  }

  async sweep(signal?: AbortSignal): Promise<void> {
    const turn = takeTurns();
    const failures: unknown[] = [];
    const known = [...this.#known.keys()];
    const needed = new Set<GenerationId>();
    for (const entry of await readAll(this.#store.sandboxes)) {
      if (signal?.aborted) return;
      for (const { generation } of [...entry.filling, entry.sandbox ?? []].flat())
        needed.add(generation);
      // What fails for one sandbox keeps no other from being looked after.
      await this.#sweepOne(entry).catch((error: unknown) => failures.push(error));
      await turn();
    }
    if (failures.length > 0) throw failures[0];
    for (const generation of known) if (!needed.has(generation)) this.#known.delete(generation);
  }

  async #sweepOne(entry: SandboxEntry): Promise<void> {
    await this.#generations.tidy(entry);
    // It may have gone since the list was made.
    const record = await this.find(entry.id);
    if (!record) return;
    await this.#generations.keep(record);
    const { now } = readingOf(record.clock, this.wall());
    await this.#store.records(record.generation).sweep(now);
  }

  async #noteUse(id: SandboxId, now: EpochSeconds): Promise<void> {
    await this.#changeRecord(id, (record) =>
      isUseToBeNoted(record, now) ? { usedAt: now } : undefined,
    );
  }

  /** Changes members of a sandbox's record; undefined where there is none, or nothing to change. */
  #changeRecord(
    id: SandboxId,
    change: (current: SandboxRecord) => Partial<SandboxRecord> | undefined,
  ) {
    return this.#store.sandboxes.update(id, ({ sandbox, ...rest }) => {
      const changes = sandbox && change(sandbox);
      return changes && { ...rest, sandbox: { ...sandbox, ...changes } };
    });
  }

  #make(spec: SandboxSpec & { readonly id: SandboxId }, check?: RegistryDeps["check"]) {
    return this.#config.use(async (own) => {
      const draft = await this.#drafts.make(spec, own, this.wall());
      return this.#generations.make(draft, this.#filling(spec, own, check));
    });
  }

  #filling({ config, state }: SandboxSpec, own: SeedConfig, check?: RegistryDeps["check"]) {
    return async (made: SandboxRecord) => {
      const sandbox = await this.#sandboxOf(made);
      if (state) await writeRecords(sandbox.store, state);
      else await seedSandbox(sandbox, config ?? own);
      await check?.(sandbox);
    };
  }

  #sandboxOf(record: SandboxRecord): Promise<Sandbox> {
    const { id, generation } = record;
    const known = this.#known.get(generation);
    const live = known?.record ?? new LiveRecord(this.#store.sandboxes, record);
    live.learn(record);
    const { settings } = live.known;
    // A clock that moves, or a rotation, leaves the sandbox as it is.
    if (known && isDeepStrictEqual(known.settings, settings)) return known.sandbox;
    const store = this.#store.records(generation);
    const ids = known?.ids ?? createSharedIds(seedOf(record), store.sequences);
    const wakeCourier = (dropped?: Delivery) => this.#wake(id, dropped);
    const sandbox = ids.then((made) =>
      assemble(settings, { id, ids: made, wakeCourier, store, record: live }, this.#deps),
    );
    this.#known.set(generation, { record: live, ids, settings, sandbox });
    sandbox.catch(() => this.#known.delete(generation));
    return sandbox;
  }

  /** Somebody may use it just now: then it stays. */
  async #removeIdle(id: SandboxId): Promise<void> {
    await this.#remove(id, (record) => this.#isIdleTooLong(record));
  }

  async #remove(id: SandboxId, isMeant: (record: SandboxRecord) => boolean): Promise<boolean> {
    const removed = await this.#generations.remove(id, isMeant);
    if (removed) this.#known.delete(removed.generation);
    return removed !== undefined;
  }

  #isIdleTooLong(record: SandboxRecord): boolean {
    const end = expiresAt(record);
    return end !== undefined && end <= this.wall();
  }
}
