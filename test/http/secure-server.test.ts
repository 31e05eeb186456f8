import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect as dial } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { listen } from "../../src/http/listen.ts";
import { takePorts } from "../../src/http/ports.ts";
import { trustingFetch } from "../../src/http/trusting-fetch.ts";
import { certificateFiles, certified, temporaryDirectory } from "../support/certificates.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { runProgram } from "../support/program.ts";
import { until } from "../support/wait.ts";

/** http and https side by side, served by one server. */

const ISSUER_PATH = "/access-management-1.0/access/";
const DISCOVERY = `${ISSUER_PATH}.well-known/openid-configuration`;

const directory = await temporaryDirectory();
const files = await certificateFiles(directory, ["localhost", "127.0.0.1", "::1"]);
const [ca, cert, key] = await Promise.all(
  [files.ca, files.cert, files.key].map((file) => readFile(file, "utf8")),
);
const reach = trustingFetch(files.ca);

const hasCurl =
  (await runProgram("curl", ["--version"]).ended.catch(() => ({ code: 1 }))).code === 0;
const withCurl = hasCurl || process.env["CI"] === "true" ? it : it.skip;
const needsCurl = hasCurl ? "" : " (needs curl: apt-get install curl)";

/** A mock that listens on both. */
async function serve(host = "localhost") {
  const mock = await startMock({}, { servers: 1 });
  const secure = { cert: cert ?? "", key: key ?? "", caFile: files.ca };
  const { port, tlsPort = 0 } = await listen(mock.app, host, await takePorts(host, 0, 0), secure);
  return { mock, port, tlsPort };
}

async function issuerAt(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await reach(`${url}${DISCOVERY}`, { headers });
  return ((await response.json()) as { issuer: string }).issuer;
}

describe("https beside http", () => {
  let mock: Mock;
  let port: number;
  let tlsPort: number;
  beforeAll(async () => {
    ({ mock, port, tlsPort } = await serve());
  });
  afterAll(() => mock.close());

  it.each(["localhost", "127.0.0.1", "[::1]"])(
    "has the issuer of the scheme at %s",
    async (host) => {
      for (const base of [`http://${host}:${port}`, `https://${host}:${tlsPort}`]) {
        expect(await issuerAt(base)).toBe(`${base}${ISSUER_PATH}`);
      }
    },
  );

  it("has every address in the discovery document with that scheme", async () => {
    const text = await (await reach(`https://localhost:${tlsPort}${DISCOVERY}`)).text();
    expect(text).not.toContain("http://");
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("speaks %s, and HTTP/1.1 over it", async (version) => {
    const socket = connect({
      ...{ host: "127.0.0.1", port: tlsPort, ca, servername: "localhost" },
      ...{ minVersion: version, maxVersion: version, ALPNProtocols: ["h2", "http/1.1"] },
    });
    await once(socket, "secureConnect");
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual([version, "http/1.1"]);
    socket.destroy();
  });

  it("does not speak TLS 1.1", async () => {
    const socket = connect({
      ...{ host: "127.0.0.1", port: tlsPort, ca, servername: "localhost" },
      ...{ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
    });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toMatch(
      /alert protocol version|unsupported protocol|EPROTO|no protocols/,
    );
  });

  it("tells who speaks plain http to the port for https what is wrong", async () => {
    const socket = dial(tlsPort, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "close");
    await until(() => mock.log.some(({ msg }) => msg.includes("spoke plain http to the port for")));
  });

  it("tells who speaks TLS to the port for http what it looks like", async () => {
    await expect(reach(`https://localhost:${port}${DISCOVERY}`)).rejects.toThrow();
    await until(() => mock.log.some(({ msg }) => msg.includes("This looks like TLS")));
  });

  withCurl(`tells of a client that does not trust the CA where that is${needsCurl}`, async () => {
    const url = `https://localhost:${tlsPort}${DISCOVERY}`;
    const own = await certified(["localhost"]);
    const stranger = join(directory, "stranger.pem");
    await writeFile(stranger, own.authority.cert);
    const { code } = await runProgram("curl", ["-s", "--cacert", stranger, url]).ended;
    expect(code).toBe(60);
    const told = await until(() => mock.log.find(({ msg }) => msg.includes("does not trust")));
    expect(told?.msg).toContain(`have it trust ${files.ca}, as docs/https.md says`);
    const trusting = await runProgram("curl", ["-s", "--cacert", files.ca, url]).ended;
    expect(JSON.parse(trusting.out)).toHaveProperty(
      "issuer",
      `https://localhost:${tlsPort}${ISSUER_PATH}`,
    );
  });

  it("resets a connection below TLS too, where a fault says so", async () => {
    const body = JSON.stringify({ match: { endpoint: "jwks" }, times: 1, then: { reset: true } });
    const headers = { "content-type": "application/json" };
    const url = `https://localhost:${tlsPort}`;
    const added = await reach(`${url}/mock/api/faults`, { method: "POST", headers, body });
    expect(added.status).toBe(201);
    const failed = reach(`${url}${ISSUER_PATH}.well-known/jwks.json`);
    await expect(failed).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect((await reach(`${url}${ISSUER_PATH}.well-known/jwks.json`)).status).toBe(200);
  });

  it("answers the control API on this machine", async () => {
    expect((await reach(`https://127.0.0.1:${tlsPort}/mock/api/users`)).status).toBe(200);
  });

  it("gives browsers the cookies of the real service, for https alone", async () => {
    const { clientId } = await mock.salesUnit();
    const query = new URLSearchParams({
      ...{ response_type: "code", client_id: clientId, scope: "openid" },
      ...{ state: "state-of-the-test", redirect_uri: "http://localhost:3000/callback" },
    });
    const cookiesAt = async (base: string) => {
      const url = `${base}${ISSUER_PATH}oauth2/auth?${query}`;
      const response = await reach(url, { redirect: "manual" });
      expect(response.headers.get("location")).toMatch(/login_challenge|vipps-login-idp/);
      return response.headers.getSetCookie().join();
    };
    expect(await cookiesAt(`https://localhost:${tlsPort}`)).toMatch(
      /^oauth2_authentication_csrf=.*; HttpOnly; Secure/i,
    );
    expect(await cookiesAt(`http://localhost:${port}`)).toMatch(
      /^oauth2_authentication_csrf_insecure=(?!.*Secure)/,
    );
  });
});

describe("the end of a server that speaks https", () => {
  it("comes after what is in flight, and does not wait for handshakes or idle connections", async () => {
    const { mock, tlsPort } = await serve();
    const options = { host: "127.0.0.1", port: tlsPort, ca, servername: "localhost" };
    const silent = dial(tlsPort, "127.0.0.1");
    await once(silent, "connect");
    const idle = connect(options);
    idle.write("GET /mock/api/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(idle, "data");
    const busy = connect(options);
    let received = "";
    busy.on("data", (chunk) => {
      received += chunk;
    });
    const body = "grant_type=authorization_code";
    busy.write(
      `POST ${ISSUER_PATH}oauth2/token HTTP/1.1\r\nHost: localhost\r\n` +
        "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n" +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await until(() => received.includes("100 Continue"));
    const closed = mock.close();
    const ends = [silent, idle].map(async (socket) => once(socket.resume(), "close"));
    await Promise.all(ends);
    busy.write(body.slice(5));
    await Promise.all([closed, once(busy, "close")]);
    expect(received).toMatch(/HTTP\/1\.1 400 .*invalid_request/s);
  });

  it("does not wait for connections on which nothing was ever asked", async () => {
    const { mock, port, tlsPort } = await serve();
    const accepted = vi.fn();
    mock.app.server.on("connection", accepted);
    const plain = dial(port, "127.0.0.1");
    const secure = connect({ host: "127.0.0.1", port: tlsPort, ca, servername: "localhost" });
    await until(() => accepted.mock.calls.length === 2);
    await Promise.all([
      mock.close(),
      once(plain.resume(), "close"),
      once(secure.resume(), "close"),
    ]);
  });

  it("leaves the port free", async () => {
    const { mock, tlsPort } = await serve();
    await mock.close();
    const socket = dial(tlsPort, "127.0.0.1");
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
  });
});
