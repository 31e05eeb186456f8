import type { Chapter } from "../measure/measure.ts";
import type { Contestant } from "../servers/contestants.ts";
import { table } from "./table.ts";

/** docs/benchmarks.md, from what was measured. */

export function document({
  machine,
  chapters,
  peers,
}: {
  readonly machine: string;
  readonly chapters: readonly Chapter[];
  readonly peers: readonly Contestant[];
}): string {
  return `${[
    INTRODUCTION,
    "## The machine",
    machine,
    "## The bars",
    barsTable(chapters),
    ...chapters.map(chapterText),
    "## Who was measured",
    table(
      ["", "What it does, and how it was started"],
      peers.map(({ name, note }) => [name, note]),
    ),
  ].join("\n\n")}\n`;
}

export function chapterText({ title, text }: Chapter): string {
  return [`## ${title}`, ...text.filter((part) => part !== "")].join("\n\n");
}

export function barsTable(chapters: readonly Chapter[]): string {
  return table(
    ["What", "Bar", "Measured", "", "Moonshot", ""],
    chapters
      .flatMap(({ bars }) => bars)
      .map(({ what, bar, measured, met, moonshot }) => [
        what,
        bar,
        measured,
        met ? "met" : "**not met**",
        moonshot?.bar ?? "",
        moonshot === undefined ? "" : moonshot.met ? "met" : "not met",
      ]),
  );
}

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench\`, which measures all of this in one run. Figures of two machines, and even of
two hours on one machine, do not compare; so the bars are ratios to something that was measured in the
same run. Each figure is the median of all rounds, and in brackets the range of the middle half of them.

- In a round each server has its turn, in another order each time. A ratio is that of two servers in the
  same round, so that a slow minute of the machine hits both.
- All servers run on the same Node, each in a process of its own, and stay up and warm from round to
  round. Those whose CPU or memory is measured have a small module loaded that tells them over IPC
  (\`bench/harness/probe.cjs\`); cold starts are measured without it.
- The load generator is a process of its own. It speaks HTTP/1.1 on plain keep-alive sockets
  (\`bench/harness/connection.ts\`), because Node's client takes several times the CPU; what it took is in
  the tables. It checks status and content of every response and follows redirects, but it does not
  verify signatures.
- Peers run as their documentation says, with what is faster where there is a choice; the last table says
  how. They do different things: most check less of a request than we do, and some sign two tokens a flow
  where we sign one.

To run it: \`npm ci && npm ci --prefix bench && npm run bench\`. \`npm run bench -- --help\` tells how to
measure one part of it. Each part is one file in \`bench/measure/\`.`;
