import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCarelessShop } from "../../examples/vitest/src/careless-shop.ts";
import type { Shop } from "../../examples/vitest/src/shop.ts";
import { openShop } from "../../examples/vitest/src/shop.ts";
import type { CheckOptions, LoginDriver, VippsLoginMock } from "../../src/index.ts";
import { CheckError, OptionsError, startVippsLoginMock } from "../../src/index.ts";

/** checkClient(): an application is checked by a function that drives one login. */

let vipps: VippsLoginMock;
beforeAll(async () => {
  vipps = await startVippsLoginMock();
});
afterAll(() => vipps.close());

/** A shop that is configured, and how its logins are driven. */
async function opened(open: () => Promise<Shop>, name: string) {
  const shop = await open();
  const redirectUris = [`${shop.url}/callback`];
  const { clientId, clientSecret } = await vipps.addSalesUnit({ name, redirectUris });
  await shop.configure({ issuer: vipps.issuer, clientId, clientSecret });
  const login: LoginDriver = async ({ open, user }) => {
    const { text } = await open(`${shop.url}/login`);
    const [, greeted] = /^Hello, (.*)!$/.exec(text) ?? [];
    expect(user.id).toMatch(/^checked-\d{6}$/);
    return { loggedIn: greeted !== undefined, user: greeted };
  };
  return { shop, login };
}

describe("the example shop", () => {
  it("passes, with the same report twice", async () => {
    const { shop, login } = await opened(openShop, "Good Shop");
    const first = await vipps.checkClient(login, { salesUnit: "Good Shop" });
    first.assertPassed();
    const second = await vipps.checkClient(login, { salesUnit: "Good Shop" });
    expect([second.text, second.markdown, second.junit]).toEqual([
      first.text,
      first.markdown,
      first.junit,
    ]);
    await shop.close();
  }, 120_000);
});

describe("the careless shop", () => {
  it("fails in what it does not check, and nowhere else", async () => {
    const { shop, login } = await opened(openCarelessShop, "Careless Shop");
    const probes: CheckOptions["probes"] = [
      "issuer",
      "nonce",
      "userinfo-subject",
      "state",
      "injected-code",
      "token-500",
    ];
    const report = await vipps.checkClient(login, { salesUnit: "Careless Shop", probes });
    const statuses = report.probes.map(({ id, status }) => [id, status]);
    expect(Object.fromEntries(statuses)).toEqual({
      issuer: "passed",
      nonce: "not reached",
      "userinfo-subject": "failed",
      state: "failed",
      "injected-code": "failed",
      "token-500": "passed",
    });
    expect(() => report.assertPassed()).toThrow(CheckError);
    expect(() => report.assertPassed()).toThrow(report.text);
    await shop.close();
  });
});

describe("a driver", () => {
  const check = (login: LoginDriver, options: CheckOptions = {}) =>
    vipps.checkClient(login, { salesUnit: "Demo Shop", probes: ["state"], timeout: 1, ...options });

  it.each([
    [
      "throws",
      () => Promise.reject(new Error("no button", { cause: new Error("ECONNREFUSED") })),
      /The driver failed after \d s: no button: ECONNREFUSED/,
    ],
    [
      "throws at once",
      () => {
        throw "a text";
      },
      /The driver failed after \d s: 'a text'/,
    ],
    ["answers neither yes nor no", () => undefined, /it gave undefined; expected true or false/],
    [
      "answers with something else",
      async () => ({ loggedIn: "yes" }),
      /it gave { loggedIn: 'yes' }/,
    ],
    ["never ends", () => new Promise(() => {}), /not said within 1 s/],
    ["logs in nobody", () => false, /has not called\. Is the application configured/],
    [
      "says yes without the mock",
      () => true,
      /Drive each login with a browser that has no cookies/,
    ],
  ])("that %s ends the run with words", async (_, login, why) => {
    const before = await vipps.counts();
    const report = await check(login as LoginDriver);
    expect(report).toMatchObject({ status: "stopped", passed: false });
    expect(report.text).toMatch(why);
    expect(() => report.assertPassed()).toThrow(why);
    expect(await vipps.counts()).toEqual(before);
  });

  it("hears when its time is over", async () => {
    let reason: unknown;
    await check(
      ({ signal }) =>
        new Promise<boolean>((resolve) => {
          signal.addEventListener("abort", () => {
            reason = signal.aborted;
            resolve(true);
          });
        }),
    );
    expect(reason).toBe(true);
  });

  it("is refused with options that are wrong", async () => {
    const wrong = [{ salesUnits: "Demo Shop" }, { probes: "state" }, { timeout: "1" }, { user: 1 }];
    for (const options of wrong) {
      await expect(check(() => true, options as unknown as CheckOptions)).rejects.toThrow(
        OptionsError,
      );
    }
    await expect(check(() => true, { salesUnit: "Demo Shp" })).rejects.toThrow(/Demo Shop/);
  });

  it("has another chance where an ordinary login did not work once", async () => {
    const { shop, login } = await opened(openShop, "Moody Shop");
    let calls = 0;
    const moody: LoginDriver = async (one) => {
      calls += 1;
      const outcome = await login(one);
      return calls === 3 ? false : outcome;
    };
    const report = await vipps.checkClient(moody, {
      salesUnit: "Moody Shop",
      probes: ["cancelled"],
    });
    expect(report).toMatchObject({ passed: true, logins: 4, of: 4 });
    await shop.close();
  });

  it("ends with the run", async () => {
    const over = new AbortController();
    const before = await vipps.counts();
    const ended = check(
      ({ signal }) =>
        new Promise<boolean>((resolve) => {
          signal.addEventListener("abort", () => resolve(true));
          over.abort(new Error("enough"));
        }),
      { signal: over.signal },
    );
    await expect(ended).rejects.toThrow("enough");
    expect(await vipps.counts()).toEqual(before);
  });

  it("leaves no run behind where the mock is reset meanwhile", async () => {
    const box = await vipps.createSandbox();
    const login: LoginDriver = async () => {
      await box.state.reset();
      return true;
    };
    await expect(box.checkClient(login, { salesUnit: "Demo Shop" })).rejects.toMatchObject({
      status: 404,
    });
    await box.delete();
  });
});

describe("open()", () => {
  let server: Server;
  let site: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://site");
      if (pathname === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else if (pathname === "/lost") response.writeHead(302, { location: "http://[" }).end();
      else if (pathname === "/set") {
        const cookies = ["a=s%3A1%2B%C5%81; Path=/", "b=2"];
        response.writeHead(303, { location: "/cookies", "set-cookie": cookies }).end();
      } else if (pathname === "/unset") {
        response.writeHead(307, { location: "/cookies", "set-cookie": "a=; Max-Age=0" }).end();
      } else if (pathname === "/delete") {
        const over = "Expires=Thu, 01 Jan 1970 00:00:01 GMT";
        const cookies = [`a=deleted; ${over}`, "b=x; Max-Age=-1", `c=3; Max-Age=9; ${over}`];
        response.writeHead(307, { location: "/cookies", "set-cookie": cookies }).end();
      } else response.writeHead(404).end(request.headers.cookie ?? "none");
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    site = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** What a driver sees of it. */
  async function openedIn(urls: readonly string[]) {
    const pages: unknown[] = [];
    await vipps.checkClient(
      async ({ open }) => {
        for (const url of urls) pages.push(await open(url).catch(({ message }) => message));
        return false;
      },
      { salesUnit: "Demo Shop", probes: ["state"] },
    );
    return pages;
  }

  it("follows redirects, and has cookies that go with the login", async () => {
    const urls = ["/cookies", "/set", "/unset", "/delete"].map((path) => `${site}${path}`);
    for (let time = 0; time < 2; time += 1) {
      expect(await openedIn(urls)).toEqual([
        { url: `${site}/cookies`, status: 404, text: "none" },
        { url: `${site}/cookies`, status: 404, text: "a=s%3A1%2B%C5%81; b=2" },
        { url: `${site}/cookies`, status: 404, text: "b=2" },
        { url: `${site}/cookies`, status: 404, text: "c=3" },
      ]);
    }
  });

  it("ends where redirects do not, and says where nobody is", async () => {
    const urls = [`${site}/loop`, "http://localhost:9/", `${site}/lost`];
    const [loop, nobody, lost] = await openedIn(urls);
    const text = "This page cannot be opened: the redirects do not end.";
    expect(loop).toEqual({ url: `${site}/loop`, status: 0, text });
    expect(lost).toMatchObject({ url: `${site}/lost`, status: 0 });
    expect(nobody).toMatchObject({ url: "http://localhost:9/", status: 0 });
    expect(nobody).toHaveProperty(
      "text",
      expect.stringContaining("cannot be opened: fetch failed"),
    );
  });

  it("sends the form of response_mode=form_post", async () => {
    const received: string[] = [];
    const shop = createServer(async (request, response) => {
      for await (const chunk of request) received.push(String(chunk));
      response.end(`${request.method} ${request.headers["content-type"]}`);
    });
    await new Promise<void>((resolve) => shop.listen(0, "localhost", resolve));
    const callback = `http://localhost:${(shop.address() as AddressInfo).port}/cb?a=1&b='2'`;
    const { clientId } = await vipps.addSalesUnit({ name: "Poster", redirectUris: [callback] });
    const request = new URLSearchParams({
      response_type: "code",
      response_mode: "form_post",
      client_id: clientId,
      redirect_uri: callback,
      scope: "openid",
      state: `"quoted" & <tagged>`,
    });
    const report = await vipps.checkClient(
      async ({ open }) => {
        const page = await open(`${vipps.url}/access-management-1.0/access/oauth2/auth?${request}`);
        return (
          page.text.startsWith("POST application/x-www-form-urlencoded") &&
          received.at(-1)?.includes("code=") === true
        );
      },
      { salesUnit: "Poster", probes: ["no-code"] },
    );
    report.assertPassed();
    expect(new URLSearchParams(received[0]).get("state")).toBe(`"quoted" & <tagged>`);
    await new Promise((resolve) => shop.close(resolve));
  });
});
