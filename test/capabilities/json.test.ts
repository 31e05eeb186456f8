import { describe, expect, it } from "vitest";
import { jsonPieces, WrittenJson } from "../../src/platform/json.ts";
import { fc } from "../support/properties.ts";

const lengths = (object: object) => [...jsonPieces(object)].map(({ length }) => length);

describe("JSON in pieces", () => {
  it("is what JSON.stringify gives", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        expect([...jsonPieces(object)].join("")).toBe(JSON.stringify(object));
      }),
    );
    const odd = { a: undefined, b: [undefined, 1, []], c: [], ["__proto__"]: null, d: () => 1 };
    expect([...jsonPieces(odd)].join("")).toBe(JSON.stringify(odd));
    expect([...jsonPieces({})]).toEqual(["{}"]);
  });

  it("has what was written before as it was", () => {
    const object = { items: [new WrittenJson({ a: [1] }), new WrittenJson("ø")] };
    expect([...jsonPieces(object)]).toEqual(['{"items":[{"a":[1]},"ø"]}']);
  });

  it("is one piece while it is short, and not much more than 64 KiB each when it is long", () => {
    const entries = (count: number) => Array.from({ length: count }, () => "x".repeat(1021));
    expect(lengths({ list: entries(63) })).toHaveLength(1);
    const long = { list: entries(130), rest: 1 };
    const pieces = lengths(long);
    expect(pieces).toHaveLength(3);
    expect(Math.max(...pieces)).toBeLessThan(66 * 1024);
    expect([...jsonPieces(long)].join("")).toBe(JSON.stringify(long));
  });
});
