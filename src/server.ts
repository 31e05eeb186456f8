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
import type { SandboxState } from "./sandbox/state.ts";
import { readState } from "./sandbox/state.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { Store } from "./store/store.ts";
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
  /** What the default sandbox begins with in place of the config. */
  readonly state?: SandboxState | undefined;
  /** Is given the default sandbox's state after the last request. */
  readonly keepState?: ((state: SandboxState) => Promise<void>) | undefined;
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

/** How long requests in flight may take to finish, in seconds; then their connections are cut. */
const GRACE = 10;

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
  const sandboxes = await createSandboxes({
    store,
    wall: systemWallClock,
    keys,
    makeKey: () => generateKey(options.signingKeyBits),
    config,
    seed: options.seed,
  });
  const made = await sandboxes.open(DEFAULT_SANDBOX);
  if (!made) throw new Error("the default sandbox was just made");
  const sandbox = options.state ? await sandboxes.restore(made, options.state) : made;
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
      const cut = every(
        GRACE,
        () => app.server.closeAllConnections(),
        (error) => logger.error({ err: error }, "connections could not be cut"),
      );
      await app.close();
      cut.stop();
      try {
        if (options.keepState) await options.keepState(await lastState(store));
      } finally {
        await store.close();
      }
    },
  };
}

async function lastState(store: Store): Promise<SandboxState> {
  const { settings = {} } = (await store.sandboxes.get(DEFAULT_SANDBOX)) ?? {};
  return readState(store.sandbox(DEFAULT_SANDBOX), settings);
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
