import { describe, expect, it } from "vitest";
import { figure, number, table } from "../../bench/report/table.ts";

describe("table", () => {
  it("puts its columns under each other", () => {
    expect(
      table(
        ["", "flows/s"],
        [
          ["bare", "12345678"],
          ["ours", "1"],
        ],
      ),
    ).toBe(
      [
        "|      | flows/s  |",
        "| ---- | -------- |",
        "| bare | 12345678 |",
        "| ours | 1        |",
      ].join("\n"),
    );
  });
});

describe("a figure", () => {
  it("has no more digits than it can mean", () => {
    expect([1234.5, 12.34, 1.234, 0].map(number)).toEqual(["1235", "12.3", "1.23", "0.00"]);
  });

  it("has its spread in brackets", () => {
    expect(figure({ median: 2, low: 1, high: 3 })).toBe("2.00 (1.00–3.00)");
  });
});
