import { describe, expect, it } from "vitest";
import { packed, unpacked } from "../../src/dashboard/flash.ts";

describe("what an action did, in a cookie", () => {
  const undo = { action: "portal", fields: [{ name: "record", value: "r" }] };
  const done = { message: "Done.", commands: ["curl"], undo };
  const longUndo = { ...undo, fields: [{ name: "record", value: "r".repeat(3000) }] };

  it.each([
    ["is whole where it fits", done, done],
    ["loses commands first", { ...done, commands: ["c".repeat(3000)] }, { ...done, commands: [] }],
    ["loses the way back then", { ...done, undo: longUndo }, { ...done, commands: [], undo: null }],
  ])("%s", (_, given, kept) => {
    expect(unpacked(packed(given))).toEqual(kept);
  });

  it("is never longer than a cookie can be", () => {
    const endless = { ...done, message: "ø".repeat(100_000), undo: longUndo };
    expect(packed(endless).length).toBeLessThan(3600);
    expect(unpacked(packed(endless))?.message).toMatch(/^øø+…$/);
  });
});
