import { describe, expect, it } from "vitest";
import { JsonMistake, readJson } from "../../src/config/json.ts";
import { fc } from "../support/properties.ts";

/** The mistake with the place where it is. */
async function mistakeIn(text: string): Promise<string> {
  const error = await readJson([text]).catch((reason: unknown) => reason);
  if (!(error instanceof JsonMistake)) throw new Error(`no mistake in ${text}`);
  const { line, column, message } = error;
  // It says the same where every character comes by itself.
  const piecemeal = await readJson(text).catch((reason: unknown) => reason);
  expect(piecemeal).toMatchObject({ line, column, message });
  return `${line === 1 ? column - 1 : `${line}:${column}`}: ${message}`;
}

const spaced = (text: string) => text.replaceAll(/(?<=[[{:,])/g, " \r\n\t");

describe("JSON that is right", () => {
  it("is read as JSON.parse reads it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const text = JSON.stringify(value);
        expect(await readJson([text])).toEqual(JSON.parse(text));
        expect(await readJson(text)).toEqual(JSON.parse(text));
        const indented = JSON.stringify(value, undefined, 2);
        expect(await readJson([` ${indented}\n`])).toEqual(value === 0 ? 0 : JSON.parse(text));
      }),
    );
  });

  it.each([
    "{}",
    "[]",
    "[{},[[]]]",
    '"a"',
    '"\\u00e6\\n\\"\\\\\\/\\ud800"',
    "-0",
    "-1.5e+10",
    "1E2",
    "null",
    "[true,false,null,0]",
    '{"a":{"b":[1,{"c":"d"}]},"e":""}',
    '{"":1}',
    '{"constructor":1,"toString":2}',
  ])("is read where it is %s", async (text) => {
    expect(await readJson(text)).toEqual(JSON.parse(text));
    const values = await Promise.all([[text], ["", text], [text, ""]].map(readJson));
    expect(values).toEqual(values.map(() => JSON.parse(text)));
    if (!text.startsWith('"')) expect(await readJson(spaced(text))).toEqual(JSON.parse(text));
  });

  it("has a member of its own under the name __proto__", async () => {
    const value = (await readJson(['{"__proto__":{"a":1}}'])) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.entries(value)).toEqual([["__proto__", { a: 1 }]]);
  });

  it("may be nested 101 levels deep, and no deeper", async () => {
    const nest = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(JSON.stringify(await readJson(nest(101)))).toBe(nest(101));
    expect(await mistakeIn(nest(102))).toBe("101: nested more than 100 levels deep");
  });

  it("may be longer than what is read at once", async () => {
    const list = Array.from({ length: 3000 }, (_, n) => n);
    expect(await readJson(JSON.stringify(list))).toEqual(list);
  });
});

describe("JSON that is wrong", () => {
  it.each([
    ["", "0: expected a value, found the end of the file"],
    [" ", "1: expected a value, found the end of the file"],
    [",", '0: expected a value, found ","'],
    ["}", '0: expected a value, found "}"'],
    ["{", "1: expected a key in double quotes, found the end of the file"],
    ["{,", '1: expected a value, found ","'],
    ["{1", '1: expected a key in double quotes, found "1"'],
    ["{]", '1: expected a key in double quotes, found "]"'],
    ['{"a"', "4: expected a colon after the key, found the end of the file"],
    ['{"a",', '4: expected a colon after the key, found ","'],
    ['{"a":', "5: expected a value, found the end of the file"],
    ['{"a":}', '5: expected a value, found "}"'],
    ['{"a":1', "6: expected a comma or }, found the end of the file"],
    ['{"a":1]', '6: expected a comma, found "]"'],
    ['{"a":1 "b"', '7: expected a comma, found "\\"b\\""'],
    ['{"a":1,', "7: expected a key in double quotes, found the end of the file"],
    ['{"a":1,}', '7: expected a key in double quotes, found "}"'],
    ['{"a":1,"a":2}', '7: the key "a" is here twice; keep one'],
    ['{"__proto__":1,"__proto__":2}', '15: the key "__proto__" is here twice; keep one'],
    ["[", "1: expected a value, found the end of the file"],
    ["[,", '1: expected a value, found ","'],
    ["[}", '1: expected a value, found "}"'],
    ["[1", "2: expected a comma or ], found the end of the file"],
    ["[1}", '2: expected a comma, found "}"'],
    ["[1,", "3: expected a value, found the end of the file"],
    ["[1,]", '3: expected a value, found "]"'],
    ["[1 2]", '3: expected a comma, found "2"'],
    ["[01]", '2: expected a comma, found "1"'],
    ["{} []", '3: expected the end of the file, found "["'],
    ["1 x", '2: expected the end of the file, found "x"'],
    [
      "[x]",
      '1: expected a key or string in double quotes, a number, true, false or null, found "x"',
    ],
    [
      "[NaN]",
      '1: expected a key or string in double quotes, a number, true, false or null, found "NaN"',
    ],
    [
      "[-]",
      '1: expected a key or string in double quotes, a number, true, false or null, found "-"',
    ],
    ["[1.]", '1: this number is not complete, found "1."'],
    ["[1e]", '1: this number is not complete, found "1e"'],
    ['["a', '1: this string is not closed on its line, found "\\"a"'],
    ['["a\n"]', '1: this string is not closed on its line, found "\\"a"'],
    ['["\\x"]', '1: this string has a wrong escape, found "\\"\\\\x\\""'],
    ['["\\u12"]', '1: this string has a wrong escape, found "\\"\\\\u12\\""'],
    ['["\t"]', '1: this string has a control character; write it as an escape, found "\\"\\t\\""'],
    [
      "[\n1,\r\n\t x]",
      '3:3: expected a key or string in double quotes, a number, true, false or null, found "x"',
    ],
    ["[1, // one\n]", "4: JSON has no comments; take it out"],
    ["[/* one */1]", "1: JSON has no comments; take it out"],
    ["[/* one", "1: JSON has no comments; take it out"],
  ])("is refused where it begins to be: %j", async (text, mistake) => {
    expect(await mistakeIn(text)).toBe(mistake);
    expect(() => JSON.parse(text) as unknown).toSatisfy((parse: () => unknown) => {
      try {
        parse();
        return text.includes('"a":2') || text.includes("__proto__");
      } catch {
        return true;
      }
    });
  });
});
