import { describe, expect, it } from "vitest";
import { readOptions } from "../../bench/options.ts";

const PARTS = ["flows", "start"];

describe("the options of npm run bench", () => {
  it("are all parts and seven rounds when nothing is said", () => {
    expect(readOptions([], PARTS)).toMatchObject({ parts: PARTS, rounds: 7, peers: true });
  });

  it("name parts in any order", () => {
    expect(readOptions(["start", "flows", "--rounds", "3"], PARTS)).toMatchObject({
      parts: PARTS,
      rounds: 3,
    });
    expect(readOptions(["start", "--without-peers"], PARTS)).toMatchObject({
      parts: ["start"],
      peers: false,
    });
  });

  it("say what is wrong with them", () => {
    expect(() => readOptions(["flow"], PARTS)).toThrow(
      "There is no part flow; there are flows, start.",
    );
    expect(() => readOptions(["--rounds", "0"], PARTS)).toThrow("--rounds 0: give a whole number");
  });

  it("give way to help", () => {
    expect(readOptions(["--help"], PARTS)).toBeUndefined();
  });
});
