import type { Absence } from "../fidelity/absent.ts";
import { ABSENCES } from "../fidelity/absent.ts";
import type { Behaviour, Section } from "../fidelity/behaviour.ts";
import { LEDGER } from "../fidelity/ledger.ts";
import type { Certainty } from "../src/records/provenance.ts";
import { CERTAINTIES } from "../src/records/provenance.ts";
import { RULES } from "../src/rules/index.ts";
import { linked } from "./sources.ts";
import { table } from "./tables.ts";

/** Makes pages of the ledger: docs/fidelity.md, and the table of docs/rules.md. */

export function fidelityDocument(): string {
  const behaviours = LEDGER.flatMap((section) => section.behaviours);
  return [
    "<!-- Written by `npm run docs` from the declarations in the code. Edit those. -->",
    "# How close the mock is to the real service",
    "This page lists what a merchant's application can see of the mock, with how sure we are that " +
      "the real Vipps Login does the same, and how we know. All of it comes from public material; " +
      "no request was ever sent to Vipps to find out.",
    "Each behaviour is shown by a test; the last column names its file in the project's `test` folder.",
    "Profile 2023, the default, is the service at the time of its FAQ version 2.3.8; profile 2026 is " +
      "the service as documented in 2026. Where no profile is named, the two do not differ.",
    table(["Certainty", "What it means", "Behaviours"], countRows(behaviours)),
    ...LEDGER.flatMap(sectionBlocks),
    "## What is missing",
    "What the real service has and the mock does not.",
    ABSENCES.map(bullet).join("\n"),
    "## Sources",
    "Each source is described in [sources.md](sources.md), with its address and how far it is to be trusted; " +
      "“FAQ” is the Vipps Login FAQ, version 2.3.8, with the question. The same page lists what no public " +
      "source tells.",
  ]
    .join("\n\n")
    .concat("\n");
}

/** The rules of the FAQ as a Markdown table. */
export function rulesTable(): string {
  return table(
    ["Rule", "What the mock holds you to", "FAQ"],
    RULES.map(({ id, enforces, faq, source }) => [
      `\`${id}\``,
      enforces,
      faq.join("<br>") || `no entry; ${source}`,
    ]),
  );
}

function countRows(behaviours: readonly Behaviour[]): string[][] {
  return Object.entries(CERTAINTIES).map(([certainty, meaning]) => {
    const count = behaviours.filter(({ status }) => status === certainty).length;
    return [emphasized(certainty as Certainty), meaning, String(count)];
  });
}

function sectionBlocks({ title, note, endpoints, behaviours }: Section): string[] {
  const list = endpoints.map((endpoint) => `\`${endpoint}\``).join("<br>\n");
  return [
    `## ${title}`,
    ...(list === "" ? [] : [list]),
    ...(note === undefined ? [] : [note]),
    table(["What", "Certainty", "Source", "Shown in"], behaviours.map(behaviourRow)),
  ];
}

function behaviourRow({ what, reason, status, source, tests }: Behaviour): string[] {
  const why = reason === undefined ? "" : ` Why: ${reason}`;
  const files = new Set(tests.map((test) => `\`${test.split(" > ", 1)[0]}\``));
  return [`${what}${why}`, emphasized(status), linked(source), [...files].join("<br>")];
}

/** What must not look certain stands out. */
function emphasized(certainty: Certainty): string {
  return certainty === "assumed" || certainty === "deliberate difference"
    ? `**${certainty}**`
    : certainty;
}

function bullet({ what, source }: Absence): string {
  return `* ${what} (${linked(source)})`;
}
