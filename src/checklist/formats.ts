import { printable } from "../platform/printable.ts";

/** A report as a text for a terminal, as Markdown, and as JUnit XML for CI. */

export const REPORT_FORMATS = ["text", "markdown", "junit"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface Report {
  readonly heading: string;
  /** The whole of it in a sentence. */
  readonly summary: string;
  /** What JUnit calls the class of each case. */
  readonly name: string;
  /** Why it is not whole: a failure of its own for JUnit, which has no place for a summary. */
  readonly stopped?: string;
  /** What is wrong comes first; those that are empty are left out. */
  readonly sections: readonly ReportSection[];
}

export interface ReportSection {
  readonly title: string;
  /** Before each entry in a table: ✅ done. */
  readonly mark: string;
  /** How JUnit counts it. */
  readonly counts: "passed" | "failed" | "skipped";
  readonly entries: readonly ReportEntry[];
}

export interface ReportEntry {
  readonly id: string;
  readonly asks: string;
  /** How it stands, in a sentence; empty where there is nothing to say. */
  readonly said: string;
  /** What shows it, line by line. */
  readonly shown?: readonly string[];
  /** Left out where there is nothing to do. */
  readonly remedy?: string;
}

export function reportAs(format: ReportFormat, report: Report): string {
  return { text: asText, markdown: asMarkdown, junit: asJUnit }[format](report);
}

function filled({ sections }: Report): readonly ReportSection[] {
  return sections.filter(({ entries }) => entries.length > 0);
}

function asText(report: Report): string {
  const sections = filled(report).map(({ title, entries }) =>
    [`${title}:`, ...entries.flatMap(textOf)].map(printable).join("\n"),
  );
  const heading = printable(`${report.heading}: ${report.summary}`);
  return `${[heading, ...sections].join("\n\n")}\n`;
}

function textOf({ id, asks, said, shown = [], remedy }: ReportEntry): string[] {
  return [
    `- ${id}: ${asks}`,
    ...(said === "" ? [] : [`  ${said}`]),
    ...shown.map((line) => `    ${line}`),
    ...(remedy === undefined ? [] : [`  What to do: ${remedy}`]),
  ];
}

function asMarkdown(report: Report): string {
  const rows = filled(report).flatMap(({ mark, entries }) =>
    entries.map(({ id, asks, said, shown = [], remedy = "" }) => {
      const seen = [said, ...shown].filter((line) => line !== "").map(inline);
      return [mark, `\`${id}\`: ${inline(asks)}`, seen.join("<br>"), inline(remedy)];
    }),
  );
  const heads = ["", "What is asked", "What was seen", "What to do"];
  const lines = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `# ${inline(report.heading)}\n\n${inline(report.summary)}\n\n${lines.join("\n")}\n`;
}

/** What an application sent neither ends the line or the cell nor becomes markup. */
function inline(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_[\]!|]/g, (sign) => `\\${sign}`);
}

function asJUnit(report: Report): string {
  const sections = filled(report);
  const count = (counts?: ReportSection["counts"]) =>
    sections
      .filter((section) => counts === undefined || section.counts === counts)
      .reduce((sum, { entries }) => sum + entries.length, 0);
  const stopped = report.stopped === undefined ? [] : [report.stopped];
  const [all, failed] = [count() + stopped.length, count("failed") + stopped.length];
  const numbers = `tests="${all}" failures="${failed}" skipped="${count("skipped")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${numbers}>`,
    `  <testsuite name="${escaped(report.heading)}" ${numbers}>`,
    ...stopped.map((why) => {
      const text = escaped(why);
      return `    <testcase classname="${report.name}" name="the run came to its end"><failure message="${text}">${text}</failure></testcase>`;
    }),
    ...sections.flatMap((section) =>
      section.entries.map((entry) => caseOf(entry, section, report.name)),
    ),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(
  { id, asks, said, shown = [], remedy }: ReportEntry,
  { counts, title }: ReportSection,
  name: string,
): string {
  const head = `    <testcase classname="${name}" name="${escaped(`${id}: ${asks}`)}"`;
  if (counts === "passed") return `${head}/>`;
  const text = [said, ...shown, ...(remedy === undefined ? [] : [`What to do: ${remedy}`])].join(
    "\n",
  );
  const result =
    counts === "failed"
      ? `<failure message="${escaped(said)}">${escaped(text)}</failure>`
      : `<skipped message="${escaped(said || title)}"/>`;
  return `${head}>${result}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** What XML has no way to write: `printable` leaves none of the control characters. */
const NO_XML = /[\ufffe\uffff]|\p{Surrogate}/gu;

function escaped(text: string): string {
  const lines = text.split("\n").map(printable).join("\n").replace(NO_XML, "\ufffd");
  return lines.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
