import { connect } from "node:net";
import { expect, it } from "vitest";
import { serverForFile } from "../support/server.ts";

/** Bodies of the control API as a socket brings them: in parts, too long, or not whole. */

const server = await serverForFile();

/** Sends parts, each when the one before is on its way; resolves with all that came back. */
function talk(parts: readonly string[], hangUp = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    const heard: Buffer[] = [];
    socket.on("data", (chunk) => heard.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(heard).toString()));
    const write = ([part, ...rest]: readonly string[]) => {
      if (part !== undefined) socket.write(part, () => setImmediate(write, rest));
      else if (hangUp) socket.destroy();
    };
    write(parts);
  });
}

function patch(...headers: string[]): string {
  const all = [`Host: localhost:${server.port}`, "Connection: close", ...headers];
  const type = "Content-Type: application/json";
  return `PATCH /mock/api/users/ada HTTP/1.1\r\n${[...all, type].join("\r\n")}\r\n\r\n`;
}

const CHUNKED = "Transfer-Encoding: chunked";
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

it("are read in whatever parts they come", async () => {
  const body = Buffer.from('{"givenName":"Åse 🎿"}');
  // Each byte alone, so that every character of several bytes is cut.
  const parts = [...body].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`);
  const bytes = parts.map((part) => Buffer.from(part, "latin1"));
  const socket = connect(server.port, "127.0.0.1");
  socket.write(patch(CHUNKED));
  for (const each of bytes) socket.write(each);
  socket.write("0\r\n\r\n");
  const heard: Buffer[] = [];
  for await (const each of socket) heard.push(each);
  expect(Buffer.concat(heard).toString()).toMatch(/^HTTP\/1\.1 200 .*"givenName":"Åse 🎿"/s);
});

it("are refused at once where their length is too much", async () => {
  const said = await talk([patch("Content-Length: 99999999999"), "{"]);
  expect(said).toMatch(/^HTTP\/1\.1 413 .*"The body is over 65536 bytes; send less\."/s);
});

it("of a whole sandbox are refused where that is larger than any", async () => {
  const line = "PUT /mock/api/state HTTP/1.1";
  const head = [line, `Host: localhost:${server.port}`, "Content-Length: 1073741825"];
  const said = await talk([`${head.join("\r\n")}\r\nConnection: close\r\n\r\n`, "{"]);
  expect(said).toMatch(/^HTTP\/1\.1 413 .*"The body is over 1073741824 bytes; send less\."/s);
});

it("are refused where they become too long on the way", async () => {
  const parts = Array.from({ length: 100 }, () => chunk("x".repeat(1024)));
  const said = await talk([patch(CHUNKED), ...parts, "0\r\n\r\n"]);
  expect(said).toMatch(/^HTTP\/1\.1 413 .*"The body is over 65536 bytes; send less\."/s);
});

it("are not read for ever", async () => {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.resume().write(patch(CHUNKED));
  // As long as the other side takes it.
  const more = () => void (socket.writable && socket.write(chunk("x".repeat(1024)), more));
  more();
  await closed;
});

it("may have as many bytes as are allowed", async () => {
  const text = JSON.stringify({ email: "ada@example.com" }).padEnd(65_536);
  const said = await talk([patch("Content-Length: 65536"), text]);
  expect(said).toMatch(/^HTTP\/1\.1 200 /);
});

it("change nothing when they break off, and nothing unexpected is logged", async () => {
  const before = await server.store.users.get("ada");
  await talk([patch("Content-Length: 100"), '{"givenName":"X"}'], true);
  await talk([patch(CHUNKED), chunk('{"givenName":"X"}')], true);
  const response = await fetch(`${server.url}/mock/api/health`);
  expect(response.status).toBe(200);
  expect(await server.store.users.get("ada")).toEqual(before);
  expect(server.log.filter(({ msg }) => msg.includes("unexpected"))).toEqual([]);
});
