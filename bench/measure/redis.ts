import { startRedis } from "../harness/services.ts";
import { atLeast } from "../report/bars.ts";
import { ours } from "../servers/contestants.ts";
import { storesCompared } from "./flows.ts";
import type { Chapter, Context } from "./measure.ts";

/** Logins with everything in a Redis on the same machine, as replicas have it, against those in memory. */

export async function redis(context: Context): Promise<Chapter> {
  context.say("flows on Redis");
  const service = await startRedis();
  const onRedis = ours("vipps-login-mock, on Redis", () => ["--store", service.url]);
  const { lines, perSecond } = await storesCompared(context, onRedis);
  const version = /redis_version:(\S+)/.exec(await service.client.info("server"))?.[1];
  await service.stop();
  return {
    title: "Redis",
    text: [
      `One process whose state is in a Redis ${version} on the same machine, which keeps nothing on its disk, against one with its memory; 32 at once.`,
      lines,
    ],
    bars: [atLeast("Flows/s on Redis, against memory", perSecond, 0.5, { unit: "×" })],
  };
}
