import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { systemWallClock } from "../../src/platform/clock.ts";
import { nextTurn } from "../../src/platform/timers.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { after } from "../../src/records/time.ts";
import { alone } from "../../src/tls/kept.ts";
import { temporaryDirectory } from "../support/certificates.ts";
import { until } from "../support/wait.ts";

/** The lock that keeps two starts from making a CA at once. */

const NOW = systemWallClock();
const root = await temporaryDirectory();

let directory: string;
let lock: string;
let count = 0;
beforeEach(async () => {
  directory = join(root, `case-${++count}`);
  lock = join(directory, "private/lock");
  await mkdir(join(directory, "private"), { recursive: true });
});

/** What a process has left behind that was killed a minute ago. */
function leaveBehind(file: string): void {
  writeFileSync(file, "of one that was killed");
  utimesSync(file, NOW - 60, NOW - 60);
}

const names = () => readdir(join(directory, "private"));

describe("the lock", () => {
  it("is taken by one after the other, also where one was left behind", async () => {
    for (let round = 0; round < 3; round += 1) {
      leaveBehind(lock);
      let [inside, most] = [0, 0];
      const task = async () => {
        most = Math.max(most, ++inside);
        for (let turn = 0; turn < 20; turn += 1) await nextTurn();
        inside -= 1;
      };
      await Promise.all(Array.from({ length: 8 }, () => alone(directory, systemWallClock, task)));
      expect(most).toBe(1);
      expect(await names()).toEqual([]);
    }
  });

  it.each([1, 2, 3, 4, 5])(
    "is left to another that has taken it since it was found to be left behind: look %i",
    async (moment) => {
      leaveBehind(lock);
      let [looks, isHeld, isBroken] = [0, false, false];
      const wall = () => {
        looks += 1;
        if (looks === moment) {
          rmSync(lock, { force: true });
          writeFileSync(lock, "another's");
          isHeld = true;
        }
        return NOW;
      };
      const done = alone(directory, wall, async () => {
        isBroken = isHeld;
      });
      // It looks again and again, or has taken the lock.
      await Promise.race([done, until(() => looks > moment + 4)]);
      isHeld = false;
      await rm(lock, { force: true });
      await done;
      expect([isBroken, await names()]).toEqual([false, []]);
    },
  );

  it("is given back by who has it, and by nobody else", async () => {
    await alone(directory, systemWallClock, () => writeFile(lock, "another's"));
    expect(await readFile(lock, "utf8")).toBe("another's");
  });

  it.each<[string, (now: EpochSeconds) => void]>([
    [
      "is held by one start after the other",
      (now) => {
        writeFileSync(lock, "another's");
        utimesSync(lock, now, now);
      },
    ],
    [
      "was left behind by who was about to remove it",
      () => {
        leaveBehind(lock);
        leaveBehind(`${lock}.stale`);
      },
    ],
  ])("is not waited for longer than half a minute where it %s", async (_, keep) => {
    keep(NOW);
    let now = NOW;
    const wall = () => {
      now = after(now, 1);
      keep(now);
      return now;
    };
    await expect(alone(directory, wall, async () => undefined)).rejects.toThrow(
      `${lock} has kept this start waiting for 30 seconds: another start holds it, or was killed. ` +
        `If no other mock is starting, remove ${lock}* and start again.`,
    );
  });
});
