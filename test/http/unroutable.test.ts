import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { fastify } from "fastify";
import { describe, expect, it } from "vitest";
import { refuseBrokenRequest } from "../../src/http/broken-requests.ts";
import { refuseUnroutable } from "../../src/http/errors.ts";
import { createJsonLog } from "../../src/platform/json-log.ts";

/** What is answered before there is a route to ask, or even a request. */

function listeningLog() {
  const lines: string[] = [];
  const logger = createJsonLog({
    level: "info",
    write: (line) => lines.push(JSON.parse(line).msg),
  });
  return { lines, logger };
}

/** A connection that keeps what is written to it. */
function connection() {
  const heard: string[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      heard.push(String(chunk));
      done();
    },
  });
  socket.on("error", () => {});
  return { socket: socket as unknown as Socket, heard };
}

const failure = (code?: string) => Object.assign(new Error("broken"), { code });

describe("refuseBrokenRequest", () => {
  it.each([
    ["HPE_INVALID_METHOD", "400 Bad Request"],
    [undefined, "400 Bad Request"],
    ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
    ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ])("answers %s with %s, and ends the connection", (code, status) => {
    const { socket, heard } = connection();
    const { lines, logger } = listeningLog();
    refuseBrokenRequest(failure(code), socket, logger, "1.2.3");
    expect(heard.join("")).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    expect(heard.join("")).toContain("\r\nx-vipps-login-mock: 1.2.3\r\n");
    expect(heard.join("")).toContain(`\r\nConnection: close\r\n\r\n${status}\n`);
    expect(lines).toEqual([`refused what is no HTTP request: ${status} (${code})`]);
    expect(socket.destroyed).toBe(true);
  });

  it.each([
    ["a TLS handshake", "160301020001", true],
    ["HTTP that is broken", "474554", false],
    ["a byte of TLS alone", "16", false],
  ])("says what to do about %s", (_what, packet, isTls) => {
    const { socket } = connection();
    const { lines, logger } = listeningLog();
    const error = { ...failure("HPE_INVALID_METHOD"), rawPacket: Buffer.from(packet, "hex") };
    refuseBrokenRequest(error as ReturnType<typeof failure>, socket, logger, "1.2.3");
    const advice = "This looks like TLS: use http:// here";
    expect(lines[0]?.includes(advice)).toBe(isTls);
  });

  it("says nothing of a connection that the other side reset", () => {
    const { socket, heard } = connection();
    const { lines, logger } = listeningLog();
    refuseBrokenRequest(failure("ECONNRESET"), socket, logger, "1.2.3");
    expect([heard, lines]).toEqual([[], []]);
  });

  it("says nothing of a connection that is gone", () => {
    const { socket, heard } = connection();
    const { lines, logger } = listeningLog();
    socket.destroy();
    refuseBrokenRequest(failure("HPE_INVALID_METHOD"), socket, logger, "1.2.3");
    expect([heard, lines]).toEqual([[], []]);
  });

  it("only ends a connection on which everything was said", () => {
    const { socket, heard } = connection();
    const { lines, logger } = listeningLog();
    socket.end();
    refuseBrokenRequest(failure("HPE_INVALID_METHOD"), socket, logger, "1.2.3");
    expect(heard).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(socket.destroyed).toBe(true);
  });
});

describe("refuseUnroutable", () => {
  const { lines, logger } = listeningLog();
  const app = fastify({
    loggerInstance: logger,
    frameworkErrors: (error, request, reply) => refuseUnroutable(error, request, reply, "1.2.3"),
  });
  app.get("/s/:sandbox", async () => "found");

  it.each([
    ["/s/%C3%28?code=secret", 400, "The path is not percent-encoded UTF-8"],
    [`/s/${"x".repeat(101)}?code=secret`, 414, "A part of the path is too long"],
  ])("answers %s plainly, and keeps the query out of the log", async (url, status, message) => {
    const response = await app.inject({ method: "GET", url });
    expect([response.statusCode, response.body]).toEqual([status, `${status} ${message}\n`]);
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(response.headers["x-vipps-login-mock"]).toBe("1.2.3");
    expect(lines.at(-1)).toContain(message);
    expect(lines.join()).not.toContain("secret");
  });
});
