import { every, nextTurn, pause } from "../platform/timers.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Seconds } from "../records/time.ts";
import { Others } from "./others.ts";
import type { Sandboxes } from "./registry.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * Waiting for something to come into a sandbox. However many wait there, what arrives at the same time costs
 * one look at what is new, which serves them all.
 */

/** How often that look is made unasked, in seconds: what other replicas write may go unheard. */
const LOOK_INTERVAL: Seconds = 1;

/** What somebody waits for. */
export interface Wanted<Item, Found> {
  /** Whether it may be that. It is asked about every new one, so it takes next to no time. */
  fits(item: Item): boolean;
  /** Looks through all that there is. */
  look(sandbox: Sandbox): Promise<Found | undefined>;
  /** Looks at those that are new and fit. */
  among(news: readonly Item[], sandbox: Sandbox): Promise<Found | undefined>;
}

/** Brings at each call what is new since the call before; the first one brings all that there is. */
export type News<Item> = () => Promise<readonly Item[]>;

/** The sandbox in which somebody waits was removed. */
export class SandboxGone extends Error {}

export class Arrivals<Item> {
  readonly #sandboxes: Pick<Sandboxes, "use">;
  readonly #newsIn: (sandbox: Sandbox) => News<Item>;
  readonly #watches = new Map<SandboxId, Watch<Item>>();
  #isClosed = false;

  constructor(sandboxes: Pick<Sandboxes, "use">, newsIn: (sandbox: Sandbox) => News<Item>) {
    this.#sandboxes = sandboxes;
    this.#newsIn = newsIn;
  }

  /** Tells those who wait that something is new in a sandbox, or that it is gone. */
  announce(id: SandboxId): void {
    void this.#watches.get(id)?.look();
  }

  /** How many wait in a sandbox. */
  countWaiting(id: SandboxId): number {
    return this.#watches.get(id)?.waiters.size ?? 0;
  }

  /**
   * Looks now, and then at what arrives, until something is found or the time is over. The sandbox is in
   * use as long as somebody waits.
   *
   * @throws SandboxGone when it is removed meanwhile
   */
  async waitFor<Found>(
    id: SandboxId,
    wait: Seconds,
    { fits, look, among }: Wanted<Item, Found>,
    hangUp?: AbortSignal,
  ): Promise<Found | undefined> {
    if (wait === 0 || this.#isClosed) return look(await this.#open(id));
    const waiter = this.#enter(id, fits);
    const done = new AbortController();
    void pause(wait, done.signal).then(() => {
      if (!done.signal.aborted) void waiter.watch.lastLook(waiter);
    });
    const end = () => waiter.end();
    hangUp?.addEventListener("abort", end);
    try {
      // From here on what arrives is kept for it. So nothing is missed, and nothing is new that it can see now.
      await waiter.watch.look();
      const sandbox = await this.#open(id);
      // Who has hung up must not take what somebody else waits for.
      if (hangUp?.aborted) return undefined;
      let found = await look(sandbox);
      while (found === undefined) {
        const news = await waiter.next();
        if (news === undefined || hangUp?.aborted) break;
        found = await among([...news.items], news.sandbox);
      }
      return found;
    } finally {
      done.abort();
      hangUp?.removeEventListener("abort", end);
      this.#leave(id, waiter);
    }
  }

  /** Ends all waiting, now and from now on. */
  close(): void {
    this.#isClosed = true;
    for (const watch of this.#watches.values()) {
      for (const waiter of watch.waiters) void watch.lastLook(waiter);
    }
  }

  #enter(id: SandboxId, fits: (item: Item) => boolean): Waiter<Item> {
    const watch = this.#watches.get(id) ?? this.#begin(id);
    const waiter = new Waiter(watch, fits);
    watch.join(waiter);
    return waiter;
  }

  #begin(id: SandboxId): Watch<Item> {
    const watch = new Watch<Item>(() => this.#open(id), this.#newsIn);
    this.#watches.set(id, watch);
    return watch;
  }

  #leave(id: SandboxId, waiter: Waiter<Item>): void {
    const { watch } = waiter;
    watch.leave(waiter);
    if (watch.waiters.size > 0) return;
    watch.stop();
    this.#watches.delete(id);
  }

  /** The sandbox as it is now; it is used by that. */
  async #open(id: SandboxId): Promise<Sandbox> {
    const used = await this.#sandboxes.use(id);
    if (!used) throw new SandboxGone();
    return used.sandbox;
  }
}

/** The look at what is new in one sandbox, for all who wait there. */
class Watch<Item> {
  readonly #waiters = new Set<Waiter<Item>>();
  /** Those of them who came after the last look began. */
  #joining: Waiter<Item>[] = [];
  readonly #open: () => Promise<Sandbox>;
  readonly #newsIn: (sandbox: Sandbox) => News<Item>;
  readonly #timer: { stop(): void };
  readonly #others = new Others(() => void this.look());
  #known: { readonly sandbox: Sandbox; readonly news: News<Item> } | undefined;
  /** The last look that has begun, and the one that is to begin after it. */
  #looking = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(open: () => Promise<Sandbox>, newsIn: (sandbox: Sandbox) => News<Item>) {
    this.#open = open;
    this.#newsIn = newsIn;
    // What fails is told to those who wait.
    this.#timer = every(
      LOOK_INTERVAL,
      () => this.look(),
      () => {},
    );
  }

  get waiters(): ReadonlySet<Waiter<Item>> {
    return this.#waiters;
  }

  join(waiter: Waiter<Item>): void {
    this.#waiters.add(waiter);
    this.#joining.push(waiter);
  }

  leave(waiter: Waiter<Item>): void {
    this.#waiters.delete(waiter);
  }

  /** A look that has yet to begin, so that nothing is missed that is there now; one for all who ask meanwhile. */
  look(): Promise<void> {
    this.#next ??= this.#looking.then(nextTurn).then(() => {
      this.#next = undefined;
      this.#looking = this.#lookOnce();
      return this.#looking;
    });
    return this.#next;
  }

  /** Looks once more for somebody whose time is over. */
  async lastLook(waiter: Waiter<Item>): Promise<void> {
    await this.look();
    waiter.end();
  }

  stop(): void {
    this.#timer.stop();
    this.#others.stop();
  }

  async #lookOnce(): Promise<void> {
    // What this look brings may have been there before they came.
    const joining = this.#joining;
    this.#joining = [];
    try {
      const sandbox = await this.#open();
      this.#others.listenIn(sandbox.store);
      // In another generation all is new.
      const isKnown = this.#known?.sandbox.record === sandbox.record;
      const news = (isKnown && this.#known?.news) || this.#newsIn(sandbox);
      this.#known = { sandbox, news };
      const items = await news();
      for (const waiter of this.#waiters) if (waiter.isListening) waiter.offer(items, sandbox);
    } catch (error) {
      for (const waiter of this.#waiters) waiter.fail(error);
    }
    for (const waiter of joining) waiter.isListening = true;
  }
}

/** What is new and fits, and where it is. */
interface Offer<Item> {
  /** Each once: where the last one that was read is gone, those before it are read again. */
  readonly items: Set<Item>;
  readonly sandbox: Sandbox;
}

/** Somebody who waits, with what is new and fits, until it is asked for. */
class Waiter<Item> {
  readonly watch: Watch<Item>;
  /** Whether it is told what is new: not before a look that began after it came. */
  isListening = false;
  readonly #fits: (item: Item) => boolean;
  #news: Offer<Item> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  #wake = () => {};

  constructor(watch: Watch<Item>, fits: (item: Item) => boolean) {
    this.watch = watch;
    this.#fits = fits;
  }

  offer(items: readonly Item[], sandbox: Sandbox): void {
    for (const item of items) {
      if (!this.#fits(item)) continue;
      // What a generation had that was replaced is gone.
      if (this.#news?.sandbox.record !== sandbox.record) this.#news = { items: new Set(), sandbox };
      this.#news.items.add(item);
      this.#wake();
    }
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** What is new, as soon as there is something; undefined when the time is over. */
  async next(): Promise<Offer<Item> | undefined> {
    while (!this.#news && !this.#failure && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const news = this.#news;
    this.#news = undefined;
    if (!news && this.#failure) throw this.#failure.error;
    return news;
  }
}
