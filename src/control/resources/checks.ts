import type { Static } from "typebox";
import Type from "typebox";
import { reportAs } from "../../checklist/formats.ts";
import { runReport } from "../../checks/report.ts";
import { FIRST_TURN, probeIn, timeoutOf, turnsOf } from "../../checks/run.ts";
import type { Standing } from "../../checks/standing.ts";
import { hasPassed, remedyOf, runStatus, sentenceOf, standingsOf } from "../../checks/standing.ts";
import { toIso } from "../../platform/calendar.ts";
import type { CheckRun, CheckRunId, CheckTurn } from "../../records/check-run.ts";
import type { ReadonlyDeep } from "../../records/schema-parts.ts";
import type { Seconds } from "../../records/time.ts";
import type { Exchange } from "../../request/exchange.ts";
import type { Probe } from "../../rules/probe.ts";
import { PROBE_IDS } from "../../rules/probes.ts";
import { readAll, readGroup } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { badRequest, Problem } from "../api/problem.ts";
import { IdParams } from "../api/records.ts";
import type { StartedTurn } from "./check-runs.ts";
import { CheckRuns } from "./check-runs.ts";
import type { ProbeSchema } from "./check-schemas.ts";
import {
  CheckInputSchema,
  CheckListSchema,
  CheckReportQuery,
  CheckSchema,
  JudgedSchema,
  NextSchema,
  OutcomeSchema,
  USUAL_TIMEOUT,
} from "./check-schemas.ts";
import { freeId } from "./check-turns.ts";
import { unitOf } from "./checklist.ts";
import { userNamed } from "./users.ts";

/**
 * `checks`: an application is checked by one login after the other, each with something that is not as usual. Who
 * can log in to the application drives the logins; what to do, and what came of it, is said here.
 */

export const checkOperations = [
  operation({
    method: "GET",
    path: "/checks",
    summary: "Lists the runs in which an application was checked; the newest few are kept.",
    status: 200,
    response: CheckListSchema,
    run: async ({ exchange, sandboxes }) => {
      const runs = await new CheckRuns(exchange, sandboxes.wall).list();
      return { body: { items: runs.map(toJson) } };
    },
  }),
  operation({
    method: "POST",
    path: "/checks",
    operationId: "beginCheck",
    summary:
      "Begins to check an application. Ask `next` what to do, do it, and POST the outcome, until there is nothing more to do.",
    body: CheckInputSchema,
    status: 201,
    response: CheckSchema,
    refusals: [409],
    run: async ({ body, exchange, sandboxes }) => {
      const runs = new CheckRuns(exchange, sandboxes.wall);
      const { clientId } = await unitOf(body, exchange);
      refuseCurrent(await runs.list());
      refuseMovedClock(exchange.now - sandboxes.wall());
      await refuseDisturbed(clientId, exchange);
      const begun = await runs.begin(await newRun(body, clientId, exchange, sandboxes.wall()));
      if (begun) return { body: toJson(begun), location: `/checks/${begun.id}` };
      refuseCurrent(await runs.list());
      throw new Problem(409, "Another run began and ended meanwhile; begin once more.");
    },
  }),
  operation({
    method: "GET",
    path: "/checks/{id}",
    summary: "A run: which probes were played, and what came of each.",
    params: IdParams,
    status: 200,
    response: CheckSchema,
    run: async ({ params: { id }, exchange, sandboxes }) => ({
      body: toJson(await new CheckRuns(exchange, sandboxes.wall).find(id)),
    }),
  }),
  operation({
    method: "GET",
    path: "/checks/{id}/next",
    operationId: "nextOfCheck",
    summary: "What to do now. It makes what the login is to meet; asked again, it says the same.",
    params: IdParams,
    status: 200,
    response: NextSchema,
    run: async ({ params: { id }, exchange, sandboxes }) => {
      const run = await new CheckRuns(exchange, sandboxes.wall).next(id);
      return { body: await nextToJson(run, exchange, sandboxes.wall()) };
    },
  }),
  operation({
    method: "POST",
    path: "/checks/{id}/outcome",
    operationId: "endLoginOfCheck",
    summary: "Says how the login has ended, takes away what was made for it, and judges it.",
    params: IdParams,
    body: OutcomeSchema,
    status: 200,
    response: JudgedSchema,
    refusals: [409],
    run: async ({ params: { id }, body, exchange, sandboxes }) => {
      const { login, ...report } = body;
      refuseUnclear(body);
      const runs = new CheckRuns(exchange, sandboxes.wall);
      const run = await runs.find(id);
      const turn = turnOf(run, login);
      const judged = await runs.end(run, turn, report);
      if (!judged)
        throw new Problem(
          409,
          `Login ${login} was ended by somebody else meanwhile. ${howToGoOn(run)}`,
        );
      const probe = probeIn(run, turn)?.id;
      const { verdict, why } = judged;
      return { body: { login, ...(probe !== undefined && { probe }), verdict, why } };
    },
  }),
  operation({
    method: "GET",
    path: "/checks/{id}/report",
    operationId: "getCheckReport",
    summary: "What came of a run, as a text, as Markdown, or as JUnit XML.",
    params: IdParams,
    query: CheckReportQuery,
    status: 200,
    response: Type.String(),
    run: async ({ params: { id }, query, exchange, sandboxes }) => {
      const run = await new CheckRuns(exchange, sandboxes.wall).find(id);
      const unit = await exchange.sandbox.store.salesUnits.find("clientId", run.clientId);
      const report = runReport(run, unit?.name ?? "a removed sales unit");
      return { body: reportAs(query.format ?? "text", report) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/checks/{id}",
    summary: "Removes a run. One that is under way ends, and leaves the sandbox as it was before.",
    params: IdParams,
    status: 204,
    run: async ({ params: { id }, exchange, sandboxes }) => {
      const runs = new CheckRuns(exchange, sandboxes.wall);
      await runs.remove(await runs.find(id));
      return {};
    },
  }),
];

type Input = Static<typeof CheckInputSchema>;

/** Nobody is made up for it yet: that is done with its first login. */
async function newRun(
  input: Input,
  clientId: string,
  exchange: Exchange,
  now: CheckRun["seenAt"],
): Promise<CheckRun> {
  const { sandbox } = exchange;
  const { seed = 1, timeout = USUAL_TIMEOUT } = input;
  const probes = probesFor(input);
  const named = input.user === undefined ? undefined : await userNamed(input.user, exchange);
  const consents = named ? await readGroup(sandbox.store.consents, "user", named.id) : [];
  return {
    id: sandbox.ids.id() as CheckRunId,
    clientId,
    seed,
    timeout,
    startedAt: exchange.now,
    seenAt: now,
    keysFetchedAt: now,
    probes,
    user: named?.id ?? (await freeId(String(seed), sandbox)),
    madeUser: named === undefined,
    consents,
    turn: FIRST_TURN,
    logins: 0,
    repeated: 0,
    results: [],
  };
}

/** In the order of the table, whatever order they were named in. */
function probesFor({ probes, without = [] }: Input): readonly string[] {
  const chosen = PROBE_IDS.filter(
    (id) => (probes ?? PROBE_IDS).includes(id) && !without.includes(id),
  );
  if (chosen.length > 0) return chosen;
  const message = "leaves none of the probes; name fewer";
  throw badRequest([{ path: "without", message, value: without }]);
}

function refuseCurrent(runs: readonly CheckRun[]): void {
  const run = runs.find(({ turn }) => turn !== undefined);
  if (!run) return;
  const detail = `The run ${run.id} is under way for ${run.clientId}. ${howToGoOn(run)} DELETE checks/${run.id} ends it.`;
  throw new Problem(409, detail);
}

function howToGoOn({ id }: CheckRun): string {
  return `GET checks/${id}/next says what to do.`;
}

/** An application compares the times of tokens with a clock of its own. */
function refuseMovedClock(ahead: Seconds): void {
  if (Math.abs(ahead) <= MOST_AHEAD) return;
  const where = ahead > 0 ? `${ahead} s ahead of` : `${-ahead} s behind`;
  const detail = `The sandbox's clock is ${where} the real time, and the application's is not: what is over could not be told from what is not. Set it right with DELETE clock, or check in a sandbox of its own.`;
  throw new Problem(409, detail);
}

const MOST_AHEAD: Seconds = 5;

/** What others have ordered for this client would be taken for what the run has. */
async function refuseDisturbed(clientId: string, { sandbox, now }: Exchange): Promise<void> {
  const { store } = sandbox;
  const isMeant = (match: { readonly clientId?: string | undefined }) =>
    (match.clientId ?? clientId) === clientId;
  const faults = (await readAll(store.faults)).filter(
    ({ match, times, hits, expiresAt }) =>
      isMeant(match) && (times ?? hits + 1) > hits && (expiresAt ?? now + 1) > now,
  );
  const scenarios = (await readAll(store.scenarios)).filter(
    ({ match, times, hits }) => isMeant(match) && times > hits,
  );
  refuseOwn("fault", "faults", faults);
  refuseOwn("waiting scenario", "scenarios", scenarios);
}

function refuseOwn(what: string, path: string, found: readonly { readonly id: string }[]): void {
  if (found.length === 0) return;
  const [{ id } = { id: "" }] = found;
  const which = found.length === 1 ? `a ${what} (${id})` : `${found.length} ${what}s`;
  const detail = `The sandbox has ${which} that would disturb the check. Remove what is there with DELETE ${path}, or check in a sandbox of its own.`;
  throw new Problem(409, detail);
}

function turnOf(run: CheckRun, login: number): StartedTurn {
  const { turn } = run;
  const armed = turn?.armed?.isReady ? turn.armed : undefined;
  if (armed && turn?.number === login) return { ...turn, armed };
  const now = armed && turn ? `login ${turn.number} is under way` : "no login is under way";
  throw new Problem(409, `Login ${login} is not under way: ${now}. ${howToGoOn(run)}`);
}

function refuseUnclear({ loggedIn, failure, timedOut }: Static<typeof OutcomeSchema>): void {
  const said = [loggedIn !== undefined, failure !== undefined, timedOut === true];
  if (said.filter(Boolean).length === 1) return;
  const message =
    "say one of these: loggedIn, true or false; failure, with what went wrong; or timedOut: true";
  throw badRequest([{ path: "loggedIn", message, value: loggedIn }]);
}

async function nextToJson(
  run: CheckRun,
  { sandbox }: Exchange,
  now: number,
): Promise<ReadonlyDeep<Static<typeof NextSchema>>> {
  const { turn } = run;
  if (!turn) return { do: "stop", why: sentenceOf(run) };
  const probe = probeIn(run, turn);
  const { armed } = turn;
  if (!armed) {
    const seconds = Math.max(1, Number(turn.notBefore) - now);
    return { do: "wait", why: whyWait(probe), seconds };
  }
  const user = await sandbox.store.users.get(armed.user);
  return {
    do: "log in",
    why: whyLogIn(turn, probe),
    login: turn.number,
    of: turnsOf(run),
    ...(probe && { probe: probe.id }),
    ...(user && { user }),
    timeout: timeoutOf(run, turn),
  };
}

function whyWait(probe: Probe | undefined): string {
  return probe
    ? "The application has fetched the keys a moment ago, and many do not do so twice in a minute."
    : "The ordinary login did not succeed; it is tried once more.";
}

function whyLogIn({ kind }: CheckTurn, probe: Probe | undefined): string {
  if (probe) return probe.what;
  return kind === "first"
    ? "An ordinary login, to see that the application works."
    : "An ordinary login, to see that the application still works.";
}

function toJson(run: CheckRun): Static<typeof CheckSchema> {
  const { id, clientId, seed, timeout, user, startedAt } = run;
  return {
    id,
    clientId,
    status: runStatus(run),
    passed: hasPassed(run),
    summary: sentenceOf(run),
    seed,
    timeout,
    user,
    startedAt: toIso(startedAt),
    logins: run.logins,
    of: turnsOf(run),
    probes: standingsOf(run).map(probeToJson),
  };
}

function probeToJson(standing: Standing): Static<typeof ProbeSchema> {
  const { probe, status, result } = standing;
  const { id, kind, demand, what, source } = probe;
  return {
    ...{ id, kind, demand, what, source, remedy: remedyOf(standing), status },
    ...(result && { verdict: result.verdict, why: result.why }),
    requests: result?.requests.map((one) => ({ ...one })) ?? [],
  };
}
