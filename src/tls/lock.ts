import { readFile, rm, stat, writeFile } from "node:fs/promises";
import type { WallClock } from "../platform/capabilities.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { pause } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";

/** A lock between processes: a file that is there as long as one of them holds it. */

/** A lock that is older was left behind by a process that was killed; one is held for some milliseconds. */
const STALE: Seconds = 10;

const LOOK_AGAIN: Seconds = 0.02;

const LONGEST_WAIT: Seconds = 30;

/**
 * Takes the lock, and waits for it if another process has it.
 *
 * @returns gives the lock back, unless another process has taken it away meanwhile
 * @throws OperatorError when it cannot be had within half a minute
 */
export async function takeLock(lock: string, wall: WallClock): Promise<() => Promise<void>> {
  const token = createIds(secureRandom).id();
  const began = wall();
  while (!(await create(lock, token))) {
    if (wall() - began >= LONGEST_WAIT) throw new OperatorError(whyNotTaken(lock));
    await removeStale(lock, wall);
    await pause(LOOK_AGAIN);
  }
  return async () => {
    const found = await readFile(lock, "utf8").catch(() => undefined);
    if (found === token) await rm(lock, { force: true });
  };
}

/** Whether a file in the directory of a lock of that name belongs to it. */
export function isOfLock(name: string, lock: string): boolean {
  return name === lock || name === guardOf(lock);
}

function whyNotTaken(lock: string): string {
  return (
    `${lock} has kept this start waiting for ${LONGEST_WAIT} seconds: another start holds it, or was ` +
    `killed. If no other mock is starting, remove ${lock}* and start again.`
  );
}

/**
 * Of all that see the same stale lock, one at a time may remove it, and it looks once more before it
 * does: what was stale before may be gone, and another process may have the lock that is there now.
 */
async function removeStale(lock: string, wall: WallClock): Promise<void> {
  if (!(await isStale(lock, wall))) return;
  const guard = guardOf(lock);
  if (!(await create(guard, ""))) return;
  try {
    if (await isStale(lock, wall)) await rm(lock, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

function guardOf(lock: string): string {
  return `${lock}.stale`;
}

async function isStale(lock: string, wall: WallClock): Promise<boolean> {
  const now = wall();
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Math.abs(now - found.mtimeMs / 1000) > STALE;
}

/** Makes the file if it is not there; whether it did. */
async function create(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
