import type { Static } from "typebox";
import Type from "typebox";
import { reportAs } from "../../checklist/formats.ts";
import { runReport } from "../../checks/report.ts";
import { FIRST_TURN, probeIn, turnsOf } from "../../checks/run.ts";
import type { Standing } from "../../checks/standing.ts";
import { hasPassed, runStatus, sentenceOf, standingsOf } from "../../checks/standing.ts";
import { toIso } from "../../platform/calendar.ts";
import type { CheckRun, CheckRunId, CheckTurn } from "../../records/check-run.ts";
import type { ReadonlyDeep } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import type { Probe } from "../../rules/probe.ts";
import { PROBE_IDS } from "../../rules/probes.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { badRequest, notFound, Problem } from "../api/problem.ts";
import { IdParams } from "../api/records.ts";
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
import { makeUser } from "./check-turns.ts";
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
    run: async ({ exchange }) => ({ body: { items: (await runsOf(exchange)).map(toJson) } }),
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
      await refuseDisturbed(runs, exchange);
      const run = await runs.begin(await newRun(body, exchange, sandboxes.wall()));
      return { body: toJson(run), location: `/checks/${run.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/checks/{id}",
    summary: "A run: which probes were played, and what came of each.",
    params: IdParams,
    status: 200,
    response: CheckSchema,
    run: async ({ params: { id }, exchange }) => ({ body: toJson(await runNamed(id, exchange)) }),
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
      const runs = new CheckRuns(exchange, sandboxes.wall);
      return {
        body: await nextToJson(
          await runs.next(await runNamed(id, exchange)),
          exchange,
          sandboxes.wall(),
        ),
      };
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
      const run = await runNamed(id, exchange);
      const turn = turnOf(run, login);
      const judged = await new CheckRuns(exchange, sandboxes.wall).end(run, turn, report);
      if (!judged)
        throw new Problem(
          409,
          `Login ${login} was ended by somebody else meanwhile; GET checks/${id}/next says what is next.`,
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
    run: async ({ params: { id }, query, exchange }) => {
      const run = await runNamed(id, exchange);
      const unit = await exchange.sandbox.store.salesUnits.find("clientId", run.clientId);
      return {
        body: reportAs(
          query.format ?? "text",
          runReport(run, unit?.name ?? "a removed sales unit"),
        ),
      };
    },
  }),
  operation({
    method: "DELETE",
    path: "/checks/{id}",
    summary: "Removes a run. One that is under way ends, and leaves the sandbox as it was before.",
    params: IdParams,
    status: 204,
    run: async ({ params: { id }, exchange, sandboxes }) => {
      await new CheckRuns(exchange, sandboxes.wall).remove(await runNamed(id, exchange));
      return {};
    },
  }),
];

type Input = Static<typeof CheckInputSchema>;

async function newRun(
  input: Input,
  exchange: Exchange,
  now: CheckRun["seenAt"],
): Promise<CheckRun> {
  const { clientId } = await unitOf(input, exchange);
  const probes = probesFor(input);
  const { seed = 1, timeout = USUAL_TIMEOUT } = input;
  const made = input.user === undefined ? await makeUser(String(seed), {}, exchange) : undefined;
  const user = made ?? (await userNamed(input.user ?? "", exchange));
  return {
    id: exchange.sandbox.ids.id() as CheckRunId,
    clientId,
    seed,
    timeout,
    startedAt: exchange.now,
    seenAt: now,
    probes,
    user: user.id,
    madeUsers: made ? [made.id] : [],
    turn: FIRST_TURN,
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

/** What others have ordered would be taken for what the run has. */
async function refuseDisturbed(runs: CheckRuns, { sandbox }: Exchange): Promise<void> {
  const current = await runs.current();
  if (current) {
    throw new Problem(
      409,
      `The run ${current.id} is under way for ${current.clientId}. Go on with GET checks/${current.id}/next, or end it with DELETE checks/${current.id}.`,
    );
  }
  const { store } = sandbox;
  const faults = await readAll(store.faults);
  const scenarios = (await readAll(store.scenarios)).filter(({ hits, times }) => hits < times);
  for (const [what, path, count] of [
    ["fault(s)", "faults", faults.length],
    ["waiting scenario(s)", "scenarios", scenarios.length],
  ] as const) {
    if (count === 0) continue;
    const message = `The sandbox has ${count} ${what} of its own, which would disturb the check. Remove them with DELETE ${path}, or check in a sandbox of its own.`;
    throw new Problem(409, message);
  }
}

function turnOf(run: CheckRun, login: number): CheckTurn {
  const { turn } = run;
  if (turn?.number === login && turn.armed) return turn;
  const now = turn?.armed ? `login ${turn.number} is under way` : "no login is under way";
  throw new Problem(
    409,
    `Login ${login} is not under way: ${now}. GET checks/${run.id}/next says what to do.`,
  );
}

function refuseUnclear({ loggedIn, failure, timedOut }: Static<typeof OutcomeSchema>): void {
  const said = [loggedIn !== undefined, failure !== undefined, timedOut === true];
  if (said.filter(Boolean).length === 1) return;
  const message =
    "say one of these: loggedIn, true or false; failure, with what went wrong; or timedOut: true";
  throw badRequest([{ path: "loggedIn", message, value: loggedIn }]);
}

async function runsOf({ sandbox }: Exchange): Promise<readonly CheckRun[]> {
  return (await sandbox.store.checks.get()) ?? [];
}

async function runNamed(id: string, exchange: Exchange): Promise<CheckRun> {
  const runs = await runsOf(exchange);
  const run = runs.find((one) => one.id === id);
  if (run) return run;
  throw notFound(
    "run has the id",
    id,
    runs.map((one) => one.id),
    "; the newest few are kept",
  );
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
  if (!armed)
    return { do: "wait", why: whyWait(probe), seconds: Math.max(1, (turn.notBefore ?? now) - now) };
  const user = await sandbox.store.users.get(armed.user);
  return {
    do: "log in",
    why: whyLogIn(turn, probe),
    login: turn.number,
    of: turnsOf(run),
    ...(probe && { probe: probe.id }),
    ...(user && { user }),
    timeout: run.timeout,
  };
}

function whyWait(probe: Probe | undefined): string {
  return probe
    ? "The application has fetched the keys a moment ago, and many do not do so twice in half a minute."
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
  const ended = run.turn ? run.turn.number - 1 : 1 + 2 * run.results.length;
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
    logins: ended,
    of: turnsOf(run),
    probes: standingsOf(run).map(probeToJson),
  };
}

function probeToJson({ probe, status, result }: Standing): Static<typeof ProbeSchema> {
  const { id, kind, demand, what, source, remedy } = probe;
  return {
    ...{ id, kind, demand, what, source, remedy, status },
    ...(result && { verdict: result.verdict, why: result.why }),
    requests: result?.requests.map((one) => ({ ...one })) ?? [],
  };
}
