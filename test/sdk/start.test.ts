import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it, vi } from "vitest";
import type { ConnectOptions } from "../../src/index.ts";
import { ConfigError, connect, OptionsError, startVippsLoginMock } from "../../src/index.ts";
import { directoryWith } from "../support/command.ts";
import { runProgram } from "../support/program.ts";
import { eventually } from "../support/wait.ts";

const config = {};

describe("starting a mock in this process", () => {
  it("refuses wrong options, all of them at once", async () => {
    const options = {
      port: "4747",
      hosst: "localhost",
      host: null,
      listen: "no",
      config: ["users"],
      profile: 2023,
      seed: -1,
      signingKeyBits: 1024,
      publicUrl: "https://login.vipps.no",
      logLevel: "inof",
    };
    const refused = startVippsLoginMock(options as object);
    await expect(refused).rejects.toBeInstanceOf(OptionsError);
    await expect(refused).rejects.toMatchObject({
      problems: [
        { path: "port", message: 'expected the number 4747, got the string "4747"' },
        { path: "hosst", closest: "host" },
        { path: "host", message: "expected a single value, got null" },
        { path: "listen", message: 'expected true or false, got the string "no"' },
        { path: "config", message: expect.stringContaining("got a list") },
        { path: "profile", message: 'expected the string "2023", got the number 2023' },
        { path: "seed" },
        { path: "signingKeyBits" },
        { path: "publicUrl", message: expect.stringContaining("real service") },
        { path: "logLevel", closest: "info" },
      ],
    });
    await expect(refused).rejects.toThrow(/did you mean "host"\?/);
  });

  it.each(["port", "host", "listen", "config", "autoLogin"])(
    "takes an undefined %s as left out",
    async (name) => {
      const vipps = await startVippsLoginMock({ listen: false, config, [name]: undefined });
      await vipps.close();
    },
  );

  it("refuses a config with everything that is wrong in it", async () => {
    const wrong = { users: [{ id: "Ada" }], salesUnitz: [] };
    const refused = startVippsLoginMock({ listen: false, config: wrong as object });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toMatchObject({
      problems: [
        { path: "salesUnitz", closest: "salesUnits" },
        { path: "users[0].id", value: "Ada" },
      ],
    });
  });

  it("refuses an automatic login as nobody, and says who was meant", async () => {
    const refused = startVippsLoginMock({ listen: false, config, autoLogin: "adda" });
    await expect(refused).rejects.toThrow("Did you mean ada?");
  });

  it("tells no value of a variable there, in the message and in the stack trace", async () => {
    const directory = await directoryWith({ "mine.yaml": "users: [{ id: '${WHO}' }]\n" });
    vi.stubEnv("WHO", "secret-user");
    try {
      const file = `${directory.path}/mine.yaml`;
      const starting = startVippsLoginMock({
        listen: false,
        config: file,
        autoLogin: "secret-usr",
      });
      const { stack } = await starting.then(
        () => new Error("it has started"),
        (error: Error) => error,
      );
      expect(stack).toContain("Did you mean ${WHO}?");
      expect(stack).not.toContain("secret-user");
    } finally {
      vi.unstubAllEnvs();
      await directory.remove();
    }
  });

  it("takes its config from a file", async () => {
    const directory = await directoryWith({ "mine.yaml": "users: [{ id: grace }]\n" });
    try {
      const vipps = await startVippsLoginMock({
        listen: false,
        config: `${directory.path}/mine.yaml`,
        profile: "2026",
      });
      expect(Object.keys(vipps.users)).toEqual(["grace"]);
      expect((await vipps.settings.read()).profile).toBe("2026");
      await vipps.close();
    } finally {
      await directory.remove();
    }
  });

  it("says which port is taken, and gives everything back", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startVippsLoginMock({ config, port })).rejects.toMatchObject({
      code: "EADDRINUSE",
      port,
      message: `Port ${port} is already in use. Stop what listens there, or choose another with the option "port".`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it("believes to be where it is said to be, without a socket too", async () => {
    const publicUrl = "https://vipps.example.com";
    const vipps = await startVippsLoginMock({
      listen: false,
      config,
      port: 8080,
      publicUrl,
      issuer: "http://issuer.example.com/access-management-1.0/access/",
    });
    expect(vipps.url).toBe("http://localhost:8080");
    expect(vipps.issuer).toBe("http://issuer.example.com/access-management-1.0/access/");
    const document = await vipps.fetch(`${vipps.issuer}.well-known/openid-configuration`);
    expect(await document.json()).toMatchObject({
      issuer: vipps.issuer,
      authorization_endpoint: `${publicUrl}/access-management-1.0/access/oauth2/auth`,
      token_endpoint: `${vipps.url}/access-management-1.0/access/oauth2/token`,
    });
    await vipps.close();
  });

  it("signs with the package's key where only this machine can call it, else with its own", async () => {
    const modulus = async (options: object) => {
      await using vipps = await startVippsLoginMock({ listen: false, config, ...options });
      const jwks = await vipps.fetch(`${vipps.issuer}.well-known/jwks.json`);
      const { keys } = (await jwks.json()) as { keys: readonly { readonly n: string }[] };
      return Buffer.from(String(keys[0]?.n), "base64url");
    };
    const pem = await readFile(new URL("../../fixtures/public-signing-key.pem", import.meta.url));
    const known = Buffer.from(
      String(createPublicKey(pem).export({ format: "jwk" }).n),
      "base64url",
    );
    expect(await modulus({})).toEqual(known);
    for (const elsewhere of [{ host: "0.0.0.0" }, { publicUrl: "https://login.example.com" }]) {
      const own = await modulus(elsewhere);
      expect(own).not.toEqual(known);
      expect(own).toHaveLength(2048 / 8);
    }
  });

  it("makes the same names from the same seed", async () => {
    const names = async () => {
      await using vipps = await startVippsLoginMock({ listen: false, config, seed: 7 });
      return (await vipps.createSandbox()).id;
    };
    expect(await names()).toBe(await names());
  });
});

describe("several mocks in one process", () => {
  it("do not touch each other", async () => {
    await using first = await startVippsLoginMock({ config });
    await using second = await startVippsLoginMock({ config });
    await using third = await startVippsLoginMock({ config, listen: false });
    await first.addUser({ id: "grace" });
    await first.clock.freeze("2031-05-17T10:00:00Z");
    const box = await first.createSandbox({ id: "box" });
    for (const other of [second, third]) {
      expect((await other.refresh()).users).not.toHaveProperty("grace");
      expect(await other.clock.read()).toMatchObject({ frozen: false, offset: 0 });
      await expect(other.sandbox("box")).rejects.toMatchObject({ status: 404 });
    }
    await second.close();
    expect((await fetch(box.discoveryUrl)).status).toBe(200);
  });
});

describe("a mock with metrics", () => {
  it("counts what is done at it, and nothing of others", async () => {
    await using one = await startVippsLoginMock({ config, metrics: true });
    await using other = await startVippsLoginMock({ config, metrics: true, listen: false });
    await using without = await startVippsLoginMock({ config, listen: false });
    await one.login({ user: "ada" });
    const scraped = async (mock: typeof one) =>
      (await mock.fetch(`${mock.url}/mock/metrics`)).text();
    const completed = 'logins_ended_total{flow="browser",outcome="completed"}';
    expect(await scraped(one)).toContain(`${completed} 1`);
    expect(await scraped(other)).toContain(`${completed} 0`);
    expect(await scraped(without)).toContain("start the mock with --metrics");
  });
});

describe("closing a mock", () => {
  it("can be done twice, and leaves nothing that answers", async () => {
    const vipps = await startVippsLoginMock({ config });
    expect((await fetch(vipps.discoveryUrl)).status).toBe(200);
    await vipps.close();
    await vipps.close();
    const { port } = new URL(vipps.url);
    for (const host of ["127.0.0.1", "[::1]"]) {
      await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow();
    }
    const told = "cannot be reached at .*: it was closed by close\\(\\); start another one";
    const box = await startVippsLoginMock({ config, listen: false });
    await using own = await box.createSandbox();
    await box.close();
    for (const call of [
      () => vipps.clock.read(),
      () => vipps.login({ user: "ada" }),
      () => vipps.phoneLogin({ user: "ada" }),
      () => vipps.createSandbox(),
      () => vipps.sandboxes.list(),
      () => own.users && own.refresh(),
    ]) {
      await expect(call()).rejects.toThrow(new RegExp(told));
    }
    await expect(box.fetch(box.discoveryUrl)).rejects.toThrow("it was closed by close()");
  });

  it("leaves no handle open", async () => {
    const sockets = () =>
      process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Pipe/.test(name)).length;
    const before = sockets();
    const vipps = await startVippsLoginMock({ config });
    await (await fetch(vipps.discoveryUrl)).text();
    expect(sockets()).toBeGreaterThan(before);
    await vipps.close();
    // Those of other tests may close meanwhile.
    await eventually(() => expect(sockets()).toBeLessThanOrEqual(before));
  });

  it("lets a process end by itself", async () => {
    const library = new URL("../../dist/index.js", import.meta.url);
    const script = `
      import { connect, startVippsLoginMock } from ${JSON.stringify(library)};
      for (const listen of [true, false]) {
        const vipps = await startVippsLoginMock({ listen, config: {} });
        const box = await vipps.createSandbox();
        await (await vipps.fetch(box.discoveryUrl)).text();
        if (listen) await connect(vipps.url).clock.read();
        await vipps.close();
      }
      console.log("closed");
    `;
    const program = runProgram(process.execPath, ["--input-type=module", "--eval", script]);
    const killer = setTimeout(() => program.child.kill("SIGKILL"), 50_000);
    expect(await program.ended).toEqual({ code: 0, out: "closed\n", err: "" });
    clearTimeout(killer);
  });
});

describe("connecting to a mock elsewhere", () => {
  it.each([
    ["localhost:4747", /expected the base URL/],
    ["ftp://localhost", /expected the base URL/],
    ["", /expected the base URL/],
    ["http://localhost:4747/?a=1", /leave out the query/],
    ["http://localhost:4747/s/box", /mock\.sandbox\("box"\)/],
    ["http://a/vipps/s/box/", /connect to http:\/\/a\/vipps and .* mock\.sandbox\("box"\)/],
    ["http://localhost:4747/s/box/access-management-1.0/access/", /mock\.sandbox\("box"\)/],
    [
      "http://localhost:4747/access-management-1.0/access/",
      /connect to the mock itself, http:\/\/localhost:4747$/,
    ],
    [
      "http://localhost:4747/base/access-management-1.0/access",
      /itself, http:\/\/localhost:4747\/base$/,
    ],
    [
      "http://localhost:4747/access-management-1.0/access/.well-known/openid-configuration",
      /connect to the mock itself, http:\/\/localhost:4747$/,
    ],
    ["http://localhost:4747/mock/api/", /connect to the mock itself, http:\/\/localhost:4747$/],
  ])("refuses %s", (url, message) => {
    expect(() => connect(url)).toThrow(message);
  });

  it("refuses an option that it does not have, and values that are none", () => {
    const wrong = { tokn: "x", fetch: 5 } as unknown as ConnectOptions;
    expect(() => connect("http://localhost:4747", wrong)).toThrow(
      "connect() cannot be called with these options:\n" +
        '  tokn: unknown option; did you mean "token"?\n' +
        "  fetch: expected a function, got the number 5",
    );
    expect(() => connect("http://localhost:4747", null as unknown as ConnectOptions)).toThrow(
      "expected an object, got null",
    );
    expect(connect("http://vipps", { token: undefined }).url).toBe("http://vipps");
  });

  it("takes a base URL with or without a slash at its end, and with a path", () => {
    expect(connect("http://vipps:4747/").url).toBe("http://vipps:4747");
    expect(connect("https://example.com/vipps/").controlUrl).toBe(
      "https://example.com/vipps/mock/api",
    );
  });

  it("says what to do before anything is known of the default sandbox", () => {
    const remote = connect("http://vipps:4747");
    expect(() => remote.users).toThrow("await refresh()");
    expect(() => remote.salesUnits).toThrow("await refresh()");
    expect(() => remote.issuer).toThrow("await refresh()");
  });

  it("is told to bring the token", async () => {
    await using vipps = await startVippsLoginMock({ config, controlToken: "secret" });
    const refused = connect(vipps.url).clock.read();
    await expect(refused).rejects.toMatchObject({ name: "ControlError", status: 401 });
    await expect(refused).rejects.toThrow("--control-token");
    expect(await connect(vipps.url, { token: "secret" }).clock.read()).toHaveProperty("now");
  });

  it("says that nobody answers, and where", async () => {
    const vipps = await startVippsLoginMock({ config });
    await vipps.close();
    const remote = connect(vipps.url);
    await expect(remote.clock.read()).rejects.toThrow(
      `vipps-login-mock cannot be reached at ${vipps.url}/mock/api/clock: connect ECONNREFUSED`,
    );
  });

  it("notices that somebody else answers", async () => {
    const other = connect("http://elsewhere:80", {
      fetch: async () => new Response("<h1>Hello</h1>", { status: 404 }),
    });
    await expect(other.clock.read()).rejects.toThrow(
      "not as vipps-login-mock does: <h1>Hello</h1>",
    );
  });

  it("leaves it running when it is closed", async () => {
    await using vipps = await startVippsLoginMock({ config });
    await connect(vipps.url).close();
    expect((await fetch(vipps.discoveryUrl)).status).toBe(200);
  });
});

describe("sandboxes", () => {
  it("are made, listed, found and removed", async () => {
    await using vipps = await startVippsLoginMock({ listen: false, config });
    const box = await vipps.createSandbox({ id: "box", config: { users: [{ id: "grace" }] } });
    expect(Object.keys(box.users)).toEqual(["grace"]);
    expect((await vipps.sandboxes.list()).map(({ id }) => id)).toEqual(["default", "box"]);
    const found = await vipps.sandbox("box");
    expect(found.users).toEqual(box.users);
    await box.delete();
    await expect(found.refresh()).rejects.toMatchObject({ status: 404 });
    expect((await vipps.sandboxes.list()).map(({ id }) => id)).toEqual(["default"]);
  });

  it("are listed in full, page after page", async () => {
    await using vipps = await startVippsLoginMock({ listen: false, config: { users: [] } });
    for (let made = 0; made < 120; made += 1) await vipps.createSandbox();
    expect(await vipps.sandboxes.list()).toHaveLength(121);
  });

  it("go at the end of the block that holds them", async () => {
    await using vipps = await startVippsLoginMock({ listen: false, config });
    {
      await using box = await vipps.createSandbox({ id: "box" });
      expect(box.id).toBe("box");
    }
    await expect(vipps.sandbox("box")).rejects.toMatchObject({ status: 404 });
  });
});
