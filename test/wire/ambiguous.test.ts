import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";

/** Requests that two programs on the way could understand as two different ones. */

let server: Server;
beforeAll(async () => {
  server = await startServer({}, { behindNginx: false });
});
afterAll(() => server.close());

function send(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(heard));
    socket.write(text);
  });
}

const DISCOVERY = "/access-management-1.0/access/.well-known/openid-configuration";
const requestOf = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;

describe("a request", () => {
  it.each([DISCOVERY, "/mock/api/users", "/vipps-login-idp/login", "/nothing-there"])(
    "with two Host headers is refused: %s",
    async (path) => {
      for (const second of ["attacker.example", `localhost:${server.port}`, ""]) {
        const hosts = [`Host: localhost:${server.port}`, `hOST: ${second}`];
        const answer = await send(requestOf(`GET ${path}`, ...hosts));
        expect(answer).toMatch(/^HTTP\/1\.1 400 /);
        expect(answer).toContain("The Host header is there more than once");
        expect(answer).not.toContain("attacker");
      }
    },
  );

  it.each([
    "GET *",
    "POST *",
    "OPTIONS *",
    "GET ?a=b",
    "GET mock/api/users",
    "GET ftp://localhost/",
  ])("for no path is refused: %s", async (line) => {
    const answer = await send(requestOf(line, `Host: localhost:${server.port}`));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("without a Host header is refused, but for HTTP/1.0, which had none", async () => {
    expect(await send(requestOf(`GET ${DISCOVERY}`))).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(["256.256.256.256", "1.2.3.4.5", "localhost:99999", "[::1::2]", "a b", "xn--a", "%41"])(
    "to a host that is none is refused, and the response repeats nothing: %s",
    async (host) => {
      const answer = await send(requestOf(`GET ${DISCOVERY}`, `Host: ${host}`));
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.split("\r\n\r\n")[1]).not.toContain(host);
    },
  );

  it("may name its URL whole", async () => {
    const line = `GET http://elsewhere.example${DISCOVERY}`;
    const answer = await send(requestOf(line, `Host: localhost:${server.port}`));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toContain("elsewhere");
  });
});
