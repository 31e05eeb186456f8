import { describe, expect, it } from "vitest";
import {
  decodeLeniently,
  encodeQuery,
  escapeQuery,
  goJson,
  sortKeys,
  unescapeQuery,
} from "../../src/oidc/encoding.ts";
import { fc } from "../support/properties.ts";

const text = fc.string({ unit: "binary" });

/** Go's url.QueryEscape, byte by byte. */
function byteWise(value: string): string {
  return [...new TextEncoder().encode(value)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      if (/[A-Za-z0-9\-_.~]/.test(char)) return char;
      return char === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

describe("unescapeQuery", () => {
  it("gives back what was escaped, by Go and by browsers", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        expect(unescapeQuery(escapeQuery(value))).toBe(value);
        expect(unescapeQuery(new URLSearchParams({ a: value }).toString().slice(2))).toBe(value);
      }),
    );
  });

  it.each(["%", "%zz", "%C3%28"])("refuses %s", (text) => {
    expect(() => unescapeQuery(text)).toThrow(URIError);
  });
});

describe("decodeLeniently", () => {
  it.each([
    ["a%2Fb+c", "a/b c"],
    ["a%zz+c", "a%zz+c"],
  ])("reads %s as %s", (text, decoded) => {
    expect(decodeLeniently(text)).toBe(decoded);
  });
});

describe("escapeQuery", () => {
  it.each([
    ["AZaz09-_.~", "AZaz09-_.~"],
    ["a b", "a+b"],
    ["a+b", "a%2Bb"],
    ["!'()*", "%21%27%28%29%2A"],
    ["%20", "%2520"],
    ["&=?/#", "%26%3D%3F%2F%23"],
    ["Ø", "%C3%98"],
    ["😀", "%F0%9F%98%80"],
    ["\n", "%0A"],
    ["", ""],
    [
      "Client authentication failed (e.g., unknown client)",
      "Client+authentication+failed+%28e.g.%2C+unknown+client%29",
    ],
  ])("%j is %s", (value, escaped) => {
    expect(escapeQuery(value)).toBe(escaped);
  });

  it("is byte by byte what Go does", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(escapeQuery(value)).toBe(byteWise(value));
      }),
    );
  });

  it("is decoded by a browser's parser", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(new URLSearchParams(`v=${escapeQuery(value)}`).get("v")).toBe(value);
      }),
    );
  });
});

describe("encodeQuery", () => {
  it.each([
    [
      "sorted by name",
      [
        ["state", "x"],
        ["code", "y"],
        ["scope", "z"],
      ],
      "code=y&scope=z&state=x",
    ],
    [
      "the values of one name in their order",
      [
        ["b", "2"],
        ["a", "9"],
        ["b", "1"],
      ],
      "a=9&b=2&b=1",
    ],
    [
      "upper case before lower",
      [
        ["a", "1"],
        ["B", "2"],
      ],
      "B=2&a=1",
    ],
    ["names escaped too", [["a b", "c&d"]], "a+b=c%26d"],
    ["an empty value", [["state", ""]], "state="],
    [
      "by bytes, not UTF-16",
      [
        ["\u{1f600}", "1"],
        ["\uffee", "2"],
      ],
      "%EF%BF%AE=2&%F0%9F%98%80=1",
    ],
    ["nothing", [], ""],
  ] satisfies [string, [string, string][], string][])("%s", (_, pairs, query) => {
    expect(encodeQuery(pairs)).toBe(query);
  });

  it("keeps every pair, sorted by the bytes of the names, stably", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const decoded = [...new URLSearchParams(encodeQuery(pairs))];
        const order = (one: string, other: string) => Buffer.from(one).compare(Buffer.from(other));
        const sorted = pairs
          .map((pair, index) => ({ pair, index }))
          .sort((a, b) => order(a.pair[0], b.pair[0]) || a.index - b.index)
          .map(({ pair }) => pair);
        expect(decoded).toEqual(sorted);
      }),
    );
  });
});

describe("goJson", () => {
  it.each([
    ["<", String.raw`"\u003c"`],
    [">", String.raw`"\u003e"`],
    ["&", String.raw`"\u0026"`],
    ["\u2028", String.raw`"\u2028"`],
    ["\u2029", String.raw`"\u2029"`],
    ["Ø/'", `"Ø/'"`],
    [{ b: 1, a: ["x"] }, '{"b":1,"a":["x"]}'],
    [{ "a&b": null }, String.raw`{"a\u0026b":null}`],
  ])("%j", (value, json) => {
    expect(goJson(value)).toBe(json);
  });

  it("reads back as the same, without what Go escapes", () => {
    const special = fc.constantFrom("<", ">", "&", "\u2028", "\u2029", "\\", '"', "\\u003c");
    const values = fc.oneof(
      fc.jsonValue(),
      fc.array(special).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(values, (value) => {
        const json = goJson(value);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });
});

describe("sortKeys", () => {
  it("puts the keys in alphabetical order and leaves undefined out", () => {
    const sorted = sortKeys({ sub: 1, at_hash: 2, nonce: undefined, aud: null, exp: false });
    expect(JSON.stringify(sorted)).toBe('{"at_hash":2,"aud":null,"exp":false,"sub":1}');
    expect(sorted).not.toHaveProperty("nonce");
  });

  it("sorts any names and keeps their values", () => {
    const names = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.integer());
    fc.assert(
      fc.property(names, (record) => {
        expect(Object.keys(sortKeys(record))).toEqual(Object.keys(record).sort());
        expect(sortKeys(record)).toEqual({ ...record });
      }),
    );
  });
});
