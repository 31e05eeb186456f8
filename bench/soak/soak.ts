import { setTimeout } from "node:timers/promises";
import type { Seconds } from "../../src/records/time.ts";
import { Connection } from "../harness/connection.ts";
import { control, makeSandboxes } from "../harness/control.ts";
import type { Load } from "../harness/load.ts";
import { summarize } from "../report/statistics.ts";
import { ours, targetOf } from "../servers/contestants.ts";
import type { SetUp } from "./set-ups.ts";

/** Logins without end: whether a server is after many of them what it was after few. */

/** A part of the logins, and what the servers took at its end. */
export interface Slice {
  /** How many logins there had been. */
  readonly after: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the servers together, in MiB; the heap after a collection. */
  readonly rss: number;
  readonly heap: number;
  /** What Redis has in use, in MiB. */
  readonly redis?: number;
}

/** What sandboxes left behind that were used and removed. */
interface Leftovers {
  readonly sandboxes: number;
  /** The heap afterwards, against the heap before. */
  readonly heap: number;
  /** Keys in Redis that there were not before. */
  readonly keys?: number;
}

export interface Soaked {
  readonly name: string;
  readonly slices: readonly Slice[];
  readonly leftovers: Leftovers;
}

export interface Plan {
  readonly logins: number;
  readonly slices: number;
  readonly sandboxes: number;
  /**
   * How long to wait after sandboxes were removed, in seconds: a replica forgets what another one has removed with its
   * next sweep, within a minute.
   */
  readonly sweep: Seconds;
}

const CONCURRENCY = 32;
const MIB = 2 ** 20;

/** How long the counter of a dropped generation stays, in seconds. */
const LONGEST_LIFE = 600;

/** @throws Error when a login fails */
export async function soak(
  load: Load,
  setUp: SetUp,
  { logins, slices: count, sandboxes, sweep }: Plan,
  say: (line: string) => void,
): Promise<Soaked> {
  const slices: Slice[] = [];
  for (let slice = 1; slice <= count; slice += 1) {
    const most = Math.round(logins / count);
    const after = slice * most;
    const run = { target: targetIn(setUp), concurrency: CONCURRENCY, most };
    const { perSecond, p50, p99 } = await load.logins(run);
    slices.push({ after, perSecond, p50, p99, ...(await usageOf(setUp)) });
    say(`${setUp.name}: ${after} logins, ${Math.round(perSecond)} a second`);
  }
  return {
    name: setUp.name,
    slices,
    leftovers: await leftoversOf(load, setUp, { sandboxes, sweep }),
  };
}

function targetIn({ port, servers: [first] }: SetUp, prefixes?: readonly string[]) {
  return { ...targetOf(ours("vipps-login-mock"), first, prefixes), port };
}

async function usageOf({ servers, redis }: SetUp) {
  const usages: { readonly rss: number; readonly heap: number }[] = [];
  for (const server of servers) usages.push(await server.usage({ collectGarbage: true }));
  const sumOf = (what: "rss" | "heap") => usages.reduce((sum, usage) => sum + usage[what], 0) / MIB;
  const memory = await redis?.client.info("memory");
  const used = /used_memory:(\d+)/.exec(memory ?? "")?.[1];
  return {
    rss: sumOf("rss"),
    heap: sumOf("heap"),
    ...(used !== undefined && { redis: Number(used) / MIB }),
  };
}

/** Makes sandboxes, logs in in each, and removes them. The first round is there to warm up. */
async function leftoversOf(
  load: Load,
  setUp: SetUp,
  { sandboxes, sweep }: Pick<Plan, "sandboxes" | "sweep">,
): Promise<Leftovers> {
  const use = async () => {
    await useSandboxes(load, setUp, sandboxes);
    await setTimeout(sweep * 1000);
  };
  await use();
  const before = { ...(await usageOf(setUp)), keys: await keysThatStay(setUp) };
  await use();
  const { heap } = await usageOf(setUp);
  const keys = await keysThatStay(setUp);
  return {
    sandboxes,
    heap: heap / before.heap,
    ...(keys !== undefined && { keys: keys - (before.keys ?? 0) }),
  };
}

async function useSandboxes(load: Load, setUp: SetUp, count: number): Promise<void> {
  const connection = await Connection.open(setUp.port);
  const prefixes = await makeSandboxes(connection, count);
  const run = { target: targetIn(setUp, prefixes), concurrency: CONCURRENCY, most: 10 * count };
  await load.logins(run);
  for (const prefix of prefixes) {
    await control(connection, "DELETE", `sandboxes/${prefix.replace("/s/", "")}`);
  }
  connection.close();
}

/** A counter of each dropped generation stays for some minutes, for requests that still write there. */
async function keysThatStay({ redis }: SetUp): Promise<number | undefined> {
  if (redis === undefined) return undefined;
  const { client } = redis;
  const lives = await Promise.all((await client.keys("*")).map((key) => client.ttl(key)));
  return lives.filter((life) => life < 0 || life > LONGEST_LIFE).length;
}

/** How a figure of the last quarter of the slices compares with that of the second quarter. */
export function drift(slices: readonly Slice[], what: "p99" | "heap" | "rss" | "redis"): number {
  const quarter = Math.max(1, Math.floor(slices.length / 4));
  const middle = (part: readonly Slice[]) =>
    summarize(part.map((slice) => slice[what] ?? Number.NaN)).median;
  return middle(slices.slice(-quarter)) / middle(slices.slice(quarter, 2 * quarter));
}
