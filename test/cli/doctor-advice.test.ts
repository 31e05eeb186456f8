import { describe, expect, it } from "vitest";
import {
  adviceFor,
  baseIn,
  containerNameAdvice,
  isContainerName,
} from "../../src/cli/doctor-advice.ts";

const ISSUER_PATH = "/access-management-1.0/access/";
const nothing = { publicUrl: null, pinnedIssuer: null, trustProxy: false };

describe("baseIn", () => {
  it.each([
    ["http://localhost:4747", "http://localhost:4747"],
    ["http://localhost:4747//", "http://localhost:4747"],
    [`https://a.example/vipps${ISSUER_PATH}`, "https://a.example/vipps"],
    ["https://a.example/access-management-1.0/access", "https://a.example"],
    [`http://a/s/box${ISSUER_PATH}.well-known/openid-configuration`, "http://a/s/box"],
    ["http://a/access-management-1.0", "http://a/access-management-1.0"],
  ])("%s begins with %s", (address, base) => {
    expect(baseIn(address)).toBe(base);
  });
});

describe("adviceFor", () => {
  const base = "https://demo.example.com/vipps";
  const handOn = "et the proxy hand on the Host header (nginx: proxy_set_header Host $http_host;)";

  it.each([
    [
      "another host",
      "http://vipps:4747",
      nothing,
      [handOn, `--public-url ${base}`, "--trust-proxy"],
    ],
    [
      "another host, and the public URL is set",
      "http://vipps:4747",
      { ...nothing, publicUrl: base },
      [handOn, "--trust-proxy"],
    ],
    [
      "another host, and all is set",
      "http://vipps:4747",
      { ...nothing, publicUrl: base, trustProxy: true },
      [handOn, "or send X-Forwarded-Host."],
    ],
    ["another scheme and path", "http://demo.example.com", nothing, [`--public-url ${base}.`]],
    [
      "another scheme and path, and the proxy is trusted",
      "http://demo.example.com",
      { ...nothing, trustProxy: true },
      [`--public-url ${base}`, "X-Forwarded-Proto"],
    ],
    [
      "another path, of a public URL",
      "https://demo.example.com/other",
      { ...nothing, publicUrl: "https://demo.example.com/other" },
      [`change --public-url to ${base}.`],
    ],
    [
      "a pinned issuer",
      "https://demo.example.com/other",
      { ...nothing, pinnedIssuer: "https://demo.example.com/other" },
      ["without --issuer"],
    ],
  ])("says what to do about %s, and nothing that is done", (_, other, settings, parts) => {
    const advice = adviceFor(base, `${other}${ISSUER_PATH}`, settings);
    for (const part of parts) expect(advice).toContain(part);
    const named = (option: string) => parts.some((part) => part.includes(option));
    for (const option of ["--public-url", "--trust-proxy", "--issuer"]) {
      expect([option, advice.includes(option)]).toEqual([option, named(option)]);
    }
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });

  it("asks for no public URL where the name alone will do", () => {
    const advice = adviceFor("http://demo.example.com", `http://vipps:4747${ISSUER_PATH}`, nothing);
    expect(advice).not.toContain("--public-url");
  });

  it("names the mock itself, not a sandbox of it", () => {
    const advice = adviceFor(
      `${base}/s/box`,
      `http://demo.example.com/s/box${ISSUER_PATH}`,
      nothing,
    );
    expect(advice).toBe(`Start the mock with --public-url ${base}.`);
  });

  it("copes with an issuer that is no address", () => {
    expect(adviceFor(base, "undefined", nothing)).toContain(handOn);
  });
});

describe("isContainerName", () => {
  it.each(["vipps", "host.docker.internal", "host.containers.internal", "gateway.docker.internal"])(
    "%s",
    (name) => {
      expect(isContainerName(name)).toBe(true);
    },
  );

  it.each(["localhost", "a.localhost", "127.0.0.1", "10.0.2.2", "[::1]", "vipps.example.com"])(
    "not %s",
    (name) => {
      expect(isContainerName(name)).toBe(false);
    },
  );
});

describe("containerNameAdvice", () => {
  it.each([
    [
      nothing,
      "http://vipps:4747",
      "start the mock with --public-url and the address that it uses, such as http://localhost:4747.",
    ],
    [
      { ...nothing, publicUrl: "https://vipps" },
      "https://vipps",
      "change --public-url to the address that it uses, such as https://localhost.",
    ],
  ])("with %j at %s", (settings, front, told) => {
    expect(containerNameAdvice(front, settings)).toBe(
      `That is right for a browser in the same network. For any other, ${told}`,
    );
  });
});
