/** What becomes of the figures of several rounds. */

/** The middle of several rounds, and the range that the middle half of them lies in. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** @throws Error when there is nothing to summarize */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error("no round was measured");
  const sorted = values.toSorted((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  };
}

/** The value below which the share `q` of the sorted values lies; between two values, in proportion. */
export function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * How many times as much as its yardstick something is. Each round is compared with the same round of
 * the yardstick, which ran a moment before or after, so that a slow minute of the machine hits both.
 */
export function ratio(values: readonly number[], yardstick: readonly number[]): Summary {
  return summarize(values.map((value, round) => value / (yardstick[round] ?? Number.NaN)));
}
