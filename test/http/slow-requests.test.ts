import { connect } from "node:net";
import { expect, it } from "vitest";
import { serverForFile } from "../support/server.ts";

/** Requests that come so slowly that nobody waits for their end. */

const server = await serverForFile({}, { patience: { head: 0.3, request: 0.6 } });

/** Sends a beginning, and then a part again and again; resolves with all that came back. */
function drip(beginning: string, part: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    let heard = "";
    const drops = setInterval(() => socket.writable && socket.write(part), 50);
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(drops);
      resolve(heard);
    });
    socket.write(beginning);
  });
}

const FORM = "Content-Type: application/x-www-form-urlencoded";
const JSON_TYPE = "Content-Type: application/json";
const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, `Host: localhost:${server.port}`, ...headers].join("\r\n");

it.each([
  ["request line", () => "GET /", "x"],
  ["headers", () => `${head("GET /")}\r\n`, "X-More: x\r\n"],
  ["header of one line", () => `${head("GET /")}\r\nX-Long: `, "x"],
])("%s: 408", async (_name, beginning, part) => {
  expect(await drip(beginning(), part)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
});

const endless = (line: string, type: string) =>
  `${head(line, type, "Content-Length: 10000")}\r\n\r\n`;
const chunked = (line: string, type: string) =>
  `${head(line, type, "Transfer-Encoding: chunked")}\r\n\r\n`;

it.each([
  ["token", () => endless("POST /access-management-1.0/access/oauth2/token", FORM), "x"],
  ["token", () => chunked("POST /access-management-1.0/access/oauth2/token", FORM), "1\r\nx\r\n"],
  ["login page", () => endless("POST /vipps-login-idp/login", FORM), "x"],
  ["webhooks", () => endless("POST /webhooks/v1/webhooks", JSON_TYPE), " "],
  [
    "backchannel",
    () => endless("POST /vipps-login-ciba/api/backchannel/authentication", FORM),
    "x",
  ],
  ["control API", () => endless("POST /mock/api/users", JSON_TYPE), " "],
  ["control API", () => chunked("PUT /mock/api/state", JSON_TYPE), "1\r\n \r\n"],
  ["nothing", () => endless("POST /nothing-there", FORM), "x"],
])("a body for %s: 408, and the server goes on", async (_name, beginning, part) => {
  expect(await drip(beginning(), part)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect((await fetch(`${server.url}/mock/api/health`)).status).toBe(200);
  expect(server.log.filter(({ msg }) => msg === "unexpected error")).toEqual([]);
});

it("leaves a connection alone on which nothing is under way, and a call that waits", async () => {
  const waiting = fetch(
    `${server.url}/mock/api/requests?wait=2s&clientId=${(await server.salesUnit()).clientId}`,
  );
  expect((await waiting).status).toBe(200);
});
