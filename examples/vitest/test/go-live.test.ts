import type { CheckReport, Sandbox } from "vipps-login-mock";
import { describe, expect, test } from "vipps-login-mock/vitest";
import { openCarelessShop } from "../src/careless-shop.ts";
import type { Shop } from "../src/shop.ts";
import { openShop } from "../src/shop.ts";

/** Whether a shop makes the checks that nobody sees as long as all goes well. */

async function check(vipps: Sandbox, shop: Shop): Promise<CheckReport> {
  const redirectUris = [`${shop.url}/callback`];
  const { clientId, clientSecret } = await vipps.addSalesUnit({ name: "Shop", redirectUris });
  await shop.configure({ issuer: vipps.issuer, clientId, clientSecret });
  return vipps.checkClient(
    async ({ open }) => {
      const { text } = await open(`${shop.url}/login`);
      const [, user] = /^Hello, (.*)!$/.exec(text) ?? [];
      return { loggedIn: user !== undefined, user };
    },
    { salesUnit: "Shop" },
  );
}

// A probe takes three seconds, and a client that keeps the keys may have to wait for a minute.
describe("before the shop goes live", { timeout: 120_000 }, () => {
  test("every probe passes", async ({ vipps }) => {
    const shop = await openShop();
    (await check(vipps, shop)).assertPassed();
    await shop.close();
  });

  test("the mistakes of the careless shop are found", async ({ vipps }) => {
    const shop = await openCarelessShop();
    const report = await check(vipps, shop);
    const failed = report.probes.filter(({ status }) => status === "failed");
    expect(failed.map(({ id }) => id)).toEqual([
      "userinfo-subject",
      "state",
      "injected-code",
      "key-rotation",
    ]);
    await shop.close();
  });
});
