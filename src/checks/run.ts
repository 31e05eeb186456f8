import type { CheckRun, CheckTurn, ProbeResult } from "../records/check-run.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import type { Probe } from "../rules/probe.ts";
import { probeOf } from "../rules/probes.ts";
import type { Judged } from "./judge.ts";
import { lineOf } from "./judge.ts";

/** How a run goes from login to login. It is pure: what each login needs is made in control/resources/. */

/** After so long an ordinary login that failed is tried again, once for each. */
const PAUSES: readonly Seconds[] = [1, 5];

/** For so long after the keys were fetched many clients do not fetch them again, whatever a token says. */
const KEYS_PAUSE: Seconds = 31;

export const FIRST_TURN: CheckTurn = { number: 1, kind: "first", probe: 0, attempt: 0 };

/** How many logins a run has in all, if none has to be tried again. */
export function turnsOf({ probes }: Pick<CheckRun, "probes">): number {
  return 1 + 2 * probes.length;
}

/** The probe of a turn; undefined for an ordinary login. */
export function probeIn(
  { probes }: Pick<CheckRun, "probes">,
  { kind, probe }: CheckTurn,
): Probe | undefined {
  return kind === "probe" ? probeOf(probes[probe] ?? "") : undefined;
}

/** The run after one of its logins was judged. */
export function advanced(
  run: CheckRun,
  turn: CheckTurn,
  judged: Judged,
  now: EpochSeconds,
): CheckRun {
  const { turn: _, ...rest } = run;
  switch (turn.kind) {
    case "first":
      return judged.verdict === "as it must"
        ? withTurn(rest, nextProbe(turn, 0))
        : {
            ...rest,
            stopped: `An ordinary login does not work, so there is nothing to check. ${judged.why}${callsIn(judged)}`,
          };
    case "probe": {
      const pause = pauseForKeys(run, turn, judged, now);
      if (pause > 0) return { ...rest, turn: again(turn, after(now, pause)) };
      const results = [...run.results, { probe: run.probes[turn.probe] ?? "", ...judged }];
      return { ...rest, results, turn: { ...next(turn), kind: "after" } };
    }
    case "after": {
      if (judged.verdict === "as it must") return withTurn(rest, nextProbe(turn, turn.probe + 1));
      const pause = PAUSES[turn.attempt];
      if (pause !== undefined) return { ...rest, turn: again(turn, after(now, pause)) };
      return {
        ...rest,
        results: withoutRecovery(run.results, judged),
        stopped: brokenBy(run, turn, judged),
      };
    }
  }
}

function withTurn(run: Omit<CheckRun, "turn">, turn: CheckTurn): CheckRun {
  return turn.probe < run.probes.length ? { ...run, turn } : run;
}

function next({ number, probe }: CheckTurn): Omit<CheckTurn, "kind"> {
  return { number: number + 1, probe, attempt: 0 };
}

function nextProbe(turn: CheckTurn, probe: number): CheckTurn {
  return { ...next(turn), kind: "probe", probe };
}

function again(turn: CheckTurn, notBefore: EpochSeconds): CheckTurn {
  return { ...next(turn), kind: turn.kind, attempt: turn.attempt + 1, notBefore };
}

/** How long to wait before a new key can fairly be asked for; 0 where the application had its chance. */
function pauseForKeys(
  run: CheckRun,
  turn: CheckTurn,
  { verdict }: Judged,
  now: EpochSeconds,
): Seconds {
  const { keysFetchedAt } = run;
  const isNew = probeIn(run, turn)?.does.rotatesKeys && turn.attempt === 0;
  if (!isNew || verdict !== "refuses what it must bear" || keysFetchedAt === undefined) return 0;
  return Math.max(0, keysFetchedAt + KEYS_PAUSE - now);
}

/** What else it did, an application that does not work afterwards has failed. */
function withoutRecovery(
  results: readonly ProbeResult[],
  { why, verdict }: Judged,
): readonly ProbeResult[] {
  const last = results.at(-1);
  if (!last) return results;
  const said = `${last.why} Afterwards no ordinary login works any more, not after ${PAUSES.at(-1)} s either: ${verdict}. ${why}`;
  return [...results.slice(0, -1), { ...last, verdict: "never recovers", why: said }];
}

/** What of it the mock has seen. */
function callsIn({ requests }: Judged): string {
  return requests.length === 0 ? "" : ` It called: ${requests.map(lineOf).join("; ")}.`;
}

function brokenBy(run: CheckRun, turn: CheckTurn, { why }: Judged): string {
  const left = run.probes.length - turn.probe - 1;
  return `After the probe ${run.probes[turn.probe]} no ordinary login works any more, so ${left === 0 ? "it ends here" : `${left} more could not be played`}. ${why}`;
}
