import { expect } from "vitest";
import { findProblems } from "../../src/config/problems.ts";
import { OPERATIONS } from "../../src/control/operations.ts";
import type { Mock } from "./mock.ts";

/** Calls of the control API from this machine, each answer held against its own description. */

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is for the test to say
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * @param mock whom to call
 * @param method the method
 * @param path below /mock/api, with the query
 * @param options a body is sent as JSON; text and bytes are sent as they are
 * @param sandbox whose control API; the default sandbox's when left out
 */
export async function call(
  mock: Mock,
  method: Method,
  path: string,
  { body, headers = {}, remoteAddress = "127.0.0.1" }: CallOptions = {},
  sandbox?: string,
): Promise<Answer> {
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const response = await mock.app.inject({
    method,
    url: `${sandbox === undefined ? "" : `/s/${sandbox}`}/mock/api${path}`,
    remoteAddress,
    headers: {
      host: "localhost:4747",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { payload: raw ? Buffer.from(body) : JSON.stringify(body) }),
  });
  const answer = {
    status: response.statusCode,
    body: response.body === "" ? undefined : response.json(),
    headers: response.headers,
  };
  expect(answer.headers["cache-control"]).toContain("no-store");
  if (answer.status < 300) expectAsDescribed(method, path, answer);
  else expectProblem(answer);
  return answer;
}

function expectAsDescribed(method: Method, path: string, { status, body }: Answer): void {
  const [plain = ""] = path.split("?");
  const fits = (template: string) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`).test(plain);
  const operations = OPERATIONS.filter((one) => one.method === method);
  const operation =
    operations.find((one) => one.path === plain) ?? operations.find((one) => fits(one.path));
  if (!operation) throw new Error(`${method} ${path} is not described`);
  expect(status).toBe(operation.status);
  if (operation.answer === undefined) expect(body).toBeUndefined();
  else expect(findProblems(operation.answer, body)).toEqual([]);
}

/** RFC 9457. */
function expectProblem({ status, body, headers }: Answer): void {
  expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(body).toMatchObject({ type: "about:blank", status, title: expect.any(String) });
  expect(body.detail.length).toBeGreaterThan(20);
}
