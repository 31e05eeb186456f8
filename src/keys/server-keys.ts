import type { Keyring, SigningKey, WallClock } from "../platform/capabilities.ts";
import type { ServerKey } from "../records/key-state.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { Cell } from "../store/store.ts";
import { readKey } from "./keys.ts";

/**
 * The key with which a server signs in each sandbox that has made none of its own. All servers on one
 * store sign with the one that is kept there.
 *
 * It changes only when another server starts: with a key file, or as the first whose key is kept. So
 * signing asks the store once in each second of the real time. A token of that second may have the
 * key before, as one that was signed just before the other server started has it too. JWKS is asked
 * for less often, and always shows what the store has; what it finds is signed with from then on.
 */

/** Where a server gets a key when none is kept. */
export interface OwnKey {
  readonly make: () => Promise<SigningKey>;
  /**
   * Whether it is kept for the others. A key that everybody has anyway is not: as soon as somebody
   * keeps one that protects something, all sign with that.
   */
  readonly keep: boolean;
}

export function createServerKeys(cell: Cell<ServerKey>, own: OwnKey, wall: WallClock): Keyring {
  /** The key that was parsed last; parsing takes a while, so it is done once. */
  let known: { readonly pem: string; readonly key: Promise<SigningKey> } | undefined;
  /** What the store was asked last, and when. */
  let asked: { readonly at: EpochSeconds; readonly key: Promise<SigningKey> } | undefined;
  let making: Promise<SigningKey> | undefined;

  function read({ pem }: ServerKey): Promise<SigningKey> {
    if (known?.pem !== pem) known = { pem, key: readKey(pem) };
    return known.key;
  }

  async function makeOnce(): Promise<SigningKey> {
    making ??= own.make();
    try {
      return await making;
    } catch (error) {
      making = undefined;
      throw error;
    }
  }

  async function find(): Promise<SigningKey> {
    const kept = await cell.get();
    if (kept) return read(kept);
    const key = await makeOnce();
    if (!own.keep) return key;
    const made = { pem: key.pem };
    return read(await cell.update((first) => first ?? made));
  }

  function ask(): Promise<SigningKey> {
    const asking = { at: wall(), key: find() };
    asked = asking;
    asking.key.catch(() => {
      if (asked === asking) asked = undefined;
    });
    return asking.key;
  }

  return {
    async current() {
      return await (asked?.at === wall() ? asked.key : ask());
    },
    async published() {
      return [await ask()];
    },
  };
}

/** Keeps a key that an operator has chosen, in the place of any other. */
export async function keepServerKey(cell: Cell<ServerKey>, key: SigningKey): Promise<void> {
  await cell.set({ pem: key.pem });
}
