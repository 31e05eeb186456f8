import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { readOwnFile } from "../platform/own-files.ts";
import type { BaseConfig, SeedConfig } from "../records/config.ts";
import { withBase } from "./base.ts";
import { ConfigError } from "./config-error.ts";
import { pathTo } from "./problem.ts";
import { withRulesInSeconds } from "./rules.ts";
import type { Environment, Replacement } from "./variables.ts";
import { replaceVariables } from "./variables.ts";

/**
 * Finds the config and reads it. The built-in fixtures are trusted as they are (a test validates
 * them), so a start without a config file loads neither the validation nor a YAML parser.
 */

/** A valid config and where it came from. */
export interface LoadedConfig {
  /** What the file says, with the built-in users or sales units where it does not name its own. */
  readonly config: SeedConfig;
  /** The file's path; left out when all is built in. */
  readonly file?: string;
  /** What it took from the environment. */
  readonly replaced: Replacement;
}

/** What a config took from the environment that has no variables. */
export const NOTHING_REPLACED: Replacement = {
  variables: [],
  places: [],
  sources: new Map(),
  problems: [],
  empty: new Map(),
  notes: [],
};

const DEFAULT_NAMES = [
  "vipps-login-mock.yaml",
  "vipps-login-mock.yml",
  "vipps-login-mock.json",
] as const;

const MEGABYTE = 1024 * 1024;
const CONFIG_FILE = { what: "a config file", largest: 10 * MEGABYTE };

/** Where a config is. */
export interface ConfigPlace {
  /** The file, if one was named; relative to the directory. */
  readonly file?: string | undefined;
  /** Where to look for a file by its default name. */
  readonly directory: string;
  /** Where the variables in the file come from. */
  readonly env?: Environment;
}

/**
 * Loads the file named, else `vipps-login-mock.{yaml,yml,json}` in the directory if one is there,
 * else the built-in fixtures. A file that leaves out `users` or `salesUnits` keeps the built-in
 * ones; a list that it gives, even an empty one, replaces them.
 *
 * @returns the config, validated but not completed, and the file it came from
 * @throws ConfigError when there is a file and it cannot be used
 */
export async function loadConfig(where: ConfigPlace): Promise<LoadedConfig> {
  const file = where.file ?? (await findDefault(where.directory));
  if (file === undefined) return { config: builtIn(), replaced: NOTHING_REPLACED };
  const bytes = await readInputFile(file, resolve(where.directory, file), CONFIG_FILE);
  const { parseConfig } = await import("./parse.ts");
  const parsed = await parseConfig([bytes], /\.json$/i.test(file) ? "json" : "yaml");
  if ("problems" in parsed) throw new ConfigError(file, parsed.problems);
  const { value, ...replaced } = replaceVariables(parsed.value, where.env ?? {});
  return { config: await checkConfig(value, file, replaced), file, replaced };
}

/**
 * @param value what a config file would say, parsed
 * @param source what a complaint calls it
 * @param replaced what of it came from the environment
 * @returns the config, validated but not completed
 * @throws ConfigError when it cannot be used
 */
export async function checkConfig(
  value: unknown,
  source: string,
  replaced = NOTHING_REPLACED,
): Promise<SeedConfig> {
  const base = builtIn();
  const { fitsConfig } = await import("./fits.ts");
  if (replaced.problems.length === 0 && fitsConfig(value)) {
    const config = withBase(value, base);
    const { findConfigProblems } = await import("./semantics.ts");
    if ((await findConfigProblems(config)).length === 0) return withRulesInSeconds(config);
  }
  // What says in words what is wrong takes longer to load.
  const { validateConfig } = await import("./validate.ts");
  const result = await validateConfig(value, base, replaced);
  if ("problems" in result) throw new ConfigError(source, result.problems);
  return result.config;
}

/**
 * A config may leave lists empty, to be filled while the mock runs. Somebody who did not mean that
 * would search long for the reason why nobody can log in.
 */
export function findGaps({ users, salesUnits }: SeedConfig): string[] {
  const gaps: string[] = [];
  if (users.length === 0) {
    gaps.push("users: the list is empty, so nobody can log in until one is added");
  }
  if (salesUnits.length === 0) {
    gaps.push("salesUnits: the list is empty, so no application can log anybody in");
  }
  for (const [index, { name, redirectUris }] of salesUnits.entries()) {
    if (redirectUris.length > 0) continue;
    const path = pathTo(pathTo("salesUnits", index), "redirectUris");
    gaps.push(`${path}: the list is empty, so no login can go back to ${name}`);
  }
  return gaps;
}

/** The files of which one is the config, if it is there. */
export function configPaths({
  file,
  directory,
}: Pick<ConfigPlace, "file" | "directory">): string[] {
  return (file === undefined ? DEFAULT_NAMES : [file]).map((name) => resolve(directory, name));
}

async function findDefault(directory: string): Promise<string | undefined> {
  const there = await Promise.all(
    DEFAULT_NAMES.map(async (name) => ((await statOf(resolve(directory, name))) ? [name] : [])),
  );
  const [name, ...others] = there.flat();
  if (name !== undefined && others.length > 0) {
    const message = `${others.join(" and ")} is there too; keep one, or name the one you mean with --config`;
    throw new ConfigError(name, [{ path: "", message }]);
  }
  return name;
}

/**
 * @param source the file, as it was named
 * @param path where it is
 * @param limit what such a file is called, and how many bytes it has at most
 * @returns what is in it
 * @throws ConfigError when it is not there or cannot be read
 */
export async function readInputFile(
  source: string,
  path: string,
  { what, largest }: { readonly what: string; readonly largest: number },
): Promise<Uint8Array> {
  const refuse = (message: string) => new ConfigError(source, [{ path: "", message }]);
  const found = await statOf(path);
  if (!found) throw refuse("there is no such file; check the path");
  if (found.isDirectory()) throw refuse("it is a directory; name the file in it");
  if (found.size > largest) {
    const size = (found.size / MEGABYTE).toFixed(1);
    throw refuse(`it has ${size} MB; ${what} has at most ${largest / MEGABYTE} MB`);
  }
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(`it cannot be read (${code}); check its permissions`);
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

function builtIn(): Required<BaseConfig> {
  const { users } = fixture("users.json");
  const { salesUnits } = fixture("sales-units.json");
  const { partners } = fixture("partners.json");
  return { users, salesUnits, partners };
}

function fixture(name: string): Required<BaseConfig> {
  return JSON.parse(readOwnFile(`fixtures/${name}`));
}
