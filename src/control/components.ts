import type { TSchema } from "typebox";

/**
 * Schemas in the API's description: each one that has a title stands there once, under that title,
 * and is referred to from wherever it is used.
 */

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** The schemas so far. */
export interface Components {
  readonly schemas: Json;
  /**
   * The same as JSON Schema 2020-12, with references in place of titled schemas.
   *
   * @throws Error when two different schemas have one title
   */
  refer(schema: TSchema): unknown;
}

export function createComponents(): Components {
  const schemas: Record<string, unknown> = {};

  /** What is not enumerable is TypeBox's own; the rest is JSON Schema as it is. */
  function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(refer);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, refer(member)]));
  }

  function refer(value: unknown): unknown {
    const copy = plain(value);
    const title = titleOf(copy);
    if (title === undefined) return copy;
    const { [title]: known = copy } = schemas;
    if (JSON.stringify(known) !== JSON.stringify(copy)) {
      throw new Error(`two different schemas have the title ${title}`);
    }
    schemas[title] = copy;
    return { $ref: `#/components/schemas/${title}` };
  }

  return { schemas, refer };
}

/** In the `properties` of a schema, `title` would be the schema of a property and no text. */
function titleOf(value: unknown): string | undefined {
  const { title } = (value ?? {}) as { readonly title?: unknown };
  return typeof title === "string" ? title : undefined;
}
