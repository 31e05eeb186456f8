import type { Report, ReportEntry, ReportSection } from "../checklist/formats.ts";
import type { CheckRun, ProbeResult } from "../records/check-run.ts";
import { lineOf } from "./judge.ts";
import type { ProbeStatus, Standing } from "./standing.ts";
import { sentenceOf, standingsOf } from "./standing.ts";

/** What came of a run as a report. */

/** What is wrong comes first. */
export const PROBE_SECTIONS: readonly (ReportSection & { readonly status: ProbeStatus })[] = [
  { status: "failed", title: "Failed", mark: "❌ failed", counts: "failed", entries: [] },
  {
    status: "advice",
    title: "Would be better otherwise",
    mark: "💡 advice",
    counts: "skipped",
    entries: [],
  },
  {
    status: "not played",
    title: "Not played",
    mark: "⬜ not played",
    counts: "skipped",
    entries: [],
  },
  {
    status: "not reached",
    title: "Did not reach the application",
    mark: "➖ not reached",
    counts: "skipped",
    entries: [],
  },
  { status: "passed", title: "Passed", mark: "✅ passed", counts: "passed", entries: [] },
];

export function runReport(run: CheckRun, name: string): Report {
  const standings = standingsOf(run);
  return {
    heading: `Probes of ${name}, client_id ${run.clientId}`,
    summary: sentenceOf(run),
    name: "probes",
    sections: PROBE_SECTIONS.map(({ status, ...section }) => ({
      ...section,
      entries: standings.filter((one) => one.status === status).map(entryOf),
    })),
  };
}

function entryOf({ probe, status, result }: Standing): ReportEntry {
  const isOpen = status === "failed" || status === "advice";
  const verdict = result ? `${verdictIn(status, result)}: ${result.why}` : "";
  return {
    id: probe.id,
    asks: probe.what,
    said: isOpen ? capital(verdict) : (result?.why ?? ""),
    ...(isOpen && {
      shown: result?.requests.map(lineOf) ?? [],
      remedy: `${probe.remedy} (${probe.source})`,
    }),
  };
}

/** Nothing that is only recommended is a must. */
function verdictIn(status: ProbeStatus, { verdict }: ProbeResult): string {
  return status === "advice" ? verdict.replace(" must ", " should ") : verdict;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
