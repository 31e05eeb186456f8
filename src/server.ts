import type { Logger } from "pino";
import { buildApp } from "./app.ts";
import { findUserByName } from "./authorize/login-hint.ts";
import { systemWallClock } from "./clock.ts";
import type { SeedConfig } from "./config/validate.ts";
import type { Keyring } from "./deps.ts";
import { listen } from "./http/listen.ts";
import { endpointsFor } from "./http/paths.ts";
import { createViews } from "./http/views.ts";
import { createKeyring, fixtureKey, generateKey, loadKeyFile } from "./keys/keys.ts";
import { OperatorError } from "./operator-error.ts";
import { isLoopbackHost } from "./rules/redirect-uri.ts";
import type { SandboxFacts } from "./sandbox/facts.ts";
import { factsOf } from "./sandbox/facts.ts";
import { createSandboxes } from "./sandbox/registry.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { DEFAULT_SANDBOX } from "./sandbox/sandbox.ts";
import { createMemoryStore } from "./store/memory.ts";
import { MINUTE } from "./time.ts";
import { every } from "./timers.ts";

/**
 * The composition root: from options and a config to a server that listens. The command line is the
 * first to use it.
 */

/** What a server is started with; the command line's options of the same names. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly config: SeedConfig;
  readonly publicUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly controlToken?: string | undefined;
  readonly controlOpen: boolean;
  readonly signingKey?: string | undefined;
  readonly signingKeyBits: 2048 | 4096;
  readonly seed?: number | undefined;
  readonly trustProxy: boolean;
  readonly version: string;
  readonly logger: Logger;
}

/** A server that listens. */
export interface RunningServer {
  /** About the default sandbox. */
  readonly facts: SandboxFacts;
  readonly sandbox: Sandbox;
  /** Stops accepting, finishes what is in flight, and gives everything back. */
  close(): Promise<void>;
}

/** The options fit their types, but not this config. */
class StartError extends OperatorError {}

/** How often expired records are thrown away, in seconds. */
const SWEEP_INTERVAL = MINUTE;

/**
 * @param options what to start with
 * @returns the server, listening
 * @throws StartError when the options do not fit the config
 * @throws KeyFileError when the signing key cannot be used
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger, config } = options;
  const store = createMemoryStore();
  const keys = await chooseKeys(options);
  const { seed } = options;
  const sandboxes = await createSandboxes({ store, wall: systemWallClock, keys, config, seed });
  const sandbox = await sandboxes.open(DEFAULT_SANDBOX);
  if (!sandbox) throw new Error("the default sandbox was just made");
  await checkAutoLogin(sandbox);
  const app = buildApp({
    sandboxes,
    views: createViews(),
    pinned: { publicUrl: options.publicUrl, issuer: options.issuer },
    control: { token: options.controlToken, open: options.controlOpen },
    trustProxy: options.trustProxy,
    version: options.version,
    logger,
  });
  const { port } = await listen(app, options.host, options.port);
  const sweeper = every(
    SWEEP_INTERVAL,
    () => sandboxes.sweep(),
    (error) => logger.error({ err: error }, "expired records could not be swept"),
  );
  return {
    facts: await startFacts(sandbox, options, port),
    sandbox,
    async close() {
      sweeper.stop();
      await app.close();
      await store.close();
    },
  };
}

/**
 * The fixture key is public, so it signs only what this machine alone can reach; it is there at once.
 * Any other key is asked for with the first signature, and a generated one is made in the background.
 */
async function chooseKeys(options: ServerOptions): Promise<Keyring> {
  if (options.signingKey !== undefined) {
    return createKeyring(Promise.resolve(await loadKeyFile(options.signingKey)));
  }
  if (isLoopbackHost(options.host) && options.signingKeyBits === 2048) {
    return createKeyring(fixtureKey);
  }
  return createKeyring(generateKey(options.signingKeyBits));
}

async function checkAutoLogin(sandbox: Sandbox): Promise<void> {
  if (sandbox.autoLogin === null) return;
  const found = await findUserByName(sandbox, sandbox.autoLogin);
  if ("user" in found) return;
  const { message, closest } = found.failure;
  const meant = closest === undefined ? "" : ` Did you mean ${closest}?`;
  throw new StartError(`Automatic login cannot work: ${message}.${meant}`);
}

async function startFacts(
  sandbox: Sandbox,
  { host, publicUrl, issuer }: ServerOptions,
  port: number,
): Promise<SandboxFacts> {
  const url = publicUrl ?? `http://${reachableHost(host)}:${port}`;
  return factsOf(sandbox, endpointsFor(url, { publicUrl, issuer }));
}

/** A server that listens everywhere is reached on this machine by the name localhost. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
