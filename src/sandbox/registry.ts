import { createHash } from "node:crypto";
import { createSandboxKeys } from "../keys/sandbox-keys.ts";
import type { Keyring, RandomBytes, SigningKey, WallClock } from "../platform/capabilities.ts";
import { createClock } from "../platform/clock.ts";
import { createIds, secureRandom, seededRandom } from "../platform/ids.ts";
import { PROFILES } from "../profiles/index.ts";
import { switchesOf } from "../profiles/profile.ts";
import type { SeedConfig } from "../records/config.ts";
import type { Delivery } from "../records/delivery.ts";
import type { SandboxId } from "../records/ids.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Settings } from "../records/settings.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import type { Page, Store } from "../store/store.ts";
import type { Sandbox } from "./sandbox.ts";
import { DEFAULT_LIMITS } from "./sandbox.ts";
import { seedSandbox } from "./seed.ts";
import type { SandboxState } from "./state.ts";
import { writeState } from "./state.ts";

/**
 * Where sandboxes are made, found, changed and removed. What a sandbox is stands in the store, so
 * that every replica sees the same ones; here is only what one process needs to work with them.
 */
export interface Sandboxes {
  /** The server's own config, from which a sandbox starts that is made without one. */
  readonly config: SeedConfig;
  /** The real time. */
  readonly wall: WallClock;
  /** Names who is told, from now on, that a webhook of a sandbox is due, and which made room for it. */
  onWake(listener: (id: SandboxId, dropped?: Delivery) => void): void;
  /** The sandbox, or undefined: an id never used, removed, or idle for longer than its ttl. */
  open(id: SandboxId): Promise<Sandbox | undefined>;
  /** The record of a sandbox, likewise. */
  find(id: SandboxId): Promise<SandboxRecord | undefined>;
  /** The records of those that `open` finds, in the order in which they were made. */
  list(page: {
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<Page<SandboxRecord>>;
  /**
   * Makes a sandbox.
   *
   * @throws ConflictError when there is one of that name
   */
  create(spec: SandboxSpec): Promise<Sandbox>;
  /** Changes settings; undefined when there is no such sandbox. */
  change(id: SandboxId, change: (current: Settings) => Settings): Promise<Sandbox | undefined>;
  /** Back to what it was made from: every record, the clock and the settings. */
  reset(sandbox: Sandbox): Promise<Sandbox>;
  /** Puts a state in the place of all that the sandbox has; what it was made from stays the same. */
  restore(sandbox: Sandbox, state: SandboxState): Promise<Sandbox>;
  /** Removes a sandbox with everything in it; false when there is none. */
  remove(id: SandboxId): Promise<boolean>;
  /** Notes that a sandbox is in use, so that its ttl begins anew. */
  touch(id: SandboxId): Promise<void>;
  /** When it goes if nobody uses it; undefined when it stays. */
  expiresAt(record: SandboxRecord): Promise<EpochSeconds | undefined>;
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
}

/** How long after a use another one is not noted, in seconds: what a ttl may be off by. */
const TOUCH_INTERVAL = 1;

/** A sandbox as this process knows it. */
interface Known {
  readonly record: SandboxRecord;
  readonly sandbox: Sandbox;
}

/** The registry, with the default sandbox in it. */
export async function createSandboxes(deps: RegistryDeps): Promise<Sandboxes> {
  const { store, wall } = deps;
  const names = createIds(
    randomFor(deps.seed === undefined ? undefined : `${deps.seed}:sandboxes`),
  );
  const known = new Map<SandboxId, Known>();
  let wake: (id: SandboxId, dropped?: Delivery) => void = () => {};

  function sandboxOf(record: SandboxRecord): Sandbox {
    const current = known.get(record.id);
    if (current?.record.revision === record.revision) return current.sandbox;
    // Seeded names go on where they were, unless the sandbox was made anew.
    const goesOn = current !== undefined && current.record.restored === record.restored;
    const ids = goesOn ? current.sandbox.ids : createIds(randomFor(seedOf(record)));
    const sandbox = assemble(
      record,
      { ids, wakeCourier: (dropped) => wake(record.id, dropped) },
      deps,
    );
    known.set(record.id, { record, sandbox });
    return sandbox;
  }

  async function find(id: SandboxId): Promise<SandboxRecord | undefined> {
    const record = await store.sandboxes.get(id);
    if (record && !(await isIdleTooLong(record))) return record;
    if (record) await remove(id);
    return undefined;
  }

  async function isIdleTooLong(record: SandboxRecord): Promise<boolean> {
    const end = await expiresAt(record);
    return end !== undefined && end <= wall();
  }

  async function expiresAt({ id, ttl, createdAt }: SandboxRecord) {
    if (ttl === undefined) return undefined;
    return after((await store.sandbox(id).usedAt.get()) ?? createdAt, ttl);
  }

  async function remove(id: SandboxId): Promise<boolean> {
    known.delete(id);
    const record = await store.sandboxes.take(id);
    await store.drop(id);
    return record !== undefined;
  }

  /** The records of all that are not idle for too long; the others are removed. */
  async function* living(): AsyncGenerator<SandboxRecord> {
    const { items } = await store.sandboxes.list();
    for (const { id } of items) {
      // It may have gone since the list was made.
      const record = await find(id);
      if (record) yield record;
    }
  }

  /** A sandbox that is idle for too long may still stand where a new one is to be made. */
  async function create({ id = names.id() as SandboxId, config, ttl, seed }: SandboxSpec) {
    await find(id);
    const record: SandboxRecord = {
      id,
      settings: settingsOf(config ?? deps.config),
      createdAt: wall(),
      revision: 1,
      ...defined({ config, ttl, seed: seedFor(id, seed) }),
    };
    await store.sandboxes.insert(record);
    known.delete(id);
    const sandbox = sandboxOf(record);
    try {
      await seedSandbox(sandbox, config ?? deps.config);
    } catch (error) {
      await remove(id);
      throw error;
    }
    return sandbox;
  }

  /**
   * Empties a sandbox, so that it can be filled again; only its last use is remembered. What is under
   * way in it goes on with what it is filled with.
   */
  async function beginAnew(
    id: SandboxId,
    change: (current: SandboxRecord) => SandboxRecord,
  ): Promise<Known> {
    const usedAt = await store.sandbox(id).usedAt.get();
    await store.clear(id);
    known.delete(id);
    const record = await store.sandboxes.update(id, (current) => ({
      ...change(current),
      revision: current.revision + 1,
    }));
    if (!record) throw new Error(`the sandbox ${id} went while it was begun anew`);
    const sandbox = sandboxOf(record);
    if (usedAt !== undefined) await sandbox.store.usedAt.set(usedAt);
    return { record, sandbox };
  }

  function seedFor(id: SandboxId, own: number | undefined): string | undefined {
    if (own !== undefined) return String(own);
    if (deps.seed === undefined) return undefined;
    return id === DEFAULT_SANDBOX ? String(deps.seed) : `${deps.seed}:${id}`;
  }

  await create({ id: DEFAULT_SANDBOX });

  return {
    config: deps.config,
    wall,
    onWake(listener) {
      wake = listener;
    },
    find,
    create,
    remove,
    expiresAt,
    async open(id) {
      const record = await find(id);
      return record && sandboxOf(record);
    },
    async list(page) {
      // What has ended goes first, so that the pages are full.
      for await (const _ of living());
      return store.sandboxes.list(page);
    },
    async change(id, change) {
      const record = await store.sandboxes.update(id, (current) => ({
        ...current,
        settings: change(current.settings),
        revision: current.revision + 1,
      }));
      return record && sandboxOf(record);
    },
    async reset({ id }) {
      const { record, sandbox } = await beginAnew(id, ({ restored: _, ...made }) => ({
        ...made,
        settings: settingsOf(made.config ?? deps.config),
      }));
      await seedSandbox(sandbox, record.config ?? deps.config);
      return sandbox;
    },
    async restore({ id }, state) {
      const restored = createHash("sha256").update(JSON.stringify(state)).digest("hex");
      const { settings } = state;
      const { sandbox } = await beginAnew(id, (made) => ({ ...made, settings, restored }));
      await writeState(sandbox.store, state);
      return sandbox;
    },
    async touch(id) {
      const { usedAt } = store.sandbox(id);
      const now = wall();
      const noted = await usedAt.get();
      if (noted === undefined || noted + TOUCH_INTERVAL <= now) await usedAt.set(now);
    },
    async sweep() {
      for await (const record of living()) {
        const { clock, store: records } = sandboxOf(record);
        await records.sweep(await clock.now());
      }
    },
  };
}

function assemble(
  { id, settings }: SandboxRecord,
  own: Pick<Sandbox, "ids" | "wakeCourier">,
  deps: RegistryDeps,
): Sandbox {
  const store = deps.store.sandbox(id);
  const profile = PROFILES[settings.profile ?? "2023"];
  return {
    id,
    profile: profile.name,
    switches: switchesOf(profile, settings.rules),
    autoLogin: settings.autoLogin ?? null,
    limits: { ...DEFAULT_LIMITS, ...settings.limits },
    webhookHosts: settings.webhookHosts ?? [],
    clock: createClock(deps.wall, store.clock),
    ...own,
    keys: createSandboxKeys(store.keys, deps.keys, deps.makeKey),
    store,
  };
}

/**
 * A restored sandbox goes on with other names than one that was not, or was restored from something
 * else: its records have those that were given before.
 */
function seedOf({ seed, restored }: SandboxRecord): string | undefined {
  return seed === undefined || restored === undefined ? seed : `${seed}:${restored}`;
}

/** Without a seed, names that nobody can foresee. */
function randomFor(seed: string | undefined): RandomBytes {
  return seed === undefined ? secureRandom : seededRandom(seed);
}

function settingsOf({ profile, rules, limits, autoLogin, webhookHosts }: SeedConfig): Settings {
  return defined({ profile, rules, limits, autoLogin, webhookHosts });
}

/** The same without the members that are undefined. */
function defined<Members extends object>(members: Members) {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
}
