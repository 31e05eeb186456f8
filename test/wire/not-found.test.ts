import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { BASE, get, HOST, PATH } from "../support/wire.ts";

describe("what is not there", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it.each([
    "/robots.txt",
    `${PATH.token}/`,
    "/access-management-1.0/access/oauth2/TOKEN",
    "//vipps-userinfo-api/userinfo",
    "/vipps-login-idp/../etc/passwd",
    "/%2e%2e/%2e%2e/etc",
    "/s",
    "/s/default/nowhere",
    "/s/default/s/default/vipps-userinfo-api/userinfo",
  ])("answers %s with 404 and the list of what exists", async (url) => {
    const response = await get(mock, url);
    expect(response.statusCode).toBe(404);
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(response.headers["x-vipps-login-mock"]).toBe("0.0.0-test");
    expect(response.body).toMatch(
      /^vipps-login-mock: 404, nothing is here\.( Did you mean \S+\?)? What exists:\n\n/,
    );
    for (const path of Object.values(PATH)) expect(response.body).toContain(path);
    expect(response.body.match(/\/mock\/api.*/g)).toEqual([
      "/mock/api/…: the control API, which lists its own paths",
    ]);
    expect(response.body).not.toMatch(/[{}<>*]/);
  });

  it.each([
    ["/oauth2/token", PATH.token, "/access-management-1.0/access is missing before it."],
    ["/.well-known/openid-configuration", PATH.discovery, "is missing before it."],
    ["/s/default/userinfo", PATH.userinfo, "/vipps-userinfo-api is missing before it."],
    ["/connect/authorize?client_id=a", PATH.auth, "A base URL with a path of its own"],
    [`/vipps${PATH.jwks}`, PATH.jwks, "/vipps is too much before it."],
    [PATH.token.toUpperCase(), PATH.token, "Only upper and lower case differ."],
  ])("asks of %s whether %s was meant", async (url, path, slip) => {
    const response = await get(mock, url);
    const prefix = url.startsWith("/s/default") ? "/s/default" : "";
    expect(response.body).toContain(`nothing is here. Did you mean ${prefix}${path}? What exists`);
    const { diagnosis } = mock.log.at(-1) ?? {};
    expect(diagnosis).toMatchObject({ rule: "http", closest: path });
    expect(diagnosis?.detail).toContain(`did you mean ${path}? `);
    expect(diagnosis?.detail).toContain(slip);
  });

  it.each([
    ["/mock/scenarios", "/mock/api/scenarios", "/api is missing after /mock."],
    ["/mock/Api/users/ada", "/mock/api/users/:id", "Only upper and lower case differ."],
    ["/mock/scenario", "/mock/api/scenarios", "docs/control-api.md lists its paths."],
    ["/mock/API/users", "/mock/api/users", "Only upper and lower case differ."],
  ])(
    "asks of %s, which the real service has not, whether %s was meant",
    async (url, path, slip) => {
      expect((await get(mock, url)).body).toContain(`Did you mean ${path}?`);
      const { diagnosis } = mock.log.at(-1) ?? {};
      expect(diagnosis).toMatchObject({
        rule: "http",
        detail: `The control API is below /mock/api, letter by letter: did you mean ${path}? ${slip}`,
        closest: path,
      });
    },
  );

  it("says where the control API is to who calls something else below /mock", async () => {
    await get(mock, "/mock/nowhere");
    expect(mock.log.at(-1)?.diagnosis?.detail).toBe(
      "The control API is below /mock/api, letter by letter. docs/control-api.md lists its paths.",
    );
  });

  it.each(["/robots.txt", "/s/default/nowhere"])("asks nothing of %s", async (url) => {
    expect((await get(mock, url)).body).toContain("nothing is here. What exists");
    expect(mock.log.at(-1)?.diagnosis).not.toHaveProperty("closest");
  });

  it.each(["/%", "/%zz", "/a%C3%28", "/%00", "/<script>"])(
    "answers the unreadable path %s plainly and does not repeat it",
    async (url) => {
      const response = await mock.app.inject({ method: "GET", url: { pathname: url } as never });
      expect([400, 404]).toContain(response.statusCode);
      expect(response.headers["x-vipps-login-mock"]).toBe("0.0.0-test");
      expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
      expect(response.body).not.toContain(url);
      expect(response.body).not.toMatch(/[{}<>]/);
    },
  );

  const wrong = (allow: string, path: string) =>
    ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
      .filter((method) => !allow.split(", ").includes(method))
      .map((method) => [method, path, allow] as const);

  it.each([
    ...wrong("GET, HEAD", PATH.discovery),
    ...wrong("GET, HEAD", PATH.jwks),
    ...wrong("GET", PATH.auth),
    ...wrong("POST", PATH.token),
    ...wrong("POST", PATH.revoke),
    ...wrong("GET", PATH.userinfo),
    ...wrong("GET", `${PATH.userinfo}/`),
    ...wrong("GET", PATH.legacyUserinfo),
    ...wrong("GET", PATH.logout),
    ...wrong("GET, POST", PATH.login),
    ...wrong("GET, POST", PATH.consent),
    ...wrong("GET", PATH.error),
    ...wrong("GET", PATH.stylesheet),
  ])("answers %s %s with 405 and Allow: %s", async (method, path, allow) => {
    const response = await mock.app.inject({
      method: method as "GET",
      url: path,
      headers: { host: HOST, origin: BASE, "access-control-request-method": "POST" },
    });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe(allow);
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(Object.keys(response.headers).join()).not.toContain("access-control");
    if (method !== "HEAD") {
      expect(response.body).toBe(
        `vipps-login-mock: 405, this path takes ${allow}, not ${method}\n`,
      );
    }
  });
});
