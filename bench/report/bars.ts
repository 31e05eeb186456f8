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

/** In which unit it is measured, and what would be better still. */
interface Beyond {
  readonly unit?: string;
  readonly moonshot?: number;
}

/** The more, the worse. */
export function atMost(what: string, measured: Summary, limit: number, beyond?: Beyond): Bar {
  const isMet = (bar: number) => measured.median <= bar;
  return held({ what, measured, side: "at most", limit, isMet }, beyond);
}

/** The more, the better. */
export function atLeast(what: string, measured: Summary, limit: number, beyond?: Beyond): Bar {
  const isMet = (bar: number) => measured.median >= bar;
  return held({ what, measured, side: "at least", limit, isMet }, beyond);
}

/** What is held against a limit on one side. */
interface Held {
  readonly what: string;
  readonly measured: Summary;
  readonly side: "at most" | "at least";
  readonly limit: number;
  readonly isMet: (bar: number) => boolean;
}

function held(
  { what, measured, side, limit, isMet }: Held,
  { unit = "", moonshot }: Beyond = {},
): Bar {
  return {
    what,
    bar: `${side} ${limit} ${unit}`.trim(),
    measured: `${figure(measured)} ${unit}`.trim(),
    met: isMet(limit),
    ...(moonshot !== undefined && {
      moonshot: { bar: `${moonshot} ${unit}`.trim(), met: isMet(moonshot) },
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
export function exactly(what: string, value: number, limit: number, beyond?: Beyond): Bar {
  const measured = { median: value, low: value, high: value };
  const text = `${number(value)} ${beyond?.unit ?? ""}`.trim();
  return { ...atMost(what, measured, limit, beyond), measured: text };
}
