import { loadConfig } from "../config/load.ts";
import { createLogger } from "../log.ts";
import type { RunningServer } from "../server.ts";
import { startServer } from "../server.ts";
import type { CommandIo, ExitCode } from "./io.ts";
import type { Options } from "./options.ts";
import { checkWritable, loadState, StateNotSaved, saveState } from "./state-file.ts";

/**
 * `vipps-login-mock start`: serves until it is stopped.
 *
 * @param options the options
 * @param io what it may touch
 * @returns the exit code, once it has stopped
 * @throws ConfigError, KeyFileError, StartError, OperatorError when it cannot start
 */
export async function start(options: Options, io: CommandIo): Promise<ExitCode> {
  const format = options.logFormat ?? (io.terminal ? "pretty" : "json");
  const logger = createLogger({ level: options.logLevel, format, write: io.err });
  const { config, file } = await loadConfig({ file: options.config, directory: io.directory });
  const { import: from, exportOnExit: to } = options;
  const state = from === undefined ? undefined : await loadState(from, io.directory);
  if (to !== undefined) await checkWritable(to, io.directory);
  const flags = {
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.autoLogin !== undefined && { autoLogin: options.autoLogin }),
  };
  const server = await startServer({
    ...options,
    config: { ...config, ...flags },
    state: state && { ...state, settings: { ...state.settings, ...flags } },
    keepState: to === undefined ? undefined : (last) => saveState(to, io.directory, last),
    version: io.version,
    logger,
  });
  const notes = laxness(options, state ? state.settings.rules : config.rules);
  for (const note of notes) logger.warn(note);
  if (options.json) io.out(`${JSON.stringify(server.facts)}\n`);
  else io.out(banner(server, io.version, from ?? file));
  await io.stopped;
  try {
    await server.close();
  } catch (error) {
    if (!(error instanceof StateNotSaved)) throw error;
    io.err(`${error.message}\n`);
    return 1;
  }
  return 0;
}

/** Whatever makes the mock easier to pass than the real service is said at start. */
function laxness(options: Options, rules: object | undefined): string[] {
  const notes: string[] = [];
  if (options.controlOpen) notes.push("--control-open: anybody who reaches this port controls it");
  if (options.seed !== undefined) {
    notes.push(`--seed ${options.seed}: codes and tokens can be foreseen`);
  }
  if (options.trustProxy) notes.push("--trust-proxy: X-Forwarded-* headers are believed");
  for (const [name, value] of Object.entries(rules ?? {})) {
    notes.push(`rules.${name} is overridden: ${JSON.stringify(value)}`);
  }
  return notes;
}

function banner(
  { facts, sandbox: { profile, autoLogin } }: RunningServer,
  version: string,
  file: string | undefined,
): string {
  const { url, issuer, discoveryUrl, controlUrl, salesUnits, users } = facts;
  const [unit] = salesUnits;
  const lines = [
    `vipps-login-mock ${version}: a mock for testing, not Vipps`,
    "",
    `  Base URL       ${url}`,
    `  Issuer         ${issuer}`,
    `  Discovery      ${discoveryUrl}`,
    `  Control API    ${controlUrl}`,
    `  Profile        ${profile}`,
    `  Config         ${file ?? "built-in fixtures"}`,
  ];
  if (autoLogin !== null) lines.push(`  Auto-login     ${autoLogin}: no page is shown`);
  if (unit) {
    lines.push(
      "",
      `  A client to start with: ${unit.name} (${unit.tokenEndpointAuthMethod})`,
      `    client_id      ${unit.clientId}`,
      `    client_secret  ${unit.clientSecret}`,
      ...unit.redirectUris.map(
        (uri, index) => `    ${index === 0 ? "redirect_uri " : "      or     "}  ${uri}`,
      ),
    );
  }
  lines.push(
    "",
    "  Users",
    ...users.map(
      ({ id, phoneNumber, givenName, familyName }) =>
        `    ${phoneNumber}  ${id.padEnd(18)} ${shorten(`${givenName} ${familyName}`)}`,
    ),
  );
  return `${lines.join("\n")}\n\n`;
}

function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
