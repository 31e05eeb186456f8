import { setTimeout } from "node:timers/promises";
import { Connection } from "../harness/connection.ts";
import { control, makeSandboxes } from "../harness/control.ts";
import type { Target } from "../harness/login.ts";
import { Running } from "../harness/program.ts";
import { unchanged } from "../report/bars.ts";
import { ratio, summarize } from "../report/statistics.ts";
import { figure, table } from "../report/table.ts";
import type { Contestant } from "../servers/contestants.ts";
import { ours, oursWithUsers, targetOf } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";
import { inTurn, sample } from "./measure.ts";

/** What a login costs where there is little of something, and where there is much of it. */

interface Growth {
  readonly what: string;
  readonly little: number;
  readonly much: number;
  readonly quick: number;
  readonly open: (context: Context, count: number) => Promise<Side>;
}

/** One of the two servers that are compared. */
interface Side {
  readonly server: Running;
  readonly target: Target;
  /** How many logins a run has, where it must not have more. */
  readonly most?: number;
  readonly beforeRun?: () => Promise<unknown>;
  readonly close?: () => void;
}

/** Three entries of the log a login: fewer than the thousand that it keeps. */
const LOGINS_OF_AN_EMPTY_LOG = 300;
const RUNS_OF_AN_EMPTY_LOG = 5;

const GROWTHS: readonly Growth[] = [
  { what: "users", little: 10, much: 100_000, quick: 10_000, open: withUsers },
  {
    what: "sandboxes, logged in to in turn",
    little: 1,
    much: 1000,
    quick: 100,
    open: withSandboxes,
  },
  { what: "waiting long polls", little: 0, much: 500, quick: 50, open: withPolls },
  { what: "open pages of the dashboard", little: 0, much: 10, quick: 10, open: withPages },
  {
    what: "go-live checklists that somebody reads",
    little: 0,
    much: 1,
    quick: 1,
    open: withChecklist,
  },
  { what: "entries in the request log", little: 0, much: 1000, quick: 1000, open: withLog },
];

export async function growth(context: Context): Promise<Chapter> {
  const rows: string[][] = [];
  const bars = [];
  for (const { what, little, much, quick, open } of GROWTHS) {
    const counts = [little, context.quick ? quick : much] as const;
    context.say(`growth, ${counts.join(" and ")} ${what}`);
    const [few, many] = await measure(context, counts, open);
    const times = ratio(many, few);
    rows.push([
      `${counts.join(" and ")} ${what}`,
      figure(summarize(few)),
      figure(summarize(many)),
      figure(times),
    ]);
    bars.push(unchanged(`CPU a login with ${counts.join(" and ")} ${what}`, times));
  }
  return {
    title: "Growth",
    text: [
      "Server CPU a login, 32 at once, at two servers that differ in one thing. Each has had the same number of logins before.",
      table(["", "with little, µs", "with much, µs", "ratio"], rows),
    ],
    bars,
  };
}

async function measure(
  context: Context,
  counts: readonly [number, number],
  open: Growth["open"],
): Promise<[number[], number[]]> {
  const sides: [Side, Side] = [await open(context, counts[0]), await open(context, counts[1])];
  const cpu: [number[], number[]] = [[], []];
  for (let round = 0; round < context.rounds; round += 1) {
    for (const which of inTurn([0, 1] as const, round)) {
      cpu[which].push(await cpuOf(context, sides[which]));
    }
  }
  for (const { close, server } of sides) {
    close?.();
    await server.stop();
  }
  return cpu;
}

async function cpuOf(context: Context, { server, target, most, beforeRun }: Side): Promise<number> {
  let cpu = 0;
  let logins = 0;
  for (let run = 0; run < (most === undefined ? 1 : RUNS_OF_AN_EMPTY_LOG); run += 1) {
    await beforeRun?.();
    const length = most === undefined ? { seconds: context.seconds } : { most };
    const result = await sample(context, server, { target, concurrency: 32, ...length });
    cpu += result.cpu * result.logins;
    logins += result.logins;
  }
  return cpu / logins;
}

/** The same ten users log in at both servers. */
async function withUsers(context: Context, count: number): Promise<Side> {
  const contestant = oursWithUsers(count);
  const server = await Running.start(context.node, contestant.program);
  return warmUp(context, { server, target: targetOf(contestant, server) });
}

async function withSandboxes(context: Context, count: number): Promise<Side> {
  const { server, contestant } = await startOurs(context);
  const prefixes = await makeSandboxes(server.connection, count);
  return warmUp(context, { server, target: targetOf(contestant, server, prefixes) });
}

/** They wait for what never comes, and ask again after a minute. */
async function withPolls(context: Context, count: number): Promise<Side> {
  const { server, contestant } = await startOurs(context);
  const side = await warmUp(context, { server, target: targetOf(contestant, server) });
  const connections: Connection[] = [];
  for (let index = 0; index < count; index += 1) {
    const connection = await Connection.open(server.port);
    connections.push(connection);
    void keepPolling(connection);
  }
  await setTimeout(1000);
  return {
    ...side,
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

async function keepPolling(connection: Connection): Promise<void> {
  try {
    for (;;) await control(connection, "GET", "requests?status=418&wait=60s");
  } catch {
    // The connection was closed: nobody measures any more.
  }
}

/** What people look at while others log in; each page is asked for again when its stream says so. */
const PAGES = ["/mock", "/mock/log", "/mock/phone?user=ada", "/mock/portal", "/mock/lab"] as const;

async function withPages(context: Context, count: number): Promise<Side> {
  const { server, contestant } = await startOurs(context);
  const side = await warmUp(context, { server, target: targetOf(contestant, server) });
  const readers = new AbortController();
  const connections: Connection[] = [];
  for (let index = 0; index < count; index += 1) {
    const connection = await Connection.open(server.port);
    connections.push(connection);
    const path = PAGES[index % PAGES.length] ?? "/mock";
    void follow(server.port, connection, path, readers.signal);
  }
  await setTimeout(1000);
  return {
    ...side,
    close() {
      readers.abort();
      for (const connection of connections) connection.close();
    },
  };
}

async function follow(
  port: number,
  connection: Connection,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const page = { path, headers: "Accept: text/html\r\n" };
    const { body } = await fetch(`http://127.0.0.1:${port}/mock/changes`, { signal });
    for await (const _said of body ?? []) await connection.request(page);
  } catch {
    // The connection was closed: nobody measures any more.
  }
}

/** From the first time on that somebody asks, every request is looked at. */
async function withChecklist(context: Context, count: number): Promise<Side> {
  const { server, contestant } = await startOurs(context);
  const { connection } = server;
  const side = await warmUp(context, { server, target: targetOf(contestant, server) });
  const read = () => control(connection, "GET", `checklist?clientId=${contestant.client?.id}`);
  return count === 0 ? side : { ...side, beforeRun: read };
}

/** Where the log shall be empty it is emptied before each run, which is too short to fill it. */
async function withLog(context: Context, count: number): Promise<Side> {
  const { server, contestant } = await startOurs(context);
  const { connection } = server;
  return warmUp(context, {
    server,
    target: targetOf(contestant, server),
    most: LOGINS_OF_AN_EMPTY_LOG,
    ...(count === 0 && { beforeRun: () => control(connection, "DELETE", "requests") }),
  });
}

async function startOurs({ node }: Context): Promise<{ server: Running; contestant: Contestant }> {
  const contestant = ours("vipps-login-mock");
  return { server: await Running.start(node, contestant.program), contestant };
}

async function warmUp({ load, warmUp }: Context, side: Side): Promise<Side> {
  await load.logins({ target: side.target, concurrency: 32, most: warmUp });
  return side;
}
