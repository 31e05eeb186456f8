import { every, pause } from "../platform/timers.ts";
import type { Delivery } from "../records/delivery.ts";
import type { SandboxId } from "../records/ids.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, MINUTE } from "../records/time.ts";
import { addressOf } from "../request-log/mask.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Log } from "./attempt.ts";
import { attempts } from "./attempt.ts";
import { dueAt } from "./delivery.ts";

/**
 * Who carries webhooks to their receivers, beside everything else. What is to be delivered stands in
 * the store, where queue.ts puts it; here is only when to look, so that any number of processes can
 * share the work. One attempt is made in attempt.ts.
 */
export interface Courier {
  /** Begins to look for what is due; until then nothing is delivered by itself. */
  start(): void;
  /** Makes an attempt now, whatever became of the delivery before. */
  redeliver(sandbox: Sandbox, id: string): Promise<Delivery | undefined>;
  /** Makes no attempt by itself any more, and waits a moment for those under way, then ends them. */
  close(): Promise<void>;
}

/** What the courier works with. */
export interface CourierDeps {
  readonly sandboxes: Pick<Sandboxes, "list" | "open" | "onWake" | "wall">;
  /** Whether every port of this machine may be called. */
  readonly loopback: boolean;
  readonly version: string;
  /**
   * Has the users answer who take their time, for a merchant that waits for the ping does not poll.
   * It says how many seconds later the next one answers; undefined when nobody is going to.
   */
  readonly carryOutPlans: (sandbox: Sandbox) => Promise<Seconds | undefined>;
  /** Is told after each attempt. */
  readonly announce: (sandbox: SandboxId) => void;
  readonly log: Log;
  /** How long an attempt may take, in seconds; the real service's time when left out. */
  readonly timeout?: Seconds | undefined;
}

/** How long the real service waits for an answer (dossier §1.10). */
const TIMEOUT: Seconds = 10;

/** How long after an attempt should be over another process takes it for lost. */
const LEASE_MARGIN: Seconds = 20;

/** How often what is due is looked for, in seconds: the grain of the retries. */
const LOOK_INTERVAL: Seconds = 1;

/** How often every sandbox is looked through, for what another process left behind. */
const ROUND_INTERVAL: Seconds = MINUTE;

/** So many attempts a sandbox has under way; a receiver that hangs delays those of its own sandbox. */
const MOST_AT_ONCE = 50;

/** How long the end of the server waits for attempts under way. */
const GRACE: Seconds = 1;

export function createCourier(deps: CourierDeps): Courier {
  const { sandboxes, log, timeout = TIMEOUT } = deps;
  const { wall } = sandboxes;
  const lease = Math.ceil(timeout) + LEASE_MARGIN;
  const agenda = createAgenda(wall);
  const underWay = new Map<SandboxId, Set<Promise<unknown>>>();
  const end = new AbortController();
  const makeAttempt = attempts({ ...deps, wall, timeout, lease, signal: end.signal });
  let closed = false;

  async function attempt(sandbox: Sandbox, id: string, asked: boolean) {
    const ended = await makeAttempt(sandbox, id, asked);
    if (!ended) return undefined;
    const next = dueAt(ended, lease);
    if (next !== undefined) agenda.note(sandbox.id, next);
    deps.announce(sandbox.id);
    return ended;
  }

  function tellOfLoss({ id, kind, url }: Delivery): void {
    log.warn(
      `${kind} ${id} to ${addressOf(url)} is given up while it waits: there are too many newer ones`,
    );
  }

  /** Counts an attempt among those under way while it lasts. */
  function follow<Result>(id: SandboxId, running: Promise<Result>): Promise<Result> {
    const those = underWay.get(id) ?? new Set();
    underWay.set(id, those.add(running));
    const over = () => {
      // One more can begin, where there were too many.
      if (those.size === MOST_AT_ONCE) agenda.note(id, wall());
      those.delete(running);
      if (those.size === 0) underWay.delete(id);
      look();
    };
    running.then(over, over);
    return running;
  }

  /** Begins what is due in a sandbox, and notes when the next of the others is. */
  async function visit(id: SandboxId): Promise<void> {
    const sandbox = await sandboxes.open(id);
    if (!sandbox) return;
    const wait = await deps.carryOutPlans(sandbox);
    if (wait !== undefined) agenda.note(sandbox.id, after(wall(), wait));
    const now = wall();
    const { items } = await sandbox.store.deliveries.list();
    for (const delivery of items) {
      const due = dueAt(delivery, lease);
      if (due === undefined) continue;
      const isTurn = due <= now;
      // What is begun now is looked at again, in case that nothing comes of it.
      agenda.note(id, isTurn ? after(now, lease) : due);
      const hasRoom = (underWay.get(id)?.size ?? 0) < MOST_AT_ONCE;
      if (isTurn && hasRoom) follow(id, attempt(sandbox, delivery.id, false)).catch(failed);
    }
  }

  function failed(error: unknown): void {
    log.error({ err: error }, "webhooks could not be delivered");
  }

  let looking = false;
  /** Visits the sandboxes whose turn it is, one after the other; never twice at the same time. */
  function look(): void {
    if (looking || closed) return;
    looking = true;
    const round = async () => {
      for (let id = agenda.takeDue(); id !== undefined && !closed; id = agenda.takeDue()) {
        await visit(id).catch(failed);
      }
      looking = false;
    };
    void round();
  }

  async function lookEverywhere(): Promise<void> {
    const { items } = await sandboxes.list({ limit: Number.MAX_SAFE_INTEGER });
    for (const { id } of items) agenda.note(id, wall());
    look();
  }

  const timers: { stop(): void }[] = [];
  return {
    start() {
      sandboxes.onWake((id, dropped) => {
        if (dropped?.status === "waiting") tellOfLoss(dropped);
        agenda.note(id, wall());
        look();
      });
      timers.push(
        every(LOOK_INTERVAL, look, failed),
        every(ROUND_INTERVAL, lookEverywhere, failed),
      );
      void lookEverywhere().catch(failed);
    },
    redeliver: (sandbox, id) => follow(sandbox.id, attempt(sandbox, id, true)),
    async close() {
      closed = true;
      for (const timer of timers) timer.stop();
      const all = Promise.allSettled([...underWay.values()].flatMap((those) => [...those]));
      const done = new AbortController();
      await Promise.race([all.then(() => done.abort()), pause(GRACE, done.signal)]);
      end.abort();
      await all;
    },
  };
}

/** When which sandbox is to be looked through next. */
function createAgenda(wall: () => EpochSeconds) {
  const moments = new Map<SandboxId, EpochSeconds>();
  return {
    /** The earlier moment counts. */
    note(id: SandboxId, at: EpochSeconds): void {
      const noted = moments.get(id);
      if (noted === undefined || at < noted) moments.set(id, at);
    },
    /** A sandbox whose moment has come, taken out; undefined when there is none. */
    takeDue(): SandboxId | undefined {
      const now = wall();
      for (const [id, at] of moments) {
        if (at > now) continue;
        moments.delete(id);
        return id;
      }
      return undefined;
    },
  };
}
