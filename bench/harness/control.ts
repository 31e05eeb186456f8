import type { Connection, Response } from "./connection.ts";

/** Our program's control API, as far as it is measured or needed to set something up. */

/** @throws Error when it refuses */
export async function control(
  connection: Connection,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: string,
): Promise<Response> {
  const response = await connection.request({
    method,
    path: `/mock/api/${path}`,
    ...(body !== undefined && { headers: "Content-Type: application/json\r\n", body }),
  });
  if (response.status >= 300) {
    throw new Error(`${method} ${path}: ${response.status} ${response.body.slice(0, 1000)}`);
  }
  return response;
}

/** Makes sandboxes named `box-0` and so on, and gives what stands before their paths. */
export async function makeSandboxes(connection: Connection, count: number): Promise<string[]> {
  const prefixes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `box-${index}`;
    await control(connection, "POST", "sandboxes", JSON.stringify({ id, ttl: null }));
    prefixes.push(`/s/${id}`);
  }
  return prefixes;
}
