import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../src/control/dispatch.ts";
import type { CallOptions } from "../support/control.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

describe("requests to the control API", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it.each([
    ["", "Nothing is at /mock/api itself. The control API has health"],
    ["/", "Nothing is at /mock/api itself. The control API has health"],
    ["/usres", 'did you mean "users"?'],
    [
      "/users/",
      'Nothing is at /mock/api/users/; did you mean "users"? Only the slashes differ. The',
    ],
    ["//users/ada", 'did you mean "users/{id}"? Only the slashes differ.'],
    ["/Users/", 'did you mean "users"? The control API'],
    ["/Sales_Units/100001", 'did you mean "sales-units/{msn}"?'],
    ["/logins/x/aprove", 'did you mean "logins/{id}/approve"?'],
    ["/token", 'did you mean "tokens"?'],
    ["/payments", "Nothing is at /mock/api/payments. The"],
    ["/requests/x/body", "Nothing is at /mock/api/requests/x/body. The"],
    ["/users/ada/email", "users/{id}"],
    ["/users/", "users/{id}"],
    ["/__proto__", "The control API has health"],
  ])("tells what there is instead of %s", async (path, told) => {
    const { status, body } = await call(mock, "GET", path);
    expect(status).toBe(404);
    expect(body.detail).toContain(told);
  });

  it("knows each path's methods", async () => {
    for (const path of new Set(OPERATIONS.map((operation) => operation.path))) {
      const allowed = OPERATIONS.filter((one) => one.path === path).map(({ method }) => method);
      const url = path.replace(/\{\w+\}/, "x");
      const other = allowed.includes("PUT") ? "PATCH" : "PUT";
      const { status, body, headers } = await call(mock, other, url);
      expect(status).toBe(405);
      expect(headers["allow"]).toBe(allowed.join(", ").replace("GET", "GET, HEAD"));
      expect(body.detail).toContain(allowed.join(", "));
    }
  });

  it("answers methods that nothing has with the same", async () => {
    for (const method of ["OPTIONS", "TRACE"] as const) {
      const response = await mock.app.inject({ method, url: "/mock/api/users" });
      expect([method, response.statusCode, response.headers["allow"]]).toEqual([
        method,
        405,
        "GET, HEAD, POST",
      ]);
    }
  });

  it.each([
    ["/requests?refused=true", 200, undefined],
    ["/requests?refused=false", 200, undefined],
    ["/requests?refused=yes", 400, 'refused: expected true or false, got the string "yes"'],
    ["/requests/count?refused=1", 400, 'refused: expected true or false, got the string "1"'],
    ["/scenarios?unused=true", 200, undefined],
    ["/scenarios?unused=", 400, 'unused: expected true or false, got the string ""'],
    ["/requests?status=200", 200, undefined],
    ["/requests?wait=0", 200, undefined],
    ["/requests?login=true", 200, undefined],
  ])(
    "reads true and false, numbers and texts in the query of %s: %i",
    async (path, status, told) => {
      const answer = await call(mock, "GET", path);
      expect(answer.status).toBe(status);
      if (told !== undefined) expect(answer.body.detail).toContain(told);
    },
  );

  it("describes as true or false, or as a number, what is one in a query", () => {
    const texts = OPERATIONS.flatMap(({ method, path, query }) => {
      const { properties = {} } = query as {
        properties?: Record<string, { readonly enum?: readonly unknown[] }>;
      };
      return Object.entries(properties)
        .filter(([, one]) => one.enum?.some((value) => value === "true" || Number(value) >= 0))
        .map(([name]) => `${method} ${path} ${name}`);
    });
    expect(texts).toEqual([]);
  });

  it.each([
    ["limit=0", "limit: is 0; expected 1 or more"],
    ["limit=1001", "limit: is 1001; expected 1000 or less"],
    ["limit=two", 'limit: expected a whole number, got the string "two"'],
    ["limit=", 'limit: expected a whole number, got the string ""'],
    ["limt=2", 'limt: unknown key "limt"; did you mean "limit"?'],
    ["limit=1&limit=2", "limit: is given twice; give it once"],
    ["__proto__=2", 'unknown key "__proto__"'],
    ["after=%C3%28", "The query is not percent-encoded UTF-8"],
  ])("refuses the query %s", async (query, told) => {
    const { status, body } = await call(mock, "GET", `/users?${query}`);
    expect(status).toBe(400);
    expect(body.detail).toContain(told);
  });

  it.each([
    ["a form", "status=blocked", "application/x-www-form-urlencoded"],
    ["JSON under another name", "{}", "text/plain"],
    ["JSON in another encoding", "{}", "application/json; charset=utf-16"],
  ])("refuses %s as a body", async (_name, body, contentType) => {
    const headers = { "content-type": contentType };
    const { status, body: problem } = await call(mock, "PATCH", "/users/ada", { body, headers });
    expect(status).toBe(415);
    expect(problem.detail).toContain(contentType);
  });

  it("refuses a body that does not say what it is", async () => {
    const response = await mock.app.inject({
      method: "PATCH",
      url: "/mock/api/users/ada",
      headers: { host: "localhost:4747" },
      payload: Buffer.from("{}"),
    });
    expect([response.statusCode, response.json().detail]).toEqual([
      415,
      "The control API takes application/json, not no Content-Type.",
    ]);
  });

  it.each([
    ["nothing", "", "The body is missing"],
    ["half an object", '{"status":', "line 1, column 11: expected a value"],
    ["a key twice", '{"status":"active","status":"blocked"}', 'the key "status" is here twice'],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "is not UTF-8 text"],
    ["a NUL", '{"email":"a\0b"}', "contains a NUL character"],
    ["a list", "[]", "expected an object, got a list"],
    ["null", "null", "expected an object, got null"],
    ["a text", '"blocked"', "expected an object"],
    ["an own __proto__", '{"__proto__":{"status":"blocked"}}', 'unknown key "__proto__"'],
    ["a nest", "[".repeat(200), "nested more than 100 levels deep"],
  ])("refuses %s as a body, and says where", async (_name, body, told) => {
    const before = (await call(mock, "GET", "/users/ada")).body;
    const { status, body: problem } = await call(mock, "PATCH", "/users/ada", { body });
    expect(status).toBe(400);
    expect(problem.detail).toContain(told);
    expect((await call(mock, "GET", "/users/ada")).body).toEqual(before);
  });

  it("refuses a body over 64 KiB", async () => {
    const body = JSON.stringify({ email: "a".repeat(65 * 1024) });
    const { status, body: problem } = await call(mock, "PATCH", "/users/ada", { body });
    expect(status).toBe(413);
    expect(problem.detail).toContain("65536 bytes");
  });

  it.each([
    ["POST", "/state/reset", 204],
    ["POST", "/logins/nobody/reject", 404],
    ["POST", "/logins/nobody/expire", 404],
    ["POST", "/logins/nobody/approve", 404],
    ["POST", "/webhook-deliveries/nothing/redeliver", 404],
    ["POST", "/requests/take", 404],
    ["POST", "/keys/rotate", 200],
    ["POST", "/sandboxes", 201],
    ["POST", "/users", 201],
    ["DELETE", "/clock", 200],
    ["DELETE", "/faults", 204],
    ["GET", "/users", 200],
  ] as const)(
    "takes an empty object for no body, whatever it is sent as: %s %s",
    async (method, path, status) => {
      const bodies: readonly CallOptions[] = [
        {},
        { body: {} },
        { body: " { }\n" },
        { body: "{}", headers: { "content-type": "application/x-www-form-urlencoded" } },
        { body: "{}", headers: { "content-type": "text/plain" } },
        { body: "", headers: { "content-type": "application/json" } },
      ];
      for (const options of bodies) {
        expect([options, (await call(mock, method, path, options)).status]).toEqual([
          options,
          status,
        ]);
      }
      const bare = await mock.app.inject({
        method,
        url: `/mock/api${path}`,
        headers: { host: "localhost:4747" },
        payload: Buffer.from("{}"),
      });
      expect(bare.statusCode).toBe(status);
    },
  );

  it.each([
    ["POST", "/sales-units", "name: missing: expected a string"],
    ["POST", "/tokens", "user: missing: expected a string"],
    ["POST", "/faults", "match: missing: expected an object"],
    ["POST", "/scenarios", "user: missing: approve needs a user"],
    ["PATCH", "/clock", "The body is missing"],
    ["PUT", "/state", "The body is missing"],
  ] as const)(
    "says what is missing where there must be a body: %s %s",
    async (method, path, told) => {
      const { status, body } = await call(mock, method, path);
      expect([status, body.detail]).toEqual([400, expect.stringContaining(told)]);
    },
  );

  it("refuses a body where none belongs", async () => {
    const { status, body } = await call(mock, "DELETE", "/users/ada", { body: { why: "moved" } });
    expect(status).toBe(400);
    expect(body.detail).toContain("takes no body");
    expect((await call(mock, "GET", "/users/ada")).status).toBe(200);
  });

  it("tells every problem of a body at once, each with its value", async () => {
    const body = { emial: "x@example.com", status: "blokced", phoneNumber: 12345678 };
    const { status, body: problem } = await call(mock, "PATCH", "/users/ada", { body });
    expect(status).toBe(400);
    expect(problem.errors).toEqual([
      expect.objectContaining({ path: "emial", value: "x@example.com", closest: "email" }),
      expect.objectContaining({ path: "phoneNumber", value: 12345678 }),
      expect.objectContaining({ path: "status", value: "blokced", closest: "blocked" }),
    ]);
  });
});
