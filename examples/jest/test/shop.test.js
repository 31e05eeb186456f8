const { afterEach, describe, expect, test } = require("vipps-login-mock/jest");
const { openShop } = require("../src/shop.js");

let shop;
afterEach(() => shop.close());

/** Each test has a shop of its own, at a Vipps of its own. */
async function openShopAt(vipps) {
  shop = await openShop();
  const redirectUris = [`${shop.url}/callback`];
  const { clientId, clientSecret } = await vipps.addSalesUnit({ name: "Shop", redirectUris });
  await shop.configure({ issuer: vipps.issuer, clientId, clientSecret });
}

/** Where the shop sends the customer who wants to log in. */
async function beginLogin() {
  const begun = await fetch(`${shop.url}/login`, { redirect: "manual" });
  return begun.headers.get("location");
}

/** What the shop shows to the customer who comes back as `user`. */
async function logIn(vipps, user) {
  const { redirectUrl } = await vipps.login({ user, url: await beginLogin() });
  return (await fetch(redirectUrl)).text();
}

describe("the shop", () => {
  test("greets who logged in", async ({ vipps }) => {
    await openShopAt(vipps);
    expect(await logIn(vipps, "ada")).toBe("Hello, Ada Nordmann!");
  });

  test("greets somebody who exists in this test only", async ({ vipps }) => {
    await openShopAt(vipps);
    await vipps.addUser({ id: "grace", givenName: "Grace", familyName: "Hopper" });
    expect(await logIn(vipps, "grace")).toBe("Hello, Grace Hopper!");
  });

  test("is polite to who cancels", async ({ vipps }) => {
    await openShopAt(vipps);
    await vipps.scenarios.add({ user: "ada", outcome: "cancel" });
    const cancelled = await vipps
      .login({ user: "ada", url: await beginLogin() })
      .catch((error) => error);
    expect(cancelled).toMatchObject({ name: "LoginError", error: "access_denied" });
    const page = await fetch(cancelled.redirectUrl);
    expect(await page.text()).toBe("You did not log in.");
  });

  test("survives an outage of the token endpoint", async ({ vipps }) => {
    await openShopAt(vipps);
    await vipps.faults.add({ match: { endpoint: "token" }, times: 1, then: { status: 503 } });
    expect(await logIn(vipps, "ada")).toBe("Vipps has a problem. Try again later.");
    expect(await logIn(vipps, "ada")).toBe("Hello, Ada Nordmann!");
  });

  // A probe takes three seconds, and openid-client 5 fetches the keys once a minute at most.
  const TWO_MINUTES = 120_000;
  test(
    "is ready to go live",
    async ({ vipps }) => {
      await openShopAt(vipps);
      const login = async ({ open }) => {
        const { text } = await open(`${shop.url}/login`);
        const [, user] = /^Hello, (.*)!$/.exec(text) ?? [];
        return { loggedIn: user !== undefined, user };
      };
      (await vipps.checkClient(login, { salesUnit: "Shop" })).assertPassed();
    },
    TWO_MINUTES,
  );
});
