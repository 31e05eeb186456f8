import type { ArmedTurn, CheckRun, CheckTurn, ProbeResult } from "../records/check-run.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import type { Probe } from "../rules/probe.ts";
import { probeOf } from "../rules/probes.ts";
import type { Judged } from "./judge.ts";
import { lineOf } from "./judge.ts";
import { isJudged } from "./standing.ts";

/** How a run goes from login to login. It is pure: what each login needs is made in control/resources/. */

/** After so long an ordinary login that failed is tried again, once for each. */
const PAUSES: readonly Seconds[] = [1, 5];

/**
 * For so long after the keys were fetched many clients do not fetch them again, whatever a token says: jose and so
 * openid-client 6 for half a minute, openid-client 5 for a whole one.
 */
const KEYS_PAUSES: readonly Seconds[] = [31, 61];

/** Whatever the application fetches, and when. */
const MOST_ROTATED = 4;

export const FIRST_TURN: CheckTurn = { number: 1, kind: "first", probe: 0, attempt: 0 };

/** How many logins a run has in all, with those that were tried once more. */
export function turnsOf({ probes, repeated }: Pick<CheckRun, "probes" | "repeated">): number {
  return 1 + 2 * probes.length + repeated;
}

/** The probe of a turn; undefined for an ordinary login. */
export function probeIn(
  { probes }: Pick<CheckRun, "probes">,
  { kind, probe }: CheckTurn,
): Probe | undefined {
  return kind === "probe" ? probeOf(String(probes[probe])) : undefined;
}

/** How long a login may take: a probe that keeps it waiting by itself has that time besides. */
export function timeoutOf(run: CheckRun, turn: CheckTurn): Seconds {
  const faults = probeIn(run, turn)?.does.faults ?? [];
  const delays = faults.map(({ delay }) => (typeof delay === "number" ? delay : 0));
  return run.timeout + delays.reduce((sum, delay) => sum + delay, 0);
}

/** The run after one of its logins was judged. */
export function advanced(
  run: CheckRun,
  turn: CheckTurn,
  judged: Judged,
  now: EpochSeconds,
): CheckRun {
  const { turn: _, ...rest } = run;
  const counted = { ...rest, logins: run.logins + 1 };
  switch (turn.kind) {
    case "first":
      return judged.verdict === "as it must"
        ? withTurn(counted, nextProbe(turn, 0))
        : {
            ...counted,
            stopped: `An ordinary login does not work, so there is nothing to check. ${judged.why}${callsIn(judged)}`,
          };
    case "probe":
      return afterProbe(counted, turn, judged, now);
    case "after":
      return afterOrdinary(counted, turn, judged, now);
  }
}

type Counted = Omit<CheckRun, "turn">;

function afterProbe(run: Counted, turn: CheckTurn, judged: Judged, now: EpochSeconds): CheckRun {
  const again = rotatedAgain(run, turn, judged, now);
  if (again) return { ...run, repeated: run.repeated + 1, turn: again };
  const probe = String(run.probes[turn.probe]);
  const done = { ...run, results: [...run.results, { probe, ...judged }] };
  const isBlind = probe === "cancelled" && judged.verdict === "accepts what it must refuse";
  return isBlind
    ? { ...done, stopped: BLIND }
    : { ...done, turn: { ...next(turn), kind: "after" } };
}

const BLIND =
  "Somebody is logged in although the user has cancelled, so nothing else can be judged. Is what shows that " +
  "somebody is logged in there in any case? Look for something that is there only then.";

function afterOrdinary(run: Counted, turn: CheckTurn, judged: Judged, now: EpochSeconds): CheckRun {
  if (judged.verdict === "as it must") return withTurn(run, nextProbe(turn, turn.probe + 1));
  const pause = PAUSES[turn.attempt];
  if (pause !== undefined) {
    const again = { ...repeated(turn), notBefore: after(now, pause) };
    return { ...run, repeated: run.repeated + 1, turn: again };
  }
  // Where nobody could drive the login, nothing is known of the application.
  const isKnown = isJudged(judged.verdict) || judged.verdict === "never calls the mock";
  const results = isKnown ? withoutRecovery(run.results, judged) : run.results;
  return { ...run, results, stopped: brokenBy(run, turn, judged) };
}

function withTurn(run: Counted, turn: CheckTurn): CheckRun {
  return turn.probe < run.probes.length ? { ...run, turn } : run;
}

function next({ number, probe }: CheckTurn): Omit<CheckTurn, "kind"> {
  return { number: number + 1, probe, attempt: 0 };
}

function nextProbe(turn: CheckTurn, probe: number): CheckTurn {
  return { ...next(turn), kind: "probe", probe };
}

function repeated(turn: CheckTurn): CheckTurn {
  return { ...next(turn), kind: turn.kind, attempt: turn.attempt + 1 };
}

/** The next login after a rotation of the keys; undefined where the application had its chances. */
function rotatedAgain(
  run: Counted,
  turn: CheckTurn,
  { verdict, requests }: Judged,
  now: EpochSeconds,
): CheckTurn | undefined {
  const { keysFetchedAt } = run;
  const rotation = turn.armed?.rotation;
  if (!rotation || verdict !== "refuses what it must bear" || turn.attempt >= MOST_ROTATED)
    return undefined;
  const hasFetched = requests.some(({ endpoint }) => endpoint === "jwks");
  const isNoticed = rotation.isNoticed || hasFetched;
  const again = { ...repeated(turn), rotation: { ...rotation, isNoticed } };
  // Some clients fetch the keys after a login has failed, and so succeed with the next one.
  const isFirstFetch = hasFetched && !rotation.isNoticed;
  if (turn.attempt === 0 || isFirstFetch) return again;
  const pause = KEYS_PAUSES.find((seconds) => after(keysFetchedAt, seconds) > now);
  return hasFetched || pause === undefined
    ? undefined
    : { ...again, notBefore: after(keysFetchedAt, pause) };
}

/** Whether what was made for a login stays for the one after it. */
export function goesOn(armed: ArmedTurn, { turn }: Pick<CheckRun, "turn">): boolean {
  return armed.rotation !== undefined && turn?.rotation !== undefined;
}

/** What else it did, an application that does not work afterwards has failed. */
function withoutRecovery(
  results: readonly ProbeResult[],
  { why, verdict }: Judged,
): readonly ProbeResult[] {
  return results.map((result, index) => {
    if (index < results.length - 1) return result;
    const said = `${result.why} Afterwards no ordinary login works any more, not six seconds later either: ${verdict}. ${why}`;
    return { ...result, verdict: "never recovers", why: said };
  });
}

/** What of it the mock has seen. */
function callsIn({ requests }: Judged): string {
  return requests.length === 0 ? "" : ` It called: ${requests.map(lineOf).join("; ")}.`;
}

function brokenBy(run: Counted, turn: CheckTurn, { why }: Judged): string {
  const left = run.probes.length - turn.probe - 1;
  const end = left === 0 ? "it ends here" : `${left} more could not be played`;
  return `After the probe ${run.probes[turn.probe]} no ordinary login works any more, so ${end}. ${why}`;
}
