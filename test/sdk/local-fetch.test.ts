import { once } from "node:events";
import { fastify } from "fastify";
import { afterAll, describe, expect, it } from "vitest";
import { createLocalFetch } from "../../src/http/local-fetch.ts";
import { until } from "../support/wait.ts";

/** What `fetch` has to do, held against an app of the test's own. */

const BASE = "http://localhost:4747";

const app = fastify();
const reached = new Set<string>();
app.addContentTypeParser(
  "*",
  { parseAs: "string" },
  async (_request: unknown, body: string) => body,
);
app.all("/echo", async ({ method, headers, body, query, host }) => ({
  method,
  host,
  query,
  body: body ?? null,
  type: headers["content-type"] ?? null,
  authorization: headers.authorization ?? null,
}));
app.get("/cookies", async (_request, reply) =>
  reply.header("set-cookie", ["a=1; Path=/", "b=2, with a comma"]).send("two"),
);
app.all<{ Params: { status: string } }>("/redirect/:status", async (request, reply) =>
  reply.redirect("/echo?from=redirect", Number(request.params.status)),
);
app.get("/loop", async (_request, reply) => reply.redirect("/loop"));
app.get("/away", async (_request, reply) => reply.redirect("https://example.com/callback?code=1"));
app.get("/to-public", async (_request, reply) => reply.redirect("https://vipps.example.com/echo"));
app.get("/empty", async (_request, reply) => reply.code(204).send());
app.get("/broken", async (_request, reply) => {
  reply.hijack();
  reply.raw.destroy();
});
app.get("/cut", async (_request, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { "content-length": "10" });
  reply.raw.write("half");
  setImmediate(() => reply.raw.destroy());
});
app.get("/never", async (request, reply) => {
  reached.add("never");
  await once(request.raw, "never");
  return reply;
});

const local = createLocalFetch(app, [
  { url: BASE, host: "localhost:4747" },
  { url: "https://vipps.example.com", host: "vipps.example.com" },
]);

afterAll(() => app.close());

describe("fetch without a socket", () => {
  it("sends what it is given, and tells the app where it is", async () => {
    const response = await local(`${BASE}/echo?a=1#fragment`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "authorization_code" }),
      headers: { authorization: "Basic abc", host: "elsewhere.example.com" },
    });
    expect(response.status).toBe(200);
    expect(response.statusText).toBe("OK");
    expect(response.url).toBe(`${BASE}/echo?a=1#fragment`);
    expect(response.redirected).toBe(false);
    expect(await response.json()).toEqual({
      method: "POST",
      host: "localhost:4747",
      query: { a: "1" },
      body: "grant_type=authorization_code",
      type: "application/x-www-form-urlencoded;charset=UTF-8",
      authorization: "Basic abc",
    });
  });

  it("takes a Request, and a body that streams", async () => {
    const body = new Blob(["one", "two"], { type: "text/plain" }).stream();
    // The DOM's types do not know what Node asks for with a stream.
    const init: RequestInit & { duplex: "half" } = { method: "PUT", body, duplex: "half" };
    const request = new Request(`${BASE}/echo`, init);
    expect(await (await local(request)).json()).toMatchObject({ method: "PUT", body: "onetwo" });
  });

  it("keeps cookies apart", async () => {
    const response = await local(`${BASE}/cookies`);
    expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2, with a comma"]);
  });

  it("has no body where there is none", async () => {
    expect((await local(`${BASE}/empty`)).body).toBeNull();
    const head = await local(`${BASE}/cookies`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.body).toBeNull();
  });

  it("leaves redirects to who wants to see them", async () => {
    const response = await local(`${BASE}/away`, { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://example.com/callback?code=1");
  });

  it.each([
    [301, "POST", "GET", null],
    [302, "POST", "GET", null],
    [303, "POST", "GET", null],
    [303, "PUT", "GET", null],
    [301, "PUT", "PUT", "text"],
    [302, "DELETE", "DELETE", "text"],
    [307, "POST", "POST", "text"],
    [308, "POST", "POST", "text"],
  ] as const)("follows a %i of %s with %s", async (status, method, then, body) => {
    const response = await local(`${BASE}/redirect/${status}`, { method, body: "text" });
    expect(response.redirected).toBe(true);
    expect(response.url).toBe(`${BASE}/echo?from=redirect`);
    expect(await response.json()).toMatchObject({
      method: then,
      body,
      type: body === null ? null : "text/plain;charset=UTF-8",
    });
  });

  it("follows to its other address, without the credentials of the first", async () => {
    const headers = { authorization: "Basic abc" };
    const response = await local(`${BASE}/to-public`, { headers });
    expect(response.url).toBe("https://vipps.example.com/echo");
    expect(await response.json()).toMatchObject({
      authorization: null,
      host: "vipps.example.com",
    });
  });

  it.each([
    ["/redirect/302", { redirect: "error" }, /redirects/],
    ["/loop", {}, /more than 20 redirects/],
    ["/away", {}, /example\.com\/callback.* is not the mock.*redirect: "manual"/],
  ] as const)("rejects %s with %o", async (path, init, message) => {
    const refused = local(`${BASE}${path}`, init);
    await expect(refused).rejects.toBeInstanceOf(TypeError);
    await expect(refused).rejects.toThrow(message);
  });

  it.each(["http://localhost:47471/echo", "http://localhost/echo", "https://localhost:4747/echo"])(
    "reaches nothing else: %s",
    async (url) => {
      await expect(local(url)).rejects.toThrow(`${url} is not the mock`);
    },
  );

  it("rejects as without a network when the connection breaks", async () => {
    const broken = local(`${BASE}/broken`);
    await expect(broken).rejects.toBeInstanceOf(TypeError);
    await expect(broken).rejects.toMatchObject({ cause: { code: "LIGHT_ECONNRESET" } });
  });

  it("fails while the body is read when it breaks off", async () => {
    const response = await local(`${BASE}/cut`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it("can be aborted before and while it waits", async () => {
    const aborted = AbortSignal.abort(new Error("before"));
    await expect(local(`${BASE}/never`, { signal: aborted })).rejects.toThrow("before");
    expect(reached).not.toContain("never");

    const controller = new AbortController();
    const waiting = local(`${BASE}/never`, { signal: controller.signal });
    const rejected = expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await until(() => reached.has("never"));
    controller.abort();
    await rejected;
  });
});
