import Type from "typebox";
import { Settings } from "typebox/system";
import { describe, expect, it } from "vitest";
import { pathTo } from "../../src/config/problem.ts";
import { findProblems, findProblemsInTurns } from "../../src/config/schema-problems.ts";
import { ConfigSchema } from "../../src/records/config.ts";
import { fc } from "../support/properties.ts";

const told = (schema: Parameters<typeof findProblems>[0], value: unknown) =>
  findProblems(schema, value).map(({ path, message }) => `${path}: ${message}`);

const Limits = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 3 })),
    code: Type.Optional(Type.String({ minLength: 2, pattern: "^[a-z]*$" })),
    day: Type.Optional(Type.String({ format: "date" })),
    mail: Type.Optional(Type.String({ format: "email" })),
    list: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 2, uniqueItems: true })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
    half: Type.Optional(Type.Number({ multipleOf: 0.5 })),
    kind: Type.Optional(Type.Literal("only")),
    map: Type.Optional(Type.Record(Type.String(), Type.Boolean())),
    none: Type.Optional(Type.Object({}, { additionalProperties: false })),
    step: Type.Optional(Type.Union([Type.Literal("publish"), Type.Literal("retire"), Type.Null()])),
    by: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.String({ minLength: 1 })])),
    either: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object({ outcome: Type.String() }, { additionalProperties: false }),
          Type.Object(
            { error: Type.String(), errorDescription: Type.String() },
            { additionalProperties: false },
          ),
        ]),
      ),
    ),
  },
  { additionalProperties: false },
);

describe("findProblems", () => {
  it.each<[unknown, string[]]>([
    [{}, []],
    [[], [": expected an object, got a list"]],
    [null, [": expected an object, got null"]],
    [{ name: 5 }, ["name: expected a string, got the number 5; write it in quotes"]],
    [{ name: true }, ["name: expected a string, got true; write it in quotes"]],
    [{ name: {} }, ["name: expected a string, got an object"]],
    [{ name: "" }, ["name: is empty; write at least one character"]],
    [{ name: "abc" }, []],
    [{ name: "abcd" }, ["name: has 4 characters; expected at most 3"]],
    [{ code: "a" }, ["code: has 1 characters; expected at least 2"]],
    [{ code: "A1" }, ['code: "A1" does not fit the pattern ^[a-z]*$']],
    [{ day: "2024-02-29" }, []],
    [
      { day: "2023-02-29" },
      ['day: "2023-02-29" is no day of the calendar; write it as YYYY-MM-DD'],
    ],
    [{ mail: "x" }, ['mail: "x" is no email']],
    [{ list: [] }, ["list: has 0 entries; expected at least 1"]],
    [{ list: ["a", "b", "c"] }, ["list: has 3 entries; expected at most 2"]],
    [{ list: ["a", "a"] }, ['list: has an entry twice ("a"); name each once']],
    [{ list: "a" }, ['list: expected a list, got the string "a"']],
    [{ count: 0 }, ["count: is 0; expected 1 or more"]],
    [{ count: 1 }, []],
    [{ count: 3 }, []],
    [{ count: 4 }, ["count: is 4; expected 3 or less"]],
    [{ count: 1.5 }, ["count: expected a whole number, got the number 1.5"]],
    [{ half: 0.3 }, ["half: the number 0.3 must be multiple of 0.5"]],
    [{ kind: "onyl" }, ['kind: expected "only", got the string "onyl"; did you mean "only"?']],
    [{ map: { "a/b": 1 } }, ['map["a/b"]: expected true or false, got the number 1']],
    [{ none: { a: 1 } }, ['none.a: unknown key "a"']],
  ])("%j", (value, problems) => {
    expect(told(Limits, value)).toEqual(problems);
  });

  it.each<[unknown, string[]]>([
    [{ step: null }, []],
    [
      { step: "retired" },
      [
        'step: expected "publish" or "retire" or null, got the string "retired"; did you mean "retire"?',
      ],
    ],
    [{ step: 3 }, ['step: expected "publish" or "retire" or null, got the number 3']],
    [{ by: -1 }, ["by: is -1; expected 0 or more"]],
    [{ by: "" }, ["by: is empty; write at least one character"]],
    [{ by: [] }, ["by: expected a whole number or a string, got a list"]],
    [
      { either: [{ outcome: "x" }, { error: "x", errorDescription: 4 }, { outcome: 5 }, "x"] },
      [
        "either[1].errorDescription: expected a string, got the number 4; write it in quotes",
        "either[2].outcome: expected a string, got the number 5; write it in quotes",
        'either[3]: expected an object, got the string "x"',
      ],
    ],
  ])("tells only of the branch that was meant: %j", (value, problems) => {
    expect(told(Limits, value)).toEqual(problems);
  });

  it.each([" ", "\u00a0\t\u3000", "\u200b\u202e", "\u3164", "\ufeff"])(
    "tells of each name that nobody sees: %j",
    (name) => {
      const title = name;
      const config = {
        users: [{ givenName: name, familyName: name }],
        salesUnits: [
          {
            name,
            merchant: name,
            redirectUris: [],
            features: { customFlow: { screens: [{ title, elements: [] }] } },
          },
        ],
        partners: [{ name }],
      };
      const unseen = findProblems(ConfigSchema, config).filter(({ message }) =>
        message.startsWith(
          "has nothing in it that is seen, only spaces or the like; write at least",
        ),
      );
      expect(unseen.map(({ path }) => path).sort()).toEqual([
        "partners[0].name",
        "salesUnits[0].features.customFlow.screens[0].title",
        "salesUnits[0].merchant",
        "salesUnits[0].name",
        "users[0].familyName",
        "users[0].givenName",
      ]);
    },
  );

  it.each(["", "x", " x ", "Å", "李", "🎿", "\u202ex", "-", "Zipf"])(
    "says of %j that it is seen, or that it is empty",
    (name) => {
      const found = findProblems(ConfigSchema, { users: [{ givenName: name }] });
      const message = "is empty; write at least one character";
      expect(found).toEqual(
        name === "" ? [{ path: "users[0].givenName", message, value: "" }] : [],
      );
    },
  );

  it("shows what turns the direction of writing as an escape", () => {
    const [problem] = findProblems(ConfigSchema, {
      users: [{ phoneNumber: "\u202e47\u2066\u2028" }],
    });
    expect(problem?.message).toContain(String.raw`"\u202e47\u2066\u2028" does not fit`);
  });

  it("tells everything at once, with the nearest valid names and the values", () => {
    const config = {
      profil: "2023",
      users: [{ status: "actve", emial: "x" }],
      salesUnits: [{ redirectUris: [] }],
    };
    expect(findProblems(ConfigSchema, config)).toEqual([
      {
        path: "profil",
        message: 'unknown key "profil"; did you mean "profile"?',
        value: "2023",
        closest: "profile",
      },
      {
        path: "users[0].emial",
        message: 'unknown key "emial"; did you mean "email"?',
        value: "x",
        closest: "email",
      },
      {
        path: "users[0].status",
        message:
          'expected one of "active", "blocked", "no_app", "outdated_app", got the string "actve"; did you mean "active"?',
        value: "actve",
        closest: "active",
      },
      { path: "salesUnits[0].name", message: "missing: expected a string" },
    ]);
  });

  it("suggests nothing that is far off", () => {
    expect(told(ConfigSchema, { xyz: 1 })).toEqual([
      'xyz: unknown key "xyz"; known are $schema, profile, rules, limits, autoLogin, webhookHosts, users, salesUnits, partners, faults, scenarios, clock',
    ]);
  });

  it("explains a pattern by the schema's description", () => {
    expect(told(ConfigSchema, { users: [{ phoneNumber: "+4712345678" }] })).toEqual([
      'users[0].phoneNumber: "+4712345678" does not fit; what belongs here: "MSISDN: country code and number, digits only, as 4712345678."',
    ]);
  });

  it.each<[object, string]>([
    [
      { clientSecret: "short\u0000secret-123" },
      'salesUnits[0].clientSecret: the value does not fit; what belongs here: "Printable ASCII."',
    ],
    [
      { clientSecret: 123456 },
      "salesUnits[0].clientSecret: expected a string, got a number; write it in quotes",
    ],
    [{ clientSecret: null }, "salesUnits[0].clientSecret: expected a string, got null"],
  ])("does not repeat a secret: %j", (unit, message) => {
    const salesUnits = [{ name: "Shop", redirectUris: [], ...unit }];
    expect(told(ConfigSchema, { salesUnits })).toEqual([message]);
  });

  it("knows a number from the year it was meant as", () => {
    expect(told(ConfigSchema, { profile: 2023 })).toEqual([
      'profile: expected one of "2023", "2026", got the number 2023; write it in quotes',
    ]);
  });

  it("refuses keys that every object inherits", () => {
    const config = JSON.parse('{"__proto__": {"users": 1}, "constructor": 1, "toString": 2}');
    expect(findProblems(ConfigSchema, config).map(({ path }) => path)).toEqual([
      "__proto__",
      "constructor",
      "toString",
    ]);
  });

  it("finds more than TypeBox's eight, and stays on one line with long values", () => {
    const users = Array.from({ length: 50 }, () => ({ id: "\n".repeat(500) }));
    const problems = findProblems(ConfigSchema, { users });
    expect(problems).toHaveLength(50);
    for (const { message } of problems) expect(message).toMatch(/^[^\n]{1,400}$/);
  });

  it("leaves the limit of the program that it runs in as it is", () => {
    const limit = Settings.Get().maxErrors;
    expect(limit).toBe(8);
    findProblems(ConfigSchema, { users: Array.from({ length: 50 }, () => 7) });
    expect(Settings.Get().maxErrors).toBe(limit);
  });

  it("speaks of an object that cannot be turned into a text", () => {
    const [problem] = findProblems(ConfigSchema, { profile: { toString: false } });
    expect(problem).toMatchObject({
      path: "profile",
      message: expect.stringContaining("got an object"),
    });
  });

  it("survives whatever is given, and leaves it as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        for (const { message } of findProblems(ConfigSchema, value)) {
          expect(message).not.toContain("[object");
          expect(message).not.toContain("undefined");
        }
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });
});

describe("findProblemsInTurns", () => {
  const Person = Type.Object({ name: Type.String() }, { additionalProperties: false });
  const Long = Type.Object({
    people: Type.Array(Person),
    inner: Type.Optional(Type.Object({ people: Type.Array(Person) })),
    few: Type.Optional(Type.Array(Type.String(), { maxItems: 150, uniqueItems: true })),
    names: Type.Optional(Type.Array(Type.String())),
  });
  const people = (count: number, wrong: Readonly<Record<number, unknown>> = {}) =>
    Array.from({ length: count }, (_, n) => (n in wrong ? wrong[n] : { name: "Kari" }));

  it.each<[string, unknown]>([
    ["is right", { people: people(300), inner: { people: people(300) } }],
    ["is short and wrong", { people: people(100, { 99: { nme: 1 } }) }],
    ["is wrong at the beginning", { people: people(101, { 99: { nme: 1 } }) }],
    ["is wrong at the end", { people: people(101, { 100: { nme: 1 } }) }],
    ["is wrong here and there", { people: people(300, { 3: 5, 100: null, 299: { name: 1 } }) }],
    ["is wrong further in", { people: [], inner: { people: people(300, { 250: { a: 1 } }) } }],
    ["has texts that are wrong", { people: [], names: people(120) }],
    ["is too long", { people: [], few: Array.from({ length: 151 }, (_, n) => `${n}`) }],
    [
      "has an entry twice",
      { people: [], few: [...Array.from({ length: 120 }, (_, n) => `${n}`), "5"] },
    ],
    ["has an own __proto__", JSON.parse('{"people":[],"inner":{"__proto__":1,"people":[]}}')],
    ["is no object", [people(300)]],
  ])("finds what findProblems finds where a list %s", async (_name, value) => {
    const before = structuredClone(value);
    expect(await findProblemsInTurns(Long, value)).toEqual(findProblems(Long, value));
    expect(value).toEqual(before);
  });

  it("stops where there is more to complain about than anybody reads", async () => {
    const value = { people: Array.from({ length: 5000 }, () => 1) };
    expect(await findProblemsInTurns(Long, value)).toHaveLength(1000);
  });
});

describe("pathTo", () => {
  it.each<[string, string | number, string]>([
    ["", "users", "users"],
    ["users", 0, "users[0]"],
    ["users[0]", "email", "users[0].email"],
    ["users", "a b", 'users["a b"]'],
    ["", "", '[""]'],
  ])("%j and %j: %s", (path, key, expected) => {
    expect(pathTo(path, key)).toBe(expected);
  });
});
