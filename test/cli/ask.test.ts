import { readFile, writeFile } from "node:fs/promises";
import type { RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { doctor } from "../../src/cli/doctor.ts";
import { healthcheck } from "../../src/cli/healthcheck.ts";
import { certificateFiles, temporaryDirectory } from "../support/certificates.ts";
import { optionsOf, terminalIn } from "../support/command.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/wait.ts";

/** How the commands that look at a running mock take whatever comes back, and what they leave behind. */

/** What a test opened; closed after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of open.splice(0).reverse()) await close();
});

const DISCOVERY = "/access-management-1.0/access/.well-known/openid-configuration";
const BETWEEN = "Look at what stands between here and the mock, such as a proxy";

const directory = await temporaryDirectory();
const files = await certificateFiles(directory, ["localhost", "127.0.0.1"]);
// Where the commands look for the CA that a start has kept.
await writeFile(join(directory, "ca.pem"), await readFile(files.ca));
const trusting = optionsOf("--tls-dir", directory);

async function mock(): Promise<Server> {
  const server = await startServer({ clock: {} });
  open.push(server.close);
  return server;
}

async function serve(scheme: "http" | "https", listener: RequestListener): Promise<string> {
  const [cert, key] = await Promise.all([files.cert, files.key].map((file) => readFile(file)));
  const server: NetServer & { closeAllConnections(): void } =
    scheme === "http" ? createServer(listener) : createSecureServer({ cert, key }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that says something of its own at one path. */
async function proxy(
  { url }: Server,
  path: string,
  instead: (response: ServerResponse) => void,
): Promise<string> {
  return serve("http", async (request, response) => {
    if (request.url === path) {
      response.setHeader("x-vipps-login-mock", "0.0.0");
      instead(response);
      return;
    }
    const { host = "", "user-agent": agent = "" } = request.headers;
    const headers = { "user-agent": agent };
    const answer = await fetch(`${url}${request.url}`, { headers, redirect: "manual" });
    const text = (await answer.text()).replaceAll(url, `http://${host}`);
    response.writeHead(answer.status, { "x-vipps-login-mock": "0.0.0" }).end(text);
  });
}

const page = (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>");
};
const halfOfIt = (response: ServerResponse) => {
  response.writeHead(200, { "content-length": 1000 });
  response.write('{"offset":', () => response.destroy());
};
const nothing = (response: ServerResponse) => response.destroy();

describe("doctor says what it cannot read", () => {
  it.each<[string, (response: ServerResponse) => void, string]>([
    ["a page", page, "the response is no JSON object, but text/html"],
    ["half of it", halfOfIt, "the response broke off"],
    ["no object", (response) => response.end("7"), "the response is no JSON object, but without a"],
    ["a list", (response) => response.end("[]"), "the response is no JSON object, but without a"],
    ["something else", (response) => response.end("{}"), "the response names no issuer"],
  ])("where the discovery document should be: %s", async (_, instead, told) => {
    const base = await proxy(await mock(), DISCOVERY, instead);
    const { out, io } = terminalIn("/");
    expect(await doctor(base, optionsOf(), io)).toBe(1);
    expect(out()).toContain(`FAIL  the discovery document of ${base} cannot be read: ${told}`);
    expect(out()).toContain(BETWEEN);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ["a page", page, "the response is no JSON object, but text/html"],
    ["half of it", halfOfIt, "the response broke off"],
    ["nothing", nothing, "other side closed"],
    ["something else", (response) => response.end("{}"), "the response says nothing about a clock"],
  ])("where the clock should be: %s", async (_, instead, told) => {
    const base = await proxy(await mock(), "/mock/api/clock", instead);
    const { out, io } = terminalIn("/");
    expect(await doctor(base, optionsOf(), io)).toBe(0);
    expect(out()).toContain(`warn  the clock cannot be read at ${base}/mock/api/clock: ${told}`);
    expect(out()).toContain(BETWEEN);
    expect(out()).toContain("ok    userinfo endpoint");
  });

  it.each([page, halfOfIt, nothing])("and does without the settings: %o", async (instead) => {
    const base = await proxy(await mock(), "/mock/api/addresses", instead);
    const { out, io } = terminalIn("/");
    expect(await doctor(base, optionsOf(), io)).toBe(0);
    expect(out()).toContain(`ok    the issuer is ${base}/`);
  });
});

describe.each(["http", "https"] as const)("over %s", (scheme) => {
  it.each<[string, (response: ServerResponse) => void]>([
    ["no response", () => undefined],
    [
      "a response without an end",
      (response) => response.writeHead(200, { "x-vipps-login-mock": "0" }).write("{"),
    ],
  ])("%s is not waited for longer than ten seconds", async (_, answer) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let [asked, commands] = [0, 0];
    const base = await serve(scheme, (_request, response) => {
      asked += 1;
      answer(response);
    });
    for (const command of [healthcheck, doctor]) {
      const { out, err, io } = terminalIn("/");
      const ended = command(base, trusting, io);
      commands += 1;
      await until(() => asked === commands);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await ended).toBe(1);
      expect(out() + err()).toContain("no response within 10 seconds");
    }
  });
});

describe("doctor is no application", () => {
  it("leaves nothing in the request log, and the log says that it was there", async () => {
    const { url, log } = await mock();
    expect(await doctor(url, optionsOf(), terminalIn("/").io)).toBe(0);
    const { items } = (await (await fetch(`${url}/mock/api/requests`)).json()) as { items: [] };
    expect(items).toEqual([]);
    const report = await (await fetch(`${url}/mock/api/requests/report`)).text();
    expect(report).toContain("No request came to the sandbox");
    const told = log.filter(({ msg }) => msg.startsWith("asked by vipps-login-mock doctor: "));
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(log.filter(({ diagnosis }) => diagnosis)).toEqual([]);
  });

  it("leaves the faults to the application that is tested", async () => {
    const { url } = await mock();
    const body = JSON.stringify({ match: { endpoint: "jwks" }, times: 1, then: { status: 503 } });
    const headers = { "content-type": "application/json" };
    await fetch(`${url}/mock/api/faults`, { method: "POST", headers, body });
    expect(await doctor(url, optionsOf(), terminalIn("/").io)).toBe(0);
    const jwks = await fetch(`${url}${DISCOVERY.replace("openid-configuration", "jwks.json")}`);
    expect(jwks.status).toBe(503);
  });
});
