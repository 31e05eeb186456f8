import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import { Running } from "../harness/program.ts";
import { atMost } from "../report/bars.ts";
import { quantile, summarize } from "../report/statistics.ts";
import { figure, table } from "../report/table.ts";
import { ours } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";

/** What our vitest fixture adds to a test, at a server that runs. */

const ROOT = fileURLToPath(new URL("../fixture/", import.meta.url));

export async function fixture(context: Context): Promise<Chapter> {
  const server = await Running.start(context.node, ours("vipps-login-mock").program);
  const added: number[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`fixture, round ${round + 1}`);
    const took = await runTests(`http://localhost:${server.port}`);
    added.push(took("with.test.js") - took("without.test.js"));
  }
  await server.stop();
  const measured = summarize(added);
  return {
    title: "The vitest fixture",
    text: [
      "Vitest runs 200 tests that ask for `vipps`, a sandbox of their own, and do nothing with it, and 200 that ask for nothing. The medians' difference is what the fixture adds to a test:",
      table(["", "ms a test"], [["fixture", figure(measured)]]),
    ],
    bars: [atMost("Vitest fixture, a test", measured, 10, { unit: "ms" })],
  };
}

/** The median time of a test, by file. */
async function runTests(url: string): Promise<(file: string) => number> {
  const vitest = await startVitest("test", [], {
    root: ROOT,
    config: false,
    watch: false,
    reporters: [{}],
    env: { VIPPS_LOGIN_MOCK_URL: url },
  });
  const took = new Map<string, number[]>();
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests()) {
      if (test.result().state !== "passed") throw new Error(`${test.name} has failed`);
      const times = took.get(module.relativeModuleId) ?? [];
      took.set(module.relativeModuleId, [...times, test.diagnostic()?.duration ?? Number.NaN]);
    }
  }
  await vitest.close();
  return (file) =>
    quantile(
      (took.get(file) ?? []).toSorted((a, b) => a - b),
      0.5,
    );
}
