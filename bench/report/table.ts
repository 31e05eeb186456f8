import type { Summary } from "./statistics.ts";

/** Tables and figures, as Markdown has them and as a terminal can show them. */

/** A table whose columns stand under each other also where Markdown is read as text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(3, ...all.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** The median, and in brackets the middle half of the rounds: `640 (611–702)`. */
export function figure({ median, low, high }: Summary): string {
  return `${number(median)} (${number(low)}–${number(high)})`;
}

/** As many digits as a measurement of this kind can mean. */
export function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
