import { Visitor } from "../harness/login.ts";
import { Running } from "../harness/program.ts";
import type { Bar } from "../report/bars.ts";
import { atMost } from "../report/bars.ts";
import { ratio, summarize } from "../report/statistics.ts";
import { figure, table } from "../report/table.ts";
import type { Contestant } from "../servers/contestants.ts";
import { bareFastify, bareHttp, ours, oursWithYaml, targetOf } from "../servers/contestants.ts";
import type { Chapter, Context } from "./measure.ts";
import { ahead, inTurn, untilItWorks } from "./measure.ts";

/** Cold starts: from spawning the process to its first answer, and from there to its first login. */

const OURS = forTheFirstTime(ours("vipps-login-mock, built-in fixtures"));
const OURS_YAML = forTheFirstTime(oursWithYaml("vipps-login-mock, YAML config"));
const OURS_AGAIN = ours("vipps-login-mock, built-in fixtures, compiled before");
const BARE = bareFastify("bare Fastify");

/** As on a machine that has no compiled code of ours from an earlier start. */
function forTheFirstTime(contestant: Contestant): Contestant {
  const { program } = contestant;
  return {
    ...contestant,
    program: { ...program, env: () => ({ NODE_DISABLE_COMPILE_CACHE: "1" }) },
  };
}

/** The peer that the bars are against. */
const RIVAL = "oauth2-mock-server";

interface Start {
  readonly discovery: number;
  /** Unknown where nobody can log in. */
  readonly login: number;
}

export async function start(context: Context): Promise<Chapter> {
  const contestants = [OURS, OURS_YAML, OURS_AGAIN, bareHttp, BARE, ...context.peers];
  const starts = new Map(contestants.map((each) => [each, [] as Start[]]));
  context.say("cold starts, a first one to have the files in the cache");
  for (const contestant of contestants) await startOnce(context, contestant);
  // Node keeps compiled code when a program ends by itself.
  await startOnce(context, OURS_AGAIN, "SIGTERM");
  for (let round = 0; round < context.rounds; round += 1) {
    context.say(`cold starts, round ${round + 1}`);
    for (const contestant of inTurn(contestants, round)) {
      starts.get(contestant)?.push(await startOnce(context, contestant));
    }
  }
  return {
    title: "Cold start",
    text: [
      'From spawning the process to the first answer to `GET …/.well-known/openid-configuration`, asked for every millisecond until somebody listens; and from there to the end of the first login. A server that has no key yet is asked again. The files are in the system\'s cache, because every program had one start before. Where Node can (from 22 on), ours keeps its compiled code from one start for the next: only the row "compiled before" uses it.',
      startTable(contestants, starts),
      ahead("Sooner than ours with built-in fixtures", context.peers, (peer) =>
        ratio(valuesOf(starts, OURS, "discovery"), valuesOf(starts, peer, "discovery")),
      ),
    ],
    bars: barsOf(starts, context.peers),
  };
}

async function startOnce(
  { node }: Context,
  contestant: Contestant,
  end: "SIGKILL" | "SIGTERM" = "SIGKILL",
): Promise<Start> {
  const server = await Running.start(node, contestant.program, { probed: false });
  try {
    if (contestant.client === undefined) return { discovery: server.startTime, login: Number.NaN };
    const visitor = new Visitor(server.connection, targetOf(contestant, server));
    const begin = performance.now();
    await untilItWorks(() => visitor.login(1));
    return { discovery: server.startTime, login: performance.now() - begin };
  } finally {
    await server.stop(end);
  }
}

type Starts = ReadonlyMap<Contestant, readonly Start[]>;

function startTable(contestants: readonly Contestant[], starts: Starts): string {
  return table(
    ["", "first answer, ms", "first login after it, ms"],
    contestants.map((contestant) => [
      contestant.name,
      figure(summarize(valuesOf(starts, contestant, "discovery"))),
      contestant.client ? figure(summarize(valuesOf(starts, contestant, "login"))) : "",
    ]),
  );
}

function barsOf(starts: Starts, peers: readonly Contestant[]): Bar[] {
  const login = atMost(
    "First login after the first discovery answer",
    summarize(valuesOf(starts, OURS, "login")),
    50,
    { unit: "ms" },
  );
  const rival = peers.find(({ name }) => name === RIVAL);
  if (rival === undefined) return [login];
  const against = (contestant: Contestant) =>
    ratio(valuesOf(starts, contestant, "discovery"), valuesOf(starts, rival, "discovery"));
  return [
    atMost(`Cold start, built-in fixtures, against ${RIVAL}`, against(OURS), 1.2, {
      unit: "×",
      moonshot: 1,
    }),
    atMost(`Cold start, YAML config, against ${RIVAL}`, against(OURS_YAML), 1.5, {
      unit: "×",
      moonshot: 1.2,
    }),
    login,
  ];
}

function valuesOf(starts: Starts, contestant: Contestant, what: keyof Start): number[] {
  return (starts.get(contestant) ?? []).map((each) => each[what]);
}
