import type { CheckRun, CheckVerdict, ProbeResult } from "../records/check-run.ts";
import type { Probe } from "../rules/probe.ts";
import { probeOf } from "../rules/probes.ts";

/** How the application stands after the logins that were played up to now. */

export const PROBE_STATUSES = ["failed", "advice", "not reached", "not played", "passed"] as const;

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
      result
        ? { probe, result, status: statusOf(probe, result.verdict) }
        : { probe, status: "not played" },
    ];
  });
}

function statusOf({ demand }: Probe, verdict: CheckVerdict): ProbeStatus {
  if (verdict === "as it must") return "passed";
  if (verdict === "not reached") return verdict;
  const isOpen =
    verdict === "accepts what it must refuse" || verdict === "refuses what it must bear";
  return isOpen && demand === "should" ? "advice" : "failed";
}

export const RUN_STATUSES = ["running", "finished", "stopped"] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

export function runStatus({ turn, stopped }: Pick<CheckRun, "turn" | "stopped">): RunStatus {
  if (stopped !== undefined) return "stopped";
  return turn ? "running" : "finished";
}

/** Whether it has come to its end, and nothing has failed. */
export function hasPassed(run: CheckRun): boolean {
  return (
    runStatus(run) === "finished" && standingsOf(run).every(({ status }) => status !== "failed")
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
  ["advice", "would be better otherwise"],
  ["not reached", "did not reach the application"],
  ["not played", "not played"],
];

function headOf(run: CheckRun, failed: number): string {
  if (runStatus(run) === "running") return "Under way";
  if (failed > 0) return "Not ready";
  return runStatus(run) === "stopped" ? "Stopped" : "Ready as far as probes show it";
}
