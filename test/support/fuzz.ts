import fc from "fast-check";

/**
 * Hostile input, made by chance: with one seed for everybody, so that the gate says the same of the same
 * commit. `FUZZ_SEED=1234` looks elsewhere, and repeats what was found there; `FUZZ_RUNS=10000` looks
 * longer. Whoever finds something reads both off the failure.
 */
const { FUZZ_SEED = "20261128", FUZZ_RUNS } = process.env;

/** Checks so many values, or as many as FUZZ_RUNS says. */
export function fuzz<Value>(
  values: fc.Arbitrary<Value>,
  runs: number,
  check: (value: Value) => Promise<void> | void,
): Promise<void> {
  const seed = Number(FUZZ_SEED);
  const numRuns = FUZZ_RUNS === undefined ? runs : Number(FUZZ_RUNS);
  const property = fc.asyncProperty(values, async (value) => check(value));
  return fc.assert(property, { seed, numRuns }).catch((error: Error) => {
    throw new Error(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns} finds it:\n${error.message}`, {
      cause: error,
    });
  });
}

/** What has broken programs before. */
const NOTORIOUS = [
  "",
  " ",
  "0",
  "-1",
  "1e308",
  "1e21",
  "0.5",
  "NaN",
  "null",
  "true",
  "undefined",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "../../../etc/passwd",
  "..%2f..%2f",
  "%",
  "%zz",
  "%00",
  "%c3%28",
  "%ff%fe",
  "\0",
  "a\0b",
  "line\r\nSet-Cookie: a=b",
  "\u001b[2Jcleared",
  "\u202eelpmaxe\u202c",
  "a\u200bb\u200d",
  "\ufeff",
  "\ud800",
  "<script>alert(1)</script>",
  "\"'><img src=x onerror=alert(1)>",
  "{{constructor}}",
  "$" + "{7*7}",
  "' OR '1'='1",
  "https://attacker.example/",
  "//attacker.example",
  "javascript:alert(1)",
  "http://[::1",
  "http://256.256.256.256/",
  "localhost:99999",
  "openid",
  "ada",
  "default",
  "4712345678",
  "x".repeat(300),
  "x".repeat(3000),
  "🦊".repeat(40),
  "Å".repeat(200),
];

/** A text that somebody might send: notorious, known, or anything at all. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NOTORIOUS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NOTORIOUS), fc.constantFrom(...NOTORIOUS))
      .map(([one, other]) => one + other),
  },
);

/** A text that UTF-8 can carry: without half a character. */
export function wellFormed(value: string): string {
  return Buffer.from(value).toString();
}

/** A value that JSON can carry. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e21,
    1e308,
    -1e308,
    [],
    {},
    [[]],
    [null],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A schema as the JSON that it is. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
}

/** Mostly what the schema asks for, with something else in it here and there. */
export function near(schema: object, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: fitting(schema as Schema, depth) },
    { weight: 1, arbitrary: json },
  );
}

function fitting(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (depth > 5) return json;
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => near(one, depth + 1)));
  switch (schema.type) {
    case "object": {
      const members = Object.entries(schema.properties ?? {});
      const model = Object.fromEntries(
        members.map(([name, member]) => [name, near(member, depth + 1)]),
      );
      const known = fc.record(model, { requiredKeys: [...(schema.required ?? [])] });
      return fc
        .tuple(known, fc.option(fc.tuple(text, json), { freq: 20 }))
        .map(([value, surplus]) => (surplus ? { ...value, [surplus[0]]: surplus[1] } : value));
    }
    case "array":
      return fc.array(near(schema.items ?? {}, depth + 1), { maxLength: 3 });
    case "integer":
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? 0, max: (schema.minimum ?? 0) + 100 }),
        fc.constantFrom(-1, 0.5, 1e21, 1e308, Number.MAX_SAFE_INTEGER),
      );
    case "number":
      return fc.oneof(fc.constantFrom(0, 0.5, 1, -1, 1e308), fc.double({ noNaN: true }));
    case "boolean":
      return fc.boolean();
    case "string":
      return text;
    case "null":
      return fc.constant(null);
    default:
      return json;
  }
}

/** What a response must not have: a stack trace, and what could steer whoever reads it. */
export function leaks(body: string): string | undefined {
  const stack =
    /^ +at .*[:(]\d+:\d+\)?$/m.exec(body)?.[0] ?? /node_modules|file:\/\/\//.exec(body)?.[0];
  if (stack !== undefined) return `a stack trace: ${stack}`;
  const control = [...body].find((char) => /\p{Cc}/u.test(char) && !"\n\r\t".includes(char));
  return control === undefined ? undefined : `a control character: ${JSON.stringify(control)}`;
}

export { fc };
