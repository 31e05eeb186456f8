import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { doctor } from "../../src/cli/doctor.ts";
import type { ConfigInput } from "../../src/records/config.ts";
import { confirmInApp, fixtureUser, press } from "../browser/person.ts";
import { merchantAt } from "../clients/merchant.ts";
import { createWalker, walkLogin } from "../clients/walker.ts";
import { describeInChromium } from "../support/chromium.ts";
import { optionsOf, terminalIn } from "../support/command.ts";
import { freePort } from "../support/free-port.ts";
import { NGINX, startNginx } from "../support/nginx.ts";
import { describeWith } from "../support/requirement.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { trustingFetch } from "../support/trusting-fetch.ts";
import { until } from "../support/wait.ts";

/**
 * The set-ups of docs/addresses.md behind a real nginx, with its configuration and the mock's options as they
 * are printed there; only ports, files and the host are others.
 */

const PAGE = readFileSync(new URL("../../docs/addresses.md", import.meta.url), "utf8");

/** The block of code behind a marker. */
function block(marker: string): string {
  const start = PAGE.indexOf(`<!-- ${marker} -->\n\`\`\``);
  if (start < 0) throw new Error(`the page has no ${marker}`);
  return /```\w+\n(.*?)```/s.exec(PAGE.slice(start))?.[1] ?? "";
}

const ISSUER_PATH = "/access-management-1.0/access/";

/** What a test opened; closed after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A mock behind nginx. */
interface Setup {
  readonly server: Server;
  /** Where nginx serves it. */
  readonly base: string;
  /** That of nginx, PEM. */
  readonly certificate: string;
  /** Reaches it there. */
  readonly fetch: typeof fetch;
}

/** What is otherwise than the page says. */
interface Otherwise {
  readonly change?: (conf: string) => string;
  readonly config?: ConfigInput;
}

/** The set-up of a name. */
async function setUp(
  name: string,
  path: string,
  { change = (conf) => conf, config = {} }: Otherwise = {},
): Promise<Setup> {
  const port = await freePort("127.0.0.1");
  const conf = change(block(`nginx: ${name}`));
  const here = (text: string) => text.replaceAll("demo.example.com", `localhost:${port}`);
  const argv = here(block(`start: ${name}`))
    .trim()
    .split(" ")
    .slice(1);
  const { publicUrl, trustProxy } = optionsOf(...argv);
  const server = await startServer(config, { pinned: { publicUrl }, trustProxy });
  open.push(() => server.close());
  const nginx = await startNginx(
    conf
      .replace(/listen (80|443)/, `listen 127.0.0.1:${port}`)
      .replaceAll("demo.example.com", "localhost")
      .replaceAll("127.0.0.1:4747", `127.0.0.1:${server.port}`),
    port,
  );
  open.push(() => nginx.close());
  const base = `${conf.includes("ssl") ? "https" : "http"}://localhost:${port}${path}`;
  const { certificate } = nginx;
  return { server, base, certificate, fetch: trustingFetch(certificate) };
}

/** A shop that waits for its customers to come back. */
async function openShop(server: Server) {
  const back: string[] = [];
  const shop = createServer(({ url }, response) => {
    back.push(new URL(url ?? "/", callback).href);
    response.end("Welcome back");
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const callback = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/callback`;
  open.push(() => {
    shop.closeAllConnections();
    shop.close();
  });
  await server.register(callback);
  const customer = async () => new URL((await until(() => back[0])) ?? "");
  return { callback, customer };
}

/** Logs Ada in with a real browser, as a person does. */
async function logIn(browser: Browser, authorizationUrl: URL): Promise<void> {
  const context = await browser.newContext({ locale: "en-GB", ignoreHTTPSErrors: true });
  open.push(() => context.close());
  const page = await context.newPage();
  const failed: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) failed.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(authorizationUrl.href);
  await fixtureUser(page, "ada").click();
  await confirmInApp(page);
  await press(page, "Share information");
  await page.waitForURL("**/callback?*");
  // The stylesheet and the script are found, too.
  expect(failed).toEqual([]);
}

/** Has more headers sent. */
const sending =
  (...headers: readonly string[]) =>
  (conf: string) => {
    const lines = headers.map((header) => `proxy_set_header ${header};`).join("\n");
    return conf.replace(/^ +proxy_pass /m, (found) => `${lines}\n${found}`);
  };

const asPrinted = (conf: string) => conf;

/** Its port is not the one that callers use, as behind a container's mapped port. */
const withPort = sending("X-Forwarded-Port 8443");

/** What Traefik sends when it takes a prefix off: it hands on the Host, and tells of the rest. */
const asTraefik = sending(
  "X-Forwarded-For $proxy_add_x_forwarded_for",
  "X-Forwarded-Host $http_host",
  "X-Forwarded-Port $server_port",
  "X-Forwarded-Prefix /vipps",
  "X-Forwarded-Proto $scheme",
  "X-Real-Ip $remote_addr",
);

describeWith(NGINX, "behind nginx", () => {
  describeInChromium("a whole login", (browser) => {
    const setUps = [
      ["that ends TLS and takes a path off", "path-off", "/vipps", asPrinted],
      ["that leaves a path on", "path-on", "/vipps", asPrinted],
      ["with a name of its own", "name", "", asPrinted],
      ["that sends what Traefik sends", "path-off", "/vipps", asTraefik],
      ["that is trusted", "forwarded", "/vipps", asPrinted],
      ["that is trusted and tells its port", "forwarded", "/vipps", withPort],
    ] as const;

    test.each(setUps)(
      "through a proxy %s, with a backend there too",
      async (_, name, path, change) => {
        const { server, base, fetch } = await setUp(name, path, { change });
        const shop = await openShop(server);
        const issuer = `${base}${ISSUER_PATH}`;
        const merchant = await merchantAt(server, { issuer, redirectUri: shop.callback, fetch });
        expect(merchant.authorizationUrl.href).toContain(`${base}${ISSUER_PATH}oauth2/auth`);
        await logIn(browser(), merchant.authorizationUrl);
        const tokens = await merchant.finish(await shop.customer());
        expect(tokens.claims()?.iss).toBe(issuer);
        expect((await merchant.readUserinfo(tokens)).name).toBe("Ada Nordmann");
      },
    );

    test.each(setUps.slice(0, 4))(
      "through a proxy %s, with a backend that calls the mock itself",
      async (_, name, path, change) => {
        const { server, base } = await setUp(name, path, { change });
        const shop = await openShop(server);
        const merchant = await merchantAt(server, { redirectUri: shop.callback });
        expect(merchant.authorizationUrl.href).toContain(`${base}${ISSUER_PATH}oauth2/auth`);
        await logIn(browser(), merchant.authorizationUrl);
        const tokens = await merchant.finish(await shop.customer());
        expect(tokens.claims()?.iss).toBe(server.issuer);
        expect((await merchant.readUserinfo(tokens)).name).toBe("Ada Nordmann");
      },
    );
  });

  test.each([
    ["path-off", "/vipps"],
    ["path-on", "/vipps"],
    ["name", ""],
    ["forwarded", "/vipps"],
  ])("a sandbox is where it says it is: %s", async (name, path) => {
    const { server, base, fetch } = await setUp(name, path);
    const made = await fetch(`${base}/mock/api/sandboxes`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"id":"box"}',
    });
    expect(made.headers.get("location")).toBe(`${base}/mock/api/sandboxes/box`);
    const { issuer, controlUrl } = (await made.json()) as Record<string, string>;
    expect(issuer).toBe(`${base}/s/box${ISSUER_PATH}`);
    expect((await fetch(`${controlUrl}/users/ada`)).status).toBe(200);
    const merchant = await merchantAt(server, { issuer: String(issuer), fetch });
    const walker = createWalker((url) => url.port === "3000", fetch);
    const person = { phoneNumber: "4712345678" };
    const { url } = await walkLogin(walker, merchant.authorizationUrl, person);
    expect((await merchant.finish(url)).claims()?.iss).toBe(issuer);
  });

  test.each([
    ["path-on", "/vipps", "/vipps"],
    ["name", "", ""],
    ["forwarded", "/vipps", "/vipps/access-management-1.0/access/"],
  ])("doctor is content: %s, asked for %s%s", async (name, path, asked) => {
    const { base } = await setUp(name, path, { config: { clock: {} } });
    const terminal = terminalIn("/");
    expect(await doctor(new URL(asked, base).href, optionsOf(), terminal.io)).toBe(0);
    expect(terminal.out()).not.toMatch(/warn|FAIL/);
    expect(terminal.out()).toContain(`ok    the issuer is ${base}${ISSUER_PATH}\n`);
  });

  test("doctor says what a proxy must do that hands on another Host", async () => {
    const change = (conf: string) => conf.replace("$http_host", "mock.internal");
    const { base } = await setUp("path-on", "/vipps", { change });
    const terminal = terminalIn("/");
    expect(await doctor(base, optionsOf(), terminal.io)).toBe(1);
    expect(terminal.out()).toContain("FAIL  the issuer is http://mock.internal");
    expect(terminal.out()).toContain("proxy_set_header Host $http_host;");
    expect(terminal.out()).not.toContain("start the mock with --public-url");
  });

  test("the mock has the real service's name, where that leads to a proxy with TLS", async () => {
    const { server, base, certificate } = await setUp("real-names", "");
    const real = `https://apitest.vipps.no${ISSUER_PATH}`;
    // As an entry in the hosts file has it.
    const toProxy = { hostname: "127.0.0.1", port: Number(new URL(base).port) };
    const reach = trustingFetch(certificate, toProxy);
    const merchant = await merchantAt(server, { issuer: real, fetch: reach });
    const walker = createWalker((url) => url.port === "3000", reach);
    const person = { phoneNumber: "4712345678" };
    const { url } = await walkLogin(walker, merchant.authorizationUrl, person);
    const tokens = await merchant.finish(url);
    expect(tokens.claims()?.iss).toBe(real);
    expect((await merchant.readUserinfo(tokens)).name).toBe("Ada Nordmann");
  });
});
