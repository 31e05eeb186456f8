import { toIso } from "../platform/calendar.ts";
import { printable } from "../platform/printable.ts";
import type { ChecklistEdition } from "../rules/checklist.ts";
import type { ItemStatus, Verdict } from "./verdict.ts";
import { ITEM_STATUSES } from "./verdict.ts";

/** The filled-in list as a text for a terminal, as Markdown, and as JUnit XML for CI. */

export const REPORT_FORMATS = ["text", "markdown", "junit"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportFacts {
  /** The name of the sales unit, and its client id. */
  readonly name: string;
  readonly clientId: string;
  readonly edition: ChecklistEdition;
  readonly verdicts: readonly Verdict[];
}

export function reportAs(format: ReportFormat, facts: ReportFacts): string {
  return { text: asText, markdown: asMarkdown, junit: asJUnit }[format](facts);
}

/** The whole of it in a sentence. */
export function summaryOf(verdicts: readonly Verdict[]): string {
  const count = (status: ItemStatus) => verdicts.filter((one) => one.status === status).length;
  const [done, failed, unseen, byHand] = ITEM_STATUSES.map(count) as [
    number,
    number,
    number,
    number,
  ];
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
  return [verdict, `${done} of ${verdicts.length} done`, ...open].join(", ");
}

/** What is wrong comes first, then what is still to do. */
export const SECTIONS: readonly (readonly [ItemStatus, string])[] = [
  ["failed", "Failed"],
  ["not seen", "Not seen yet"],
  ["by hand", "For a person to say"],
  ["done", "Done"],
];

function sectionsOf({ verdicts }: ReportFacts) {
  return SECTIONS.map(([status, title]) => ({
    title,
    verdicts: verdicts.filter((one) => one.status === status),
  })).filter((section) => section.verdicts.length > 0);
}

function headingOf({ name, clientId, edition }: ReportFacts): string {
  return `Go-live checklist (${edition}) of ${name}, client_id ${clientId}`;
}

function asText(facts: ReportFacts): string {
  const sections = sectionsOf(facts).map(({ title, verdicts }) =>
    [`${title}:`, ...verdicts.flatMap(textOf)].map(printable).join("\n"),
  );
  const heading = printable(`${headingOf(facts)}: ${summaryOf(facts.verdicts)}.`);
  return `${[heading, ...sections].join("\n\n")}\n`;
}

function textOf(verdict: Verdict): string[] {
  const { item, status, why } = verdict;
  return [
    `- ${item.id}: ${item.asks}`,
    ...(status === "by hand" ? [] : [`  ${why}${seenIn(verdict)}`]),
    ...(status === "done" ? [] : [`  What to do: ${item.remedy}`]),
  ];
}

/** Which requests show it, for who looks them up in the log. */
function seenIn({ shown: { count, proofs } }: Verdict): string {
  const last = proofs.at(-1);
  if (last === undefined) return "";
  const where = last.request === "" ? "" : `request ${last.request}, `;
  return ` (${count === 1 ? "once" : `${count} times`}, last ${where}${toIso(last.at)})`;
}

const MARKS: Readonly<Record<ItemStatus, string>> = {
  done: "✅ done",
  failed: "❌ failed",
  "not seen": "⬜ not seen",
  "by hand": "✋ by hand",
};

function asMarkdown(facts: ReportFacts): string {
  const rows = sectionsOf(facts).flatMap(({ verdicts }) =>
    verdicts.map((verdict) => {
      const { item, status, why } = verdict;
      const remedy = status === "done" ? "" : item.remedy;
      return [MARKS[status], `\`${item.id}\`: ${item.asks}`, `${why}${seenIn(verdict)}`, remedy];
    }),
  );
  const table = [
    ["", "What is asked", "What was seen", "What to do"],
    ["---", "---", "---", "---"],
    ...rows,
  ];
  const lines = table.map((cells) => `| ${cells.map(cellOf).join(" | ")} |`);
  return `# ${inline(headingOf(facts))}\n\n${inline(summaryOf(facts.verdicts))}.\n\n${lines.join("\n")}\n`;
}

function cellOf(text: string): string {
  return inline(text).replaceAll("|", "\\|");
}

/** What an application sent neither ends the line nor becomes markup. */
function inline(text: string): string {
  return printable(text).replaceAll("<", "&lt;");
}

function asJUnit(facts: ReportFacts): string {
  const { verdicts } = facts;
  const failed = verdicts.filter(({ status }) => status === "failed").length;
  const skipped = verdicts.filter(
    ({ status }) => status === "not seen" || status === "by hand",
  ).length;
  const counts = `tests="${verdicts.length}" failures="${failed}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escaped(headingOf(facts))}" ${counts}>`,
    ...verdicts.map(caseOf),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(verdict: Verdict): string {
  const { item, status, why } = verdict;
  const name = `    <testcase classname="go-live" name="${escaped(`${item.id}: ${item.asks}`)}"`;
  if (status === "done") return `${name}/>`;
  const text = `${why}${seenIn(verdict)}\nWhat to do: ${item.remedy}`;
  const result =
    status === "failed"
      ? `<failure message="${escaped(why)}">${escaped(text)}</failure>`
      : `<skipped message="${escaped(status === "by hand" ? "For a person to say" : why)}"/>`;
  return `${name}>${result}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** XML has no way to write most control characters; `printable` leaves none. */
function escaped(text: string): string {
  const lines = text.split("\n").map(printable).join("\n");
  return lines.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
