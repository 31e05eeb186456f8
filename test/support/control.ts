import type { LightMyRequestResponse } from "fastify";
import { expect } from "vitest";
import { findProblems } from "../../src/config/schema-problems.ts";
import type { Operation } from "../../src/control/api/operation.ts";
import { ProblemSchema, refusalsOf } from "../../src/control/api/operation.ts";
import { Problem } from "../../src/control/api/problem.ts";
import { findOperation, OPERATIONS } from "../../src/control/dispatch.ts";
import { answersLocation } from "../../src/control/openapi.ts";
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
    body: bodyOf(response),
    headers: response.headers,
  };
  expect(answer.headers["cache-control"]).toContain("no-store");
  const operation = operationAt(method, path.replace(/\?.*/, ""));
  if (answer.status < 300) expectSuccess(operation, answer);
  else expectProblem(operation, answer);
  return answer;
}

/** JSON, of whatever kind, or a text. */
function bodyOf({ body, headers }: LightMyRequestResponse): unknown {
  if (body === "") return undefined;
  return headers["content-type"] === "text/plain; charset=utf-8" ? body : JSON.parse(body);
}

/** The operation that is described there; undefined where none is. */
function operationAt(method: Method, path: string): Operation | undefined {
  try {
    return findOperation(method, path).operation;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function expectSuccess(operation: Operation | undefined, answer: Answer): void {
  const { status, body, headers } = answer;
  if (!operation) throw new Error("what answered is not described");
  expect(status).toBe(operation.status);
  expect("location" in headers).toBe(answersLocation(operation, OPERATIONS));
  if (operation.response === undefined) expect(body).toBeUndefined();
  else expect(findProblems(operation.response, body)).toEqual([]);
}

/** RFC 9457, with a status that the operation is described with. */
function expectProblem(operation: Operation | undefined, { status, body, headers }: Answer): void {
  expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(findProblems(ProblemSchema, body)).toEqual([]);
  expect(body).toMatchObject({ type: "about:blank", status, title: expect.any(String) });
  expect(body.detail.length).toBeGreaterThan(20);
  if (operation) expect(refusalsOf(operation)).toContain(status);
}
