import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { clickLogIn, press, seesHeading } from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** A merchant that wants its response as a form, as ASP.NET Core does unless it is told otherwise. */

describeInChromium("a response by form_post", (browser) => {
  const visit = visitPerTest(browser, { autoLogin: "ada" });
  const request = { response_mode: "form_post" };

  const arrived = async (page: Page) => {
    await page.waitForURL("**/callback");
    return page.locator("body").textContent();
  };

  test("arrives at the merchant, by itself", async () => {
    const page = await visit().openBrowser();
    await clickLogIn(page, visit().merchant, request);
    expect(await arrived(page)).toBe("Welcome, Ada Nordmann");
  });

  test("arrives at the merchant, by the button without scripts", async () => {
    const page = await visit().openBrowser({ javaScriptEnabled: false });
    await clickLogIn(page, visit().merchant, request);
    await seesHeading(page, "Back to the site");
    await press(page, "Continue");
    expect(await arrived(page)).toBe("Welcome, Ada Nordmann");
  });

  test("arrives at the merchant, as an error", async () => {
    const page = await visit().openBrowser();
    await clickLogIn(page, visit().merchant, { ...request, scope: "openid nin" });
    expect(await arrived(page)).toMatch(/^Not logged in: invalid_scope: /);
  });
});
