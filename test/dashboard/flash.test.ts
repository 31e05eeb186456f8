import { describe, expect, it } from "vitest";
import { packed, unpacked } from "../../src/dashboard/flash.ts";

describe("what an action did, in a cookie", () => {
  const undo = { action: "portal", id: "kept" };
  const done = { message: "Done.", commands: ["curl"], isMasked: true, undo };

  it.each([
    ["is whole where it fits", done, done],
    [
      "loses its commands where it does not",
      { ...done, commands: ["c".repeat(3000)] },
      { ...done, commands: [], isMasked: false },
    ],
  ])("%s", (_, given, kept) => {
    expect(unpacked(packed(given))).toEqual(kept);
  });

  it("is never longer than a cookie can be", () => {
    const endless = { ...done, message: "ø".repeat(100_000) };
    expect(packed(endless).length).toBeLessThan(3600);
    expect(unpacked(packed(endless))).toMatchObject({
      message: expect.stringMatching(/^øø+…$/),
      undo,
    });
  });
});
