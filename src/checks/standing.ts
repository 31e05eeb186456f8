import type { CheckRun, CheckVerdict, ProbeResult } from "../records/check-run.ts";
import type { Probe } from "../rules/probe.ts";
import { probeOf } from "../rules/probes.ts";

/** How the application stands after the logins that were played up to now. */

export const PROBE_STATUSES = [
  "failed",
  "advice",
  "not judged",
  "not reached",
  "not played",
  "passed",
] as const;

export type ProbeStatus = (typeof PROBE_STATUSES)[number];

/** A probe of a run with what came of it. */
export interface Standing {
  readonly probe: Probe;
  readonly status: ProbeStatus;
  /** Left out where it was not played. */
  readonly result?: ProbeResult;
}

export function standingsOf({
  probes,
  results,
}: Pick<CheckRun, "probes" | "results">): readonly Standing[] {
  return probes.flatMap((id): Standing[] => {
    const probe = probeOf(id);
    const result = results.find((one) => one.probe === id);
    if (!probe) return [];
    return [
      result ? { probe, result, status: statusOf(probe, result) } : { probe, status: "not played" },
    ];
  });
}

function statusOf({ demand }: Probe, { verdict, isExcused }: ProbeResult): ProbeStatus {
  if (verdict === "as it must") return "passed";
  if (verdict === "not reached") return verdict;
  if (!isJudged(verdict)) return "not judged";
  if (verdict === "ends with an error page") return "advice";
  const isOpen =
    verdict === "accepts what it must refuse" || verdict === "refuses what it must bear";
  return isOpen && (demand === "should" || isExcused) ? "advice" : "failed";
}

const UNJUDGED: readonly CheckVerdict[] = ["driver failed", "never calls the mock", "disturbed"];

/** Whether it says anything of the application, and not only of whoever drives it. */
export function isJudged(verdict: CheckVerdict): boolean {
  return !UNJUDGED.includes(verdict);
}

export const RUN_STATUSES = ["running", "finished", "stopped"] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

export function runStatus({ turn, stopped }: Pick<CheckRun, "turn" | "stopped">): RunStatus {
  if (stopped !== undefined) return "stopped";
  return turn ? "running" : "finished";
}

/** Whether it has come to its end, something has passed, and nothing has failed or could not be judged. */
export function hasPassed(run: CheckRun): boolean {
  const statuses = standingsOf(run).map(({ status }) => status);
  return (
    runStatus(run) === "finished" &&
    statuses.includes("passed") &&
    !statuses.includes("failed") &&
    !statuses.includes("not judged")
  );
}

/** The whole of it in a sentence. */
export function sentenceOf(run: CheckRun): string {
  const standings = standingsOf(run);
  const count = (status: ProbeStatus) => standings.filter((one) => one.status === status).length;
  const parts = [
    `${count("passed")} of ${standings.length} probes passed`,
    ...PROBE_WORDS.flatMap(([status, words]) =>
      count(status) > 0 ? [`${count(status)} ${words}`] : [],
    ),
  ];
  return `${headOf(run, count("failed"))}: ${parts.join(", ")}.${run.stopped === undefined ? "" : ` ${run.stopped}`}`;
}

const PROBE_WORDS: readonly (readonly [ProbeStatus, string])[] = [
  ["failed", "failed"],
  ["not judged", "could not be judged"],
  ["advice", "would be better otherwise"],
  ["not reached", "had nothing to show"],
  ["not played", "not played"],
];

function headOf(run: CheckRun, failed: number): string {
  if (runStatus(run) === "running") return "Under way";
  if (failed > 0) return "Not ready";
  if (runStatus(run) === "stopped") return "Stopped";
  return hasPassed(run) ? "Ready as far as probes show it" : "Not shown";
}

/** What to do: mostly what the probe says, but not where something else went wrong. */
export function remedyOf({ probe, status, result }: Standing): string {
  if (status === "not judged")
    return "See to it that every login can be driven to its end, and check again.";
  switch (result?.verdict) {
    case "hangs":
      return "Set a timeout for each call of Vipps, and do not begin a login again by itself.";
    case "never recovers":
      return "Keep nothing of a login that failed, and let the next one begin from nothing.";
    case "ends with an error page":
      return "Catch the error, and show a page that says so, with a way to log in again.";
    default:
      return probe.remedy;
  }
}
