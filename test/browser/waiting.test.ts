import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { clickLogIn, merchantsAnswer, press, seesHeading, typePhoneNumber } from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** A person who waits at a page while a test answers for the phone, over the control API. */

const ada = "4712345678";

describeInChromium("a person in Chromium who waits", (browser) => {
  const visit = visitPerTest(browser);

  /** The one login that waits is answered. */
  async function answer(how: "approve" | "reject" | "expire", body?: object): Promise<void> {
    const { items } = await visit().api("GET", "/logins");
    expect(items).toHaveLength(1);
    await visit().api("POST", `/logins/${items[0].id}/${how}`, body);
  }

  async function waitForApp(options?: BrowserContextOptions): Promise<Page> {
    const page = await visit().openLoginPage(options);
    await typePhoneNumber(page, ada);
    await seesHeading(page, "Confirm in the app");
    return page;
  }

  test.each([
    ["approve", "Welcome, Ada Nordmann"],
    ["reject", "Not logged in: access_denied: User cancelled the login"],
    [
      "expire",
      "Not logged in: request_unauthorized: The request could not be authorized. The login request has expired. Please try again.",
    ],
  ] as const)("at the app page arrives at the merchant by itself: %s", async (how, told) => {
    const page = await waitForApp();
    await answer(how);
    expect(await merchantsAnswer(page)).toBe(told);
  });

  test("at the app page without scripts goes on by a link", async () => {
    const page = await waitForApp({ javaScriptEnabled: false });
    await page.getByRole("link", { name: "Continue" }).click();
    await seesHeading(page, "Confirm in the app");
    await answer("approve");
    await page.getByRole("link", { name: "Continue" }).click();
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("at the phone page goes on when it sends it", async () => {
    const page = await visit().openLoginPage();
    await answer("approve", { user: "ada" });
    await typePhoneNumber(page, "4799000011");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("at the consent page goes on when it loads it again", async () => {
    const page = await waitForApp();
    const { items } = await visit().api("GET", "/logins");
    await page.getByTestId(`choice-${items[0].challenge}`).click();
    await seesHeading(page, "Do you want to share information with Demo Shop?");
    await answer("approve");
    await page.reload();
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("sees no page where a scenario is queued, and is remembered if it says so", async () => {
    await visit().api("POST", "/scenarios", { user: "ada", remember: true });
    const page = await visit().openBrowser();
    for (const _ of ["by the scenario", "remembered"]) {
      await clickLogIn(page, visit().merchant);
      expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    }
  });

  test("sees an app without its token where a scenario says so, and cancels", async () => {
    await visit().api("POST", "/scenarios", { user: "ada", outcome: "app_token_error" });
    const page = await visit().openBrowser();
    await clickLogIn(page, visit().merchant);
    await page.getByText("Could not get Vipps Login token").waitFor();
    await press(page, "It’s not me – cancel");
    expect(await merchantsAnswer(page)).toMatch(/^Not logged in: access_denied: /);
  });
});
