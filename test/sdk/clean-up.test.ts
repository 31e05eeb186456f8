import { describe, expect, it } from "vitest";
import { Sandbox } from "../../src/sdk/sandbox.ts";

/** A server that makes scenarios, and answers everything else as a test wants it. */
function sandboxWith(answer: (method: string, url: string) => Promise<Response>): Sandbox {
  const fetch = (url: string, { method = "GET" }: RequestInit = {}) =>
    method === "POST"
      ? Promise.resolve(Response.json({ id: "the-scenario" }, { status: 201 }))
      : answer(method, url);
  return new Sandbox({ base: "http://mock", fetch, token: undefined }, "box");
}

const problem = (status: number) =>
  Response.json(
    { detail: `status ${status}` },
    { status, headers: { "content-type": "application/problem+json" } },
  );

describe("a login that breaks off", () => {
  const url = "http://mock/s/box/access-management-1.0/access/oauth2/auth?state=of-the-test";

  it("tells its own error, not that of cleaning up behind it", async () => {
    const removed: string[] = [];
    const box = sandboxWith(async (method, path) => {
      if (method !== "DELETE") throw new Error("the line is dead");
      removed.push(path);
      return problem(404);
    });
    await expect(box.login({ user: "ada", url })).rejects.toThrow("the line is dead");
    expect(removed).toEqual(["http://mock/s/box/mock/api/scenarios/the-scenario"]);
  });
});

describe("a sandbox at the end of its block", () => {
  const ended = (status: number) => sandboxWith(async () => problem(status))[Symbol.asyncDispose]();

  it("may be gone already", async () => {
    await expect(ended(404)).resolves.toBeUndefined();
  });

  it("tells whatever else keeps it from being removed", async () => {
    await expect(ended(401)).rejects.toMatchObject({ status: 401 });
  });
});
