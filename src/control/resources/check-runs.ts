import type { Judged } from "../../checks/judge.ts";
import { judgeTurn } from "../../checks/judge.ts";
import { advanced, probeIn } from "../../checks/run.ts";
import type { WallClock } from "../../platform/capabilities.ts";
import type { ArmedTurn, CheckRun, CheckTurn, DriverReport } from "../../records/check-run.ts";
import type { KeptRequest } from "../../records/logged-request.ts";
import type { Seconds } from "../../records/time.ts";
import { MINUTE } from "../../records/time.ts";
import type { Exchange } from "../../request/exchange.ts";
import { subjectAt } from "../../sandbox/users.ts";
import { MOST_RECORDS } from "../../store/store.ts";
import { notFound } from "../api/problem.ts";
import { arm, disarm, removeUser } from "./check-turns.ts";

/**
 * The runs of a sandbox, from login to login. Several callers, and several servers, may ask at once: the first one
 * counts, and what another one has made meanwhile is taken away again.
 */

/** So many are kept; the oldest goes first. */
const MOST_RUNS = 5;

/** Nobody goes on with a run that nobody has asked for as long as that, by the real time, beyond its login. */
const ABANDONED_AFTER: Seconds = 10 * MINUTE;

export class CheckRuns {
  readonly #exchange: Exchange;
  readonly #wall: WallClock;

  constructor(exchange: Exchange, wall: WallClock) {
    this.#exchange = exchange;
    this.#wall = wall;
  }

  /** The one that is under way; one that nobody goes on with ends here. */
  async current(): Promise<CheckRun | undefined> {
    const run = (await this.#checks.get())?.find(({ turn }) => turn !== undefined);
    if (!run) return undefined;
    if (this.#wall() <= run.seenAt + run.timeout + ABANDONED_AFTER) return run;
    await this.#stop(run, "Nobody has gone on with it.");
    return undefined;
  }

  /** @returns the run, as it is kept */
  async begin(run: CheckRun): Promise<CheckRun> {
    // What is in the log already is not of this run.
    const { cursor } = await this.#readLog(undefined);
    const begun = { ...run, ...(cursor !== undefined && { cursor }) };
    await this.#checks.update((runs = []) => [...runs, begun].slice(-MOST_RUNS));
    return begun;
  }

  /** The run with its login made ready, if it is time for it. */
  async next(run: CheckRun): Promise<CheckRun> {
    const { turn } = run;
    if (!turn) return run;
    const now = this.#wall();
    if (turn.armed) {
      if (now - turn.armed.at <= run.timeout) return run;
      await this.end(run, turn, { timedOut: true });
      return this.#nextOf(run);
    }
    if (turn.notBefore !== undefined && now < turn.notBefore) return run;
    const armed = await arm(run, turn, this.#exchange, now);
    const changed = await this.#change(run, turn, (current) => ({
      ...current,
      seenAt: now,
      turn: { ...turn, armed },
    }));
    if (changed) return changed;
    await disarm(armed, this.#exchange);
    return this.#nextOf(run);
  }

  async #nextOf({ id }: CheckRun): Promise<CheckRun> {
    const run = await this.#find(id);
    if (run) return this.next(run);
    throw notFound("run has the id", id, []);
  }

  /** @returns undefined where somebody else has ended this login */
  async end(run: CheckRun, turn: CheckTurn, report: DriverReport): Promise<Judged | undefined> {
    const { armed } = turn;
    if (!armed) return undefined;
    const now = this.#wall();
    const { facts, cursor, hasFetchedKeys } = await this.#look(run, armed, report);
    const judged = judgeTurn(facts, probeIn(run, turn));
    await disarm(armed, this.#exchange);
    const changed = await this.#change(run, turn, (current) => {
      const seen = {
        ...current,
        seenAt: now,
        ...(cursor !== undefined && { cursor }),
        ...(hasFetchedKeys && { keysFetchedAt: now }),
      };
      return advanced(seen, turn, judged, now);
    });
    if (!changed) return undefined;
    if (!changed.turn) await this.#leave(changed);
    return judged;
  }

  async remove(run: CheckRun): Promise<void> {
    if (run.turn) await this.#stop(run, "It was removed.");
    await this.#checks.update((runs = []) => runs.filter(({ id }) => id !== run.id));
  }

  async #stop(run: CheckRun, why: string): Promise<void> {
    if (run.turn?.armed) await disarm(run.turn.armed, this.#exchange);
    const { turn: _, ...rest } = run;
    await this.#checks.update((runs = []) =>
      runs.map((one) => (one.id === run.id ? { ...rest, stopped: why } : one)),
    );
    await this.#leave(run);
  }

  /** The users that were made for it go. */
  async #leave({ madeUsers }: CheckRun): Promise<void> {
    for (const user of madeUsers) await removeUser(user, this.#exchange);
  }

  async #look(run: CheckRun, armed: ArmedTurn, report: DriverReport) {
    const { store } = this.#exchange.sandbox;
    const { requests, cursor } = await this.#readLog(run.cursor);
    const faults = await store.faults.getMany(armed.faults);
    const user = await store.users.get(armed.user);
    const unit = await store.salesUnits.find("clientId", run.clientId);
    const facts = {
      report: user ? report : { failure: `the user ${armed.user} was removed meanwhile` },
      took: this.#wall() - armed.at,
      timeout: run.timeout,
      clientId: run.clientId,
      requests,
      faults: faults.flatMap((fault) => (fault ? [fault] : [])),
      begun: (await store.scenarios.get(armed.scenario))?.hits ?? 0,
      user,
      subject: user && unit ? subjectAt(this.#exchange.sandbox, user, unit) : "",
    };
    const hasFetchedKeys = requests.some(
      ({ endpoint, status }) => endpoint === "jwks" && status === 200,
    );
    return { facts, cursor, hasFetchedKeys };
  }

  async #readLog(cursor: string | undefined) {
    const { requests } = this.#exchange.sandbox.store;
    const found: KeptRequest[] = [];
    let at = cursor;
    for (;;) {
      const { items, next } = await requests.list({ after: at, limit: MOST_RECORDS });
      found.push(...items);
      const last = items.at(-1);
      at = next ?? (last && (await requests.cursorAt(requests.keyOf(last)))) ?? at;
      if (next === undefined) return { requests: found, cursor: at };
    }
  }

  /** Changes the run where this is still its login. */
  async #change(
    { id }: CheckRun,
    { number, armed }: CheckTurn,
    change: (current: CheckRun) => CheckRun,
  ): Promise<CheckRun | undefined> {
    let changed: CheckRun | undefined;
    await this.#checks.update((runs = []) => {
      // The store may call this several times; the last one counts.
      changed = undefined;
      return runs.map((one) => {
        const isIt = one.id === id && one.turn?.number === number && !one.turn.armed === !armed;
        if (!isIt) return one;
        changed = change(one);
        return changed;
      });
    });
    return changed;
  }

  async #find(id: string): Promise<CheckRun | undefined> {
    return (await this.#checks.get())?.find((one) => one.id === id);
  }

  get #checks() {
    return this.#exchange.sandbox.store.checks;
  }
}
