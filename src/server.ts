import { buildApp } from "./app.ts";
import { Door } from "./control/door.ts";
import type { Listening } from "./http/listen.ts";
import { listen } from "./http/listen.ts";
import { releasePorts, takePorts } from "./http/ports.ts";
import { fixtureKey, loadKeyFile } from "./keys/key-file.ts";
import { generateKey } from "./keys/keys.ts";
import { createServerKeys, keepServerKey } from "./keys/server-keys.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { createViews } from "./pages/render.ts";
import type { Keyring } from "./platform/capabilities.ts";
import { systemWallClock } from "./platform/clock.ts";
import type { Log } from "./platform/log.ts";
import { OperatorError } from "./platform/operator-error.ts";
import { every } from "./platform/timers.ts";
import type { SeedConfig } from "./records/config.ts";
import { DEFAULT_SANDBOX } from "./records/sandbox.ts";
import type { Seconds } from "./records/time.ts";
import { MINUTE } from "./records/time.ts";
import { endpointsFor, publicBase } from "./request/addresses.ts";
import { createBaseReader } from "./request/base.ts";
import type { SandboxFacts, TlsFacts } from "./request/facts.ts";
import { factsOf, tlsFactsOf } from "./request/facts.ts";
import { isLoopbackHost } from "./rules/redirect-uri.ts";
import type { Sandboxes } from "./sandbox/registry.ts";
import { createSandboxes } from "./sandbox/registry.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { SandboxState } from "./sandbox/state.ts";
import { readState } from "./sandbox/state.ts";
import { findUserByName } from "./sandbox/users.ts";
import { readAll } from "./store/batches.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { Store } from "./store/store.ts";
import type { Identity } from "./tls/identity.ts";
import type { TlsOptions } from "./tls/options.ts";
import { servesTls, tlsPortOf } from "./tls/options.ts";

/**
 * The composition root: from options and a config to a server, with a socket or without. The command
 * line and the library both start here.
 */

/** What a server is started with; the command line's options of the same names. */
export interface ServerOptions extends TlsOptions {
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
  readonly logSecrets: boolean;
  /** Whether it counts and measures, and gives that to Prometheus. */
  readonly metrics?: boolean | undefined;
  readonly version: string;
  /** Left out where nobody reads a log. */
  readonly logger?: Log | undefined;
  /** Shared with other servers, and closed by whoever gives it; one of its own when left out. */
  readonly store?: Store | undefined;
  /** Whether a store that is filled already takes the config, or the state, when it comes from another one. */
  readonly reseed?: boolean | undefined;
  /** What the default sandbox begins with in place of the config. */
  readonly state?: SandboxState | undefined;
  /** Is given the default sandbox's state after the last request. */
  readonly keepState?: ((state: SandboxState) => Promise<void>) | undefined;
  /**
   * For how many seconds after the end began a client may still send its next request on a connection
   * that is kept alive; it is closed after the response. None when left out.
   */
  readonly linger?: Seconds | undefined;
}

/** A server that has everything but a socket. */
export interface Server {
  /** For `listen` or `inject`. */
  readonly app: ReturnType<typeof buildApp>;
  /** How people get in; undefined where nobody needs a control token. */
  readonly door: Door | undefined;
  /** The default sandbox, as it was when the server started. */
  readonly sandbox: Sandbox;
  /** As whom it speaks https; undefined where it does not. */
  readonly identity: Identity | undefined;
  readonly sandboxes: Sandboxes;
  /**
   * Stops accepting, finishes what is in flight, keeps the state if asked, gives all back.
   *
   * @param hurried resolves when nobody wants to wait any longer for what is in flight
   */
  close(hurried?: Promise<void>): Promise<void>;
  /** The same for a server that never came to serve: there is no state to keep. */
  abandon(): Promise<void>;
}

/** A server that listens. */
export interface RunningServer {
  /** About the default sandbox. */
  readonly facts: SandboxFacts;
  readonly door: Door | undefined;
  readonly sandbox: Sandbox;
  readonly sandboxes: Sandboxes;
  /** Stops accepting, finishes what is in flight, and gives everything back, as `Server` does. */
  close(hurried?: Promise<void>): Promise<void>;
}

/** The options fit their types, but not this config. */
class StartError extends OperatorError {}

/** How long requests in flight may take to finish, in seconds; then their connections are cut. */
const GRACE = 10;

/** How often expired records are thrown away, in seconds. */
const SWEEP_INTERVAL = MINUTE;

/**
 * @throws StartError when the options do not fit the config
 * @throws KeyFileError when the signing key cannot be used
 * @throws the system's error, such as EADDRINUSE
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { server, listening } = await makeListeningServer(options);
  const { door, sandbox, sandboxes, close } = server;
  return { facts: await startFacts(server, options, listening), door, sandbox, sandboxes, close };
}

/**
 * The server with the ports at which it listens, also where any free one was asked for. The ports are taken
 * first: where one of them cannot be had, nothing is made and nothing is told.
 *
 * @throws as `makeServer` does, and the system's error, such as EADDRINUSE
 */
export async function makeListeningServer(
  options: ServerOptions,
): Promise<{ readonly server: Server; readonly listening: Listening }> {
  const { host, port, linger } = options;
  const ports = await takePorts(host, port, servesTls(options) ? tlsPortOf(options) : undefined);
  let server: Server | undefined;
  try {
    server = await makeServer(options);
    const listening = await listen(server.app, host, ports, server.identity, linger);
    return { server, listening };
  } catch (error) {
    await server?.abandon();
    await releasePorts(ports);
    throw error;
  }
}

/**
 * The server, which does not listen yet.
 *
 * @throws StartError when the options do not fit the config
 * @throws KeyFileError when the signing key cannot be used
 * @throws OperatorError when there is no certificate to serve https with
 */
export async function makeServer(options: Omit<ServerOptions, "port">): Promise<Server> {
  const { logger, config, seed } = options;
  const identity = servesTls(options) ? await identityFor(options) : undefined;
  const kept = options.store ?? createMemoryStore();
  const metrics = options.metrics ? await measure(options.version, kept) : undefined;
  const store = metrics?.store ?? kept;
  const keys = await chooseKeys(options, store);
  const sandboxes = await createSandboxes({
    store,
    wall: systemWallClock,
    keys,
    makeKey: () => generateKey(options.signingKeyBits),
    loginCounts: metrics,
    config,
    seed,
    state: options.state,
    check: checkAutoLogin,
    filled: {
      reseed: options.reseed ?? false,
      onStay: (from) => logger?.warn(storeWins(from)),
    },
  });
  const sandbox = await openDefault(sandboxes);
  const { controlToken: token } = options;
  const door = token === undefined ? undefined : new Door(token, store, systemWallClock);
  const app = buildApp({
    sandboxes,
    views: createViews(),
    pinned: { publicUrl: options.publicUrl, issuer: options.issuer },
    control: { token: options.controlToken, open: options.controlOpen, door },
    tlsHosts: identity?.hosts,
    trustProxy: options.trustProxy,
    logSecrets: options.logSecrets,
    // Where others can register webhooks, the ports of this machine are none of theirs.
    webhooks: { loopback: servesThisMachineOnly(options) && !options.trustProxy },
    version: options.version,
    store,
    metrics,
    logger: logger ?? false,
  });
  const end = new AbortController();
  const sweeper = every(
    SWEEP_INTERVAL,
    () => sweep(sandboxes, store, end.signal),
    (error) => logger?.error({ err: error }, "expired records could not be swept"),
  );
  async function stop(hurried?: Promise<void>): Promise<void> {
    sweeper.stop();
    end.abort();
    const cutAll = () => app.server.closeAllConnections();
    const cut = every(GRACE, cutAll, (error) =>
      logger?.error({ err: error }, "connections could not be cut"),
    );
    void hurried?.then(cutAll);
    await app.close();
    cut.stop();
    // Whoever closes the store next takes it away from nobody.
    await sweeper.idle();
  }
  async function closeStore(): Promise<void> {
    if (!options.store) await kept.close();
  }
  return {
    app,
    door,
    sandbox,
    identity,
    sandboxes,
    async close(hurried) {
      await stop(hurried);
      try {
        await options.keepState?.(await readState(await openDefault(sandboxes)));
      } finally {
        await closeStore();
      }
    },
    async abandon() {
      await stop();
      await closeStore();
    },
  };
}

/** Throws away what has expired, and ends runs in which an application was checked and nobody goes on with it. */
async function sweep(sandboxes: Sandboxes, store: Store, signal: AbortSignal): Promise<void> {
  await sandboxes.sweep(signal);
  for (const { id, sandbox } of await readAll(store.sandboxes)) {
    if (signal.aborted) return;
    const runs = sandbox && (await store.records(sandbox.generation).checks.get());
    if (!runs?.some(({ turn }) => turn !== undefined)) continue;
    const { CheckRuns } = await import("./control/resources/check-runs.ts");
    const used = await sandboxes.use(id);
    if (used) await new CheckRuns(used, sandboxes.wall).list();
  }
}

/** What makes certificates is loaded by who serves https. */
async function identityFor(options: Omit<ServerOptions, "port">): Promise<Identity> {
  const { openIdentity } = await import("./tls/identity.ts");
  const identity = await openIdentity(options, systemWallClock);
  if (identity.note !== undefined) options.logger?.warn(identity.note);
  return identity;
}

/** What counts and measures is loaded by who wants it. */
async function measure(version: string, store: Store): Promise<Metrics> {
  const { Metrics: Loaded } = await import("./metrics/metrics.ts");
  return new Loaded(version, store);
}

/** Nobody can remove it, and where the store was emptied, it is made anew. */
async function openDefault(sandboxes: Pick<Sandboxes, "use">): Promise<Sandbox> {
  const used = await sandboxes.use(DEFAULT_SANDBOX);
  if (!used) throw new Error("there is no default sandbox");
  return used.sandbox;
}

const MADE_FROM = {
  config: "the config, or a flag that changes it,",
  seed: "--seed",
  state: "the file of --import",
} as const;

/** What another server has put into the store counts, and whoever has changed a config should know. */
function storeWins(from: keyof typeof MADE_FROM): string {
  return `${MADE_FROM[from]} is not taken: the default sandbox in the store was made from another one, and stays as it is; to take it, start with --reseed, which drops what is in that sandbox`;
}

/**
 * The fixture key is public, so it signs only what this machine alone can reach; it is there at once.
 * Any other key is asked for with the first signature, and a generated one is made in the background.
 */
async function chooseKeys(
  options: Pick<ServerOptions, "host" | "publicUrl" | "signingKey" | "signingKeyBits" | "logger">,
  { signingKey: cell }: Pick<Store, "signingKey">,
): Promise<Keyring> {
  const { signingKey: file, signingKeyBits, logger } = options;
  if (file !== undefined) {
    const key = await loadKeyFile(file);
    await keepServerKey(cell, key);
    return createServerKeys(cell, { make: async () => key, keep: true }, systemWallClock);
  }
  if (servesThisMachineOnly(options) && signingKeyBits === 2048) {
    return createServerKeys(cell, { make: fixtureKey, keep: false }, systemWallClock);
  }
  const keys = createServerKeys(
    cell,
    { make: () => generateKey(signingKeyBits), keep: true },
    systemWallClock,
  );
  // Whoever asks for it first would wait; what fails here is tried again then.
  keys.current().catch((err) => logger?.warn({ err }, "the signing key is not ready yet"));
  return keys;
}

/** A public URL elsewhere means that a proxy lets others in. */
function servesThisMachineOnly({
  host,
  publicUrl,
}: Pick<ServerOptions, "host" | "publicUrl">): boolean {
  const hosts = [inUrl(host), ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  return hosts.every((each) => isLoopbackHost(each.toLowerCase()));
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
  server: Server,
  options: ServerOptions,
  listening: Listening,
): Promise<SandboxFacts> {
  const { host, publicUrl, issuer } = options;
  const url = publicUrl === undefined ? addressOf(host, listening.port) : publicBase(publicUrl);
  const facts = await factsOf(server.sandbox, endpointsFor(url, { publicUrl, issuer }));
  const tls = findTlsFacts(server, options, listening);
  return tls ? { ...facts, tls } : facts;
}

/** How the server, or one of its sandboxes, is found over https; undefined where it does not speak that. */
export function findTlsFacts(
  { identity }: Pick<Server, "identity">,
  { host, publicUrl, issuer }: Pick<ServerOptions, "host" | "publicUrl" | "issuer">,
  { tlsPort }: Listening,
  prefix = "",
): TlsFacts | undefined {
  if (!identity || tlsPort === undefined) return undefined;
  const headers = { host: new URL(addressOf(host, tlsPort, "https")).host };
  const called = { protocol: "https", headers, prefix: "" };
  const base = createBaseReader({ publicUrl }, false).baseOf(called);
  return tlsFactsOf(endpointsFor(base, { publicUrl, issuer }, prefix), identity.caFile);
}

/** The address by which a program on this machine reaches it, as the program says it in its Host header. */
export function addressOf(host: string, port: number, scheme: "http" | "https" = "http"): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  const url = `${scheme}://${everywhere ? "localhost" : inUrl(host)}`;
  return port === (scheme === "http" ? 80 : 443) ? url : `${url}:${port}`;
}

/** In a URL an IPv6 address is in brackets. */
function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
