import type { AnyExample } from "../src/control/api/examples.ts";
import type { Operation } from "../src/control/api/operation.ts";

/** What is called: the path below the API's root with its parameters filled in, and the query. */
export function pathOf(
  { path }: Pick<Operation, "path">,
  { params = {}, query = {} }: Pick<AnyExample, "params" | "query">,
): string {
  const values = new Map(
    Object.entries(params as object).map(([name, one]) => [name, String(one)]),
  );
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values.get(name) ?? ""),
  );
  const search = Object.entries(query as object).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  return search.length > 0 ? `${filled}?${search.join("&")}` : filled;
}
