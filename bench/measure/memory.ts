import type { Program } from "../harness/program.ts";
import { Running } from "../harness/program.ts";
import type { Bar } from "../report/bars.ts";
import { atMost, exactly } from "../report/bars.ts";
import type { Summary } from "../report/statistics.ts";
import { ratio, summarize } from "../report/statistics.ts";
import { figure, number, table } from "../report/table.ts";
import type { Contestant } from "../servers/contestants.ts";
import { bareFastify, bareHttp, ours, oursWithYaml, targetOf } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";
import { ahead, sample } from "./measure.ts";

/** Memory: when a server is ready, and after so many logins that whatever leaks would show. */

const OURS = ours("vipps-login-mock, built-in fixtures");

/** For machines with little memory; by itself Node takes more, and works less. */
const BOUNDS = "--max-old-space-size=100 --max-semi-space-size=8";
const BOUNDED = { ...OURS.program, env: () => ({ NODE_OPTIONS: BOUNDS }) };

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
  const after = await afterLogins(context, OURS.program, { times: 2, logins });
  const bounded = await afterLogins(context, BOUNDED, { times: 1, logins });
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
      `Of our program after many logins, 32 at once. The heap is what is left after a collection; with what Node keeps beyond it, it collects less often. The bounded one is with \`NODE_OPTIONS="${BOUNDS}"\`, for machines with little memory; a mock with many sandboxes or users would run out of memory and crash.`,
      table(
        ["", "RSS, MiB", "heap, MiB", "CPU a login, µs"],
        [
          ...after.map(rowOf),
          ...bounded.map(rowOf).map(([what, ...rest]) => [`${what}, bounded`, ...rest]),
        ],
      ),
    ],
    bars: barsOf(summarize(readyOf(OURS)), after, logins),
  };
}

interface Memory {
  /** How many logins there had been. */
  readonly after: number;
  readonly rss: number;
  readonly heap: number;
  readonly cpu: number;
}

function rowOf({ after, rss, heap, cpu }: Memory): string[] {
  return [`after ${after} logins`, number(rss), number(heap), number(cpu)];
}

async function afterLogins(
  context: Context,
  program: Program,
  { times, logins }: { readonly times: number; readonly logins: number },
): Promise<Memory[]> {
  const server = await Running.start(context.node, program);
  const measured: Memory[] = [];
  for (let time = 1; time <= times; time += 1) {
    const after = time * logins;
    context.say(`memory after ${after} logins`);
    const run = { target: targetOf(OURS, server), concurrency: 32, most: logins };
    const { cpu } = await sample(context, server, run);
    const { rss, heap } = await server.usage({ collectGarbage: true });
    measured.push({ after, rss: rss / MIB, heap: heap / MIB, cpu });
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
