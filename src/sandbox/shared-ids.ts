import type { Ids } from "../platform/capabilities.ts";
import { createIds, secureRandom, seededRandom } from "../platform/ids.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import type { Cell } from "../store/store.ts";

/** Names for new things in a sandbox, which several servers may make. */

/**
 * A restored sandbox goes on with other names than one that was not, or was restored from something
 * else: its records have those that were given before.
 */
export function seedOf({ seed, restored }: SandboxRecord): string | undefined {
  return seed === undefined || restored === undefined ? seed : `${seed}:${restored}`;
}

/**
 * Names for one process: without a seed such as nobody can foresee, with one the same in every run.
 * Where several processes make names by one seed, each has a sequence of its own, so that none is
 * given twice; the first, which is most often the only one, has the seed's own.
 */
export async function createSharedIds(
  seed: string | undefined,
  sequences: Cell<number>,
): Promise<Ids> {
  if (seed === undefined) return createIds(secureRandom);
  const count = await sequences.update((taken = 0) => taken + 1);
  return createIds(seededRandom(count === 1 ? seed : `${seed}#${count}`));
}
