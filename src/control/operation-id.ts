import type { Operation } from "./api/operation.ts";

/** What operations are called in generated clients: `listUsers`, `createSandbox`, `rotateKeys`. */

const VERBS = {
  GET: "get",
  POST: "create",
  PUT: "replace",
  PATCH: "update",
  DELETE: "delete",
} as const;

/**
 * Its own name, or the one that follows from its method and path: a second word in the path is what
 * is done to the resource, otherwise the method says it.
 */
export function operationIdOf({ operationId, method, path, response: answer }: Operation): string {
  if (operationId !== undefined) return operationId;
  const segments = path.split("/").slice(1);
  const [resource = "", action] = segments.filter((segment) => !segment.startsWith("{"));
  const isOne = segments.some((segment) => segment.startsWith("{"));
  const isNew = action === undefined && method === "POST";
  const noun = pascal(isOne || isNew ? singular(resource) : resource);
  if (action !== undefined) return `${camel(action)}${noun}`;
  const { properties = {} } = (answer ?? {}) as { readonly properties?: object };
  return `${method === "GET" && "items" in properties ? "list" : VERBS[method]}${noun}`;
}

function singular(plural: string): string {
  return plural.replace(/ies$/, "y").replace(/(?<=x)es$|s$/, "");
}

function pascal(kebab: string): string {
  return kebab.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function camel(kebab: string): string {
  return kebab.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
