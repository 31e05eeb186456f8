import { isDeepStrictEqual } from "node:util";
import type { Ids, Keyring, SigningKey, WallClock } from "../platform/capabilities.ts";
import { readingOf } from "../platform/clock.ts";
import { takeTurns } from "../platform/timers.ts";
import type { SeedConfig } from "../records/config.ts";
import { defined } from "../records/defined.ts";
import type { Delivery } from "../records/delivery.ts";
import type { GenerationId, SandboxId } from "../records/ids.ts";
import { limitsIn } from "../records/limits.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Settings } from "../records/settings.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { readAll, updateAll } from "../store/batches.ts";
import { frozenCopyInTurns } from "../store/frozen.ts";
import type { Collection, PageRequest, Store } from "../store/store.ts";
import { ConflictError, FullError } from "../store/store.ts";
import { assemble } from "./assemble.ts";
import type { Draft } from "./generations.ts";
import { Generations } from "./generations.ts";
import { LiveRecord } from "./live-record.ts";
import type { Steps } from "./own-config.ts";
import { OwnConfig } from "./own-config.ts";
import type { Sandbox } from "./sandbox.ts";
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
  /** Removes the sandboxes that were idle for too long, and what has expired in the others. */
  sweep(): Promise<void>;
}

/** What to make a sandbox of. */
interface SandboxSpec {
  /** Its name; made up when left out. */
  readonly id?: SandboxId | undefined;
  /** What it starts from; the server's own config when left out. */
  readonly config?: SeedConfig | undefined;
  readonly ttl?: Seconds | undefined;
  /** Makes its ids, codes and tokens the same in every run. */
  readonly seed?: number | undefined;
  /** What it begins with in place of the config; a reset goes back to the config. */
  readonly state?: SandboxState | undefined;
}

/** What the registry works with. */
export interface RegistryDeps {
  readonly store: Store;
  readonly wall: WallClock;
  /** The keys of every sandbox that has made none of its own. */
  readonly keys: Keyring;
  /** Makes a key for a sandbox that rotates its own. */
  readonly makeKey: () => Promise<SigningKey>;
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
}

/** The registry, with the default sandbox in it: whichever server is the first on a store makes it. */
export async function createSandboxes(deps: RegistryDeps): Promise<Sandboxes> {
  const registry = new Registry(deps);
  await registry.makeDefault();
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
  /** It is asked for what the store says now, so it need not learn what other servers change. */
  readonly #known = new Map<GenerationId, Known>();
  #names: Promise<Ids> | undefined;
  #default: Promise<SandboxRecord | undefined> | undefined;
  #wake: (id: SandboxId, dropped?: Delivery) => void = () => {};

  constructor(deps: RegistryDeps) {
    this.wall = deps.wall;
    this.#config = new OwnConfig(deps.config);
    this.#deps = deps;
    this.#store = deps.store;
    this.#generations = new Generations(deps.store, deps.wall);
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
    const { state, check } = this.#deps;
    // Where another server is faster, its sandbox counts.
    const made = await this.#make({ id: DEFAULT_SANDBOX, state }, check);
    return made ?? this.find(DEFAULT_SANDBOX);
  }

  get config() {
    return this.#config.current;
  }

  adopt<Result>(config: SeedConfig, { change, takeBack }: Steps<Result>): Promise<Result> {
    const changeAll = async (current: SeedConfig) => {
      const result = await change(current);
      const former = await frozenCopyInTurns(current);
      await updateAll(this.#store.sandboxes, (entry) => withOwnConfig(entry, former));
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
    const name = id ?? (await this.#newName());
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
    const entry = await this.#store.sandboxes.update(id, ({ sandbox, ...rest }) =>
      sandbox
        ? {
            ...rest,
            sandbox: {
              ...sandbox,
              settings: change(sandbox.settings),
              revision: sandbox.revision + 1,
            },
          }
        : undefined,
    );
    return entry?.sandbox && this.#sandboxOf(entry.sandbox);
  }

  async reset(id: SandboxId): Promise<Sandbox | undefined> {
    const record = await this.#config.use((own) => {
      const now = this.wall();
      return this.#generations.replace(
        id,
        ({ restored: _, keys: __, ...made }) => ({
          ...made,
          ...beginningOf(made.config ?? own, now),
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
    return this.#generations.remove(id, () => true);
  }

  async sweep(): Promise<void> {
    const turn = takeTurns();
    const known = [...this.#known.keys()];
    const needed = new Set<GenerationId>();
    for (const entry of await readAll(this.#store.sandboxes)) {
      for (const { generation } of entry.filling) needed.add(generation);
      await this.#generations.tidy(entry);
      // It may have gone since the list was made.
      const record = await this.find(entry.id);
      if (!record) continue;
      needed.add(record.generation);
      const { now } = readingOf(record.clock, this.wall());
      await this.#store.records(record.generation).sweep(now);
      await turn();
    }
    for (const generation of known) if (!needed.has(generation)) this.#known.delete(generation);
  }

  async #noteUse(id: SandboxId, now: EpochSeconds): Promise<void> {
    await this.#store.sandboxes.update(id, ({ sandbox, ...rest }) =>
      sandbox && isUseToBeNoted(sandbox, now)
        ? { ...rest, sandbox: { ...sandbox, usedAt: now } }
        : undefined,
    );
  }

  #make(
    { id, config, ttl, seed, state }: SandboxSpec & { readonly id: SandboxId },
    check?: RegistryDeps["check"],
  ) {
    return this.#config.use(async (own) => {
      const now = this.wall();
      const from = config ?? own;
      const record: Draft = {
        id,
        ...(state ? ownPart(state) : beginningOf(from, now)),
        createdAt: now,
        revision: 1,
        ...defined({
          config: config && (await frozenCopyInTurns(config)),
          ttl,
          seed: this.#seedFor(id, seed),
          restored: state && (await digestOf(state)),
        }),
      };
      return this.#generations.make(record, async (made) => {
        const sandbox = await this.#sandboxOf(made);
        if (state) await writeRecords(sandbox.store, state);
        else await seedSandbox(sandbox, from);
        await check?.(sandbox);
      });
    });
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

  async #newName(): Promise<SandboxId> {
    const { seed } = this.#deps;
    this.#names ??= createSharedIds(
      seed === undefined ? undefined : `${seed}:sandboxes`,
      this.#store.sequences,
    );
    this.#names.catch(() => {
      this.#names = undefined;
    });
    return (await this.#names).id() as SandboxId;
  }

  #seedFor(id: SandboxId, own: number | undefined): string | undefined {
    if (own !== undefined) return String(own);
    const { seed } = this.#deps;
    if (seed === undefined) return undefined;
    return id === DEFAULT_SANDBOX ? String(seed) : `${seed}:${id}`;
  }

  /** Somebody may use it just now: then it stays. */
  async #removeIdle(id: SandboxId): Promise<void> {
    await this.#generations.remove(id, (record) => this.#isIdleTooLong(record));
  }

  #isIdleTooLong(record: SandboxRecord): boolean {
    const end = expiresAt(record);
    return end !== undefined && end <= this.wall();
  }
}
