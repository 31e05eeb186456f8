import { setTimeout } from "node:timers/promises";
import { quantile } from "../report/statistics.ts";
import { Connection } from "./connection.ts";
import type { Command, Hold, Logins, Run } from "./load.ts";
import { Visitor } from "./login.ts";

/** The load generator: a process of its own, so that it neither slows down a server nor its measuring. */

async function logins({ target, concurrency, seconds, most }: Run): Promise<Logins> {
  const visitors = await Promise.all(
    Array.from({ length: concurrency }, async () => {
      const connection = await Connection.open(target.port);
      return { connection, visitor: new Visitor(connection, target) };
    }),
  );
  const took: number[] = [];
  let begun = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const deadline = start + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  await Promise.all(
    visitors.map(async ({ visitor }) => {
      for (let now = start; now < deadline && begun < (most ?? Number.POSITIVE_INFINITY); ) {
        begun += 1;
        await visitor.login(begun);
        const end = performance.now();
        took.push(end - now);
        now = end;
      }
    }),
  );
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  for (const { connection } of visitors) connection.close();
  took.sort((one, other) => one - other);
  return {
    logins: took.length,
    perSecond: took.length / (elapsed / 1000),
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    generatorCpu: (user + system) / took.length,
  };
}

let holding = false;

/** Asks every millisecond, at least once, and keeps the longest time that an answer took. */
async function hold({ port, path }: Hold): Promise<number> {
  // Before anything is waited for: `enough` may come before the connection is open.
  holding = true;
  const connection = await Connection.open(port);
  let longest = 0;
  do {
    const start = performance.now();
    await connection.request({ path });
    longest = Math.max(longest, performance.now() - start);
    await setTimeout(1);
  } while (holding);
  connection.close();
  return longest;
}

process.on("message", async (command: Command) => {
  try {
    if (command.kind === "enough") holding = false;
    else
      process.send?.({
        result: await (command.kind === "logins" ? logins(command) : hold(command)),
      });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.on("disconnect", () => process.exit());
