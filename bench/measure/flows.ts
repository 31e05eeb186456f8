import type { Running } from "../harness/program.ts";
import type { Bar } from "../report/bars.ts";
import { atLeast, atMost } from "../report/bars.ts";
import { ratio, summarize } from "../report/statistics.ts";
import { figure, table } from "../report/table.ts";
import type { Contestant } from "../servers/contestants.ts";
import { bareFastify, ordinaryKey, ours, targetOf } from "../servers/contestants.ts";
import type { Chapter, Context, Sample } from "./measure.ts";
import { ahead, inTurn, sample, startWarm } from "./measure.ts";

/** Logins: how many a second, how long one takes, and the CPU that it costs the server. */

const OURS = ours("vipps-login-mock");
const BARE = bareFastify("bare Fastify");
const OURS_ORDINARY = ours("vipps-login-mock, ordinary key", () => [
  "--signing-key",
  ordinaryKey().pem,
]);
const BARE_ORDINARY = bareFastify("bare Fastify, ordinary key", () => ordinaryKey().pem);

/** The bars are for 32 at once. */
const MAIN = 32;

export async function flows(context: Context): Promise<Chapter> {
  const contestants = [OURS, BARE, OURS_ORDINARY, BARE_ORDINARY, ...context.peers];
  const stable = await Stable.open(context, contestants);
  const text = [
    "A flow is authorize → token → userinfo with one RS256 ID token, PKCE, state and nonce, over a keep-alive connection for each of the concurrent users. CPU is that of the server's process, thread pool included.",
  ];
  const figures = new Map<number, Figures>();
  for (const concurrency of context.quick ? [8, MAIN] : [1, 8, MAIN, 64]) {
    context.say(`flows, ${concurrency} at once`);
    const measured = await stable.measure(contestants, concurrency);
    figures.set(concurrency, measured);
    text.push(
      `### ${concurrency} at once`,
      flowsTable(contestants, measured),
      ahead("More flows a second than we", context.peers, (peer) =>
        compare(measured, "perSecond", peer, OURS),
      ),
    );
  }
  await stable.close();
  return { title: "Flows", text, bars: barsOf(figures, context.peers) };
}

/** CPU a flow against the bare server: all that the gate looks at. */
export async function cpuAgainstBare(context: Context) {
  const { lines, measured } = await besideOurs(context, BARE);
  return { lines, cpu: compare(measured, "cpu", OURS, BARE) };
}

/** Flows a second against those with the memory store. */
export async function storesCompared(context: Context, onRedis: Contestant) {
  const { lines, measured } = await besideOurs(context, onRedis);
  return { lines, perSecond: compare(measured, "perSecond", onRedis, OURS) };
}

async function besideOurs(context: Context, other: Contestant) {
  const contestants = [OURS, other];
  const stable = await Stable.open(context, contestants);
  const measured = await stable.measure(contestants, MAIN);
  await stable.close();
  return { lines: flowsTable(contestants, measured), measured };
}

/** What each contestant did, round by round. */
type Figures = ReadonlyMap<Contestant, readonly Sample[]>;

/** Servers that stay up and warm from round to round, where they can. */
class Stable {
  readonly #context: Context;
  readonly #running: ReadonlyMap<Contestant, Running>;

  private constructor(context: Context, running: ReadonlyMap<Contestant, Running>) {
    this.#context = context;
    this.#running = running;
  }

  static async open(context: Context, contestants: readonly Contestant[]): Promise<Stable> {
    const running = new Map<Contestant, Running>();
    for (const contestant of contestants) {
      context.say(`warming up ${contestant.name}`);
      if (contestant.mostLogins === undefined) {
        running.set(contestant, await startWarm(context, contestant));
      }
    }
    return new Stable(context, running);
  }

  async measure(contestants: readonly Contestant[], concurrency: number): Promise<Figures> {
    const figures = new Map(contestants.map((each) => [each, [] as Sample[]]));
    for (let round = 0; round < this.#context.rounds; round += 1) {
      for (const contestant of inTurn(contestants, round)) {
        figures.get(contestant)?.push(await this.#sample(contestant, concurrency));
      }
    }
    return figures;
  }

  async close(): Promise<void> {
    for (const server of this.#running.values()) await server.stop();
  }

  async #sample(contestant: Contestant, concurrency: number): Promise<Sample> {
    const stays = this.#running.get(contestant);
    const server = stays ?? (await startWarm(this.#context, contestant));
    const result = await sample(this.#context, server, {
      target: targetOf(contestant, server),
      concurrency,
      seconds: this.#context.seconds,
      ...(contestant.mostLogins && { most: contestant.mostLogins / 2 }),
    });
    if (!stays) await server.stop();
    return result;
  }
}

function flowsTable(contestants: readonly Contestant[], measured: Figures): string {
  return table(
    ["", "flows/s", "p50, ms", "p99, ms", "CPU, µs", "generator's CPU, µs", "CPU × bare, same key"],
    contestants.map((contestant) => {
      const yardstick = contestant === OURS || contestant === BARE ? BARE : BARE_ORDINARY;
      return [
        contestant.name,
        ...MEASURES.map((what) => figure(summarize(valuesOf(measured, contestant, what)))),
        measured.has(yardstick) ? figure(compare(measured, "cpu", contestant, yardstick)) : "–",
      ];
    }),
  );
}

function barsOf(figures: ReadonlyMap<number, Figures>, peers: readonly Contestant[]): Bar[] {
  const main = figures.get(MAIN) ?? new Map();
  const cpu = atMost(
    "Server CPU a flow, against bare Fastify with the same key",
    compare(main, "cpu", OURS, BARE),
    1.6,
    { unit: "×", moonshot: 1.25 },
  );
  if (peers.length === 0) return [cpu];
  const best = bestOf(peers, (peer) => -summarize(valuesOf(main, peer, "perSecond")).median);
  return [
    cpu,
    atLeast(
      `Flows/s, against the best peer (${best.name})`,
      compare(main, "perSecond", OURS, best),
      1.3,
      { unit: "×", moonshot: 2 },
    ),
    atLeast(
      `Flows/s with an ordinary key, against the best peer (${best.name})`,
      compare(main, "perSecond", OURS_ORDINARY, best),
      1,
      { unit: "×", moonshot: 1.3 },
    ),
    ...[8, MAIN].map((concurrency) => {
      const measured = figures.get(concurrency) ?? new Map();
      const lowest = bestOf(peers, (peer) => summarize(valuesOf(measured, peer, "p99")).median);
      return atMost(
        `p99 of a flow at ${concurrency} at once, against the lowest of a peer (${lowest.name})`,
        compare(measured, "p99", OURS, lowest),
        1,
        { unit: "×" },
      );
    }),
  ];
}

function bestOf(peers: readonly Contestant[], cost: (peer: Contestant) => number): Contestant {
  return peers.reduce((best, peer) => (cost(peer) < cost(best) ? peer : best));
}

const MEASURES = ["perSecond", "p50", "p99", "cpu", "generatorCpu"] as const;
type Measure = (typeof MEASURES)[number];

function valuesOf(figures: Figures, contestant: Contestant, what: Measure): number[] {
  return (figures.get(contestant) ?? []).map((each) => each[what]);
}

function compare(figures: Figures, what: Measure, one: Contestant, yardstick: Contestant) {
  return ratio(valuesOf(figures, one, what), valuesOf(figures, yardstick, what));
}
