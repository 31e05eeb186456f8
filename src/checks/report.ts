import type { Report, ReportEntry, ReportSection } from "../checklist/formats.ts";
import type { CheckRun, ProbeResult } from "../records/check-run.ts";
import { lineOf } from "./judge.ts";
import type { ProbeStatus, Standing } from "./standing.ts";
import { remedyOf, sentenceOf, standingsOf } from "./standing.ts";

/** What came of a run as a report. */

/** What is wrong comes first. */
export const PROBE_SECTIONS: readonly (Omit<ReportSection, "entries"> & {
  readonly status: ProbeStatus;
})[] = [
  { status: "failed", title: "Failed", mark: "❌ failed", counts: "failed" },
  { status: "not judged", title: "Could not be judged", mark: "❓ not judged", counts: "failed" },
  { status: "advice", title: "Would be better otherwise", mark: "💡 advice", counts: "skipped" },
  { status: "not played", title: "Not played", mark: "⬜ not played", counts: "skipped" },
  {
    status: "not reached",
    title: "Had nothing to show",
    mark: "➖ not reached",
    counts: "skipped",
  },
  { status: "passed", title: "Passed", mark: "✅ passed", counts: "passed" },
];

export function runReport(run: CheckRun, name: string): Report {
  const standings = standingsOf(run);
  return {
    heading: `Probes of ${name}, client_id ${run.clientId}`,
    summary: sentenceOf(run),
    name: "probes",
    ...(run.stopped !== undefined && { stopped: run.stopped }),
    sections: PROBE_SECTIONS.map(({ status, ...section }) => ({
      ...section,
      entries: standings.filter((one) => one.status === status).map(entryOf),
    })),
  };
}

/** Whether there is something to do about it. */
export function isStillOpen(status: ProbeStatus): boolean {
  return status === "failed" || status === "advice" || status === "not judged";
}

function entryOf(standing: Standing): ReportEntry {
  const { probe, status, result } = standing;
  const isOpen = isStillOpen(status);
  const verdict = result ? `${verdictIn(status, result)}: ${result.why}` : "";
  return {
    id: probe.id,
    asks: probe.what,
    said: isOpen ? capital(verdict) : (result?.why ?? ""),
    ...(isOpen && {
      shown: counted(result?.requests.map(lineOf) ?? []),
      remedy: `${remedyOf(standing)} (${probe.source})`,
    }),
  };
}

/** Of several in a row that are the same, one with their number. */
function counted(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    if (line === lines[index - 1]) return [];
    const rest = lines.slice(index);
    const end = rest.findIndex((other) => other !== line);
    const times = end < 0 ? rest.length : end;
    return [times === 1 ? line : `${line} (${times} times)`];
  });
}

/** Nothing that is only recommended is a must. */
function verdictIn(status: ProbeStatus, { verdict }: ProbeResult): string {
  return status === "advice" ? verdict.replace(" must ", " should ") : verdict;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
