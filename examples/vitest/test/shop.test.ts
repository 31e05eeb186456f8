import type { Sandbox } from "vipps-login-mock";
import { test as base, describe, expect } from "vipps-login-mock/vitest";
import type { Shop } from "../src/shop.ts";
import { openShop } from "../src/shop.ts";

/** Each test has a shop of its own, at a Vipps of its own. */
const test = base.extend<{ shop: Shop }>({
  shop: async ({ vipps }, use) => {
    const shop = await openShop();
    const redirectUris = [`${shop.url}/callback`];
    const { clientId, clientSecret } = await vipps.addSalesUnit({ name: "Shop", redirectUris });
    await shop.configure({ issuer: vipps.issuer, clientId, clientSecret });
    await use(shop);
    await shop.close();
  },
});

/** Where the shop sends the customer who wants to log in. */
async function beginLogin(shop: Shop): Promise<string> {
  const begun = await fetch(`${shop.url}/login`, { redirect: "manual" });
  return begun.headers.get("location") ?? "";
}

/** What the shop shows to the customer who comes back as `user`. */
async function logIn(shop: Shop, vipps: Sandbox, user: string): Promise<string> {
  const { redirectUrl } = await vipps.login({ user, url: await beginLogin(shop) });
  return (await fetch(redirectUrl)).text();
}

describe("the shop", () => {
  test("greets who logged in", async ({ shop, vipps }) => {
    expect(await logIn(shop, vipps, "ada")).toBe("Hello, Ada Nordmann!");
  });

  test("greets somebody who exists in this test only", async ({ shop, vipps }) => {
    await vipps.addUser({ id: "grace", givenName: "Grace", familyName: "Hopper" });
    expect(await logIn(shop, vipps, "grace")).toBe("Hello, Grace Hopper!");
  });

  test("is polite to who cancels", async ({ shop, vipps }) => {
    await vipps.scenarios.add({ user: "ada", outcome: "cancel" });
    const cancelled = await vipps
      .login({ user: "ada", url: await beginLogin(shop) })
      .catch((error) => error);
    expect(cancelled).toMatchObject({ name: "LoginError", error: "access_denied" });
    const page = await fetch(cancelled.redirectUrl);
    expect(await page.text()).toBe("You did not log in.");
  });

  test("survives an outage of the token endpoint", async ({ shop, vipps }) => {
    await vipps.faults.add({ match: { endpoint: "token" }, times: 1, then: { status: 503 } });
    expect(await logIn(shop, vipps, "ada")).toBe("Vipps has a problem. Try again later.");
    expect(await logIn(shop, vipps, "ada")).toBe("Hello, Ada Nordmann!");
  });
});
