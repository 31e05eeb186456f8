import type { Source, SourceName } from "../fidelity/sources.ts";
import {
  anchorOf,
  OPEN_QUESTIONS,
  partsOf,
  SOURCES,
  sourceOf,
  TRUST,
} from "../fidelity/sources.ts";
import { table } from "./tables.ts";

/** Makes docs/sources.md, and the links that lead there. */

export function sourcesDocument(): string {
  const names = Object.keys(SOURCES) as SourceName[];
  return [
    "<!-- Written by `npm run docs` from fidelity/sources.ts. Edit that. -->",
    "# Where the facts are from",
    "The mock was made from public material alone; no request was ever sent to Vipps for it. " +
      "[fidelity.md](fidelity.md) names the source of every behaviour, and comments in the code name it where " +
      "the reason would not be clear without: by the names that are the headings here. What a source tells is " +
      "put in this project's own words.",
    table(
      ["Trust", "What it means"],
      Object.entries(TRUST).map((row) => [...row]),
    ),
    "## What one call to the real test environment would settle",
    "No public source answers these questions. The ledger calls what the mock does about them assumed.",
    OPEN_QUESTIONS.map((question) => `* ${question}`).join("\n"),
    "## The sources",
    ...names.map((name) => sourceBlock(name, SOURCES[name])),
  ]
    .join("\n\n")
    .concat("\n");
}

function sourceBlock(name: SourceName, { title, where, url, tells, trust, seen }: Source): string {
  const when = seen === undefined ? "Its address was not looked up." : `Looked up on ${seen}.`;
  return [
    `<a id="${anchorOf(name)}"></a>\n\n### ${name}`,
    `[${title}](${url}): ${where}. ${when}`,
    `${tells} *Trust: ${trust}.*`,
  ].join("\n\n");
}

/** What is written as a source, in Markdown: each source that is named leads to its description. */
export function linked(source: string): string {
  return partsOf(source).map(linkedPart).join("; ");
}

function linkedPart(part: string): string {
  const name = sourceOf(part);
  if (name === undefined) return part;
  return `[${name}](sources.md#${anchorOf(name)})${part.slice(name.length)}`;
}
