import { Running } from "../harness/program.ts";
import type { Bar } from "../report/bars.ts";
import { atMost, exactly } from "../report/bars.ts";
import type { Summary } from "../report/statistics.ts";
import { ratio, summarize } from "../report/statistics.ts";
import { figure, number, table } from "../report/table.ts";
import type { Contestant } from "../servers/contestants.ts";
import { bareFastify, bareHttp, ours, oursWithYaml, targetOf } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";
import { ahead } from "./measure.ts";

/** Memory: when a server is ready, and after so many logins that whatever leaks would show. */

const OURS = ours("vipps-login-mock, built-in fixtures");
const MIB = 2 ** 20;

export async function memory(context: Context): Promise<Chapter> {
  const contestants = [
    OURS,
    oursWithYaml("vipps-login-mock, YAML config"),
    bareHttp,
    bareFastify("bare Fastify"),
    ...context.peers,
  ];
  const ready = new Map(contestants.map((each) => [each, [] as number[]]));
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`memory at ready, round ${round + 1}`);
    for (const contestant of contestants) {
      const server = await Running.start(context.node, contestant.program);
      ready.get(contestant)?.push((await server.usage()).rss / MIB);
      await server.stop();
    }
  }
  const readyOf = (contestant: Contestant) => ready.get(contestant) ?? [];
  const logins = context.quick ? 10_000 : 100_000;
  const after = await afterLogins(context, logins);
  return {
    title: "Memory",
    text: [
      "The resident set (RSS) of the process right after its first answer:",
      table(
        ["", "RSS at ready, MiB"],
        contestants.map((each) => [each.name, figure(summarize(readyOf(each)))]),
      ),
      ahead("Smaller than ours with built-in fixtures", context.peers, (peer) =>
        ratio(readyOf(OURS), readyOf(peer)),
      ),
      "Of our program after many logins, 32 at once. The heap is what is left after a collection.",
      table(
        ["", "RSS, MiB", "heap, MiB"],
        after.map(({ rss, heap }, index) => [
          `after ${(index + 1) * logins} logins`,
          number(rss),
          number(heap),
        ]),
      ),
    ],
    bars: barsOf(summarize(readyOf(OURS)), after, logins),
  };
}

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

async function afterLogins(context: Context, most: number): Promise<Memory[]> {
  const server = await Running.start(context.node, OURS.program);
  const measured: Memory[] = [];
  for (const times of ["once", "and again"]) {
    context.say(`memory after ${most} logins, ${times}`);
    await context.load.logins({ target: targetOf(OURS, server), concurrency: 32, most });
    const { rss, heap } = await server.usage({ collectGarbage: true });
    measured.push({ rss: rss / MIB, heap: heap / MIB });
  }
  await server.stop();
  return measured;
}

function barsOf(ready: Summary, after: readonly Memory[], logins: number): Bar[] {
  const [first = Number.NaN, second = Number.NaN] = after.map(({ heap }) => heap);
  return [
    atMost("RSS at ready", ready, 75, { unit: "MiB" }),
    exactly(`RSS after ${logins} logins`, after[0]?.rss ?? Number.NaN, 200, { unit: "MiB" }),
    exactly(`Heap after ${2 * logins} logins, against ${logins}`, second / first, 1.05, {
      unit: "×",
    }),
  ];
}
