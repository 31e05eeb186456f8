import type { TSchema } from "typebox";
import { Settings } from "typebox/system";
import Value from "typebox/value";
import { closest } from "../platform/closest.ts";
import { takeTurns } from "../platform/timers.ts";
import { SEEN } from "../records/schema-parts.ts";
import type { Problem } from "./problem.ts";
import { didYouMean, named, pathTo, quoted, within } from "./problem.ts";

export type { Problem } from "./problem.ts";

/**
 * Validates against a schema, in words for people. The config file and the control API both use it,
 * so it knows nothing of files or requests.
 */

/**
 * TypeBox stops at eight errors; a person who fixes a file wants to see all of them at once. There
 * is still a limit, so that a senseless file of megabytes does not fill the memory with complaints.
 */
const MOST_ERRORS = 1000;

/** Everything that is wrong with it, in the order of the schema; empty when it fits. */
export function findProblems(schema: TSchema, value: unknown): Problem[] {
  if (Value.Check(schema, value)) return [];
  return withoutUnionNoise(errorsOf(schema, value)).flatMap((row) =>
    describe(row, schemaAt(schema, row.schemaPath), locate(value, row.instancePath)),
  );
}

/** Of a longer list the rest is looked at entry by entry. */
const MOST_AT_ONCE = 100;

/**
 * The same, where lists may be so long that others must have their turn meanwhile: those of the value
 * itself, or of objects in it.
 */
export async function findProblemsInTurns(schema: TSchema, value: unknown): Promise<Problem[]> {
  const { short, longLists } = withoutLongLists(schema, value);
  const found = findProblems(schema, short);
  const turn = takeTurns();
  for (const { items, list, path } of longLists) {
    for (let index = MOST_AT_ONCE; index < list.length; index += 1) {
      if (found.length >= MOST_ERRORS) return found;
      const problems = findProblems(items, list[index]);
      found.push(...problems.map((problem) => within(pathTo(path, index), problem)));
      await turn();
    }
  }
  return found;
}

/** A long list, of which only the beginning is looked at with the whole. */
interface LongList {
  readonly items: TSchema;
  readonly list: readonly unknown[];
  readonly path: string;
}

/** The value with the beginnings of its long lists, and these. */
function withoutLongLists(
  schema: TSchema,
  value: unknown,
  path = "",
): { readonly short: unknown; readonly longLists: readonly LongList[] } {
  const { items, properties, ...limits } = schema as {
    readonly items?: TSchema;
    readonly properties?: Readonly<Record<string, TSchema>>;
  };
  // Limits of a list are about all of it.
  const isLimited = ["maxItems", "minItems", "uniqueItems"].some((name) => name in limits);
  if (items && !isLimited && Array.isArray(value) && value.length > MOST_AT_ONCE) {
    return { short: value.slice(0, MOST_AT_ONCE), longLists: [{ items, list: value, path }] };
  }
  if (!properties || typeof value !== "object" || value === null || Array.isArray(value)) {
    return { short: value, longLists: [] };
  }
  const members = Object.entries(value).map(([key, member]) => {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const part = own && withoutLongLists(own, member, pathTo(path, key));
    return { key, short: part ? part.short : member, longLists: part?.longLists ?? [] };
  });
  return {
    short: Object.fromEntries(members.map(({ key, short }) => [key, short])),
    longLists: members.flatMap(({ longLists }) => longLists),
  };
}

/** The limit belongs to the whole process, where a test's own code may use TypeBox as well. */
function errorsOf(schema: TSchema, value: unknown): Row[] {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MOST_ERRORS });
  try {
    return Value.Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

type Row = ReturnType<typeof Value.Errors>[number];
/** A schema as the JSON it is. */
type Json = Readonly<Record<string, unknown>>;
/** A place in the value: its name for people and what is there. */
interface Place {
  readonly path: string;
  readonly value: unknown;
}

/**
 * A value that fits no branch of a union fails in every branch. Kept is the branch that was meant:
 * of those whose type fits, the one with the least to complain about. Where none fits, the row of
 * the union itself stays and says what is possible.
 */
function withoutUnionNoise(rows: readonly Row[]): readonly Row[] {
  return rows
    .filter((row) => row.keyword === "anyOf")
    .reduce<readonly Row[]>((left, union) => {
      const noise = left.filter((row) => isInBranch(row, union));
      const meant = branchesOf(noise, union)
        .filter((branch) => !branch.some((row) => deniesType(row, union.instancePath)))
        .sort((one, other) => one.length - other.length)[0];
      const kept = meant ?? [union];
      return left.flatMap((row) => (row === union ? kept : noise.includes(row) ? [] : [row]));
    }, rows);
}

function isInBranch(row: Row, union: Row): boolean {
  return (
    row.schemaPath.startsWith(`${union.schemaPath}/anyOf/`) &&
    `${row.instancePath}/`.startsWith(`${union.instancePath}/`)
  );
}

function branchesOf(noise: readonly Row[], union: Row): readonly Row[][] {
  const branches: Row[][] = [];
  for (const row of noise) {
    const index = Number.parseInt(row.schemaPath.slice(`${union.schemaPath}/anyOf/`.length), 10);
    branches[index] ??= [];
    branches[index].push(row);
  }
  return branches;
}

function deniesType(row: Row, instancePath: string): boolean {
  return row.instancePath === instancePath && ["type", "const", "enum"].includes(row.keyword);
}

/** A row in plain words; several problems where a row speaks of several members. */
function describe(row: Row, schema: Json, place: Place): Problem[] {
  switch (row.keyword) {
    case "boolean":
      return []; // The row for additionalProperties says the same with the key.
    case "additionalProperties":
      return row.params.additionalProperties.map((key) => unknownKey(key, schema, place));
    case "required":
      return row.params.requiredProperties.map((key) => ({
        path: pathTo(place.path, key),
        message: `missing: expected ${expectation(member(schema, key))}`,
      }));
    case "pattern":
      // That it is empty another row says.
      return schema["pattern"] === SEEN && place.value === ""
        ? []
        : [{ ...place, message: patternMessage(schema, place) }];
    case "type":
    case "enum":
    case "const":
    case "anyOf":
      return [otherThanExpected(schema, place)];
    default:
      return [{ ...place, message: limitMessage(row, place) }];
  }
}

function unknownKey(key: string, schema: Json, { path, value }: Place): Problem {
  const known = Object.keys(asJson(schema["properties"]));
  const meant = closest(key, known);
  const advice = meant ? didYouMean(meant) : known.length ? `; known are ${known.join(", ")}` : "";
  return {
    path: pathTo(path, key),
    message: `unknown key ${quoted(key)}${advice}`,
    value: asJson(value)[key],
    ...(meant && { closest: meant }),
  };
}

function otherThanExpected(schema: Json, { path, value }: Place): Problem {
  // Not everything has a text: JSON can give an object a toString that is no function.
  const meant = typeof value === "object" ? undefined : closest(String(value), allowed(schema));
  const isScalar = typeof value === "number" || typeof value === "boolean";
  const wantsQuotes = isScalar && (schema["type"] === "string" || meant === String(value));
  const advice = wantsQuotes ? "; write it in quotes" : didYouMean(meant);
  return {
    path,
    message: `expected ${expectation(schema)}, got ${namedUnlessSecret({ path, value })}${advice}`,
    value,
    ...(meant && { closest: meant }),
  };
}

/** The strings that a schema names one by one. */
function allowed(schema: Json): string[] {
  const values = [
    schema["enum"],
    [schema["const"]],
    asList(schema["anyOf"]).flatMap((branch) => allowed(asJson(branch))),
  ];
  return values.flatMap(asList).filter((value) => typeof value === "string");
}

const TYPES: ReadonlyMap<unknown, string> = new Map([
  ["string", "a string"],
  ["integer", "a whole number"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["null", "null"],
]);

function expectation(schema: Json): string {
  const values = asList(schema["enum"] ?? ("const" in schema ? [schema["const"]] : []));
  if (values.length > 0) {
    const texts = values.map((value) => JSON.stringify(value));
    return texts.length === 1 ? texts.join() : `one of ${texts.join(", ")}`;
  }
  const branches = asList(schema["anyOf"]).map((branch) => expectation(asJson(branch)));
  return branches.length > 0
    ? [...new Set(branches)].join(" or ")
    : (TYPES.get(schema["type"]) ?? "something else");
}

/** Values of the right type that go beyond what the schema allows. */
function limitMessage(row: Row, { value }: Place): string {
  const size = typeof value === "string" || Array.isArray(value) ? value.length : 0;
  switch (row.keyword) {
    case "minLength":
      return row.params.limit === 1
        ? "is empty; write at least one character"
        : `has ${size} characters; expected at least ${row.params.limit}`;
    case "maxLength":
      return `has ${size} characters; expected at most ${row.params.limit}`;
    case "minItems":
      return `has ${size} entries; expected at least ${row.params.limit}`;
    case "maxItems":
      return `has ${size} entries; expected at most ${row.params.limit}`;
    case "uniqueItems":
      return `has an entry twice (${repeated(value, row.params.duplicateItems)}); name each once`;
    case "minimum":
      return `is ${value}; expected ${row.params.limit} or more`;
    case "maximum":
      return `is ${value}; expected ${row.params.limit} or less`;
    case "format":
      return row.params.format === "date"
        ? `${quoted(String(value))} is no day of the calendar; write it as YYYY-MM-DD`
        : `${quoted(String(value))} is no ${row.params.format}`;
    default:
      return `${named(value)} ${row.message}`;
  }
}

function patternMessage(schema: Json, place: Place): string {
  if (schema["pattern"] === SEEN) {
    return "has nothing in it that is seen, only spaces or the like; write at least one letter, digit or sign";
  }
  const what = isSecret(place) ? "the value" : quoted(String(place.value));
  return `${what} does not fit${patternIn(schema)}`;
}

/** Client secrets, subscription keys and private keys: messages go to logs, and must not contain them. */
function isSecret({ path }: Place): boolean {
  return /(?:^|\.)(?:clientSecret|subscriptionKey|pem)$/.test(path);
}

function namedUnlessSecret(place: Place): string {
  const isScalar = typeof place.value !== "object";
  return isScalar && isSecret(place) ? `a ${typeof place.value}` : named(place.value);
}

function repeated(value: unknown, indexes: readonly number[]): string {
  return indexes.map((index) => JSON.stringify(asList(value)[index])).join(", ");
}

/** A pattern is nothing to read; the description says in words what it means. */
function patternIn(schema: Json): string {
  const { description, pattern } = schema;
  return typeof description === "string"
    ? `; what belongs here: ${JSON.stringify(description)}`
    : ` the pattern ${pattern}`;
}

function schemaAt(schema: TSchema, schemaPath: string): Json {
  return steps(schemaPath).reduce<Json>(member, schema as unknown as Json);
}

function member(schema: Json, key: string): Json {
  const owner = Object.hasOwn(schema, key) ? schema : asJson(schema["properties"]);
  return Object.hasOwn(owner, key) ? asJson(owner[key]) : {};
}

function locate(value: unknown, instancePath: string): Place {
  return steps(instancePath).reduce<Place>(
    (at, key) => ({
      path: pathTo(at.path, Array.isArray(at.value) ? Number(key) : key),
      value: asJson(at.value)[key],
    }),
    { path: "", value },
  );
}

/** The steps of a JSON Pointer, or of one behind a `#`. */
function steps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
