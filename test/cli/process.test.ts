import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { directoryWith } from "../support/command.ts";
import type { Program } from "../support/program.ts";
import { MAIN, runMock, runProgram } from "../support/program.ts";
import { until } from "../support/wait.ts";

/** The built program as a process: exit codes, streams, signals. */

const running: Program[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
});

function run(argv: readonly string[], { cwd = "/", env = {} } = {}): Program {
  const program = runMock(argv, { cwd, env: { ...process.env, ...env } });
  running.push(program);
  return program;
}

/** A bare connection, and what came over it. */
async function dial(host: string, port: number) {
  const socket = connect({ host, port });
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  await once(socket, "connect");
  return { socket, received: () => received, closed: once(socket, "close") };
}

/** Whether nobody listens there. */
function isRefused(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => socket.destroy());
    socket.once("error", (error) => resolve("code" in error && error.code === "ECONNREFUSED"));
    socket.once("close", () => resolve(false));
  });
}

describe("vipps-login-mock, the program", () => {
  it("prints its help and its version", async () => {
    const [help, version] = await Promise.all([run(["--help"]).ended, run(["--version"]).ended]);
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toContain("--auto-login USER");
    expect(version).toMatchObject({ code: 0, err: "" });
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("is run by its path alone, as npx in the clone does", async () => {
    const { code, out } = await runProgram(MAIN, ["--version"]).ended;
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  it("tells everything that is wrong with the command line, and exits 2", async () => {
    const env = { VIPPS_LOGIN_MOCK_PROFIL: "2023" };
    const { code, out, err } = await run(["--prot", "1", "--issuer", "x"], { env }).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain('--prot: unknown option; did you mean "--port"?');
    expect(err).toContain("--issuer:");
    expect(err).toContain("VIPPS_LOGIN_MOCK_PROFIL: unknown variable; did you mean");
    expect(err).not.toContain("at ");
  });

  it.each([
    [["--log-format", "json"], {}],
    [[], { VIPPS_LOGIN_MOCK_LOG_FORMAT: "json" }],
  ])("reports it in a line of JSON where the log is for programs: %j %j", async (argv, env) => {
    const { code, out, err } = await run([...argv, "--port", "abc"], { env }).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(JSON.parse(err)).toMatchObject({ level: 60, msg: expect.stringContaining("--port") });
  });

  it.each<[string[], number, string]>([
    [["--auto-login", "nobody-at-all"], 2, "no user is called nobody-at-all"],
    [["--log-level", "silent", "--auto-login", "nobody-at-all"], 2, "no user is called nobody-at"],
    [["--host", "host.invalid"], 1, 'The host "host.invalid" cannot be found'],
    [["validate", "nowhere.yaml"], 2, "there is no such file"],
  ])("tells there too why a command fails: %j", async (argv, expected, told) => {
    const { code, out, err } = await run(["--log-format", "json", "--port", "0", ...argv]).ended;
    expect([code, out]).toEqual([expected, ""]);
    const last = JSON.parse(err.trimEnd().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ level: 60, msg: expect.stringContaining(told) });
  });

  it("tells everything that is wrong with the config, and exits 2", async () => {
    const { path, remove } = await directoryWith({
      "vipps-login-mock.yaml": "uzers: []\nprofile: 2023\nsalesUnits: [{name: A}]\n",
    });
    const { code, out, err } = await run([], { cwd: path }).ended;
    await remove();
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd().split("\n")).toEqual([
      "vipps-login-mock.yaml has 3 problems:",
      expect.stringContaining('uzers: unknown key "uzers"; did you mean "users"?'),
      expect.stringContaining("write it in quotes"),
      expect.stringContaining("salesUnits[0].redirectUris: missing"),
    ]);
  });

  it("refuses the name of the real service", async () => {
    const { code, err } = await run(["--public-url", "https://api.vipps.no"]).ended;
    expect(code).toBe(2);
    expect(err).toContain("the real service");
  });

  it("says which port is taken, and exits 1", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await run(["--port", String(port), "--log-level", "silent"]).ended;
    other.close();
    expect(code).toBe(1);
    expect(err).toBe(
      `Port ${port} is already in use. Stop what listens there, or choose another with --port.\n`,
    );
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends with 0 after %s", async (signal) => {
    const { child, firstLine, ended } = run(["--port", "0", "--json"]);
    const { url } = JSON.parse(await firstLine);
    expect((await fetch(`${url}/mock/api/health`)).status).toBe(200);
    child.kill(signal);
    const { code, err } = await ended;
    expect([code, err]).toEqual([0, expect.stringContaining("stops: what has begun is finished")]);
  });

  it("finishes what is in flight after a signal, and then ends at once", async () => {
    const { child, firstLine, ended } = run(["--port", "0", "--json"]);
    const port = Number(new URL(JSON.parse(await firstLine).url).port);
    const [idle, busy] = [await dial("127.0.0.1", port), await dial("::1", port)];
    idle.socket.write("GET /mock/api/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await until(() => idle.received().includes('"ok"'));
    const body = "grant_type=authorization_code";
    busy.socket.write(
      "POST /access-management-1.0/access/oauth2/token HTTP/1.1\r\nHost: localhost\r\n" +
        "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n" +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    // The server says so once it has the head of the request.
    await until(() => busy.received().includes("100 Continue"));

    child.kill("SIGTERM");
    await idle.closed;
    for (const host of ["127.0.0.1", "::1"]) {
      await until(() => isRefused(host, port));
    }
    const stopping = performance.now();
    busy.socket.write(body.slice(5));
    await busy.closed;
    expect(busy.received()).toMatch(
      /HTTP\/1\.1 400 .*\r\nconnection: close\r\n.*invalid_request/is,
    );
    expect(await ended).toMatchObject({ code: 0 });
    // It did not wait until it would have cut the request off.
    expect(performance.now() - stopping).toBeLessThan(10_000);
  });

  it.each([
    [
      "bad host",
      'The host "bad host" cannot be found. Give a name or an address of this machine with --host.\n',
    ],
    [
      "203.0.113.9",
      "This machine has no address 203.0.113.9. Give one that it has with --host, or 0.0.0.0 for all.\n",
    ],
  ])("says in a sentence why it cannot listen on the host %s, and exits 1", async (host, told) => {
    const argv = ["--host", host, "--port", "0", "--log-level", "silent"];
    expect(await run(argv).ended).toEqual({ code: 1, out: "", err: told });
  });

  it("serves as its container's health check asks", async () => {
    const { firstLine } = run(["--port", "0", "--json"]);
    const { url } = JSON.parse(await firstLine);
    expect(await run(["healthcheck", url]).ended).toEqual({ code: 0, out: "", err: "" });
    expect((await run(["healthcheck", "http://127.0.0.1:1"]).ended).code).toBe(1);
  });

  it("takes its options from the environment too", async () => {
    const env = { VIPPS_LOGIN_MOCK_PORT: "0", VIPPS_LOGIN_MOCK_JSON: "true" };
    const { firstLine } = run([], { env });
    expect(JSON.parse(await firstLine)).toHaveProperty("discoveryUrl");
  });
});
