import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Load } from "./harness/load.ts";
import { removeScratch } from "./harness/scratch.ts";
import { machineRows } from "./report/machine.ts";
import { table } from "./report/table.ts";
import { benchNode } from "./servers/contestants.ts";
import { chapterOf, checksOf, isGood } from "./soak/report.ts";
import type { Start } from "./soak/set-ups.ts";
import { oneProcess, twoReplicas } from "./soak/set-ups.ts";
import type { Plan } from "./soak/soak.ts";
import { soak } from "./soak/soak.ts";

/** `npm run soak`: a million logins and more, and docs/soak.md; with --short the few that CI has time for. */

const DOCUMENT = new URL("../docs/soak.md", import.meta.url);

const LONG: readonly (readonly [Start, Plan])[] = [
  [oneProcess, { logins: 1_000_000, slices: 20, sandboxes: 500, sweep: 0 }],
  [twoReplicas, { logins: 200_000, slices: 20, sandboxes: 500, sweep: 70 }],
];
const SHORT: typeof LONG = [
  [oneProcess, { logins: 8_000, slices: 8, sandboxes: 50, sweep: 0 }],
  [twoReplicas, { logins: 4_000, slices: 8, sandboxes: 20, sweep: 0 }],
];

const { values } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const { short } = values;
const load = new Load();
const node = short ? process.execPath : benchNode();
const say = (line: string) => process.stderr.write(`  … ${line}\n`);
const machine = table(["", ""], machineRows(node));
const chapters: string[] = [];
try {
  for (const [start, plan] of short ? SHORT : LONG) {
    const setUp = await start(node, short);
    const soaked = await soak(load, setUp, plan, say).finally(() => setUp.stop());
    const chapter = chapterOf(soaked, short);
    console.log(`${chapter}\n`);
    chapters.push(chapter);
    if (!checksOf(soaked, short).every(isGood)) process.exitCode = 1;
  }
  if (!short) writeFileSync(DOCUMENT, document());
} finally {
  load.close();
  removeScratch();
}

function document(): string {
  return `${[
    "<!-- Written by `npm run soak`. -->",
    "# Soak",
    "What a mock is after many logins: a login is authorize → token → userinfo, 32 of them at a time, with everything on. The heap is what is left after a collection; of two replicas it is that of both. Each login is a new session, so that every limit of [limits.md](limits.md) that logins reach is reached: what there is then stays.",
    machine,
    ...chapters,
  ].join("\n\n")}\n`;
}
