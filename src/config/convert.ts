import type { TSchema } from "typebox";
import type { Replacement } from "./variables.ts";

/**
 * A variable is a text. Where the schema of a config wants a number, or true or false, the text is read as
 * one; what reads as none stays a text, for the schema to refuse.
 *
 * @param schema that of the whole value
 * @param value the whole, which is changed
 * @param places where in it the texts came from variables
 */
export function convertVariables(
  schema: TSchema,
  value: unknown,
  places: Replacement["places"],
): void {
  for (const keys of places) {
    const last = keys.at(-1);
    if (last === undefined) continue;
    const wanted = keys.reduce<Json[]>(memberSchemas, branchesOf(schema as Json));
    const holder = keys
      .slice(0, -1)
      .reduce<unknown>((one, key) => (one as Members)[key], value) as Members;
    holder[last] = readAs(
      wanted.map(({ type }) => type),
      String(holder[last]),
    );
  }
}

type Members = Record<string | number, unknown>;

/** A schema as the JSON it is. */
interface Json {
  readonly type?: unknown;
  readonly anyOf?: readonly Json[];
  readonly items?: Json;
  readonly properties?: Readonly<Record<string, Json>>;
}

function branchesOf(schema: Json): Json[] {
  return schema.anyOf?.flatMap(branchesOf) ?? [schema];
}

/** The schemas that a member may fit, of an object or a list that may fit some. */
function memberSchemas(schemas: readonly Json[], key: string | number): Json[] {
  return schemas.flatMap(({ items, properties = {} }) => {
    const member =
      typeof key === "number" ? items : Object.hasOwn(properties, key) && properties[key];
    return member ? branchesOf(member) : [];
  });
}

function readAs(types: readonly unknown[], text: string): unknown {
  if (types.includes("string")) return text;
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  const isNumber = types.includes("integer") || types.includes("number");
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
