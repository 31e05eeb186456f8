import type { Judged } from "../../checks/judge.ts";
import { judgeTurn } from "../../checks/judge.ts";
import { advanced, goesOn, probeIn, timeoutOf } from "../../checks/run.ts";
import type { WallClock } from "../../platform/capabilities.ts";
import type { ArmedTurn, CheckRun, CheckTurn, DriverReport } from "../../records/check-run.ts";
import type { KeptRequest } from "../../records/logged-request.ts";
import type { Seconds } from "../../records/time.ts";
import { MINUTE } from "../../records/time.ts";
import type { Exchange } from "../../request/exchange.ts";
import { subjectAt } from "../../sandbox/users.ts";
import { takeAll } from "../../store/batches.ts";
import { MOST_RECORDS, StoreUnavailableError } from "../../store/store.ts";
import { notFound } from "../api/problem.ts";
import { make, plan, removeUser, unmake } from "./check-turns.ts";

/**
 * The runs of a sandbox, from login to login. Several callers, and several servers, may ask at once. What a login
 * finds is written down before it is made, and each of them can make it, or take it away, once more.
 */

/** So many are kept; the oldest goes first. */
const MOST_RUNS = 5;

/** Nobody goes on with a run that nobody has asked for as long as that, by the real time, beyond its login. */
const ABANDONED_AFTER: Seconds = 10 * MINUTE;

export class CheckRuns {
  readonly #place: Pick<Exchange, "sandbox" | "now">;
  readonly #wall: WallClock;

  constructor(place: Pick<Exchange, "sandbox" | "now">, wall: WallClock) {
    this.#place = place;
    this.#wall = wall;
  }

  /** All that are kept, the newest last. One that nobody goes on with ends here. */
  async list(): Promise<readonly CheckRun[]> {
    const runs = await this.#kept();
    const abandoned = runs.filter((run) => run.turn && this.#isAbandoned(run));
    for (const run of abandoned) await this.#stop(run, "Nobody has gone on with it.");
    return abandoned.length === 0 ? runs : this.#kept();
  }

  /** @throws Problem 404 where there is none */
  async find(id: string): Promise<CheckRun> {
    const runs = await this.list();
    const run = runs.find((one) => one.id === id);
    if (run) return run;
    const known = runs.map((one) => one.id);
    throw notFound("run has the id", id, known, "; the newest few are kept");
  }

  /** @returns undefined where another one is under way */
  async begin(run: CheckRun): Promise<CheckRun | undefined> {
    // What is in the log already is not of this run.
    const { cursor } = await this.#readLog(undefined);
    const begun = { ...run, ...(cursor !== undefined && { cursor }) };
    let isFirst = false;
    await this.#checks.update((runs = []) => {
      // The store may call this several times; the last one counts.
      isFirst = runs.every(({ turn }) => turn === undefined);
      return isFirst ? [...runs, begun].slice(-MOST_RUNS) : runs;
    });
    return isFirst ? begun : undefined;
  }

  /** The run with its login made ready, if it is time for it. */
  async next(id: string): Promise<CheckRun> {
    for (;;) {
      const run = await this.find(id);
      const { turn } = run;
      const now = this.#wall();
      if (!turn || (turn.notBefore !== undefined && now < turn.notBefore)) return run;
      if (turn.armed === undefined) {
        const armed = await plan(run, turn, this.#place, now);
        await this.#change(run, turn, (current) => withArmed(current, turn, armed));
      } else if (turn.judged) {
        await this.#goOn(run, { ...turn, armed: turn.armed, judged: turn.judged });
      } else if (now - turn.armed.at > timeoutOf(run, turn)) {
        await this.end(run, { ...turn, armed: turn.armed }, { timedOut: true });
      } else if (turn.armed.isReady) {
        return run;
      } else {
        await this.#makeReady(run, turn, turn.armed);
      }
    }
  }

  /** A login that cannot be made ends the run, with what has come of it until then. */
  async #makeReady(run: CheckRun, turn: CheckTurn, armed: ArmedTurn): Promise<void> {
    try {
      await make(run, armed, this.#place);
    } catch (error) {
      // Whoever asks next goes on.
      if (error instanceof StoreUnavailableError) throw error;
      const { message } = error as Error;
      await this.#stop(run, `What the next login was to find could not be made: ${message}`);
      return;
    }
    const seenAt = this.#wall();
    const isMade = await this.#change(run, turn, (current) => ({
      ...withArmed(current, turn, { ...armed, isReady: true }),
      seenAt,
    }));
    // It was ended meanwhile, maybe before all of it was there.
    if (isMade) return;
    const current = (await this.#kept()).find(({ id }) => id === run.id);
    if (current?.turn?.number !== turn.number) await unmake(armed, this.#place);
    if (!current?.turn) await this.#leave(run);
  }

  /** @returns undefined where somebody else has ended this login */
  async end(run: CheckRun, turn: StartedTurn, report: DriverReport): Promise<Judged | undefined> {
    const now = this.#wall();
    const { facts, cursor, hasFetchedKeys } = await this.#look(run, turn, report);
    const judged = judgeTurn(facts, probeIn(run, turn));
    const ended = { ...turn, judged };
    // Of several that say so the first one counts: the others may have looked when some of it was gone.
    const changed = await this.#change(run, turn, (current) => ({
      ...current,
      turn: ended,
      seenAt: now,
      ...(cursor !== undefined && { cursor }),
      ...(hasFetchedKeys && { keysFetchedAt: now }),
    }));
    if (!changed) return undefined;
    await this.#goOn(changed, ended);
    return judged;
  }

  /** Takes away what was made for a login that has ended, and then goes on to the next one. */
  async #goOn(run: CheckRun, turn: EndedTurn): Promise<void> {
    const { armed, judged } = turn;
    const next = advanced(run, turn, judged, this.#wall());
    await unmake(armed, this.#place, goesOn(armed, next));
    if (!next.turn) await this.#leave(run);
    await this.#change(run, turn, () => next);
  }

  async remove({ id }: Pick<CheckRun, "id">): Promise<void> {
    await this.#stop({ id }, "It was removed.");
    await this.#checks.update((runs = []) => runs.filter((run) => run.id !== id));
  }

  /** Those that are over: they say nothing more of the checklist. */
  async forget(): Promise<void> {
    await this.#checks.update((runs = []) => runs.filter(({ turn }) => turn !== undefined));
  }

  #isAbandoned({ seenAt, timeout }: CheckRun): boolean {
    return this.#wall() > seenAt + timeout + ABANDONED_AFTER;
  }

  /** First all of it is taken away, then it says so: whoever is cut off in between can do so once more. */
  async #stop({ id }: Pick<CheckRun, "id">, why: string): Promise<void> {
    for (;;) {
      const run = (await this.#kept()).find((one) => one.id === id);
      if (!run?.turn) return;
      const { armed, rotation } = run.turn;
      if (armed) await unmake(armed, this.#place);
      else if (rotation) await this.#place.sandbox.keys.takeBack(rotation);
      await this.#leave(run);
      const stopped = await this.#change(run, run.turn, ({ turn: _, ...rest }) => ({
        ...rest,
        stopped: why,
      }));
      if (stopped) return;
    }
  }

  /** The user that was made for it goes; of another one, what was given while it was checked. */
  async #leave({ user, madeUser, consents, startedAt, clientId }: CheckRun): Promise<void> {
    const { store } = this.#place.sandbox;
    if (madeUser) return removeUser(user, this.#place);
    const given = (page: Parameters<typeof store.consents.list>[0]) =>
      store.consents.listGroup("user", user, page);
    await takeAll(store.consents, given, ({ id }) => consents.every((kept) => kept.id !== id));
    // A login that asks for more widens the consent that is there.
    for (const kept of consents) await store.consents.update(kept.id, () => kept);
    const begun = (page: Parameters<typeof store.sessions.list>[0]) =>
      store.sessions.listGroup("user", user, page);
    await takeAll(
      store.sessions,
      begun,
      (session) => session.clientId === clientId && session.beganAt >= startedAt,
    );
  }

  async #look(run: CheckRun, turn: StartedTurn, report: DriverReport) {
    const { armed } = turn;
    const { sandbox } = this.#place;
    const { store } = sandbox;
    const { requests, cursor } = await this.#readLog(run.cursor);
    const user = await store.users.get(armed.user);
    const unit = await store.salesUnits.find("clientId", run.clientId);
    const hasFetchedKeys = requests.some(
      ({ endpoint, status }) => endpoint === "jwks" && status === 200,
    );
    const facts = {
      report,
      took: this.#wall() - armed.at,
      timeout: timeoutOf(run, turn),
      clientId: run.clientId,
      requests,
      faults: await store.faults.getMany(armed.faults.map(({ id: one }) => one)),
      scenario: await store.scenarios.get(armed.scenario.id),
      user,
      wasPublished: armed.rotation?.wasPublished === true,
      hasFetchedNewKeys: hasFetchedKeys || armed.rotation?.isNoticed === true,
      before: Object.values(armed.change?.from ?? {}),
      subject: user && unit ? subjectAt(sandbox, user, unit) : "",
    };
    return { facts, cursor, hasFetchedKeys };
  }

  async #readLog(cursor: string | undefined) {
    const { requests } = this.#place.sandbox.store;
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

  /** Changes the run where this is still its login, and stands where it stood. */
  async #change(
    { id }: CheckRun,
    { number, armed, judged }: CheckTurn,
    change: (current: CheckRun) => CheckRun,
  ): Promise<CheckRun | undefined> {
    let changed: CheckRun | undefined;
    await this.#checks.update((runs = []) => {
      // The store may call this several times; the last one counts.
      changed = undefined;
      return runs.map((run) => {
        const { turn } = run;
        const isIt =
          run.id === id &&
          turn?.number === number &&
          turn.armed?.isReady === armed?.isReady &&
          (turn.judged === undefined) === (judged === undefined);
        if (!isIt) return run;
        changed = change(run);
        return changed;
      });
    });
    return changed;
  }

  async #kept(): Promise<readonly CheckRun[]> {
    return (await this.#checks.get()) ?? [];
  }

  get #checks() {
    return this.#place.sandbox.store.checks;
  }
}

/** A login that is under way. */
export type StartedTurn = CheckTurn & { readonly armed: ArmedTurn };

/** One whose outcome is known. */
type EndedTurn = StartedTurn & { readonly judged: Judged };

function withArmed(run: CheckRun, turn: CheckTurn, armed: ArmedTurn): CheckRun {
  return { ...run, turn: { ...turn, armed } };
}
