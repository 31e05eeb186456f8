import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fc, fuzz, leaks, text } from "../support/fuzz.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";

/** Whatever comes over a socket, in whatever parts: a response in form or none, and the server goes on. */

let server: Server;
beforeAll(async () => {
  server = await startServer({ autoLogin: "ada" }, { servers: 1 });
});
afterAll(() => server.close());

/** Sends the parts one by one and ends; resolves with what came back until the connection closed. */
function talk(parts: readonly Buffer[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    const heard: Buffer[] = [];
    socket.on("data", (chunk) => heard.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(heard).toString("latin1")));
    const write = ([part, ...rest]: readonly Buffer[]) => {
      if (part === undefined || !socket.writable) socket.end();
      else socket.write(part, () => setImmediate(write, rest));
    };
    socket.on("connect", () => write(parts));
  });
}

const DISCOVERY = "/access-management-1.0/access/.well-known/openid-configuration";
const TOKEN = "/access-management-1.0/access/oauth2/token";

const line = fc
  .tuple(
    fc.constantFrom("GET", "POST", "PUT", "DELETE", "CONNECT", "TRACE", "get", "BREW", "PRI", ""),
    fc.oneof(
      fc.constantFrom(DISCOVERY, TOKEN, "/", "*", "/mock/api/users", "/mock/api/state"),
      fc.constantFrom("http://localhost/", "http://attacker.example/mock/api/users", "//", "?a"),
      text,
    ),
    fc.constantFrom(
      "HTTP/1.1",
      "HTTP/1.1",
      "HTTP/1.1",
      "HTTP/1.0",
      "HTTP/2.0",
      "HTTP/0.9",
      "ICY",
      "",
    ),
  )
  .map((parts) => parts.join(" "));

const header = fc.oneof(
  fc.constantFrom(
    "Host: localhost",
    "Host: localhost",
    "Host: 256.256.256.256",
    "Connection: keep-alive",
    "Connection: close",
    "Connection: upgrade",
    "Upgrade: websocket",
    "Upgrade: h2c",
    "Expect: 100-continue",
    "Expect: something",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: gzip",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Content-Length: 5, 6",
    "Content-Type: application/x-www-form-urlencoded",
    "Content-Type: application/json",
    "Trailer: x",
    ": empty name",
    "no colon",
    " folded: line",
  ),
  fc.tuple(text, text).map(([name, value]) => `${name}: ${value}`),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `X-Long: ${"x".repeat(length)}`),
);

const body = fc.oneof(
  fc.constantFrom(
    "",
    "hello",
    "5\r\nhello\r\n0\r\n\r\n",
    "zz\r\nhello\r\n0\r\n\r\n",
    "-1\r\nhello\r\n",
    "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "5\nhello\n0\n\n",
    "5;ext=1\r\nhello\r\n0\r\nX: y\r\n\r\n",
    '{"a":1}',
    "grant_type=authorization_code&code=%zz",
  ),
  text,
);

const requestBytes = fc
  .tuple(
    line,
    fc.array(header, { maxLength: 6 }),
    body,
    fc.constantFrom("\r\n", "\r\n", "\r\n", "\n", "\r"),
  )
  .map(([first, headers, rest, end]) =>
    Buffer.from(`${[first, ...headers].join(end)}${end}${end}${rest}`),
  );

/** One or more on a connection, with bytes changed here and there, and cut anywhere. */
const sent = fc
  .tuple(
    fc.array(fc.oneof({ weight: 6, arbitrary: requestBytes }, fc.uint8Array({ maxLength: 80 })), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 }),
    fc.array(fc.nat(), { maxLength: 5 }),
  )
  .map(([requests, changes, cuts]) => {
    const bytes = Buffer.concat(requests.map((one) => Buffer.from(one)));
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
    return places.map((place, index) => bytes.subarray(place, places[index + 1] ?? bytes.length));
  });

it("responds in form to whatever comes over a socket, or closes it", async () => {
  await fuzz(sent, 400, async (parts) => {
    const heard = await talk(parts);
    const statuses = [...heard.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) =>
      Number(status),
    );
    if (heard !== "") expect(statuses.length).toBeGreaterThan(0);
    for (const status of statuses) expect(status === 502 || status < 500).toBe(true);
    expect(leaks(heard.replace(/[\x80-\xff]/g, "?"))).toBeUndefined();
  });
  expect(server.log.filter(({ msg }) => msg === "unexpected error")).toEqual([]);
  const { clientId, redirectUris } = await server.salesUnit();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUris[0] ?? "",
    scope: "openid",
    state: "state-of-the-test",
  });
  const response = await fetch(`${server.issuer}oauth2/auth?${query}`, { redirect: "manual" });
  expect(response.headers.get("location")).toContain("code=");
}, 120_000);
