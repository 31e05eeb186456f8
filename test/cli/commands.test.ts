import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, get, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { doctor } from "../../src/cli/doctor.ts";
import { healthcheck } from "../../src/cli/healthcheck.ts";
import { init } from "../../src/cli/init.ts";
import { start } from "../../src/cli/start.ts";
import { validate } from "../../src/cli/validate.ts";
import { fixtureKey } from "../../src/keys/key-file.ts";
import { after } from "../../src/records/time.ts";
import { PATHS } from "../../src/request/addresses.ts";
import type { SandboxFacts } from "../../src/request/facts.ts";
import { directoryWith, optionsOf, terminalIn } from "../support/command.ts";
import { NOON } from "../support/mock.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/wait.ts";

/** What a test opened; closed after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function directory(files?: Parameters<typeof directoryWith>[0]): Promise<string> {
  const { path, remove } = await directoryWith(files);
  open.push(remove);
  return path;
}

async function server(...args: Parameters<typeof startServer>): Promise<Server> {
  const one = await startServer(...args);
  open.push(() => one.close());
  return one;
}

/** Starts as the command line does and waits until it has said where it is. */
async function started(
  argv: readonly string[],
  files?: Parameters<typeof directoryWith>[0],
  env?: Parameters<typeof terminalIn>[1],
) {
  const terminal = terminalIn(await directory(files), env);
  const ended = start(optionsOf(...argv), terminal.io);
  open.push(() => ended.catch(() => undefined));
  open.push(() => terminal.stop());
  const isUp = () => terminal.out() !== "" || terminal.err().includes("a mock for testing");
  await Promise.race([ended, until(isUp)]);
  return { ...terminal, ended };
}

describe("start", () => {
  it("says all that somebody needs to begin", async () => {
    const { out } = await started([]);
    const url = /Base URL +(\S+)/.exec(out())?.[1] ?? "";
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    for (const line of [
      /^vipps-login-mock 1\.2\.3: a mock for testing, not Vipps$/m,
      new RegExp(`^ +Issuer +${url}/access-management-1.0/access/$`, "m"),
      new RegExp(`^ +Discovery +${url}/access-management-1.0/access/.well-known/openid-conf`, "m"),
      new RegExp(`^ +Control API +${url}/mock/api$`, "m"),
      /^ +Profile +2023$/m,
      /^ +Config +built-in fixtures$/m,
      /^ +client_id +10000000-0000-4000-8000-000000000001$/m,
      /^ +client_secret +public-mock-secret-of-demo-shop$/m,
      /^ +Partner keys: Demo Partner, for 100001, 100004$/m,
      /^ +Ocp-Apim-Subscription-Key +public-mock-key-of-demo-partner$/m,
      /^ +redirect_uri +http:\/\/localhost:3000\/callback$/m,
      /^ +4712345678 +ada +Ada Nordmann$/m,
    ]) {
      expect(out()).toMatch(line);
    }
    expect((await fetch(`${url}/mock/api/health`)).status).toBe(200);
  });

  it("stays short where a sales unit has many redirect URIs: one, and where the others are", async () => {
    const { out } = await started([]);
    const [, more, address = ""] = /^ {6}and (\d+) more: (\S+)$/m.exec(out()) ?? [];
    const { redirectUris } = (await (await fetch(address)).json()) as { redirectUris: string[] };
    expect(redirectUris).toHaveLength(Number(more) + 1);
    expect(out().match(/http\S*callback/g)).toEqual(["http://localhost:3000/callback"]);
  });

  it.each([
    ["one", ["https://shop.example/cb"]],
    ["none", []],
  ])("speaks of no others where it has %s", async (_, redirectUris) => {
    const config = JSON.stringify({ salesUnits: [{ name: "Shop", redirectUris }] });
    const { out } = await started([], { "vipps-login-mock.json": config });
    expect(out()).toContain(`    redirect_uri   ${redirectUris[0] ?? "none"}\n`);
    expect(out()).not.toMatch(/and \d+ more: \S+sales-units/);
  });

  it("says the same to programs, as one line of JSON", async () => {
    const { out } = await started(["--json"]);
    expect(out().trimEnd()).not.toContain("\n");
    const facts = JSON.parse(out());
    expect(Object.keys(facts)).toEqual([
      "url",
      "issuer",
      "discoveryUrl",
      "controlUrl",
      "salesUnits",
      "partners",
      "users",
    ]);
    const discovery = await (await fetch(facts.discoveryUrl)).json();
    expect(discovery).toMatchObject({ issuer: facts.issuer });
    const units = await (await fetch(`${facts.controlUrl}/sales-units`)).json();
    expect(units).toEqual({ items: facts.salesUnits });
  });

  it("answers on both loopback addresses when it listens on localhost", async () => {
    const { out } = await started([]);
    const port = /localhost:(\d+)/.exec(out())?.[1];
    for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
      expect((await fetch(`http://${host}:${port}/mock/api/health`)).status).toBe(200);
    }
  });

  it("takes the config file of the directory, and flags win over it", async () => {
    const { out } = await started(["--profile", "2026", "--json"], {
      "vipps-login-mock.yaml": "profile: '2023'\nusers: [{id: kari}]\n",
    });
    const { users, discoveryUrl } = JSON.parse(out());
    expect(users).toMatchObject([{ id: "kari" }]);
    const discovery = (await (await fetch(discoveryUrl)).json()) as Record<string, unknown>;
    expect(discovery["code_challenge_methods_supported"]).toEqual(["S256"]);
  });

  it("takes variables from the environment, and prints no secret of it", async () => {
    const { out, err } = await started(
      [],
      {
        "vipps-login-mock.yaml": [
          "salesUnits:",
          "  - { name: '${NAME}', msn: '100001', clientSecret: '${SECRET}', redirectUris: ['a:/b'] }",
          "partners:",
          "  - { name: P, clientSecret: '${SECRET}', subscriptionKey: '${KEY}', salesUnits: ['100001'] }",
        ].join("\n"),
      },
      { NAME: "My Shop", SECRET: "quite-secret", KEY: "a-secret-key" },
    );
    expect(out()).toContain("A client to start with: My Shop");
    expect(out().match(/client_secret {2}\$\{SECRET\}/g)).toHaveLength(2);
    expect(out()).toContain("Ocp-Apim-Subscription-Key  ${KEY}");
    for (const secret of ["quite-secret", "a-secret-key"]) {
      expect(out() + err()).not.toContain(secret);
    }
    const url = /Base URL +(\S+)/.exec(out())?.[1] ?? "";
    const { items } = (await (await fetch(`${url}/mock/api/sales-units`)).json()) as {
      items: unknown[];
    };
    expect(items).toMatchObject([{ clientSecret: "quite-secret" }]);
  });

  it("tells no value of a variable when it cannot start, and in no warning", async () => {
    const files = { "vipps-login-mock.yaml": "users: [{id: '${WHO}'}]\nautoLogin: '${WHO}'\n" };
    const env = { WHO: "secret-user" };
    const { path, remove } = await directoryWith(files);
    const { io } = terminalIn(path, env);
    const refused = start(optionsOf("--auto-login", "secret-usr"), io).finally(remove);
    await expect(refused).rejects.toThrow("no user is called secret-usr. Did you mean ${WHO}?");
    const { err } = await started([], files, env);
    expect(err()).toContain("auto-login ${WHO}: every login completes without a page");
    expect(err()).not.toContain("secret-user");
  });

  it("warns of options that npm took for its own", async () => {
    const { err } = await started([], undefined, {
      npm_lifecycle_event: "start",
      npm_lifecycle_script: "node dist/main.js",
      npm_config_tls: "true",
    });
    expect(err()).toContain(
      "npm took --tls for its own, because no -- stands before; write npm start -- --tls\n",
    );
  });

  it("pins what the operator pins", async () => {
    const { out } = await started([
      "--public-url",
      "https://vipps.example.com",
      "--issuer",
      "https://issuer.example.com/",
    ]);
    expect(out()).toContain("https://vipps.example.com/mock/api");
    expect(out()).toMatch(/Issuer +https:\/\/issuer\.example\.com\/$/m);
  });

  it("starts without sales units too, and has no client to begin with then", async () => {
    const { out } = await started([], { "vipps-login-mock.yaml": "salesUnits: []\n" });
    expect(out()).toMatch(/^ +Config +vipps-login-mock\.yaml$/m);
    expect(out()).not.toContain("client_id");
  });

  it("writes an address of IPv6 as a URL has it", async () => {
    const { out } = await started(["--host", "::1", "--json"]);
    const { url, controlUrl }: SandboxFacts = JSON.parse(out());
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${controlUrl}/health`)).status).toBe(200);
  });

  it("logs for people, also without a terminal", async () => {
    const { err } = await started(["--control-open"]);
    expect(err()).toMatch(/^\d\d:\d\d:\d\d WARN {2}--control-open: anybody/m);
  });

  it("takes a public URL with slashes at its end, and writes none of them into an address", async () => {
    const { out } = await started(["--json", "--public-url", "https://vipps.example.com/base//"]);
    expect(JSON.parse(out())).toMatchObject({
      url: "https://vipps.example.com/base",
      controlUrl: "https://vipps.example.com/base/mock/api",
    });
  });

  it("prints the addresses that those get who call the public URL", async () => {
    const { out, err } = await started([
      ...["--json", "--log-format", "json"],
      ...["--public-url", "https://vipps.example.com/base"],
    ]);
    const { url, issuer, controlUrl }: SandboxFacts = JSON.parse(out());
    const listens = /listening at (http:[^"]+)/.exec(err())?.[1] ?? "";
    for (const path of ["", "/base"]) {
      const told = await new Promise<string>((resolve, reject) => {
        // Node's fetch sets the Host header itself.
        const headers = { host: "vipps.example.com" };
        get(`${listens}${path}/mock/api/addresses`, { headers }, async (response) => {
          resolve(await text(response));
        }).on("error", reject);
      });
      expect(JSON.parse(told)).toMatchObject({ url, issuer, controlUrl, browserUrl: url });
    }
  });

  it.each([12, 13])("names a dozen users, and how many more there are: %i", async (count) => {
    const users = Array.from({ length: count }, (_, n) => ({ id: `user-${n}` }));
    const { out } = await started([], { "vipps-login-mock.json": JSON.stringify({ users }) });
    expect(out().match(/^ +\d+ {2}user-\d+ /gm)).toHaveLength(12);
    const more = /^ {4}and (\d+) more: http:\/\/localhost:\d+\/mock\/api\/users$/m.exec(out())?.[1];
    expect(more).toBe(count === 12 ? undefined : "1");
  });

  it.each(["info", "silent"])(
    "writes nothing but lines of JSON where the log is for programs, at level %s",
    async (level) => {
      const argv = ["--log-format", "json", "--log-level", level, "--auto-login", "ada"];
      argv.push("--profile", "2026");
      const config = "{clock: {at: '2023-05-17T12:00:00+02:00', frozen: true}}";
      const { out, err } = await started(argv, { "vipps-login-mock.yaml": config });
      const lines = err().trimEnd().split("\n");
      const first = lines.map((line) => JSON.parse(line)).find(({ issuer }) => issuer);
      expect(first).toMatchObject({
        level: 30,
        msg: "vipps-login-mock 1.2.3: a mock for testing, not Vipps",
        url: expect.stringMatching(/^http:\/\/localhost:\d+$/),
        discoveryUrl: expect.stringContaining("/.well-known/"),
        controlUrl: expect.stringContaining("/mock/api"),
        profile: "2026",
        autoLogin: "ada",
        config: "vipps-login-mock.yaml",
        clock: "stands still at 2023-05-17T10:00:00Z",
      });
      expect(out()).toBe("");
      const both = await started(["--log-format", "json", "--json"]);
      expect(JSON.parse(both.out())).toHaveProperty("users");
    },
  );

  it("names every laxness in the log", async () => {
    const { err } = await started(
      ["--control-open", "--seed", "7", "--trust-proxy", "--log-secrets", "--log-format", "json"],
      { "vipps-login-mock.json": '{"rules":{"minimumAge":0}}' },
    );
    for (const note of [
      "--control-open",
      "--seed 7",
      "--trust-proxy",
      "--log-secrets",
      "rules.minimumAge",
    ]) {
      expect(err()).toContain(`"msg":"${note}`);
    }
    expect(err()).not.toContain("auto-login");
  });

  it.each([
    [["--auto-login", "ada"], "{}"],
    [[], '{"autoLogin":"ada"}'],
  ])("names automatic login as one too, by %j or %s, also for programs", async (argv, config) => {
    const files = { "vipps-login-mock.json": config };
    const { err } = await started(["--json", "--log-format", "json", ...argv], files);
    expect(err()).toContain('"msg":"auto-login ada: every login completes without a page"');
  });

  it.each([
    ["ad", "no user is called ad. Did you mean ada?"],
    ["nobody-at-all", /no user is called nobody-at-all\.$/],
  ])("does not start when automatic login would be as %s", async (user, told) => {
    await expect(started(["--auto-login", user])).rejects.toThrow(told);
  });

  it("logs in automatically as the user named", async () => {
    const banner = await started(["--auto-login", "ada"]);
    expect(banner.out()).toMatch(/^ +Auto-login +ada: no page is shown$/m);
    const { out } = await started(["--auto-login", "4712345678", "--json"]);
    const { url, salesUnits } = JSON.parse(out());
    const query = new URLSearchParams({
      response_type: "code",
      client_id: salesUnits[0].clientId,
      redirect_uri: salesUnits[0].redirectUris[0],
      scope: "openid",
      state: "state-of-the-test",
    });
    const auth = `${url}/access-management-1.0/access/oauth2/auth?${query}`;
    const answer = await fetch(auth, { redirect: "manual" });
    expect(answer.headers.get("location")).toContain("/callback?code=");
  });

  it("warns of what keeps everybody out, and lists no users where there are none", async () => {
    const { out, err } = await started([], {
      "vipps-login-mock.yaml": "users: []\nsalesUnits: [{name: Shop, redirectUris: []}]\n",
    });
    expect(err()).toMatch(/WARN {2}users: the list is empty/);
    expect(err()).toMatch(/WARN {2}salesUnits\[0\]\.redirectUris: the list is empty/);
    expect(out()).toMatch(/^ {2}Users {10}none$/m);
    expect(out()).toMatch(/^ {4}redirect_uri {3}none$/m);
  });

  it.each([
    [
      "{clock: {at: '2023-05-17T12:00:00+02:00', frozen: true}}",
      "stands still at 2023-05-17T10:00:00Z",
    ],
    ["{clock: {at: '2023-05-17T12:00:00+02:00'}}", /runs from 2023-05-17T10:00:0\dZ/],
    ["{clock: {frozen: true}}", /stands still at 20\d\d-/],
    ["{clock: {frozen: false}}", undefined],
    ["{}", undefined],
  ])("says how a clock that is not the real one was set: %s", async (config, told) => {
    const { out } = await started([], { "vipps-login-mock.yaml": config });
    if (told === undefined) expect(out()).not.toContain("Clock");
    else expect(/^ {2}Clock {10}(.*)$/m.exec(out())?.[1]).toMatch(told);
  });

  it("ends with 0 when it is stopped, and does not answer any more", async () => {
    const { out, stop, ended } = await started([]);
    const url = /Base URL +(\S+)/.exec(out())?.[1] ?? "";
    stop();
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/mock/api/health`)).rejects.toThrow();
  });

  it.each<[boolean, string[]]>([
    [true, []],
    [true, ["--host", "127.0.0.1"]],
    [true, ["--host", "::1"]],
    [true, ["--public-url", "http://LOCALHOST:9"]],
    [true, ["--public-url", "http://[::1]:9/base"]],
    [false, ["--host", "0.0.0.0"]],
    [false, ["--host", "::"]],
    [false, ["--public-url", "https://vipps.example.com"]],
    [false, ["--host", "0.0.0.0", "--public-url", "http://localhost:9"]],
  ])("signs with the public key of the package (%s) when started with %j", async (is, argv) => {
    const { err } = await started(["--log-format", "json", ...argv]);
    const url = /listening at (http:[^"]+)/.exec(err())?.[1] ?? "";
    const { keys } = (await (await fetch(`${url}${PATHS.jwks}`)).json()) as {
      keys: { kid: string }[];
    };
    const { kid } = await fixtureKey();
    expect(keys[0]?.kid === kid).toBe(is);
  });

  it("is reached as localhost when it listens everywhere", async () => {
    const { out } = await started(["--json", "--host", "0.0.0.0"]);
    expect(JSON.parse(out()).url).toMatch(/^http:\/\/localhost:/);
  });

  it("does not start with a key file that cannot serve", async () => {
    await expect(started(["--signing-key", "/no/such/key.pem"])).rejects.toThrow(
      "/no/such/key.pem",
    );
  });
});

describe("init", () => {
  it("writes a config that is valid, and never over one that is there", async () => {
    const path = await directory();
    const first = terminalIn(path);
    expect(await init(first.io)).toBe(0);
    const written = await readFile(join(path, "vipps-login-mock.yaml"), "utf8");
    expect(await validate("vipps-login-mock.yaml", first.io)).toBe(0);
    expect(first.out()).toContain("vipps-login-mock.yaml is valid: 20 users, 1 sales unit");

    const second = terminalIn(path);
    expect(await init(second.io)).toBe(1);
    expect(second.err()).toContain("already exists");
    expect(await readFile(join(path, "vipps-login-mock.yaml"), "utf8")).toBe(written);
  });

  it("names the schema of the package where that is installed, else its own", async () => {
    const schemaIn = async (path: string) => {
      expect(await init(terminalIn(path).io)).toBe(0);
      const text = await readFile(join(path, "vipps-login-mock.yaml"), "utf8");
      return /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1] ?? "";
    };
    const elsewhere = await directory();
    const schema = JSON.parse(
      await readFile(resolve(elsewhere, await schemaIn(elsewhere)), "utf8"),
    );
    expect(schema.properties).toHaveProperty("salesUnits");

    const project = await directory();
    const installed = "./node_modules/vipps-login-mock/fixtures/config.schema.json";
    await mkdir(join(project, installed, ".."), { recursive: true });
    await writeFile(join(project, installed), "{}");
    expect(await schemaIn(project)).toBe(installed);
  });

  it("says why it cannot write", async () => {
    const nowhere = join(await directory(), "not-there");
    await expect(init(terminalIn(nowhere).io)).rejects.toThrow("ENOENT");
  });

  it("writes a config whose every commented line is valid too", async () => {
    const path = await directory();
    await init(terminalIn(path).io);
    const text = await readFile(join(path, "vipps-login-mock.yaml"), "utf8");
    const uncommented = text.replace(/^( *)# (?=( *- )?\w+: ?| {2})/gm, "$1");
    const everything = await directory({ "all.yaml": uncommented });
    const terminal = terminalIn(everything);
    expect(await validate("all.yaml", terminal.io)).toBe(0);
    expect(terminal.out()).toContain("3 users, 1 sales unit");
  });
});

describe("validate", () => {
  it("tells everything that is wrong at once", async () => {
    const path = await directory({
      "bad.yaml": "profile: '2024'\nuzers: []\nsalesUnits: [{name: x, redirectUris: [nowhere]}]\n",
    });
    await expect(validate("bad.yaml", terminalIn(path).io)).rejects.toThrow(
      /^bad\.yaml has 3 problems:\n {2}uzers: .*"users".*\n {2}profile: .*\n {2}salesUnits\[0\]\.redirectUris\[0\]: .*/,
    );
  });

  it.each([
    ["users: []", "users: the list is empty, so nobody can log in until one is added"],
    ["salesUnits: []", "salesUnits: the list is empty, so no application can log anybody in"],
    [
      "salesUnits: [{name: A, redirectUris: [https://a.example/]}, {name: B, redirectUris: []}]",
      "salesUnits[1].redirectUris: the list is empty, so no login can go back to B",
    ],
  ])("calls %s valid, and warns of it", async (config, told) => {
    const { io, out } = terminalIn(await directory({ "a.yaml": config }));
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out()).toMatch(/^a\.yaml is valid: .*\n/);
    expect(out().split("\n")[1]).toBe(`  ${told}`);
  });

  it("says which variables it took from the environment, and which by their defaults", async () => {
    const config =
      "salesUnits: [{name: '${NAME}', clientId: '${ID:-shop}', redirectUris: ['a:/b']}]";
    const { io, out } = terminalIn(await directory({ "a.yaml": config }), { NAME: "My Shop" });
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out()).toBe(
      "a.yaml is valid: 20 users, 1 sales unit\n  from the environment: NAME, ID (by default)\n",
    );
  });

  it("warns without telling what came from the environment", async () => {
    const config = "salesUnits: [{name: '${NAME}', redirectUris: []}]";
    const { io, out } = terminalIn(await directory({ "a.yaml": config }), { NAME: "My Shop" });
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out()).toContain("no login can go back to ${NAME}");
    expect(out()).not.toContain("My Shop");
  });

  it("warns of a variable without braces", async () => {
    const config = "salesUnits: [{name: A, clientSecret: $SECRET, redirectUris: ['a:/b']}]";
    const { io, out } = terminalIn(await directory({ "a.yaml": config }), { SECRET: "x" });
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out().split("\n")[1]).toBe(
      '  salesUnits[0].clientSecret: "$SECRET" is taken as it stands; for the variable write ${SECRET}',
    );
    const { err } = await started([], { "vipps-login-mock.yaml": config });
    expect(err()).toMatch(
      /WARN +salesUnits\[0\]\.clientSecret: it begins with \$ and is taken as it stands/,
    );
  });

  it("warns of nothing else", async () => {
    const { io, out } = terminalIn(await directory({ "a.yaml": "users: [{id: a}]" }));
    await validate("a.yaml", io);
    expect(out()).toBe("a.yaml is valid: 1 user, 6 sales units\n");
  });
});

describe("healthcheck", () => {
  it("is content with a mock that answers, by address or by port", async () => {
    const { url, port } = await server();
    const { io } = terminalIn("/");
    expect(await healthcheck(url, optionsOf(), io)).toBe(0);
    expect(await healthcheck(`${url}/`, optionsOf(), io)).toBe(0);
    expect(await healthcheck(undefined, { port }, io)).toBe(0);
  });

  it("needs no token", async () => {
    const { url } = await server({}, { control: { token: "secret", open: false } });
    expect(await healthcheck(url, optionsOf(), terminalIn("/").io)).toBe(0);
  });

  it("complains about a mock that says itself that it is not well", async () => {
    const ill = await otherServer((_request, response) => {
      response.writeHead(503, { "content-type": "application/json" }).end('{"status":"ok"}');
    });
    const { io, err } = terminalIn("/");
    expect(await healthcheck(ill, optionsOf(), io)).toBe(1);
    expect(err()).toBe(`${ill} responds with 503 and is not a healthy vipps-login-mock.\n`);
  });

  it("complains about anything else", async () => {
    const other = await otherServer((_request, response) => response.end("hello"));
    const broken = await otherServer((_request, response) => response.destroy());
    const { url: mock } = await server();
    for (const [url, told] of [
      [other, "responds with 200 and is not a healthy vipps-login-mock"],
      [`${mock}/nope`, "responds with 404 and is not a healthy vipps-login-mock"],
      [broken, "does not respond"],
      ["http://127.0.0.1:1", "does not respond"],
    ] as const) {
      const { io, err } = terminalIn("/");
      expect(await healthcheck(url, optionsOf(), io)).toBe(1);
      expect(err()).toContain(`${url} ${told}`);
    }
  });
});

describe("doctor", () => {
  it("finds nothing to mend at a mock that is well", async () => {
    const { url, issuer } = await server({ clock: {} });
    const { out, io } = terminalIn("/");
    expect(await doctor(`${url}/`, optionsOf(), io)).toBe(0);
    expect(out()).toContain(`ok    the issuer is ${issuer}`);
    expect(out()).toContain("ok    token endpoint");
    expect(out()).not.toContain("FAIL");
  });

  it("tells how to get back from another time", async () => {
    const { url } = await server({ clock: { at: "2023-05-24T12:00:00+02:00", frozen: true } });
    const { out, io } = terminalIn("/");
    expect(await doctor(url, optionsOf(), io)).toBe(1);
    expect(out()).toContain(
      "FAIL  the mock's clock is stopped, 604800 seconds ahead of the real time",
    );
    expect(out()).toContain(`DELETE ${url}/mock/api/clock`);
  });

  it.each([
    [
      { at: "2023-05-17T11:00:00+02:00" },
      1,
      "FAIL  the mock's clock runs, 3600 seconds behind the",
    ],
    [{ at: "2023-05-17T11:59:45+02:00" }, 0, "ok    the mock's clock runs, 15 seconds behind the"],
    [{ at: "2023-05-17T12:00:01+02:00" }, 0, "ok    the mock's clock runs, a second ahead of the"],
    [{}, 0, "ok    the mock's clock runs and shows the real time"],
    [{ frozen: true }, 1, "FAIL  the mock's clock is stopped and shows the real time"],
  ])("tells how the clock %j stands", async (clock, code, told) => {
    const { url } = await server({ clock });
    const { out, io } = terminalIn("/");
    expect(await doctor(url, optionsOf(), io)).toBe(code);
    expect(out()).toContain(told);
  });

  it("says where it may not look", async () => {
    const { url } = await server({}, { control: { token: "secret", open: false } });
    const without = terminalIn("/");
    expect(await doctor(url, optionsOf(), without.io)).toBe(0);
    expect(without.out()).toContain("the clock cannot be read: the control API responds with 401");
    const withIt = terminalIn("/");
    await doctor(url, optionsOf("--control-token", "secret"), withIt.io);
    expect(withIt.out()).toContain("the mock's clock is stopped");
  });

  it("tells what to change where the issuer is pinned to another", async () => {
    const { url } = await server({}, { pinned: { issuer: "https://elsewhere.example.com/" } });
    const { out, io } = terminalIn("/");
    expect(await doctor(url, optionsOf(), io)).toBe(1);
    expect(out()).toContain("FAIL  the issuer is https://elsewhere.example.com/");
    expect(out()).toContain("--issuer");
  });

  it("leaves it to the browser whether it reaches a public URL that nobody reaches from here", async () => {
    const { url } = await server({ clock: {} }, { pinned: { publicUrl: "http://127.0.0.1:1" } });
    const { out, io } = terminalIn("/");
    expect(await doctor(url, optionsOf(), io)).toBe(0);
    expect(out()).toMatch(/warn {2}authorization endpoint .*127\.0\.0\.1:1.* not reachable/);
    expect(out()).toContain(
      "--public-url is http://127.0.0.1:1: browsers must reach the mock there.",
    );
  });

  it.each(["", "/s/box"])(
    "takes a base, an issuer or a discovery document, of the sandbox %j too",
    async (box) => {
      const { url } = await server({ clock: {} });
      const sandboxes = `${url}/mock/api/sandboxes`;
      const headers = { "content-type": "application/json" };
      await fetch(sandboxes, { method: "POST", headers, body: '{"id":"box"}' });
      const issuer = `${url}${box}/access-management-1.0/access/`;
      for (const address of [
        `${url}${box}`,
        issuer,
        issuer.slice(0, -1),
        `${issuer}.well-known/openid-configuration`,
      ]) {
        const { out, io } = terminalIn("/");
        expect(await doctor(address, optionsOf(), io)).toBe(0);
        expect(out()).toContain(`ok    a backend reaches ${url}${box}\n`);
        expect(out()).toContain(`ok    the issuer is ${issuer}\n`);
      }
    },
  );

  it("sees the browser's side where that has another name", async () => {
    let mock: Server | undefined;
    const publicUrl = await proxy(() => mock, { host: "mock.internal" });
    mock = await server({ clock: {} }, { pinned: { publicUrl } });
    const { out, io } = terminalIn("/");
    expect(await doctor(mock.url, optionsOf(), io)).toBe(0);
    expect(out()).toContain(`ok    authorization endpoint (browsers go there): ${publicUrl}`);
    expect(out()).toMatch(
      `warn  for a backend that uses ${publicUrl} too, the issuer is http://mock.internal/`,
    );
    expect(out()).toContain("Let the proxy hand on the Host header");
  });

  it("sees nothing to mend where a proxy hands on its name", async () => {
    let mock: Server | undefined;
    const publicUrl = await proxy(() => mock);
    mock = await server({ clock: {} }, { pinned: { publicUrl } });
    for (const address of [mock.url, publicUrl]) {
      const { out, io } = terminalIn("/");
      expect(await doctor(address, optionsOf(), io)).toBe(0);
      expect(out()).not.toMatch(/warn|FAIL/);
    }
  });

  it("warns of a name that only containers know", async () => {
    const pinned = { publicUrl: "http://host.docker.internal:1" };
    const { url } = await server({ clock: {} }, { pinned });
    const { out, io } = terminalIn("/");
    expect(await doctor(url, optionsOf(), io)).toBe(0);
    expect(out()).toMatch(/^warn .*"host\.docker\.internal" is a name that only containers know$/m);
    expect(out()).toContain("change --public-url to the address that it uses");
  });

  it.each([
    [{ publicUrl: "http://127.0.0.1:1" }, 0, "--public-url is http://127.0.0.1:1: browsers must"],
    [{ issuer: "http://issuer.example/" }, 1, "or start the mock without --issuer"],
  ])("finds out what was set where a proxy lets nobody ask: %j", async (pinned, code, told) => {
    const mock = await server({ clock: {} }, { pinned });
    const base = await proxy(() => mock, { passes: (path) => !path.startsWith("/mock") });
    const { out, io } = terminalIn("/");
    expect(await doctor(base, optionsOf(), io)).toBe(code);
    expect(out()).toContain(told);
    expect(out()).toContain("the clock cannot be read: the control API responds with 404");
  });

  it.each([
    [-31, 1, "FAIL  the mock's machine is 31 seconds ahead of this one"],
    [-30, 0, "ok    the clocks of this machine and of the mock's agree"],
    [30, 0, "ok    the clocks of this machine and of the mock's agree"],
    [31, 1, "FAIL  the mock's machine is 31 seconds behind this one"],
  ])("compares the machines' clocks: %i", async (seconds, code, told) => {
    const mock = await server({ clock: {} });
    const base = await proxy(() => mock, { date: "Wed, 17 May 2023 10:00:00 GMT" });
    const { out, io } = terminalIn("/");
    expect(await doctor(base, optionsOf(), io, () => after(NOON, seconds))).toBe(code);
    expect(out()).toContain(told);
  });

  it("looks on this machine when no address is given", async () => {
    const { port } = await server({ clock: {} });
    const { out, io } = terminalIn("/");
    expect(await doctor(undefined, { ...optionsOf(), port }, io)).toBe(0);
    expect(out()).toContain(`ok    a backend reaches http://localhost:${port}\n`);
  });

  it.each([404, 502])(
    "tells that the public URL is somebody else's, who says %d",
    async (status) => {
      const publicUrl = await otherServer((_request, response) => response.writeHead(status).end());
      const { url } = await server({ clock: {} }, { pinned: { publicUrl } });
      const { out, io } = terminalIn("/");
      expect(await doctor(url, optionsOf(), io)).toBe(1);
      expect(out()).toMatch(
        new RegExp(`FAIL {2}authorization endpoint .* responds with ${status}$`, "m"),
      );
      expect(out()).toContain(`--public-url is ${publicUrl}: browsers must reach the mock there.`);
    },
  );

  it("knows another server from a mock, and nothing from something", async () => {
    const other = await otherServer((_request, response) => response.end("hello"));
    const nobody = "http://127.0.0.1:1";
    const { url: mock } = await server();
    for (const [url, told] of [
      [`${mock}/access-management-1.0`, "responds with 404"],
      [other, "is not a vipps-login-mock"],
      [nobody, "is not reachable"],
    ] as const) {
      const { out, io } = terminalIn("/");
      expect(await doctor(url, optionsOf(), io)).toBe(1);
      expect(out()).toContain(`FAIL  ${url}`);
      expect(out()).toContain(told);
    }
  });
});

/** A proxy in front of a mock; it hands on the name by which it was called unless it is told another. */
async function proxy(
  mock: () => Server | undefined,
  {
    host,
    date,
    passes = () => true,
  }: { host?: string; date?: string; passes?: (path: string) => boolean } = {},
): Promise<string> {
  return otherServer(({ url = "/", method, headers }, response) => {
    if (!passes(url)) {
      response.writeHead(404).end();
      return;
    }
    const options = { method, headers: { ...headers, ...(host && { host }) } };
    const forwarded = request(`http://127.0.0.1:${mock()?.port}${url}`, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(date && { date }) });
      answer.pipe(response);
    });
    forwarded.end();
  });
}

async function otherServer(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const other = createServer(answer);
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  open.push(() => other.close());
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
}
