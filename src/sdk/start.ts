import type { LoadedConfig } from "../config/load.ts";
import { checkConfig, loadConfig, NOTHING_REPLACED } from "../config/load.ts";
import { throwTellingSources } from "../config/variables.ts";
import type { LocalBase } from "../http/local-fetch.ts";
import { createLocalFetch } from "../http/local-fetch.ts";
import { trustingFetch } from "../http/trusting-fetch.ts";
import { systemWallClock } from "../platform/clock.ts";
import { environment } from "../platform/environment.ts";
import { PrettyLog } from "../platform/log.ts";
import type { ListenError } from "../platform/operator-error.ts";
import { whyNotListening } from "../platform/operator-error.ts";
import { ownVersion } from "../platform/own-files.ts";
import { defined } from "../records/defined.ts";
import { publicBase } from "../request/addresses.ts";
import type { TlsFacts } from "../request/facts.ts";
import type { Server, ServerOptions } from "../server.ts";
import { addressOf, findTlsFacts, makeListeningServer, makeServer } from "../server.ts";
import { asOperators, openStore } from "../store/redis/open.ts";
import { findTlsProblems } from "../tls/own-files.ts";
import type { Fetch } from "./control-api.ts";
import { MockClosed } from "./control-api.ts";
import type { ReadOptions, StartOptions } from "./options.ts";
import { readOptions } from "./options.ts";
import { tlsNameOf } from "./tls-options.ts";
import { VippsLoginMock } from "./vipps-login-mock.ts";

/** The port in the address of a mock without a socket: the one that the command listens on. */
const NOMINAL_PORT = 4747;

/** Most tests want none. */
async function loggerFor(level: string) {
  const { standardError } = await import("../platform/json-log.ts");
  return new PrettyLog({ level, write: standardError() }, systemWallClock);
}

/**
 * Starts a mock in this process. Any number of them can be there; none touches another.
 *
 * @param options what it is started with, all optional; a free port is taken by default
 * @returns the mock, ready to be used; `close()` it in the end, or hold it with `await using`
 * @throws OptionsError when options are wrong, with all of them at once
 * @throws ConfigError when the config cannot be used, with everything that is wrong with it
 * @throws KeyFileError when the signing key cannot be used
 * @throws OperatorError when there is no certificate to serve https with, or the store cannot be used
 * @throws Error with the code `EADDRINUSE` when the port is taken
 */
export async function startVippsLoginMock(options: StartOptions = {}): Promise<VippsLoginMock> {
  const read = readOptions(options, (tls) => findTlsProblems(tls, systemWallClock(), tlsNameOf));
  const { profile, autoLogin, logLevel } = read;
  const { config, replaced } = await configOf(read);
  const logger = logLevel === "silent" ? undefined : await loggerFor(logLevel);
  const store = await openStore(read, logger);
  const { server, base, tls } = await serve({
    ...read,
    store,
    config: {
      ...config,
      ...defined({ profile, autoLogin }),
    },
    version: ownVersion(),
    logger,
  }).catch(async (error: unknown) => {
    await store?.close();
    return throwTellingSources(replaced.sources)(asOperators(error, read));
  });
  const reach = createLocalFetch(server.app, basesOf(base, read)) as typeof globalThis.fetch;
  let isClosed = false;
  const local: typeof globalThis.fetch = async (...request) => {
    if (isClosed) throw new MockClosed();
    return reach(...request);
  };
  const close = once(async () => {
    isClosed = true;
    await server.close().finally(() => store?.close());
  });
  const mock = new VippsLoginMock(
    { base, fetch: local as Fetch, token: read.controlToken, tls },
    read.listen ? outside(tls?.("")) : local,
    close,
  );
  return mock.refresh();
}

async function configOf({ config }: ReadOptions): Promise<LoadedConfig> {
  if (typeof config !== "object") {
    return loadConfig({ file: config, directory: ".", env: environment() });
  }
  return { config: await checkConfig(config, "The config"), replaced: NOTHING_REPLACED };
}

/** A server, and where it is found. */
interface Served {
  readonly server: Server;
  readonly base: string;
  /** Over https, for the sandbox that has the prefix. */
  readonly tls?: (prefix: string) => TlsFacts | undefined;
}

/** The server is where programs on this machine find it; without a socket, where it believes itself to be. */
async function serve(options: ServerOptions & Pick<ReadOptions, "listen">): Promise<Served> {
  const { host, port } = options;
  if (options.listen) {
    const { server, listening } = await makeListeningServer(options).catch(explainListening);
    const base = addressOf(host, listening.port);
    const tls = (prefix: string) => findTlsFacts(server, options, listening, prefix);
    return server.identity ? { server, base, tls } : { server, base };
  }
  const server = await makeServer(options);
  await server.app.ready();
  return { server, base: addressOf(host, port === 0 ? NOMINAL_PORT : port) };
}

/** What reaches the mock from outside, over https too: only this process knows that CA. */
function outside(tls: TlsFacts | undefined): typeof globalThis.fetch {
  return tls?.caFile === undefined ? globalThis.fetch : trustingFetch(tls.caFile);
}

/** The system's error with its code and what to do, where that is known. */
function explainListening(error: ListenError): never {
  const reason = whyNotListening(error, (option) => `the option "${tlsNameOf(option)}"`);
  throw reason === undefined ? error : Object.assign(error, { message: reason });
}

/**
 * The issuer's discovery document has to be found too, wherever the issuer is said to be. The mock does not
 * know itself there, so it is called by its first name.
 */
function basesOf(base: string, { publicUrl, issuer }: ReadOptions): LocalBase[] {
  const { host } = new URL(base);
  const own = publicUrl === undefined ? [base] : [base, publicBase(publicUrl)];
  return [
    ...own.map((url) => ({ url, host: new URL(url).host })),
    ...(issuer === undefined ? [] : [{ url: new URL(issuer).origin, host }]),
  ];
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= close();
    return closed;
  };
}
