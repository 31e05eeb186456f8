import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { whyNotPathPrefix } from "../../src/config/path-prefix.ts";
import { endpointsFor, PATHS } from "../../src/request/addresses.ts";
import type { BaseReader } from "../../src/request/base.ts";
import { createBaseReader, UnusableHeader } from "../../src/request/base.ts";

/** The base that a request is read to have, and what is left of its URL. */
function read(reader: BaseReader, url: string, named: object, protocol = "http") {
  const headers = named as IncomingHttpHeaders;
  const { prefix, sandbox, rest } = reader.locate(url, headers);
  return { base: reader.baseOf({ protocol, headers, prefix }), sandbox, rest };
}

const baseOf = (...args: Parameters<typeof read>) => read(...args).base;

describe("without a public URL", () => {
  const reader = createBaseReader({}, false);

  it.each([
    ["localhost:4747", "http", "http://localhost:4747"],
    ["vipps", "http", "http://vipps"],
    ["EXAMPLE.test:80", "http", "http://EXAMPLE.test:80"],
    ["[::1]:4747", "https", "https://[::1]:4747"],
    ["localhost:65535", "http", "http://localhost:65535"],
  ])("the base is the Host %s over %s", (host, protocol, base) => {
    expect(baseOf(reader, "/x", { host }, protocol)).toBe(base);
  });

  it.each([
    "",
    "localhost:",
    "localhost:65536",
    "localhost:99999",
    "localhost:123456",
    "localhost:-1",
    "localhost:80:80",
    "local host",
    "a/b",
    "a@b",
    'a"b',
    "a,b",
    "[::1",
    "::1",
    "[:::]",
    "[12345::]",
    "999.1.1.1",
    "a\\b",
    "é.example",
  ])("the Host %j is refused", (host) => {
    expect(() => baseOf(reader, "/x", { host })).toThrow("The Host header names no host");
  });

  it("a request without a Host is refused", () => {
    expect(() => baseOf(reader, "/x", {})).toThrow(UnusableHeader);
  });

  it.each([
    ["/vipps/mock", undefined, "/vipps/mock"],
    ["/s/box/mock", "box", "/mock"],
    ["/s/box?x", "box", "/?x"],
    ["/s/box", "box", "/"],
    ["http://localhost:4747/s/box/mock?x=/s/y", "box", "/mock?x=/s/y"],
    ["/sx/box", undefined, "/sx/box"],
    ["//s/box", undefined, "//s/box"],
    ["/S/box", undefined, "/S/box"],
  ])("%s names the sandbox %s, and there %s", (url, sandbox, rest) => {
    expect(reader.locate(url, {})).toEqual({ prefix: "", sandbox, rest });
  });
});

describe("with the public URL https://vipps.example.com/demo/vipps", () => {
  const publicUrl = "https://vipps.example.com/demo/vipps";
  const reader = createBaseReader({ publicUrl: `${publicUrl}/` }, false);

  it.each([
    "vipps.example.com",
    "vipps.example.com:443",
    "VIPPS.example.com",
    "vipps.example.com:0443",
  ])("it is the base for who calls %s, whatever is left of the path", (host) => {
    for (const url of ["/x?y", "/demo/vipps/x?y"]) {
      expect(read(reader, url, { host })).toMatchObject({ base: publicUrl, rest: "/x?y" });
    }
  });

  it.each([
    "vipps.example.com:80",
    "vipps.example.com:4747",
    "example.com",
    "a.vipps.example.com",
    "vipps.example.com.",
    "vipps:4747",
  ])("%s is another host, whose callers get that", (host) => {
    expect(baseOf(reader, "/x", { host })).toBe(`http://${host}`);
    expect(baseOf(reader, "/demo/vipps/x", { host })).toBe(`http://${host}/demo/vipps`);
  });

  it.each([
    ["/demo/vipps", undefined, "/"],
    ["/demo/vipps/", undefined, "/"],
    ["/demo/vipps?x=1", undefined, "/?x=1"],
    ["/demo/vipps/s/box/mock", "box", "/mock"],
    ["https://vipps.example.com/demo/vipps/mock", undefined, "/mock"],
    ["/demo/vippsa/mock", undefined, "/demo/vippsa/mock"],
    ["/demo/mock", undefined, "/demo/mock"],
    ["/demo/vipps/demo/vipps/mock", undefined, "/demo/vipps/mock"],
    ["/DEMO/vipps/mock", undefined, "/DEMO/vipps/mock"],
    ["//demo/vipps/mock", undefined, "//demo/vipps/mock"],
    ["/demo//vipps/mock", undefined, "/demo//vipps/mock"],
    ["/demo/vipps//mock", undefined, "//mock"],
    ["/demo/v%69pps/mock", undefined, "/demo/v%69pps/mock"],
    ["/s/box/demo/vipps/mock", "box", "/demo/vipps/mock"],
  ])("of %s the path is taken off: sandbox %s, and there %s", (url, sandbox, rest) => {
    expect(reader.locate(url, {})).toMatchObject({ sandbox, rest });
  });

  it("a proxy that is not trusted changes nothing", () => {
    const forwarded = {
      "x-forwarded-host": "vipps.example.com",
      "x-forwarded-proto": "javascript",
      "x-forwarded-port": "x",
      "x-forwarded-prefix": "no path",
    };
    expect(baseOf(reader, "/x", { host: "vipps:4747", ...forwarded })).toBe("http://vipps:4747");
  });

  it("it wins over what a trusted proxy says", () => {
    const trusting = createBaseReader({ publicUrl }, true);
    const forwarded = {
      "x-forwarded-proto": "http",
      "x-forwarded-port": "8080",
      "x-forwarded-prefix": "/other",
    };
    for (const names of [
      { host: "vipps.example.com" },
      { host: "vipps:4747", "x-forwarded-host": "vipps.example.com" },
      { host: "vipps:4747", "x-forwarded-host": "vipps.example.com:443" },
      { host: "vipps.example.com", "x-forwarded-host": "other.example.com" },
    ]) {
      expect(baseOf(trusting, "/x", { ...names, ...forwarded })).toBe(publicUrl);
    }
    const direct = baseOf(trusting, "/x", { host: "vipps:4747" });
    expect(direct).toBe("http://vipps:4747");
  });
});

describe("the public URL", () => {
  it.each([
    ["HTTP://LocalHost:80//", "localhost", "http://localhost"],
    ["http://localhost:8080", "localhost", "http://localhost:8080"],
    ["http://localhost:8080", "localhost:8080", "http://localhost:8080"],
    ["http://localhost:8080", "localhost:4747", "http://localhost:4747"],
    ["http://[::1]:8080/a", "[0:0::1]:8080", "http://[::1]:8080/a"],
    ["http://127.0.0.1/a", "127.0.0.1:80", "http://127.0.0.1/a"],
  ])("%s and the Host %s make %s", (publicUrl, host, base) => {
    expect(baseOf(createBaseReader({ publicUrl }, false), "/x", { host })).toBe(base);
  });
});

describe("behind a proxy that is trusted", () => {
  const reader = createBaseReader({}, true);
  const host = "vipps:4747";

  it.each<[Readonly<Record<string, string>>, string]>([
    [{}, "http://vipps:4747"],
    [{ "x-forwarded-proto": "https" }, "https://vipps:4747"],
    [{ "x-forwarded-proto": "HTTPS, http" }, "https://vipps:4747"],
    [{ "x-forwarded-host": "a.example" }, "http://a.example"],
    [{ "x-forwarded-host": " a.example:8443 , b.example" }, "http://a.example:8443"],
    [{ "x-forwarded-host": "a.example", "x-forwarded-port": "8080" }, "http://a.example:8080"],
    [{ "x-forwarded-host": "a.example", "x-forwarded-port": "8080, 80" }, "http://a.example:8080"],
    [{ "x-forwarded-host": "a.example", "x-forwarded-port": "80" }, "http://a.example"],
    [{ "x-forwarded-host": "a.example:8443", "x-forwarded-port": "443" }, "http://a.example:8443"],
    [
      { "x-forwarded-host": "a.example", "x-forwarded-proto": "https", "x-forwarded-port": "443" },
      "https://a.example",
    ],
    [
      { "x-forwarded-host": "a.example", "x-forwarded-proto": "https", "x-forwarded-port": "80" },
      "https://a.example:80",
    ],
    [{ "x-forwarded-host": "[::1]", "x-forwarded-port": "81" }, "http://[::1]:81"],
    [{ "x-forwarded-port": "81" }, "http://vipps:4747"],
    [{ "x-forwarded-prefix": "/vipps" }, "http://vipps:4747/vipps"],
    [{ "x-forwarded-prefix": "/vipps//" }, "http://vipps:4747/vipps"],
    [{ "x-forwarded-prefix": "/outer, /inner" }, "http://vipps:4747/outer/inner"],
    [{ "x-forwarded-prefix": "/" }, "http://vipps:4747"],
    [{ "x-forwarded-prefix": "" }, "http://vipps:4747"],
    [{ "x-forwarded-host": " , " }, "http://vipps:4747"],
    [{ forwarded: "host=a.example;proto=https" }, "http://vipps:4747"],
  ])("%j makes the base %s", (headers, base) => {
    expect(baseOf(reader, "/x", { host, ...headers })).toBe(base);
  });

  it.each([
    ["x-forwarded-proto", "javascript", "neither http nor https"],
    ["x-forwarded-proto", "wss", "neither http nor https"],
    ["x-forwarded-host", "a/b", "The X-Forwarded-Host header names no host"],
    ["x-forwarded-host", "a.example:x", "The X-Forwarded-Host header names no host"],
    ["x-forwarded-port", "0", "is no port"],
    ["x-forwarded-port", "65536", "is no port"],
    ["x-forwarded-port", "+80", "is no port"],
    ["x-forwarded-port", "http", "is no port"],
    ["x-forwarded-prefix", "vipps", "a path begins with /"],
    ["x-forwarded-prefix", "/a//b", "single slashes"],
    ["x-forwarded-prefix", "//evil.example", "single slashes"],
    ["x-forwarded-prefix", "/a/../b", "single slashes"],
    ["x-forwarded-prefix", "/v%69pps", "letters, digits"],
    ["x-forwarded-prefix", "/a b", "letters, digits"],
    ["x-forwarded-prefix", '/"><script>', "letters, digits"],
    ["x-forwarded-prefix", "/mock", "the mock's own paths begin with /mock"],
    ["x-forwarded-prefix", "/a, b", "a path begins with /"],
  ])("%s: %s is refused", (name, value, told) => {
    expect(() => baseOf(reader, "/x", { host, [name]: value })).toThrow(told);
  });

  it.each([
    ["/x", "/x"],
    ["/vipps/x", "/x"],
    ["/vipps", "/"],
    ["/vippsx", "/vippsx"],
  ])("a prefix that it tells of may still be there: %s is %s", (url, rest) => {
    const headers = { host, "x-forwarded-prefix": "/vipps/" };
    expect(read(reader, url, headers)).toMatchObject({ base: "http://vipps:4747/vipps", rest });
  });
});

describe("whyNotPathPrefix", () => {
  it("knows every path of the mock", () => {
    const own = [...Object.values(PATHS), "/s/box", "/mock"];
    for (const path of own) expect(whyNotPathPrefix(path.replace(/\/:.*/, "")), path).toBeDefined();
  });

  it.each(["", "/", "//", "/a", "/a/", "/a/mock", "/A-b_c.d~e/f"])("%j can be one", (path) => {
    expect(whyNotPathPrefix(path)).toBeUndefined();
  });
});

describe("endpointsFor", () => {
  const path = "/access-management-1.0/access/";

  it.each([
    [`https://a.example${path}`, `https://a.example/s/box${path}`],
    [`https://a.example/demo${path}`, `https://a.example/demo/s/box${path}`],
    ["https://a.example/x/", "https://a.example/s/box/x/"],
    ["HTTPS://A.example:443/x/", "HTTPS://A.example:443/s/box/x/"],
    ["https://a.example", "https://a.example/s/box"],
  ])("puts a sandbox into the pinned issuer %s", (issuer, expected) => {
    expect(endpointsFor("http://x", { issuer }).issuer).toBe(issuer);
    expect(endpointsFor("http://x", { issuer }, "/s/box").issuer).toBe(expected);
  });

  it.each([
    [undefined, "", "/"],
    [undefined, "/s/box", "/s/box"],
    ["https://a.example/demo/", "", "/demo"],
    ["https://a.example/demo/", "/s/box", "/demo/s/box"],
    ["https://a.example", "", "/"],
  ])("has the cookies of %s and sandbox %j at %s", (publicUrl, prefix, cookiePath) => {
    expect(endpointsFor("http://x", { publicUrl }, prefix)).toMatchObject({ cookiePath });
  });
});
