import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { runProgram } from "../support/program.ts";
import { serverForFile } from "../support/server.ts";
import { get, HOST, PATH } from "../support/wire.ts";

/** What waits until the mock is up asks by HEAD, and must find what GET would bring, without its body. */

const head = (mock: Mock, url: string) =>
  mock.app.inject({ method: "HEAD", url, headers: { host: HOST } });

describe("HEAD", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
    await call(mock, "POST", "/sandboxes", { body: { id: "mine" } });
  });
  afterAll(() => mock.close());

  it.each([
    "/",
    "/mock",
    "/mock/",
    PATH.discovery,
    PATH.jwks,
    "/mock/api/health",
    "/mock/api/health?x",
    "/mock/api/live",
    "/mock/api/users",
    "/mock/api/users?limit=2",
    "/mock/api/users/ada",
    "/mock/api/users/nobody",
    "/mock/api/users?limit=0",
    "/mock/api/requests/report",
    "/mock/api/nowhere",
    `/s/mine${PATH.discovery}`,
    "/s/mine/mock/api/health",
    "/s/nobody/mock/api/health",
    "/s/nobody/mock/api/live",
  ])(
    "is answered at %s as GET is, with its status and headers and without its body",
    async (url) => {
      const [expected, response] = [await get(mock, url), await head(mock, url)];
      expect(response.statusCode).toBe(expected.statusCode);
      const { date: _, ...headers } = response.headers;
      const { date: __, ...expectedHeaders } = expected.headers;
      expect(headers).toEqual(expectedHeaders);
      expect(headers["content-length"]).toBe(String(Buffer.byteLength(expected.body)));
      expect(response.body).toBe("");
    },
  );

  it("is answered as GET is where the body is long", async () => {
    const [expected, response] = [
      await get(mock, "/mock/api/state"),
      await head(mock, "/mock/api/state"),
    ];
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe(expected.headers["content-type"]);
    expect(response.body).toBe("");
  });

  it("is refused like GET to who may not call the control API", async () => {
    const guarded = await startMock({}, { control: { open: false, token: "secret" } });
    expect((await head(guarded, "/mock/api/users")).statusCode).toBe(401);
    expect((await head(guarded, "/mock/api/health")).statusCode).toBe(200);
    await guarded.close();
  });

  it("uses up no fault, and leaves nothing in the request log", async () => {
    const fault = { match: { endpoint: "discovery" }, times: 1, then: { status: 503 } };
    await call(mock, "POST", "/faults", { body: fault });
    await call(mock, "DELETE", "/requests");
    expect((await head(mock, PATH.discovery)).statusCode).toBe(200);
    expect((await head(mock, PATH.jwks)).statusCode).toBe(200);
    expect((await call(mock, "GET", "/faults")).body.items).toMatchObject([{ seen: 0, hits: 0 }]);
    expect((await call(mock, "GET", "/requests/count")).body).toEqual({ count: 0 });
    expect((await get(mock, PATH.discovery)).statusCode).toBe(503);
  });

  it("takes no request out of the log for whoever waits for it", async () => {
    await call(mock, "DELETE", "/requests");
    await get(mock, PATH.jwks);
    await head(mock, "/mock/api/requests");
    expect((await call(mock, "GET", "/requests")).body.items).toMatchObject([{ taken: false }]);
  });

  it("is no part of the API's description", async () => {
    const { paths } = (await call(mock, "GET", "/openapi.json")).body;
    const methods = Object.values(paths as object).flatMap((path) => Object.keys(path));
    expect(methods).not.toContain("head");
  });
});

/** Programs that npm cannot bring. */
async function isThere(program: string): Promise<boolean> {
  const { code } = await runProgram(program, ["--version"]).ended.catch(() => ({ code: 1 }));
  return code === 0;
}

describe("a program that asks whether the mock is up", async () => {
  const server = await serverForFile();
  const paths = ["/", "/mock/api/health", PATH.discovery];

  for (const [program, ...argv] of [
    ["wget", "-q", "--tries=1", "--spider"],
    ["curl", "-sf", "-I", "-o", "/dev/null"],
  ] as const) {
    const there = (await isThere(program)) || process.env["CI"] === "true";
    const needed = there ? "" : ` (needs ${program}: apt-get install ${program})`;
    (there ? it : it.skip)(`hears that it is: ${program} ${argv.join(" ")}${needed}`, async () => {
      for (const path of paths) {
        const { code } = await runProgram(program, [...argv, `${server.url}${path}`]).ended;
        expect([path, code]).toEqual([path, 0]);
      }
    });
  }
});
