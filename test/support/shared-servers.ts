import type { TestProject } from "vitest/node";
import { freePorts } from "./free-port.ts";
import { NGINX, startNginx } from "./nginx.ts";
import { redisServer, startRedis } from "./redis.ts";

/** One Redis and one nginx for all tests of a project. Without them they share memory, but in CI they have to be there. */

declare module "vitest" {
  interface ProvidedContext {
    /** Where Redis is; undefined where there is none. */
    readonly redis: string | undefined;
    /** Places behind nginx; none where there is none. */
    readonly fronts: readonly Front[];
  }
}

/** A port of nginx, which shares out in turn what comes there to servers at the other ports. */
export interface Front {
  readonly port: number;
  readonly servers: readonly [number, number];
}

/** So many mocks can be behind nginx at a time. */
const FRONTS = 60;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const { isInstalled, install } of [redisServer, NGINX]) {
    if (!isInstalled && process.env["CI"] === "true") throw new Error(`It is missing: ${install}`);
  }
  const redis = redisServer.isInstalled ? await startRedis() : undefined;
  const fronts = NGINX.isInstalled ? await findFronts() : [];
  const nginx = fronts[0] && (await startNginx(fronts.map(blockOf).join("\n"), fronts[0].port));
  project.provide("redis", redis?.url);
  project.provide("fronts", fronts);
  return async () => {
    await nginx?.close();
    await redis?.stop();
  };
}

async function findFronts(): Promise<Front[]> {
  const ports = await freePorts("127.0.0.1", 3 * FRONTS);
  return Array.from({ length: FRONTS }, (_, place) => {
    const [port = 0, one = 0, other = 0] = ports.slice(3 * place);
    return { port, servers: [one, other] };
  });
}

/**
 * As docs/containers.md has it, but that what tests send strangely arrives as strangely, and that nginx does not read on
 * for half a minute what nobody wants.
 */
function blockOf({ port, servers: [one, other] }: Front): string {
  return `
    upstream mock${port} {
      server 127.0.0.1:${one} max_fails=0;
      server 127.0.0.1:${other} max_fails=0;
    }
    server {
      listen 127.0.0.1:${port};
      listen [::1]:${port};
      client_max_body_size 0;
      lingering_time 1s;
      large_client_header_buffers 8 128k;
      ignore_invalid_headers off;
      underscores_in_headers on;
      merge_slashes off;
      location / {
        proxy_pass http://mock${port};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_buffering off;
        proxy_buffer_size 64k;
        proxy_buffers 8 64k;
        proxy_request_buffering off;
        proxy_redirect off;
      }
    }`;
}
