import type { Ids } from "../platform/capabilities.ts";
import type { SeedConfig } from "../records/config.ts";
import { defined } from "../records/defined.ts";
import type { SandboxId } from "../records/ids.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { frozenCopyInTurns } from "../store/frozen.ts";
import type { Store } from "../store/store.ts";
import type { Draft } from "./generations.ts";
import { beginningOf } from "./seed.ts";
import { createSharedIds } from "./shared-ids.ts";
import type { SandboxState } from "./state.ts";
import { digestOf, ownPart } from "./state.ts";

/** What to make a sandbox of. */
export interface SandboxSpec {
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

/** What becomes of the default sandbox where another server has made it from something else than this one would. */
export interface Filled {
  /** Whether it is made anew. */
  readonly reseed: boolean;
  /** Told that it stays, and what of this server it was not made from. */
  readonly onStay: (from: "config" | "seed" | "state") => void;
}

/** What sandboxes are made with. */
interface DraftDeps {
  readonly store: Pick<Store, "isShared" | "sequences">;
  /** Makes every name in every sandbox the same in every run, if it is given. */
  readonly seed?: number | undefined;
}

/** Records of sandboxes as they begin, and names for them. */
export class Drafts {
  readonly #deps: DraftDeps;
  #names: Promise<Ids> | undefined;

  constructor(deps: DraftDeps) {
    this.#deps = deps;
  }

  async make(
    { id, config, ttl, seed, state }: SandboxSpec & { readonly id: SandboxId },
    own: SeedConfig,
    now: EpochSeconds,
  ): Promise<Draft> {
    return {
      id,
      ...(state ? ownPart(state) : beginningOf(config ?? own, now)),
      createdAt: now,
      revision: 1,
      ...defined({
        config: config && (await frozenCopyInTurns(config)),
        ttl,
        seed: this.#seedFor(id, seed),
        madeFrom: config ? undefined : await this.printOf(own),
        restored: state && (await digestOf(state)),
      }),
    };
  }

  /** By what a later server knows whether a sandbox comes from its own config; none where there is no later one. */
  async printOf(config: SeedConfig): Promise<string | undefined> {
    return this.#deps.store.isShared ? digestOf(config) : undefined;
  }

  /** For a sandbox that was given none. */
  async newName(): Promise<SandboxId> {
    const { seed, store } = this.#deps;
    this.#names ??= createSharedIds(
      seed === undefined ? undefined : `${seed}:sandboxes`,
      store.sequences,
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
}

/** What of a server's own beginning a sandbox was not made from: undefined where it is as it would have been made. */
export function differenceIn(
  { madeFrom, restored, seed }: SandboxRecord,
  draft: Draft,
): "config" | "seed" | "state" | undefined {
  if (draft.restored !== undefined && restored !== draft.restored) return "state";
  if (madeFrom !== draft.madeFrom) return "config";
  return seed === draft.seed ? undefined : "seed";
}
