import { findGaps, loadConfig } from "../config/load.ts";
import type { Options } from "../config/options.ts";
import { tellingSources, throwTellingSources } from "../config/variables.ts";
import { toIso } from "../platform/calendar.ts";
import { systemWallClock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import { PrettyLog } from "../platform/log.ts";
import type { SeedConfig } from "../records/config.ts";
import { defined } from "../records/defined.ts";
import type { Seconds } from "../records/time.ts";
import { ENTER } from "../request/addresses.ts";
import { addressLines, tlsLines } from "../request/facts.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { RunningServer } from "../server.ts";
import { startServer } from "../server.ts";
import { asOperators, openStore } from "../store/redis/open.ts";
import type { Store } from "../store/store.ts";
import type { CommandIo, ExitCode, ServingIo } from "./io.ts";
import { whatNpmTook } from "./npm.ts";
import { checkWritable, loadState, StateNotSaved, saveState } from "./state-file.ts";

/** For so long after a signal a connection that is kept alive may bring its next request, in seconds. */
const LINGER: Seconds = 0.25;

/**
 * `vipps-login-mock start`: serves until it is stopped. Whoever reads the log with a program gets nothing
 * but lines of JSON.
 *
 * @throws ConfigError, KeyFileError, StartError, OperatorError when it cannot start
 */
export async function start(options: Options, io: ServingIo): Promise<ExitCode> {
  const { logFormat, logLevel: level } = options;
  const logger: Log =
    logFormat === "json"
      ? await jsonLog(level, io)
      : new PrettyLog({ level, write: io.err }, systemWallClock);
  const place = { file: options.config, directory: io.directory, env: io.env };
  const loaded = await loadConfig(place);
  const { config, file } = loaded;
  const { sources } = loaded.replaced;
  const { import: from, exportOnExit: to } = options;
  const state = from === undefined ? undefined : await loadState(from, io.directory);
  if (to !== undefined) await checkWritable(to, io.directory);
  const flags = {
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.autoLogin !== undefined && { autoLogin: options.autoLogin }),
  };
  const merged = { ...config, ...flags };
  const store = await openStore(options, logger);
  let server: RunningServer | undefined;
  try {
    server = await startServer({
      ...options,
      store,
      config: merged,
      state: state && { ...state, settings: { ...state.settings, ...flags } },
      keepState: to === undefined ? undefined : (last) => saveState(to, io.directory, last),
      version: io.version,
      logger,
      linger: LINGER,
    });
    const notesOf = (one: SeedConfig) => [...laxness(options, one), ...findGaps(one)];
    const taken = whatNpmTook(io.env, options);
    if (taken !== undefined) logger.warn(`npm ${taken}`);
    for (const note of loaded.replaced.notes) logger.warn(note);
    const started = inForce(merged, server.sandbox);
    for (const note of notesOf(started).map(tellingSources(sources))) logger.warn(note);
    await introduce(server, options, io, { config: from ?? file, started: merged, sources });
    const watch = options.watch
      ? new (await import("./watch.ts")).ConfigWatch({
          ...{ place, loaded, flags, notesOf, log: logger },
          sandboxes: server.sandboxes,
        })
      : undefined;
    await io.stopped;
    logger.info("stops: what has begun is finished first");
    await watch?.stop();
  } catch (error) {
    // What has failed is told, not what fails because of it.
    await server?.close(io.hurried).catch(() => {});
    await store?.close();
    return throwTellingSources(sources)(asOperators(error, options));
  }
  return end(server, store, options, io);
}

/** Ends in order what was started. */
async function end(
  server: RunningServer,
  store: Store | undefined,
  options: Options,
  io: ServingIo,
): Promise<ExitCode> {
  const { logFormat } = options;
  try {
    await server.close(io.hurried);
  } catch (error) {
    if (!(error instanceof StateNotSaved)) throw asOperators(error, options);
    if (logFormat === "json") (await jsonLog("fatal", io)).fatal(error.message);
    else io.err(`${error.message}\n`);
    return 1;
  } finally {
    await store?.close();
  }
  return 0;
}

/** Its settings may come from a state, or from a store that was filled already. */
function inForce(
  { autoLogin: _, rules: __, ...config }: SeedConfig,
  { settings: { autoLogin, rules } }: Sandbox,
): SeedConfig {
  return { ...config, ...defined({ autoLogin, rules }) };
}

/** Tells whoever has started it where it is and what is in it. */
async function introduce(
  server: RunningServer,
  options: Options,
  io: ServingIo,
  { started, ...rest }: Omit<About, "clock" | "entryCode"> & { readonly started: SeedConfig },
): Promise<void> {
  const about = { ...rest, clock: await clockLine(server.sandbox, started) };
  if (options.json) io.out(`${JSON.stringify(server.facts)}\n`);
  if (options.logFormat === "json") await writeBeginning(server, io, about);
  else if (!options.json) {
    const entryCode = await server.door?.makeCode();
    io.out(banner(server, io.version, { ...about, entryCode }));
  }
}

async function jsonLog(level: string, { err: write }: CommandIo): Promise<Log> {
  const { createJsonLog } = await import("../platform/json-log.ts");
  return createJsonLog({ level, write });
}

/** Whatever makes the mock laxer than the real service is said at start. */
function laxness(options: Options, { autoLogin, rules }: SeedConfig): string[] {
  const notes: string[] = [];
  if (autoLogin) notes.push(`auto-login ${autoLogin}: every login completes without a page`);
  if (options.controlOpen)
    notes.push("--control-open: anybody who reaches this port can call the control API");
  if (options.seed !== undefined) {
    notes.push(`--seed ${options.seed}: codes and tokens are predictable`);
  }
  if (options.trustProxy)
    notes.push("--trust-proxy: X-Forwarded-Proto, -Host, -Port and -Prefix are trusted");
  if (options.logSecrets) {
    notes.push("--log-secrets: the request log shows secrets, codes and tokens in clear");
  }
  for (const [name, value] of Object.entries(rules ?? {})) {
    notes.push(`rules.${name} is overridden: ${JSON.stringify(value)}`);
  }
  return notes;
}

/** What is told of a start beside the server itself. */
interface About {
  /** The file that it began with; left out where all is built in. */
  readonly config: string | undefined;
  readonly clock: string | undefined;
  /** What came from the environment, with what stands in the file: secrets are shown as they stand there. */
  readonly sources: ReadonlyMap<string, string>;
  /** What opens the dashboard once, where a control token is asked for. */
  readonly entryCode?: string | undefined;
}

function titleOf(version: string): string {
  return `vipps-login-mock ${version}: a mock for testing, not Vipps`;
}

/** The beginning of a log that programs read; like the banner it is there whatever the level of the log. */
async function writeBeginning(
  { facts, sandbox }: RunningServer,
  io: CommandIo,
  { config, clock }: About,
): Promise<void> {
  const { url, issuer, discoveryUrl, controlUrl, tls } = facts;
  const { profile, autoLogin } = sandbox;
  const addresses = { url, issuer, discoveryUrl, controlUrl };
  const log = await jsonLog("info", io);
  log.info(
    { ...addresses, profile, autoLogin, ...defined({ tls, config, clock }) },
    titleOf(io.version),
  );
}

/** So many users the banner names; of thousands nobody reads more. */
const MOST_USERS = 12;

function banner(
  { facts, sandbox: { profile, autoLogin } }: RunningServer,
  version: string,
  { config, clock, sources, entryCode }: About,
): string {
  const shown = (secret: string) => sources.get(secret) ?? secret;
  const { salesUnits, partners, users } = facts;
  const [unit] = salesUnits;
  const lines = [
    titleOf(version),
    "",
    ...addressLines(facts),
    ...(entryCode === undefined
      ? []
      : [`    opened by      ${facts.url}${ENTER}#${entryCode} (once, within 15 minutes)`]),
    ...(facts.tls ? tlsLines(facts.tls) : []),
    `  Profile        ${profile}`,
    `  Config         ${config ?? "built-in fixtures"}`,
  ];
  if (clock !== undefined) lines.push(`  Clock          ${clock}`);
  if (autoLogin !== null) lines.push(`  Auto-login     ${autoLogin}: no page is shown`);
  if (unit) {
    lines.push(
      "",
      `  A client to start with: ${unit.name} (${unit.tokenEndpointAuthMethod})`,
      `    client_id      ${unit.clientId}`,
      `    client_secret  ${shown(unit.clientSecret)}`,
      `    redirect_uri   ${unit.redirectUris[0] ?? "none"}`,
    );
    const others = unit.redirectUris.length - 1;
    if (others > 0) {
      lines.push(`      and ${others} more: ${facts.controlUrl}/sales-units/${unit.msn}`);
    }
  }
  const [partner] = partners;
  if (partner) {
    lines.push(
      "",
      `  Partner keys: ${partner.name}, for ${partner.salesUnits.join(", ") || "nobody"}`,
      `    client_id      ${partner.clientId}`,
      `    client_secret  ${shown(partner.clientSecret)}`,
      `    Ocp-Apim-Subscription-Key  ${shown(partner.subscriptionKey)}`,
    );
  }
  lines.push(
    "",
    users.length > 0 ? "  Users" : "  Users          none",
    ...users
      .slice(0, MOST_USERS)
      .map(
        ({ id, phoneNumber, givenName, familyName }) =>
          `    ${phoneNumber}  ${id.padEnd(18)} ${shorten(`${givenName} ${familyName}`)}`,
      ),
  );
  const more = users.length - MOST_USERS;
  if (more > 0) lines.push(`    and ${more} more: ${facts.controlUrl}/users`);
  return `${lines.join("\n")}\n\n`;
}

/** A clock that the config has set: clients that read the real time may refuse what it signs. */
async function clockLine(
  { clock }: Pick<Sandbox, "clock">,
  { clock: set }: SeedConfig,
): Promise<string | undefined> {
  if (set?.at === undefined && !set?.frozen) return undefined;
  const { now, frozen } = await clock.read();
  return `${frozen ? "stands still at" : "runs from"} ${toIso(now)}`;
}

function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
