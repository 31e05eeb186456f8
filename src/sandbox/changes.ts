import { every } from "../platform/timers.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Seconds } from "../records/time.ts";
import { Others } from "./others.ts";
import type { Sandboxes } from "./registry.ts";

/**
 * Telling those who look at a sandbox that something in it has changed, whichever process has changed it.
 * However many look, one question to the store serves them all; where nobody looks, nothing is asked.
 */

/** How often the store is asked, in seconds; what other processes write is heard at once, or seen then. */
const LOOK_INTERVAL: Seconds = 0.25;

/**
 * A watcher hears of so many changes as soon as they are seen, and of further ones that come without a pause
 * after so many seconds each: to look at what has changed costs more than to change it, and logins under load
 * must not wait for those who watch them.
 */
const AT_ONCE = 5;
const PACE: Seconds = 3;

export class Changes {
  readonly #sandboxes: Pick<Sandboxes, "open">;
  readonly #watches = new Map<SandboxId, Watch>();

  constructor(sandboxes: Pick<Sandboxes, "open">) {
    this.#sandboxes = sandboxes;
  }

  /**
   * A text that is another one after every change; that of no sandbox is empty.
   *
   * @param others hears of the next change from then on
   */
  async versionOf(id: SandboxId, others?: Others): Promise<string> {
    const sandbox = await this.#sandboxes.open(id);
    if (!sandbox) return "";
    others?.listenIn(sandbox.store);
    const { generation, revision } = sandbox.record.known;
    return [generation, revision, await sandbox.store.revision()].join(".");
  }

  /**
   * Calls the listener with the version after every change since that version, until it is stopped. Changes
   * that follow each other closely are told as one, and those without a pause less often.
   *
   * @returns stops it
   */
  watch(id: SandboxId, since: string, changed: (version: string) => void): () => void {
    const watch = this.#watches.get(id) ?? new Watch((others) => this.versionOf(id, others));
    this.#watches.set(id, watch);
    const watcher = { seen: since, credit: AT_ONCE, changed };
    watch.watchers.add(watcher);
    void watch.look();
    return () => {
      watch.watchers.delete(watcher);
      if (watch.watchers.size > 0) return;
      watch.stop();
      if (this.#watches.get(id) === watch) this.#watches.delete(id);
    };
  }
}

interface Watcher {
  seen: string;
  /** How many changes it can hear of at once. */
  credit: number;
  readonly changed: (version: string) => void;
}

class Watch {
  readonly watchers = new Set<Watcher>();
  readonly #versionNow: (others: Others) => Promise<string>;
  readonly #timer: { stop(): void };
  readonly #others = new Others(() => void this.look());
  /** The last look that has begun, and the one that is to begin after it. */
  #looking = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(versionNow: (others: Others) => Promise<string>) {
    this.#versionNow = versionNow;
    this.#timer = every(
      LOOK_INTERVAL,
      () => {
        for (const watcher of this.watchers) {
          watcher.credit = Math.min(AT_ONCE, watcher.credit + LOOK_INTERVAL / PACE);
        }
        return this.look();
      },
      () => {},
    );
  }

  /** A look that has yet to begin, so that nothing is missed that is there now; one for all who ask meanwhile. */
  look(): Promise<void> {
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined;
      this.#looking = this.#lookOnce();
      return this.#looking;
    });
    return this.#next;
  }

  async #lookOnce(): Promise<void> {
    // Who has heard enough for now looks again later.
    if (![...this.watchers].some(({ credit }) => credit >= 1)) return;
    // A store that cannot be read now is asked again.
    const version = await this.#versionNow(this.#others).catch(() => undefined);
    if (version === undefined) return;
    for (const watcher of this.watchers) {
      if (watcher.seen === version || watcher.credit < 1) continue;
      watcher.seen = version;
      watcher.credit -= 1;
      watcher.changed(version);
    }
  }

  stop(): void {
    this.#timer.stop();
    this.#others.stop();
  }
}
