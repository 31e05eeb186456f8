import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openCarelessShop } from "../../examples/vitest/src/careless-shop.ts";
import type { Shop } from "../../examples/vitest/src/shop.ts";
import { openShop } from "../../examples/vitest/src/shop.ts";
import { check } from "../../src/cli/check.ts";
import type { VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import type { Sandbox } from "../../src/sdk/sandbox.ts";
import { optionsOf, terminalIn } from "../support/command.ts";
import { until } from "../support/wait.ts";

/** `vipps-login-mock check URL TEXT`. */

let vipps: VippsLoginMock;
beforeAll(async () => {
  vipps = await startVippsLoginMock({ controlToken: "token-of-the-test" });
});
afterAll(() => vipps.close());

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function shopAt(box: Sandbox, openOne: () => Promise<Shop>): Promise<Shop> {
  const shop = await openOne();
  open.push(() => shop.close());
  const redirectUris = [`${shop.url}/callback`];
  const { clientId, clientSecret } = await box.addSalesUnit({ name: "Shop", redirectUris });
  await shop.configure({ issuer: box.issuer, clientId, clientSecret });
  return shop;
}

/** A page at an address of its own. */
async function siteWith(status: number, headers: Record<string, string>): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status, headers).end("page"));
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  open.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://localhost:${(server.address() as AddressInfo).port}/login`;
}

function checked(url: string, text = "Hello, ", token = "token-of-the-test") {
  const terminal = terminalIn(".");
  const options = optionsOf("--control-token", token);
  return { terminal, ended: check({ url, text }, options, terminal.io) };
}

describe("check", () => {
  it("finds mock and client by the redirect of the application, and passes a careful one", async () => {
    const shop = await shopAt(vipps, openShop);
    const { terminal, ended } = checked(`${shop.url}/login`);
    expect(await ended).toBe(0);
    expect(terminal.out()).toMatch(
      /^Probes of Shop, client_id [\w-]+: Ready as far as probes show it/,
    );
    expect(terminal.err()).toContain(`which logs in at ${vipps.url} with client_id`);
    expect(terminal.err()).toContain("  2 of 75: cancelled\n  4 of 75: signature\n");
    const [, report = ""] = /The same for CI: (\S+)/.exec(terminal.err()) ?? [];
    const headers = { authorization: "Bearer token-of-the-test" };
    expect(await (await vipps.fetch(report, { headers })).text()).toContain('failures="0"');
  }, 120_000);

  it("fails a careless one, in a sandbox of its own", async () => {
    const box = await vipps.createSandbox();
    const shop = await shopAt(box, openCarelessShop);
    const { terminal, ended } = checked(`${shop.url}/login`);
    expect(await ended).toBe(1);
    expect(terminal.out()).toContain("Not ready: ");
    expect(terminal.out()).toContain("- state: ");
    await box.delete();
  }, 120_000);

  it.each([
    [
      "where no login begins",
      200,
      {},
      /No login begins at .*\. It responds with 200 and does not redirect to Vipps/,
    ],
    ["where the application is broken", 502, {}, /responds with 502 .* does the mock run\?/],
    [
      "where it leads somewhere else",
      302,
      { location: "http://localhost:9/x" },
      /localhost:9\/x does not respond/,
    ],
    ["where redirects do not end", 302, { location: "/login" }, /redirects of .* do not end/],
    [
      "at the real service",
      302,
      { location: "https://apitest.vipps.no/access-management-1.0/access/oauth2/auth?client_id=x" },
      /logs in at the real service, apitest\.vipps\.no/,
    ],
    [
      "at something that is no mock",
      302,
      { location: "http://localhost:9/access-management-1.0/access/oauth2/auth?client_id=x" },
      /The mock at http:\/\/localhost:9 cannot be asked/,
    ],
  ])("says why it cannot begin %s", async (_, status, headers: Record<string, string>, why) => {
    await expect(checked(await siteWith(status, headers)).ended).rejects.toThrow(why);
  });

  it("says that the control token is wrong", async () => {
    const shop = await shopAt(vipps, openShop);
    await expect(checked(`${shop.url}/login`, "Hello", "wrong").ended).rejects.toThrow(/token/);
  });

  it("says that a shop does not speak https, and where its redirects end", async () => {
    const plain = await siteWith(200, {});
    const secure = plain.replace("http:", "https:");
    await expect(checked(secure).ended).rejects.toThrow(
      "it does not speak https there; try http://",
    );
    const elsewhere = await siteWith(302, { location: plain, "set-cookie": "a=1" });
    await expect(checked(elsewhere).ended).rejects.toThrow(
      `It leads to ${plain}, which responds with 200`,
    );
  });

  it("says that the mock has gone meanwhile", async () => {
    const other = await startVippsLoginMock({ controlToken: "token-of-the-test" });
    const shop = await shopAt(other, openShop);
    const { terminal, ended } = checked(`${shop.url}/login`);
    const failed = expect(ended).rejects.toThrow(/^vipps-login-mock cannot be reached/);
    await until(() => terminal.err().includes("4 of 75"));
    await other.close();
    await failed;
  });

  it("says that the text is on no page, or on every one", async () => {
    const shop = await shopAt(vipps, openShop);
    const nowhere = checked(`${shop.url}/login`, "Log out");
    expect(await nowhere.ended).toBe(1);
    expect(nowhere.terminal.out()).toContain("An ordinary login does not work");
    expect(nowhere.terminal.err()).toContain('(status 200), does not have "Log out".');
    const everywhere = checked(`${shop.url}/login`, "o");
    expect(await everywhere.ended).toBe(1);
    expect(everywhere.terminal.out()).toContain(
      "Somebody is logged in although the user has cancelled",
    );
  });

  it("takes back what it has made when it is ended, and says which run is in the way", async () => {
    const shop = await shopAt(vipps, openShop);
    const before = await vipps.counts();
    const { terminal, ended } = checked(`${shop.url}/login`);
    await until(() => terminal.err().includes("4 of 75"));
    await expect(checked(`${shop.url}/login`).ended).rejects.toThrow(
      /To end it: curl -X DELETE http/,
    );
    terminal.stop();
    await expect(ended).rejects.toThrow("The check was ended.");
    expect({ ...(await vipps.counts()), requests: 0 }).toEqual({ ...before, requests: 0 });
    const statuses = (await vipps.checks.list()).map(({ status }) => status);
    expect(statuses).not.toContain("running");
  });

  it("says that others disturb it", async () => {
    const shop = await shopAt(vipps, openShop);
    await vipps.faults.add({ match: { endpoint: "token" }, delay: 1 });
    open.push(() => vipps.faults.clear());
    await expect(checked(`${shop.url}/login`).ended).rejects.toThrow(/a fault \(/);
  });
});
