import { existsSync, writeFileSync } from "node:fs";
import { gate } from "./gate.ts";
import { Load } from "./harness/load.ts";
import { removeScratch } from "./harness/scratch.ts";
import { fixture } from "./measure/fixture.ts";
import { flows } from "./measure/flows.ts";
import { growth } from "./measure/growth.ts";
import { install } from "./measure/install.ts";
import type { Chapter, Context } from "./measure/measure.ts";
import { memory } from "./measure/memory.ts";
import { redis } from "./measure/redis.ts";
import { sandboxes } from "./measure/sandboxes.ts";
import { start } from "./measure/start.ts";
import { waiting } from "./measure/waiting.ts";
import type { Options } from "./options.ts";
import { readOptions, usage } from "./options.ts";
import { barsTable, chapterText, document } from "./report/document.ts";
import { machineTable } from "./report/machine.ts";
import { benchNode, peers } from "./servers/contestants.ts";

/** `npm run bench`: measures, prints, and after a whole run writes docs/benchmarks.md. */

const PARTS: Readonly<Record<string, (context: Context) => Promise<Chapter>>> = {
  flows,
  start,
  memory,
  growth,
  sandboxes,
  waiting,
  redis,
  fixture,
  install,
};

const DOCUMENT = new URL("../docs/benchmarks.md", import.meta.url);

async function run(options: Options): Promise<void> {
  const load = new Load();
  const context: Context = {
    node: options.node ?? (options.gate ? process.execPath : benchNode()),
    load,
    rounds: options.gate ? 5 : options.rounds,
    seconds: options.gate || options.quick ? 1 : 2,
    warmUp: options.quick ? 1000 : 3000,
    quick: options.quick,
    peers: options.peers && !options.gate ? peers() : [],
    say: (line) => process.stderr.write(`  … ${line}\n`),
  };
  try {
    if (options.gate) {
      if (!(await gate(context))) process.exitCode = 1;
    } else await measure(options, context);
  } finally {
    load.close();
    removeScratch();
  }
}

async function measure(options: Options, context: Context): Promise<void> {
  if (options.peers && context.peers.length === 0) {
    console.log("Without peers: they are installed by `npm ci --prefix bench`.\n");
  }
  const machine = await machineTable(context);
  console.log(`${machine}\n`);
  const chapters: Chapter[] = [];
  for (const part of options.parts) {
    const chapter = await PARTS[part]?.(context);
    if (chapter === undefined) continue;
    console.log(`${chapterText(chapter)}\n`);
    chapters.push(chapter);
  }
  console.log(barsTable(chapters));
  const whole = options.parts.length === Object.keys(PARTS).length && context.peers.length > 0;
  if (whole && !options.quick) {
    writeFileSync(DOCUMENT, document({ machine, chapters, peers: context.peers }));
  }
}

const options = readOptions(process.argv.slice(2), Object.keys(PARTS));
if (options === undefined) {
  console.log(usage(Object.keys(PARTS)));
} else if (existsSync(new URL("../dist/main.js", import.meta.url))) {
  await run(options);
} else {
  throw new Error("There is nothing to measure yet: run `npm run build`.");
}
