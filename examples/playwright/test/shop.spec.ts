import type { Page } from "@playwright/test";
import { test as base, expect } from "vipps-login-mock/playwright";
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

async function clickLogIn(page: Page, shop: Shop): Promise<void> {
  await page.goto(shop.url);
  await page.getByRole("link", { name: "Log in with Vipps" }).click();
}

test("greets who goes through every page of a login", async ({ page, shop }) => {
  await clickLogIn(page, shop);
  await page.getByTestId("fixture-user-ada").click();
  const shown = await page.getByTestId("challenge").textContent();
  await page.getByTestId(`choice-${shown}`).click();
  await page.getByRole("button", { name: "Share information" }).click();
  await expect(page.getByText("Hello, Ada Nordmann!")).toBeVisible();
});

test("greets who a scenario logs in, without a page in between", async ({ page, shop, vipps }) => {
  await vipps.scenarios.add({ user: "ada", outcome: "approve" });
  await clickLogIn(page, shop);
  await expect(page.getByText("Hello, Ada Nordmann!")).toBeVisible();
  await vipps.scenarios.assertUsed();
});

test("is polite to who cancels", async ({ page, shop }) => {
  await clickLogIn(page, shop);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("You did not log in.")).toBeVisible();
});

test("is ready to go live", async ({ browser, shop, vipps }) => {
  // One of the probes alone takes three seconds.
  test.setTimeout(120_000);
  const report = await vipps.checkClient(
    async () => {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await clickLogIn(page, shop);
        return await page.getByText("Hello, ").isVisible();
      } finally {
        await context.close();
      }
    },
    { salesUnit: "Shop" },
  );
  report.assertPassed();
});

test.describe("a shop whose customer is too young", () => {
  test.use({ vippsSandbox: { config: { users: [{ id: "kid", birthDate: "today-14y" }] } } });

  test("gets no login", async ({ page, shop, vipps }) => {
    await clickLogIn(page, shop);
    await page.getByTestId("fixture-user-kid").click();
    await expect(page.getByTestId("problem")).toBeVisible();
    expect(await vipps.consents.list()).toEqual([]);
  });
});
