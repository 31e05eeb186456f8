import { describe, expect, it } from "vitest";
import { problemsWithVariables, replaceVariables } from "../../src/config/variables.ts";

const ENV = { SHOP: "my-shop", EMPTY: "", NUMBER: "17" };

describe("replaceVariables", () => {
  it.each([
    ["${SHOP}", "my-shop"],
    ["${SHOP:-other}", "my-shop"],
    ["${MISSING:-other}", "other"],
    ["${MISSING:-}", ""],
    ["${EMPTY}", ""],
    ["${EMPTY:-other}", "other"],
    ["${MISSING:-a:-b $x}", "a:-b $x"],
    ["https://${SHOP}.example.com:${NUMBER}/cb", "https://my-shop.example.com:17/cb"],
    ["$${SHOP}", "${SHOP}"],
    ["$$${SHOP}", "$${SHOP}"],
    ["$SHOP and $", "$SHOP and $"],
    ["{SHOP}", "{SHOP}"],
  ])("makes %s %s", (text, expected) => {
    expect(replaceVariables({ text }, ENV)).toMatchObject({
      value: { text: expected },
      problems: [],
    });
  });

  it.each([
    ["${MISSING}", "the variable MISSING is not set; set it, or give a default: ${MISSING:-…}"],
    ["${constructor}", "the variable constructor is not set"],
    ["${}", '"${}" names no variable; write ${NAME} or ${NAME:-default}, and $${ for ${ itself'],
    ["${SHOP", '"${SHOP" names no variable'],
    ["${SHOP-other}", '"${SHOP-other}" names no variable'],
    ["${1}", '"${1}" names no variable'],
    ["${ SHOP }", '"${ SHOP }" names no variable'],
  ])("has a problem with %s", (text, message) => {
    const { problems } = replaceVariables({ list: [{ text }] }, ENV);
    expect(problems).toEqual([{ path: "list[0].text", message: expect.stringContaining(message) }]);
  });

  it("finds every problem at once, and leaves keys as they are", () => {
    const value = { "${SHOP}": 1, a: "${ONE}", b: ["${TWO} ${THREE}"] };
    const { value: result, problems, variables } = replaceVariables(value, ENV);
    expect(Object.keys(result as object)).toEqual(["${SHOP}", "a", "b"]);
    expect(problems.map(({ path }) => path)).toEqual(["a", "b[0]", "b[0]"]);
    expect(variables).toEqual([]);
  });

  it("tells which variables were used, each once, and which by their defaults", () => {
    const value = { a: "${SHOP} ${SHOP}", b: "${PORT:-80}", c: "$${NUMBER}" };
    expect(replaceVariables(value, ENV).variables).toEqual([
      { name: "SHOP", byDefault: false },
      { name: "PORT", byDefault: true },
    ]);
  });

  it("replaces each text once, where YAML has one of them in several places, or in itself", () => {
    const shared: Record<string, unknown> = { text: "${SHOP} $${" };
    shared["self"] = shared;
    const { value, places } = replaceVariables({ one: shared, other: shared }, ENV);
    expect(value).toMatchObject({ one: { text: "my-shop ${" }, other: { text: "my-shop ${" } });
    expect(places).toEqual([["one", "text"]]);
  });

  it.each([
    ["$SHOP", true],
    ["$CLIENT_SECRET_2", true],
    ["${SHOP}", false],
    ["$${SHOP}", false],
    ["$shop", false],
    ["$SHOP and more", false],
    ["$5", false],
    ["$", false],
  ])("takes %s as it stands, and for a slip: %s", (text, isSlip) => {
    const { value, notes } = replaceVariables({ list: [{ text }] }, { SHOP: "$SHOP" });
    // What is no variable may be a password, and is not told.
    const note =
      text === "$SHOP"
        ? '"$SHOP" is taken as it stands; for the variable write ${SHOP}'
        : "it begins with $ and is taken as it stands; a variable is written ${NAME}";
    expect(notes).toEqual(isSlip ? [`list[0].text: ${note}`] : []);
    if (isSlip) expect(value).toEqual({ list: [{ text }] });
  });

  it("has no trouble with a key that objects have from birth", () => {
    const value = JSON.parse('{"__proto__": "${SHOP}"}');
    expect(Object.entries(replaceVariables(value, ENV).value as object)).toEqual([
      ["__proto__", "my-shop"],
    ]);
  });
});

describe("problemsWithVariables", () => {
  const replaced = replaceVariables(
    { id: "${SHOP}", secret: "${SECRET}", missing: "${MISSING}", short: "${SHORT}" },
    { ...ENV, SECRET: 'quite "secret"', SHORT: "a" },
  );

  it("tells what stands in the file in place of what came from the environment", () => {
    const found = [
      {
        path: "id",
        message: '"my-shop" is the id of my-shop',
        value: "my-shop",
        closest: "my-shop",
      },
      { path: "secret", message: '"quite \\"secret\\"" is no secret', value: 'quite "secret"' },
      { path: "short", message: '"a" is a short text', value: "a" },
      { path: "number", message: "is 7", value: 7 },
    ];
    expect(problemsWithVariables(found, { ...replaced, problems: [] })).toEqual([
      {
        path: "id",
        message: '"${SHOP}" is the id of ${SHOP}',
        value: "${SHOP}",
        closest: "${SHOP}",
      },
      { path: "secret", message: '"${SECRET}" is no secret', value: "${SECRET}" },
      { path: "short", message: '"${SHORT}" is a short text', value: "${SHORT}" },
      { path: "number", message: "is 7", value: 7 },
    ]);
  });

  it("names the variables that are empty, each with the problem that it causes", () => {
    const value = { id: "${EMPTY}", number: "47${NONE}${SHOP}${NONE}", other: "${MISSING:-}" };
    const empty = replaceVariables(value, { ...ENV, NONE: "" });
    const found = [
      { path: "id", message: 'expected a name, got ""', value: "" },
      { path: "number", message: "is no number" },
      { path: "other", message: "is empty" },
    ];
    expect(problemsWithVariables(found, empty)).toEqual([
      { path: "id", message: 'expected a name, got ""; the variable EMPTY is empty', value: "" },
      { path: "number", message: "is no number; the variable NONE is empty" },
      { path: "other", message: "is empty" },
    ]);
  });

  it("says of a missing variable nothing but that", () => {
    const found = [
      { path: "missing", message: '"${MISSING}" is no number' },
      { path: "missing2", message: "is something else" },
    ];
    expect(problemsWithVariables(found, replaced).map(({ path }) => path)).toEqual([
      "missing",
      "missing2",
    ]);
  });
});
