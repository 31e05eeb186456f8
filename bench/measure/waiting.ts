import { setTimeout } from "node:timers/promises";
import { control } from "../harness/control.ts";
import { Running } from "../harness/program.ts";
import { atMost } from "../report/bars.ts";
import { summarize } from "../report/statistics.ts";
import { figure, table } from "../report/table.ts";
import { oursWithUsers } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";

/** How long the work of one request on very many records keeps all other requests waiting. */

/** Each takes a minute. */
const MOST_ROUNDS = 3;

export async function waiting(context: Context): Promise<Chapter> {
  const users = context.quick ? 10_000 : 100_000;
  const server = await Running.start(context.node, oursWithUsers(users).program);
  const { connection } = server;
  const { body: state } = await control(connection, "GET", "state");
  const operations: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["nothing, for a second", () => setTimeout(1000)],
    ["import", () => control(connection, "PUT", "state", state)],
    ["copy", () => control(connection, "POST", "sandboxes", JSON.stringify({ id: "copy" }))],
    ["deletion of the copy", () => control(connection, "DELETE", "sandboxes/copy")],
    ["reset", () => control(connection, "POST", "state/reset")],
    ["export", () => control(connection, "GET", "state")],
  ];
  const waits = operations.map(() => [] as number[]);
  const took = operations.map(() => [] as number[]);
  const rounds = Math.min(context.rounds, MOST_ROUNDS);
  for (let round = 0; round < rounds; round += 1) {
    context.say(`waiting, round ${round + 1}`);
    for (const [index, [, operation]] of operations.entries()) {
      const start = performance.now();
      const hold = { port: server.port, path: "/mock/api/health" };
      waits[index]?.push(await context.load.longestWait(hold, operation));
      took[index]?.push(performance.now() - start);
    }
  }
  await server.stop();
  const longest = new Map(
    operations.map(([name], index) => [name, summarize(waits[index] ?? [])] as const),
  );
  return {
    title: "Waiting for others",
    text: [
      `The longest time that \`GET /mock/api/health\`, asked every millisecond over another connection, waited for its answer while one operation on a sandbox with ${users} users was under way. What the machine itself adds is in the first line. Rounds: ${rounds}.`,
      table(
        ["", "longest wait, ms", "the operation itself, ms"],
        operations.map(([name], index) => [
          name,
          figure(summarize(waits[index] ?? [])),
          figure(summarize(took[index] ?? [])),
        ]),
      ),
    ],
    bars: ["import", "copy", "reset"].flatMap((name) => {
      const measured = longest.get(name);
      return measured === undefined
        ? []
        : [
            atMost(`Longest wait of others: ${name} of ${users} users`, measured, 100, {
              unit: "ms",
            }),
          ];
    }),
  };
}
