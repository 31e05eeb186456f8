import type { Summary } from "./statistics.ts";
import { figure, number } from "./table.ts";

/** The bars that the program is held against, and the moonshots beyond some of them. */

/** One bar, with what was measured. */
export interface Bar {
  readonly what: string;
  readonly bar: string;
  readonly measured: string;
  readonly met: boolean;
  /** What would be better still, and whether that is met. */
  readonly moonshot?: { readonly bar: string; readonly met: boolean };
}

/** The more, the worse: `limit` is the bar, `moonshot` what would be better still. */
export function atMost(
  what: string,
  measured: Summary,
  limit: number,
  { unit = "", moonshot }: { readonly unit?: string; readonly moonshot?: number } = {},
): Bar {
  return {
    what,
    bar: `at most ${limit} ${unit}`.trim(),
    measured: `${figure(measured)} ${unit}`.trim(),
    met: measured.median <= limit,
    ...(moonshot !== undefined && {
      moonshot: { bar: `${moonshot} ${unit}`.trim(), met: measured.median <= moonshot },
    }),
  };
}

/** The more, the better. */
export function atLeast(
  what: string,
  measured: Summary,
  limit: number,
  { unit = "", moonshot }: { readonly unit?: string; readonly moonshot?: number } = {},
): Bar {
  return {
    what,
    bar: `at least ${limit} ${unit}`.trim(),
    measured: `${figure(measured)} ${unit}`.trim(),
    met: measured.median >= limit,
    ...(moonshot !== undefined && {
      moonshot: { bar: `${moonshot} ${unit}`.trim(), met: measured.median >= moonshot },
    }),
  };
}

/** `measured` is a ratio that should be 1: at most a tenth more, or 1 lies in its spread. */
export function unchanged(what: string, measured: Summary): Bar {
  return {
    what,
    bar: "within 10 %, or within the spread",
    measured: `${figure(measured)} ×`,
    met: measured.median <= 1.1 || measured.low <= 1,
  };
}

/** A count or a size that is the same in every run. */
export function exactly(
  what: string,
  value: number,
  limit: number,
  { unit = "", moonshot }: { readonly unit?: string; readonly moonshot?: number } = {},
): Bar {
  return {
    ...atMost(what, { median: value, low: value, high: value }, limit, {
      unit,
      ...(moonshot !== undefined && { moonshot }),
    }),
    measured: `${number(value)} ${unit}`.trim(),
  };
}
