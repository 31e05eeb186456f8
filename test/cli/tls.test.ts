import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { healthcheck } from "../../src/cli/healthcheck.ts";
import { trustingFetch } from "../../src/http/trusting-fetch.ts";
import { certificateFiles, temporaryDirectory } from "../support/certificates.ts";
import { optionsOf, terminalIn } from "../support/command.ts";
import { freePort } from "../support/free-port.ts";
import type { Program } from "../support/program.ts";
import { runMock } from "../support/program.ts";
import { until } from "../support/wait.ts";

/** https by the command line: what it prints, and what it refuses. */

const directory = await temporaryDirectory();
const dir = join(directory, "tls");

const running: Program[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
});

function run(argv: readonly string[], env: Record<string, string> = {}): Program {
  const program = runMock(argv, { cwd: "/", env: { ...process.env, ...env } });
  running.push(program);
  return program;
}

const serving = ["--port", "0", "--tls", "--tls-dir", dir];

describe("start --tls", () => {
  it("says where it is and which CA to trust, and keeps that CA", async () => {
    const { child, ended, firstLine, err } = run(serving);
    await firstLine;
    expect(err()).toContain(
      `WARN  a local CA was made; whoever calls https has to trust it: ${dir}`,
    );
    child.kill("SIGTERM");
    const { code, out } = await ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}HTTPS {10}https:\/\/localhost:\d+$/m);
    expect(out).toContain(`  CA to trust    ${dir}/ca.pem (how: docs/https.md)\n`);
    const again = run(serving);
    await again.firstLine;
    again.child.kill("SIGTERM");
    expect((await again.ended).err).not.toContain("a local CA was made");
  });

  it("tells programs the same, in --json and in the log", async () => {
    const { firstLine, err } = run([...serving, "--json", "--log-format", "json"]);
    const { tls, url } = JSON.parse(await firstLine);
    expect(url).toMatch(/^http:/);
    expect(tls).toEqual({
      url: expect.stringMatching(/^https:\/\/localhost:\d+$/),
      issuer: `${tls.url}/access-management-1.0/access/`,
      discoveryUrl: `${tls.url}/access-management-1.0/access/.well-known/openid-configuration`,
      controlUrl: `${tls.url}/mock/api`,
      caFile: join(dir, "ca.pem"),
    });
    const response = await trustingFetch(tls.caFile)(tls.discoveryUrl);
    expect(await response.json()).toMatchObject({ issuer: tls.issuer });
    const lines = await until(() => (err().includes('"autoLogin"') ? err() : ""));
    const first = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first.find(({ issuer }) => issuer)).toMatchObject({ tls });
  });

  it("says over https what callers get, where the public URL has that host too", async () => {
    const port = await freePort("127.0.0.1");
    const publicUrl = `https://localhost:${port}/demo`;
    const argv = ["--tls-port", String(port), "--public-url", publicUrl];
    const { firstLine } = run(["--json", ...serving, ...argv]);
    const { tls, url } = JSON.parse(await firstLine);
    expect([url, tls.url]).toEqual([publicUrl, publicUrl]);
    const response = await trustingFetch(tls.caFile)(tls.discoveryUrl);
    expect(await response.json()).toMatchObject({ issuer: tls.issuer });
  });

  it.each<[string[], Record<string, string>]>([
    [["--tls-port", "0"], {}],
    [["--tls-hosts", "api.vipps.no"], {}],
    [[], { VIPPS_LOGIN_MOCK_TLS: "true" }],
  ])("is what %j %j ask for", async (argv, env) => {
    const options = ["--port", "0", "--json", "--tls-dir", dir];
    const { firstLine } = run([...options, ...argv], env);
    expect(JSON.parse(await firstLine)).toHaveProperty("tls.url");
  });

  it("is not asked for by the place of the CA alone", async () => {
    const { firstLine } = run(["--port", "0", "--json", "--tls-dir", dir]);
    expect(JSON.parse(await firstLine)).not.toHaveProperty("tls");
  });

  it("tells all that is wrong with the files, with all else that is wrong, and exits 2", async () => {
    const { cert } = await certificateFiles(directory, ["localhost"]);
    const argv = ["--prot", "1", "--tls-cert", cert, "--tls-key", "none.pem"];
    const { code, out, err } = await run([...argv, "--tls-hosts", "a.test"]).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(err.replaceAll(`${directory}/`, "")).toBe(
      [
        "The command line cannot be used:",
        '  --prot: unknown option; did you mean "--port"?',
        "  --tls-key: none.pem: there is no such file; check the path",
        '  --tls-hosts: "a.test" is not among the names of their-cert.pem (DNS:localhost); leave it out, or give a certificate that has it',
        "See vipps-login-mock --help.\n",
      ].join("\n"),
    );
    const hosts = await run(["--tls-hosts", "https://api.vipps.no,*.vipps.no"]).ended;
    expect(hosts).toMatchObject({
      code: 2,
      err: expect.stringMatching(/all but the name.*wildcard/),
    });
  });

  it("looks at the files for a start, and for nothing else", async () => {
    const env = { VIPPS_LOGIN_MOCK_TLS_CERT: "none.pem", VIPPS_LOGIN_MOCK_TLS_KEY: "none.pem" };
    expect((await run(["healthcheck", "http://127.0.0.1:1"], env).ended).code).toBe(1);
    expect((await run(["start"], env).ended).code).toBe(2);
  });

  it("says where no CA can be kept, and exits 2", async () => {
    const { code, err } = await run(["--port", "0", "--tls", "--tls-dir", "/dev/null/tls"]).ended;
    expect(code).toBe(2);
    expect(err).toMatch(/^The local CA cannot be kept in \/dev\/null\/tls: .*--tls-dir/m);
  });

  it.each([
    ["--port", "--tls-port"],
    ["--tls-port", "--port"],
  ])("says that the port of %s is taken before it makes or says anything", async (taken, free) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const unmade = join(directory, `unmade${taken}`);
    const argv = [taken, String(port), free, "0", "--tls-dir", unmade];
    const { code, out, err } = await run(argv).ended;
    other.close();
    expect([code, out, err]).toEqual([
      1,
      "",
      `Port ${port} is already in use. Stop what listens there, or choose another with ${taken}.\n`,
    ]);
    expect(existsSync(unmade)).toBe(false);
  });
});

describe("healthcheck", () => {
  it("reaches a mock over https by the CA that is kept, and no mock by another", async () => {
    const { firstLine } = run([...serving, "--json"]);
    const { tls } = JSON.parse(await firstLine);
    const check = (...argv: string[]) =>
      healthcheck(tls.url, optionsOf(...argv), terminalIn("/").io);
    expect(await check("--tls-dir", dir)).toBe(0);
    expect(await check("--tls-dir", join(directory, "elsewhere"))).toBe(1);
  });
});

describe("doctor", () => {
  const examine = async (url: string, tlsDir: string, env: Record<string, string> = {}) => {
    const { code, out } = await run(["doctor", url, "--tls-dir", tlsDir], env).ended;
    return { code, lines: out.trimEnd().split("\n") };
  };

  it("says whether Node trusts the certificate, and looks at the rest by the CA that is kept", async () => {
    const { firstLine } = run([...serving, "--json"]);
    const { tls } = JSON.parse(await firstLine);
    const untrusted = await examine(tls.url, dir);
    expect(untrusted.code).toBe(1);
    const [what, remedy, ...others] = untrusted.lines;
    expect(what).toContain(`FAIL  the certificate of ${tls.url} is not trusted by this program: `);
    expect(remedy).toContain(`Set NODE_EXTRA_CA_CERTS to ${tls.caFile}; docs/https.md says`);
    expect(others).toContain(`ok    the issuer is ${tls.issuer}`);
    expect(others.filter((line) => !line.startsWith("ok"))).toEqual([]);

    const trusted = await examine(tls.url, dir, { NODE_EXTRA_CA_CERTS: tls.caFile });
    expect(trusted.lines).toEqual([
      `ok    the certificate of ${tls.url} is trusted by this program`,
      ...others,
    ]);
    expect(trusted.code).toBe(0);
  });

  it("says no more where the CA is not there", async () => {
    const { firstLine } = run([...serving, "--json"]);
    const { tls } = JSON.parse(await firstLine);
    const { code, lines } = await examine(tls.url, join(directory, "elsewhere"));
    expect([code, lines.length]).toEqual([1, 2]);
    expect(lines[1]).toContain(
      "Set NODE_EXTRA_CA_CERTS to the path of its CA, which the mock printed",
    );
  });
});
