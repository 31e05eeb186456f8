import { every, pause, takeTurns } from "../platform/timers.ts";
import type { Delivery } from "../records/delivery.ts";
import type { SandboxId } from "../records/ids.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, MINUTE } from "../records/time.ts";
import { addressOf } from "../request-log/mask.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll, readGroup } from "../store/batches.ts";
import { WAITING } from "../store/collections.ts";
import type { AttemptCounts, Log } from "./attempt.ts";
import { attempts } from "./attempt.ts";
import type { Clocks } from "./delivery.ts";
import { secondsUntilTurn } from "./delivery.ts";

/** What the courier works with. */
export interface CourierDeps {
  readonly sandboxes: Pick<Sandboxes, "list" | "open" | "onWake" | "wall">;
  /** Whether every port of this machine may be called. */
  readonly loopback: boolean;
  readonly version: string;
  /**
   * Carries out what scenarios have users do later, because a merchant that waits for the ping does not
   * poll. Returns how many seconds later the next user is due; undefined when there is none.
   */
  readonly carryOutPlans: (sandbox: Sandbox) => Promise<Seconds | undefined>;
  /** Left out where nobody counts. */
  readonly counts?: AttemptCounts | undefined;
  /** Called after each attempt. */
  readonly announce: (sandbox: SandboxId) => void;
  readonly log: Log;
  /** How long an attempt may take, in seconds; the real service's time when left out. */
  readonly timeout?: Seconds | undefined;
}

/** How long the real service waits for a response. */
const TIMEOUT: Seconds = 10;

/** How long after an attempt should be over another process takes it for lost. */
const LEASE_MARGIN: Seconds = 20;

/** How often the courier looks for what is due, in seconds: the grain of the retries. */
const LOOK_INTERVAL: Seconds = 1;

/** How often it looks through every sandbox, for what another process left behind. */
const ROUND_INTERVAL: Seconds = MINUTE;

/** How many attempts of one sandbox can be under way; a receiver that hangs delays only its own sandbox. */
const MOST_AT_ONCE = 50;

/** How long the end of the server waits for attempts under way. */
const GRACE: Seconds = 1;

/**
 * Carries webhooks to their receivers in the background. What is to be delivered is in the store, where
 * queue.ts puts it; this file only decides when to look, so that any number of processes can share the
 * work. One attempt is made in attempt.ts.
 */
export class Courier {
  readonly #deps: CourierDeps;
  readonly #lease: Seconds;
  readonly #makeAttempt: ReturnType<typeof attempts>;
  /** When each sandbox is to be looked through next. */
  readonly #agenda = new Map<SandboxId, EpochSeconds>();
  readonly #underWay = new Map<SandboxId, Set<Promise<unknown>>>();
  readonly #timers: { stop(): void }[] = [];
  readonly #end = new AbortController();
  /** The round that goes on now, and the look at what there is to go round to. */
  #round: Promise<void> | undefined;
  #survey: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: CourierDeps) {
    const { sandboxes, timeout = TIMEOUT } = deps;
    this.#deps = deps;
    this.#lease = Math.ceil(timeout) + LEASE_MARGIN;
    this.#makeAttempt = attempts({
      ...deps,
      wall: sandboxes.wall,
      timeout,
      lease: this.#lease,
      signal: this.#end.signal,
    });
  }

  /** Begins to look for what is due; until then only redeliveries are made. */
  start(): void {
    this.#deps.sandboxes.onWake((id, dropped) => {
      if (dropped?.status === "waiting") this.#warnOfLoss(dropped);
      this.#schedule(id, this.#now());
      this.#look();
    });
    this.#timers.push(
      every(LOOK_INTERVAL, () => this.#look(), this.#failed),
      every(ROUND_INTERVAL, () => this.#lookEverywhere(), this.#failed),
    );
    void this.#lookEverywhere();
  }

  /** Makes an attempt now, whatever became of the delivery before. */
  redeliver(sandbox: Sandbox, id: string): Promise<Delivery | undefined> {
    return this.#follow(sandbox.id, this.#attempt(sandbox, id, true));
  }

  /** Begins no more attempts, and waits a moment for those under way before it ends them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.stop();
    // Whoever closes the store next takes it away from nobody.
    await Promise.all([this.#survey, this.#round]);
    const all = Promise.allSettled([...this.#underWay.values()].flatMap((those) => [...those]));
    const done = new AbortController();
    await Promise.race([all.then(() => done.abort()), pause(GRACE, done.signal)]);
    this.#end.abort();
    await all;
  }

  #now(): EpochSeconds {
    return this.#deps.sandboxes.wall();
  }

  /** Of several moments for one sandbox the earliest counts. */
  #schedule(id: SandboxId, at: EpochSeconds): void {
    const scheduled = this.#agenda.get(id);
    if (scheduled === undefined || at < scheduled) this.#agenda.set(id, at);
  }

  /** A sandbox whose moment has come, taken off the agenda; undefined when there is none. */
  #takeDue(): SandboxId | undefined {
    const now = this.#now();
    for (const [id, at] of this.#agenda) {
      if (at > now) continue;
      this.#agenda.delete(id);
      return id;
    }
    return undefined;
  }

  #lookEverywhere(): Promise<void> {
    const survey = async () => {
      for (const { id } of await readAll(this.#deps.sandboxes)) this.#schedule(id, this.#now());
      this.#look();
    };
    this.#survey = survey().catch(this.#failed);
    return this.#survey;
  }

  /** Visits the sandboxes that are due, one after the other; never twice at the same time. */
  #look(): void {
    if (this.#round || this.#isClosed) return;
    const round = async () => {
      const turn = takeTurns();
      for (let id = this.#takeDue(); id !== undefined && !this.#isClosed; id = this.#takeDue()) {
        await this.#visit(id).catch(this.#failed);
        await turn();
      }
    };
    this.#round = round().finally(() => {
      this.#round = undefined;
    });
  }

  /** Begins what is due in a sandbox, and schedules its next visit. */
  async #visit(id: SandboxId): Promise<void> {
    const sandbox = await this.#deps.sandboxes.open(id);
    if (!sandbox) return;
    // Time goes on meanwhile: rather a look too early than one too late.
    const asked = this.#now();
    const wait = await this.#deps.carryOutPlans(sandbox);
    if (wait !== undefined) this.#schedule(id, after(asked, wait));
    const clocks = await this.#clocksOf(sandbox);
    for (const delivery of await readGroup(sandbox.store.deliveries, "waiting", WAITING)) {
      const seconds = secondsUntilTurn(delivery, clocks);
      if (seconds === undefined) continue;
      const isDue = seconds === 0;
      // What is begun now is looked at again, in case that nothing comes of it.
      this.#schedule(id, after(clocks.wall, isDue ? this.#lease : seconds));
      const hasRoom = (this.#underWay.get(id)?.size ?? 0) < MOST_AT_ONCE;
      if (isDue && hasRoom) {
        this.#follow(id, this.#attempt(sandbox, delivery.id, false)).catch(this.#failed);
      }
    }
  }

  async #attempt(sandbox: Sandbox, id: string, asked: boolean): Promise<Delivery | undefined> {
    const ended = await this.#makeAttempt(sandbox, id, asked);
    if (!ended) return undefined;
    const clocks = await this.#clocksOf(sandbox);
    const seconds = secondsUntilTurn(ended, clocks);
    if (seconds !== undefined) this.#schedule(sandbox.id, after(clocks.wall, seconds));
    this.#deps.announce(sandbox.id);
    return ended;
  }

  async #clocksOf({ clock }: Sandbox): Promise<Clocks> {
    return { sandbox: await clock.read(), wall: this.#now() };
  }

  /** Counts an attempt among those under way while it lasts. */
  #follow<Result>(id: SandboxId, attempt: Promise<Result>): Promise<Result> {
    const running = this.#underWay.get(id) ?? new Set();
    this.#underWay.set(id, running.add(attempt));
    const over = () => {
      // One more can begin, where there were too many.
      if (running.size === MOST_AT_ONCE) this.#schedule(id, this.#now());
      running.delete(attempt);
      if (running.size === 0) this.#underWay.delete(id);
      this.#look();
    };
    attempt.then(over, over);
    return attempt;
  }

  readonly #failed = (error: unknown): void => {
    this.#deps.log.error({ err: error }, "webhooks could not be delivered");
  };

  #warnOfLoss({ id, kind, url }: Delivery): void {
    this.#deps.counts?.attempted(kind, "dropped");
    this.#deps.log.warn(
      `${kind} ${id} to ${addressOf(url)} is given up while it waits: there are too many newer ones`,
    );
  }
}
