import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { readInputFile } from "../config/load.ts";
import { systemWallClock } from "../platform/clock.ts";
import { OperatorError } from "../platform/operator-error.ts";
import type { SandboxState } from "../sandbox/state.ts";
import { toDocument } from "../sandbox/state-format.ts";
import { STATE_BYTES } from "../store/collections.ts";

/** A sandbox's state in a file: read before the server listens, written after its last request. */

/** @throws ConfigError with everything that is wrong with it */
export async function loadState(file: string, directory: string): Promise<SandboxState> {
  const bytes = await readInputFile(file, resolve(directory, file), {
    what: "a state",
    largest: STATE_BYTES,
  });
  const [{ parseConfig }, { readDocument }] = await Promise.all([
    import("../config/parse.ts"),
    import("../sandbox/state-problems.ts"),
  ]);
  const parsed = await parseConfig([bytes], "json");
  const result =
    "problems" in parsed ? parsed : await readDocument(parsed.value, systemWallClock());
  if ("problems" in result) throw new ConfigError(file, result.problems);
  return result.state;
}

/**
 * Checked at the start, because at the end it would be too late.
 *
 * @throws OperatorError when nothing can be written there
 */
export async function checkWritable(file: string, directory: string): Promise<void> {
  const path = resolve(directory, file);
  const refuse = (problem: string) =>
    new OperatorError(`--export-on-exit ${file} cannot be written: ${problem}.`);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw refuse("it is a directory; name a file in it");
  const draft = draftOf(path);
  await writeFile(draft, "").catch(({ code }: NodeJS.ErrnoException) => {
    throw refuse(
      code === "ENOENT"
        ? `there is no directory ${dirname(path)}; make it first`
        : `nothing can be written into ${dirname(path)} (${code}); choose another place`,
    );
  });
  await rm(draft);
}

/** Where a file grows until it is whole. */
function draftOf(path: string): string {
  return `${path}.part`;
}

/** The last state could not be written; the message says where and why. */
export class StateNotSaved extends Error {}

/**
 * Writes the whole file or none of it: whoever reads it meanwhile sees the one that was there.
 *
 * @throws StateNotSaved when the disk is full or the like; nothing is left of the attempt then
 */
export async function saveState(
  file: string,
  directory: string,
  state: SandboxState,
): Promise<void> {
  const path = resolve(directory, file);
  const draft = draftOf(path);
  try {
    // It contains private keys, so nobody else may read it.
    await writeFile(draft, `${JSON.stringify(toDocument(state))}\n`, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new StateNotSaved(`The state is lost, ${file} cannot be written: ${String(error)}`);
  }
}
