import type { Keyring, SigningKey } from "../platform/capabilities.ts";
import type { KeyState, StoredKey } from "../records/key-state.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { KeyStatus } from "../records/vocabulary.ts";
import { readKey } from "./keys.ts";
import type { FreshKey, Phase } from "./rotation.ts";
import { publish, remove, replaceAll, retire, succeed, takeBack, use } from "./rotation.ts";

/**
 * The signing keys of one sandbox. It signs with the server's own key, as every other one does, until
 * its first rotation; from then on its keys are in the store, and nobody else has them.
 */
export interface SandboxKeys extends Keyring {
  /** Every key in the order of JWKS. */
  list(): Promise<readonly ListedKey[]>;
  /** @throws MisplacedStep when the step does not fit; nothing is changed then */
  rotate(phase: Phase | undefined, now: EpochSeconds): Promise<void>;
  /**
   * Lets another key sign in the place of that one, which stays in JWKS: once, however many do so at the same time.
   *
   * @throws MisplacedStep when there are as many keys as may be
   */
  succeed(former: string, now: EpochSeconds): Promise<void>;
  /** Whether it has left the server's own key. */
  hasOwn(): boolean;
  /** Takes a rotation back: the key that signed before does so again. */
  takeBack(before: Before): Promise<void>;
  /** Takes a key out of JWKS at once; if it signed, a new one does from now on. */
  remove(kid: string, now: EpochSeconds): Promise<void>;
}

/** How the keys were before a rotation. */
interface Before {
  /** The key that signed. */
  readonly from: string;
  /** Whether another one waited to be used. */
  readonly wasPublished: boolean;
  /** Whether the sandbox had keys of its own. */
  readonly hadOwn: boolean;
}

/** A key and where it stands. */
interface ListedKey {
  readonly key: SigningKey;
  readonly status: KeyStatus;
  /** By the sandbox's clock; unknown of the server's own key. */
  readonly createdAt: EpochSeconds | undefined;
  /** Whether it is the server's own, with which other sandboxes sign too. */
  readonly shared: boolean;
}

/** Where the keys of a sandbox are kept; undefined before its first rotation. */
interface KeptKeys {
  get(): KeyState | undefined;
  /** Replaces them in one atomic step; `change` is pure and may be called more than once. */
  update(change: (current: KeyState | undefined) => KeyState | undefined): Promise<unknown>;
}

/** @param most how many keys there may be at the same time */
export function createSandboxKeys(
  kept: KeptKeys,
  server: Keyring,
  make: () => Promise<SigningKey>,
  most?: number,
): SandboxKeys {
  /** What this process has read of the keys in the store, by kid. */
  let read: ReadonlyMap<string, SigningKey> = new Map();

  /** The keys, each ready to sign; reading one takes a while, so it is done once. */
  async function ready({
    keys,
  }: KeyState): Promise<readonly (StoredKey & { readonly key: SigningKey })[]> {
    const held = await Promise.all(
      keys.map(async (each) => ({ ...each, key: read.get(each.kid) ?? (await readKey(each.pem)) })),
    );
    read = new Map(held.map(({ kid, key }) => [kid, key]));
    return held;
  }

  /** Where a rotation starts from: the server's own key, until there has been one. */
  async function ownKey(): Promise<KeyState> {
    return replaceAll(stored(await server.current()));
  }

  async function fresh(now: EpochSeconds): Promise<FreshKey> {
    return { ...stored(await make()), createdAt: now };
  }

  /** What takes time is done before: the change itself is one atomic step. */
  async function change(next: (state: KeyState) => KeyState): Promise<void> {
    const first = await ownKey();
    await kept.update((state) => next(state ?? first));
  }

  return {
    async current() {
      const state = kept.get();
      if (!state) return await server.current();
      const signs = (await ready(state)).find(({ status }) => status === "current");
      if (!signs) throw new Error("a sandbox has keys, but none that signs");
      return signs.key;
    },
    async published() {
      const state = kept.get();
      return state ? (await ready(state)).map(({ key }) => key) : server.published();
    },
    async list() {
      const { kid: shared } = await server.current();
      const held = await ready(kept.get() ?? (await ownKey()));
      return held.map(({ kid, key, status, createdAt }) => ({
        key,
        status,
        createdAt,
        shared: kid === shared,
      }));
    },
    async rotate(phase, now) {
      switch (phase) {
        case undefined: {
          const key = await fresh(now);
          return change(() => replaceAll(key));
        }
        case "publish": {
          const key = await fresh(now);
          return change((state) => publish(state, key, most));
        }
        case "use":
          return change(use);
        case "retire":
          return change(retire);
      }
    },
    async succeed(former, now) {
      const key = await fresh(now);
      return change((state) => succeed(state, former, key, most));
    },
    hasOwn: () => kept.get() !== undefined,
    async takeBack({ from, wasPublished, hadOwn }) {
      await kept.update((state) => {
        const next = state && takeBack(state, from, wasPublished);
        const isServers = !hadOwn && next?.keys.length === 1 && next.keys[0]?.kid === from;
        return isServers ? undefined : next;
      });
    },
    async remove(kid, now) {
      // Made in any case: which key signs may change while one is made.
      const key = await fresh(now);
      return change((state) => remove(state, kid, key));
    },
  };
}

function stored({ kid, pem }: SigningKey): Omit<StoredKey, "status"> {
  return { kid, pem };
}
