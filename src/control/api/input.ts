import type { TSchema } from "typebox";
import { parseConfig } from "../../config/parse.ts";
import { unescapeQuery } from "../../oidc/encoding.ts";
import { badRequest } from "./operation.ts";
import { Problem } from "./problem.ts";

/** From the text of a request to values that can be held against a schema. */

/**
 * The parameters; a number that is none stays the text it is, for the schema to refuse.
 *
 * @throws Problem 400 when a parameter is there twice or is not UTF-8
 */
export function readQuery(query: string, schema: TSchema): Record<string, unknown> {
  const parameters = new Map<string, unknown>();
  for (const pair of query.split("&").filter((part) => part !== "")) {
    const [name = "", ...rest] = pair.split("=").map(decoded);
    if (parameters.has(name)) {
      const message = "is there twice; give it once";
      throw badRequest([{ path: name, message }], "The query");
    }
    const text = rest.join("=");
    parameters.set(name, isInteger(schema, name) && /^\d+$/.test(text) ? Number(text) : text);
  }
  return Object.fromEntries(parameters);
}

function decoded(text: string): string {
  try {
    return unescapeQuery(text);
  } catch {
    throw new Problem(400, `The query is not percent-encoded UTF-8: ${JSON.stringify(text)}`);
  }
}

function isInteger(schema: TSchema, name: string): boolean {
  const { properties = {} } = schema as {
    readonly properties?: Record<string, { readonly type?: string }>;
  };
  return Object.hasOwn(properties, name) && properties[name]?.type === "integer";
}

/**
 * The value that is written there as JSON.
 *
 * @throws Problem 415 when it is something else, 400 when it is not well-formed
 */
export async function readBody(
  contentType: string | undefined,
  body: Uint8Array | undefined,
): Promise<unknown> {
  if (body === undefined) {
    throw new Problem(400, "The body is missing: send a JSON object, as application/json.");
  }
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? "")) {
    const given = contentType === undefined ? "no Content-Type" : JSON.stringify(contentType);
    throw new Problem(415, `The control API takes application/json, not ${given}.`);
  }
  const parsed = await parseConfig(body, "json");
  if ("problems" in parsed) throw badRequest(parsed.problems);
  return parsed.value;
}
