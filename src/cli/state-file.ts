import { constants } from "node:fs";
import { access, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { readInputFile } from "../config/load.ts";
import { systemWallClock } from "../platform/clock.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { jsonPieces } from "../platform/json.ts";
import { OperatorError } from "../platform/operator-error.ts";
import type { SandboxState } from "../sandbox/state.ts";
import { toDocument } from "../sandbox/state-format.ts";
import { MAX_STATE_BYTES } from "../store/collections.ts";

/** A sandbox's state in a file: read before the server listens, written after its last request. */

/** @throws ConfigError with everything that is wrong with it */
export async function loadState(file: string, directory: string): Promise<SandboxState> {
  const bytes = await readInputFile(file, resolve(directory, file), {
    what: "a state",
    largest: MAX_STATE_BYTES,
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

/** Where a state goes, and how. */
interface Target {
  /** What is written: the file itself, where the name was a link to it. */
  readonly path: string;
  /**
   * Written anew beside it and then renamed, so that whoever reads it meanwhile sees the file that was
   * there. In its place where no other name can be made, and what is no file.
   */
  readonly how: "renamed" | "in place" | "appended";
}

/**
 * Checked at the start, because at the end it would be too late.
 *
 * @throws OperatorError when nothing can be written there
 */
export async function checkWritable(file: string, directory: string): Promise<void> {
  const refuse = (problem: string) =>
    new OperatorError(`--export-on-exit ${file} cannot be written: ${problem}.`);
  await findTarget(resolve(directory, file)).catch((error: unknown) => {
    throw error instanceof NoTarget ? refuse(error.message) : error;
  });
}

/** Why nothing can be written there, and what to do. */
class NoTarget extends Error {}

/** @throws NoTarget */
async function findTarget(named: string): Promise<Target> {
  const path = await behindLinks(named);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new NoTarget("it is a directory; name a file in it");
  if (there && (!there.isFile() || OPENED.test(path))) {
    const failure = await whyNot(access(path, constants.W_OK));
    if (failure === undefined && !there.isSocket()) return { path, how: "appended" };
    throw new NoTarget(`it is no file that can be written (${failure ?? "a socket"})`);
  }
  const draft = draftOf(path);
  const failure = await whyNot(writeFile(draft, "", { flag: "wx" }).then(() => rm(draft)));
  if (failure === undefined) return { path, how: "renamed" };
  if (there && (await whyNot(access(path, constants.W_OK))) === undefined) {
    return { path, how: "in place" };
  }
  throw new NoTarget(
    failure === "ENOENT"
      ? `there is no directory ${dirname(path)}; make it first`
      : `nothing can be written into ${dirname(path)} (${failure}); choose another place`,
  );
}

/** What a process has open, as /dev/stdout leads to. */
const OPENED = /^(\/proc\/[^/]+|\/dev)\/fd\/\d+$/;

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * The file that a name leads to, which need not be there yet. What a process has open may be a pipe, which
 * has no other name.
 */
async function behindLinks(named: string): Promise<string> {
  let path = named;
  for (let count = 0; count < MOST_LINKS; count += 1) {
    const to = OPENED.test(path) ? undefined : await readlink(path).catch(() => undefined);
    if (to === undefined) return path;
    path = resolve(dirname(path), to);
  }
  throw new NoTarget("its symbolic links lead round in a circle");
}

/** The system's code; undefined where it worked. */
async function whyNot(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => undefined,
    ({ code }: NodeJS.ErrnoException) => code ?? "unknown",
  );
}

/** Where a file grows until it is whole: a name of its own, for another mock may write to the same file. */
function draftOf(path: string): string {
  return `${path}.${createIds(secureRandom).id()}.part`;
}

/** The last state could not be written; the message says where and why. */
export class StateNotSaved extends Error {}

/**
 * Writes the whole file or none of it, where that can be.
 *
 * @throws StateNotSaved when the disk is full or the like; nothing is left of the attempt then
 */
export async function saveState(
  file: string,
  directory: string,
  state: SandboxState,
): Promise<void> {
  try {
    const { path, how } = await findTarget(resolve(directory, file));
    if (how === "renamed") await writeAndRename(path, state);
    else await writeFile(path, textOf(state), { flag: how === "appended" ? "a" : "w" });
  } catch (error) {
    throw new StateNotSaved(`The state is lost, ${file} cannot be written: ${String(error)}`);
  }
}

/** How systems refuse to replace a file that can be written. */
const IN_PLACE = ["EBUSY", "EXDEV", "EPERM", "EACCES"];

async function writeAndRename(path: string, state: SandboxState): Promise<void> {
  const draft = draftOf(path);
  try {
    // It contains private keys, so nobody else may read it.
    await writeFile(draft, textOf(state), { mode: 0o600, flag: "wx" });
    const failure = await whyNot(rename(draft, path));
    // A file that is mounted by itself, as into a container, can be written, but not replaced.
    if (failure === undefined) return;
    if (!IN_PLACE.includes(failure)) throw new Error(`${draft} cannot take its place (${failure})`);
    await writeFile(path, textOf(state));
  } finally {
    await rm(draft, { force: true });
  }
}

/** In pieces: all of it may be longer than a text can be. */
function* textOf(state: SandboxState): Generator<string, void> {
  yield* jsonPieces(toDocument(state));
  yield "\n";
}
