import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { describe, expect, it } from "vitest";
import { certified, temporaryDirectory } from "../support/certificates.ts";
import { runProgram } from "../support/program.ts";
import { debian, describeWith } from "../support/requirement.ts";

/** Of what use a CA is that was stolen: it vouches for the names and addresses of the mock, and for nothing else. */

const PERMITTED = ["localhost", "127.0.0.1", "::1", "api.vipps.no"];

const CASES: readonly (readonly [string, boolean])[] = [
  ["localhost", true],
  ["shop.localhost", true],
  ["api.vipps.no", true],
  ["127.0.0.1", true],
  ["::1", true],
  ["vipps.no", false],
  ["apitest.vipps.no", false],
  ["xapi.vipps.no", false],
  ["www.example.com", false],
  ["127.0.0.2", false],
  ["10.0.0.1", false],
  ["::2", false],
];

describe("a certificate of the local CA", () => {
  it.each(CASES)("for %s is good for Node: %s", async (host, isGood) => {
    const { authority, server: identity } = await certified([host], PERMITTED);
    const server = createServer(identity, (socket) => socket.end("HTTP/1.1 204 \r\n\r\n"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const call = async () => {
      const at = { host: "127.0.0.1", port, ca: authority.cert, agent: false };
      const own = host.includes(":") || /^[\d.]+$/.test(host) ? {} : { servername: host };
      const sent = request({ ...at, ...own, checkServerIdentity: () => undefined });
      sent.end();
      const [{ statusCode }] = await once(sent, "response");
      return statusCode;
    };
    if (isGood) expect(await call()).toBe(204);
    else await expect(call()).rejects.toThrow(/permitted subtree violation/);
    server.close();
  });
});

describeWith(debian("OpenSSL", "openssl", "/usr/bin/openssl"), "OpenSSL", async () => {
  const directory = await temporaryDirectory();
  const verify = async (...argv: readonly string[]) => {
    const options = ["-purpose", "sslserver", "-x509_strict", "-CAfile", "ca.pem"];
    const program = runProgram("openssl", ["verify", ...options, ...argv, "cert.pem"], {
      cwd: directory,
    });
    const { code, out, err } = await program.ended;
    return { code, said: out + err };
  };

  it.each(CASES)(
    "finds a certificate for %s good, by the strict rules of RFC 5280: %s",
    async (host, isGood) => {
      const { authority, server } = await certified([host], PERMITTED);
      await writeFile(join(directory, "ca.pem"), authority.cert);
      await writeFile(join(directory, "cert.pem"), server.cert);
      const { code, said } = await verify();
      expect([code === 0, said]).toEqual([
        isGood,
        expect.stringContaining(isGood ? "cert.pem: OK" : "permitted subtree violation"),
      ]);
    },
  );

  it("finds no fault with what is in them", async () => {
    const { authority, server } = await certified(PERMITTED);
    await writeFile(join(directory, "ca.pem"), authority.cert);
    await writeFile(join(directory, "cert.pem"), server.cert);
    const text = async (file: string) => {
      const argv = ["x509", "-in", file, "-noout", "-text"];
      return (await runProgram("openssl", argv, { cwd: directory }).ended).out;
    };
    const ca = await text("ca.pem");
    expect(ca).toMatch(/Name Constraints: critical\s+Permitted:\s+DNS:localhost/);
    expect(ca).toMatch(/IP:127\.0\.0\.1\/255\.255\.255\.255/);
    expect(ca).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(ca).toMatch(/Key Usage: critical\s+Certificate Sign\n/);
    const certificate = await text("cert.pem");
    expect(certificate).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(certificate).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication\n/);
    expect(certificate).toMatch(
      /Alternative Name:\s+DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1, DNS:api/,
    );
    expect(await verify("-verify_hostname", "api.vipps.no")).toMatchObject({ code: 0 });
    expect(await verify("-verify_ip", "::1")).toMatchObject({ code: 0 });
  });
});
