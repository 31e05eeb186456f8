import type { Load, Logins, Run } from "../harness/load.ts";
import { Running } from "../harness/program.ts";
import type { Bar } from "../report/bars.ts";
import type { Summary } from "../report/statistics.ts";
import { figure } from "../report/table.ts";
import type { Contestant } from "../servers/contestants.ts";
import { targetOf } from "../servers/contestants.ts";

/** What all measurements have in common. */

/** What a measurement works with. */
export interface Context {
  /** The Node that every server runs on. */
  readonly node: string;
  readonly load: Load;
  readonly rounds: number;
  /** How long a run of logins takes, in seconds. */
  readonly seconds: number;
  /** How many logins a server has had when measuring begins. */
  readonly warmUp: number;
  /** Shorter and with less in it: to see whether it works, or what a change does. */
  readonly quick: boolean;
  /** None where they are left out or not installed. */
  readonly peers: readonly Contestant[];
  /** Tells whoever waits how far it has come. */
  readonly say: (line: string) => void;
}

/** A part of docs/benchmarks.md, and what it means for the bars. */
export interface Chapter {
  readonly title: string;
  /** Paragraphs and tables. */
  readonly text: readonly string[];
  readonly bars: readonly Bar[];
}

/** A run, and the CPU that a login took in the server's process, in microseconds. */
export interface Sample extends Logins {
  readonly cpu: number;
}

export async function sample({ load }: Context, server: Running, run: Run): Promise<Sample> {
  const before = await server.usage();
  const logins = await load.logins(run);
  const after = await server.usage();
  return { ...logins, cpu: (after.cpu - before.cpu) / logins.logins };
}

/** Starts a server and logs in until it is as fast as it gets. */
export async function startWarm(
  context: Context,
  contestant: Contestant,
  logins = context.warmUp,
): Promise<Running> {
  const server = await Running.start(context.node, contestant.program);
  const most = Math.min(logins, (contestant.mostLogins ?? Number.POSITIVE_INFINITY) / 4);
  await untilItWorks(() =>
    context.load.logins({ target: targetOf(contestant, server), concurrency: 1, most: 1 }),
  );
  await context.load.logins({ target: targetOf(contestant, server), concurrency: 32, most });
  return server;
}

/** Some servers answer the discovery request before they have the key to sign with. */
export async function untilItWorks<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (const giveUp = performance.now() + 10_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > giveUp) throw error;
    }
  }
}

/** The same servers in another order each round: none always runs after the same one. */
export function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  return items.map((_, index) => items[(index + round) % items.length] as Item);
}

/** Names the peers that are better than we at something, and how many times as good; above 1 is better. */
export function ahead(
  what: string,
  peers: readonly Contestant[],
  advantage: (peer: Contestant) => Summary,
): string {
  if (peers.length === 0) return "";
  const better = peers
    .map((peer) => ({ peer, times: advantage(peer) }))
    .filter(({ times }) => times.median > 1)
    .map(({ peer, times }) => `${peer.name}, ${figure(times)} ×`);
  return `${what}: ${better.join("; ") || "no peer"}.`;
}
