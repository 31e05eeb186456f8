import { toIso } from "../platform/calendar.ts";
import type { ChecklistEdition } from "../rules/checklist.ts";
import type { Report, ReportEntry, ReportSection } from "./formats.ts";
import type { ItemStatus, Verdict } from "./verdict.ts";

/** The filled-in list as a report. */

export interface ReportFacts {
  /** The name of the sales unit, and its client id. */
  readonly name: string;
  readonly clientId: string;
  readonly edition: ChecklistEdition;
  readonly verdicts: readonly Verdict[];
}

/** The whole of it in a sentence. */
export function summaryOf(verdicts: readonly Verdict[]): string {
  const count = (status: ItemStatus) => verdicts.filter((one) => one.status === status).length;
  const [done, failed, unseen, byHand] = [
    count("done"),
    count("failed"),
    count("not seen"),
    count("by hand"),
  ];
  const concerning = verdicts.length - count("not ours");
  const open = [
    ...(unseen > 0 ? [`${unseen} not seen yet`] : []),
    ...(byHand > 0 ? [`${byHand} for a person to say`] : []),
  ];
  const verdict =
    failed > 0
      ? `not ready: ${failed} failed`
      : open.length > 0
        ? "nothing is wrong, but not all is shown"
        : "ready";
  return [verdict, `${done} of ${concerning} done`, ...open].join(", ");
}

/** What is wrong comes first, then what is still to do. */
export const SECTIONS: readonly (readonly [ItemStatus, string])[] = [
  ["failed", "Failed"],
  ["not seen", "Not seen yet"],
  ["by hand", "For a person to say"],
  ["not ours", "Does not concern this application"],
  ["done", "Done"],
];

const LOOKS: Readonly<Record<ItemStatus, Pick<ReportSection, "mark" | "counts">>> = {
  failed: { mark: "❌ failed", counts: "failed" },
  "not seen": { mark: "⬜ not seen", counts: "skipped" },
  "by hand": { mark: "✋ by hand", counts: "skipped" },
  "not ours": { mark: "➖ not ours", counts: "skipped" },
  done: { mark: "✅ done", counts: "passed" },
};

export function checklistReport({ name, clientId, edition, verdicts }: ReportFacts): Report {
  return {
    heading: `Go-live checklist (${edition}) of ${name}, client_id ${clientId}`,
    summary: `${summaryOf(verdicts)}.`,
    name: "go-live",
    sections: SECTIONS.map(([status, title]) => ({
      title,
      ...LOOKS[status],
      entries: verdicts.filter((one) => one.status === status).map(entryOf),
    })),
  };
}

function entryOf(verdict: Verdict): ReportEntry {
  const { item, status, why, remedy } = verdict;
  return {
    id: item.id,
    asks: item.asks,
    said: status === "by hand" ? "" : `${why}${seenIn(verdict)}`,
    ...(status !== "done" && status !== "not ours" && { remedy }),
  };
}

/** Which requests show it, for who looks them up in the log. */
function seenIn({ shown: { count, proofs } }: Verdict): string {
  const last = proofs.at(-1);
  if (last === undefined) return "";
  const where = last.request === "" ? "" : `request ${last.request}, `;
  return ` (${count === 1 ? "once" : `${count} times`}, last ${where}${toIso(last.at)})`;
}
