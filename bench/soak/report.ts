import { number, table } from "../report/table.ts";
import type { Soaked } from "./soak.ts";
import { drift } from "./soak.ts";

/** What came of it, for people, and whether it is good. */

interface Check {
  readonly what: string;
  readonly value: number;
  readonly most: number;
}

/**
 * Times differ with what else the machine does: a short run is not held to them, and its heap, which still warms up,
 * to less.
 */
export function checksOf({ slices, leftovers }: Soaked, isShort: boolean): readonly Check[] {
  const most = isShort ? 1.2 : 1.05;
  const ofTimes: Check[] = [
    { what: "p99, last quarter against the second", value: drift(slices, "p99"), most: 1.25 },
    { what: "RSS, last quarter against the second", value: drift(slices, "rss"), most: 1.1 },
  ];
  const ofRedis: Check[] =
    leftovers.keys === undefined
      ? []
      : [
          {
            what: "Memory of Redis, last quarter against the second",
            value: drift(slices, "redis"),
            most: 1.05,
          },
          {
            what: `Keys in Redis left by ${leftovers.sandboxes} sandboxes that were removed`,
            value: leftovers.keys,
            most: 0,
          },
        ];
  return [
    ...(isShort ? [] : ofTimes),
    { what: "Heap, last quarter against the second", value: drift(slices, "heap"), most },
    {
      what: `Heap after ${leftovers.sandboxes} sandboxes were made, used and removed, against before`,
      value: leftovers.heap,
      most,
    },
    ...ofRedis,
  ];
}

export function isGood({ value, most }: Check): boolean {
  return value <= most;
}

export function chapterOf(soaked: Soaked, isShort: boolean): string {
  const hasRedis = soaked.leftovers.keys !== undefined;
  const head = ["logins", "a second", "p50, ms", "p99, ms", "RSS, MiB", "heap, MiB"];
  const rows = soaked.slices.map(({ after, perSecond, p50, p99, rss, heap, redis = 0 }) => [
    after.toLocaleString("en"),
    ...[perSecond, p50, p99, rss, heap, ...(hasRedis ? [redis] : [])].map(number),
  ]);
  const checks = checksOf(soaked, isShort);
  return [
    `## ${soaked.name}`,
    table(hasRedis ? [...head, "Redis, MiB"] : head, rows),
    table(
      ["", "measured", "at most", ""],
      checks.map((check) => [
        check.what,
        number(check.value),
        number(check.most),
        isGood(check) ? "met" : "**not met**",
      ]),
    ),
  ].join("\n\n");
}
