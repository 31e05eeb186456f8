import { control, makeSandboxes } from "../harness/control.ts";
import { Running } from "../harness/program.ts";
import { atMost } from "../report/bars.ts";
import type { Summary } from "../report/statistics.ts";
import { summarize } from "../report/statistics.ts";
import { figure, table } from "../report/table.ts";
import { ours } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";

/** What a test pays for a sandbox of its own, at a server that has many. */

const AT_A_TIME = 50;

export async function sandboxes(context: Context): Promise<Chapter> {
  const live = context.quick ? 100 : 1000;
  context.say(`sandboxes, ${live} of them`);
  const server = await Running.start(context.node, ours("vipps-login-mock").program);
  const { connection } = server;
  await makeSandboxes(connection, live);
  const made: number[] = [];
  const deleted: number[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    const [making, deleting]: [number[], number[]] = [[], []];
    for (let each = 0; each < AT_A_TIME; each += 1) {
      const start = performance.now();
      await control(connection, "POST", "sandboxes", '{"id":"one-more"}');
      const middle = performance.now();
      await control(connection, "DELETE", "sandboxes/one-more");
      making.push(middle - start);
      deleting.push(performance.now() - middle);
    }
    made.push(summarize(making).median);
    deleted.push(summarize(deleting).median);
  }
  await server.stop();
  const figures: readonly [string, Summary][] = [
    ["made", summarize(made)],
    ["deleted", summarize(deleted)],
  ];
  return {
    title: "Sandboxes",
    text: [
      `One sandbox with the built-in users and sales units, over HTTP, one request after the other, at a server with ${live} live sandboxes; the time that the test waits.`,
      table(
        ["", "ms"],
        figures.map(([what, summary]) => [what, figure(summary)]),
      ),
    ],
    bars: figures.map(([what, summary]) =>
      atMost(`Sandbox ${what} at ${live} live`, summary, 2, { unit: "ms", moonshot: 1 }),
    ),
  };
}
