import type { Logger } from "pino";
import { buildApp } from "./app.ts";
import { findUserByName } from "./authorize/login-hint.ts";
import { systemWallClock } from "./clock.ts";
import type { SalesUnit, User } from "./config/schema.ts";
import type { SeedConfig } from "./config/validate.ts";
import type { Keyring } from "./deps.ts";
import { listen } from "./http/listen.ts";
import type { Endpoints } from "./http/paths.ts";
import { endpointsFor, PATHS } from "./http/paths.ts";
import { createViews } from "./http/views.ts";
import { secureRandom, seededRandom } from "./ids.ts";
import { createKeyring, fixtureKey, generateKey, loadKeyFile } from "./keys.ts";
import { OperatorError } from "./operator-error.ts";
import { isLoopbackHost } from "./rules/redirect-uri.ts";
import { makeSandbox } from "./sandbox/make.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { SandboxId } from "./store/store.ts";
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

/** What a server tells about itself once it listens. */
export interface StartFacts {
  readonly url: string;
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly controlUrl: string;
  readonly salesUnits: readonly SalesUnit[];
  readonly users: readonly User[];
}

/** A server that listens. */
export interface RunningServer {
  readonly facts: StartFacts;
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
  const random = options.seed === undefined ? secureRandom : seededRandom(options.seed);
  const keys = await chooseKeys(options);
  const sandbox = await makeSandbox("default" as SandboxId, config, {
    store,
    wall: systemWallClock,
    random,
    keys,
  });
  await checkAutoLogin(sandbox);
  const app = buildApp({
    sandbox,
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
    async () => void (await sandbox.store.sweep(await sandbox.clock.now())),
    (error) => logger.error({ err: error }, "expired records could not be swept"),
  );
  return {
    facts: await factsOf(sandbox, options, port),
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

async function factsOf(
  sandbox: Sandbox,
  { host, publicUrl, issuer }: ServerOptions,
  port: number,
): Promise<StartFacts> {
  const url = publicUrl ?? `http://${reachableHost(host)}:${port}`;
  const endpoints: Endpoints = endpointsFor(url, { publicUrl, issuer });
  const { items: salesUnits } = await sandbox.store.salesUnits.list();
  const { items: users } = await sandbox.store.users.list();
  return {
    url,
    issuer: endpoints.issuer,
    discoveryUrl: `${url}${PATHS.discovery}`,
    controlUrl: `${url}${PATHS.control}`,
    salesUnits,
    users,
  };
}

/** A server that listens everywhere is reached on this machine by the name localhost. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
