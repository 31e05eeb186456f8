import { Running } from "../harness/program.ts";
import { scratchFile } from "../harness/scratch.ts";
import type { RedisService } from "../harness/services.ts";
import { startNginx, startRedis } from "../harness/services.ts";
import { ours } from "../servers/contestants.ts";

/** What is used for a long time: one process with its memory, or two replicas on Redis behind nginx. */
export interface SetUp {
  readonly name: string;
  /** Where its clients go. */
  readonly port: number;
  readonly servers: readonly [Running, ...Running[]];
  readonly redis?: RedisService;
  stop(): Promise<void>;
}

/** Limits that a short run reaches as a long one reaches the usual ones. */
const LOW = {
  ...{ logins: 500, sessions: 500, codes: 500, accessTokens: 500 },
  ...{ consents: 500, browsers: 500, requests: 200 },
};

export type Start = (node: string, isShort: boolean) => Promise<SetUp>;

export const oneProcess: Start = async (node, isShort) => {
  const server = await Running.start(node, mock(isShort).program);
  return { name: "One process", port: server.port, servers: [server], stop: () => server.stop() };
};

export const twoReplicas: Start = async (node, isShort) => {
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const each of started.splice(0).reverse()) await each.stop();
  };
  async function also<Part extends { stop(): Promise<void> }>(starting: Promise<Part>) {
    const part = await starting;
    started.push(part);
    return part;
  }
  try {
    const redis = await also(startRedis());
    const program = mock(isShort, "--store", redis.url).program;
    const one = await also(Running.start(node, program));
    const other = await also(Running.start(node, program));
    const { port } = await also(startNginx([one.port, other.port]));
    const name = "Two replicas on Redis, behind nginx";
    return { name, port, servers: [one, other], redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

function mock(isShort: boolean, ...options: string[]) {
  return ours("vipps-login-mock", () => {
    if (!isShort) return options;
    return [...options, "--config", scratchFile("soak.json", JSON.stringify({ limits: LOW }))];
  });
}
