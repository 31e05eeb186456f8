import type { Locator, Page } from "playwright-core";
import { devices } from "playwright-core";
import { describe, expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import {
  clickLogIn,
  confirmInApp,
  fixtureUser,
  merchantsAnswer,
  press,
  rightNumber,
  seesHeading,
  typeAtCursor,
  typePhoneNumber,
} from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** The same login in browsers that differ, and by people who use them differently. */

describeInChromium("the pages in Chromium", (browser) => {
  const visit = visitPerTest(browser);

  describe("without JavaScript", () => {
    const options = { javaScriptEnabled: false };

    test("lead through a whole login", async () => {
      const page = await visit().openLoginPage(options);
      await typePhoneNumber(page, "4712345678");
      await page.getByText("Other things a phone can do").click();
      await press(page, "The app cannot get its token");
      await page.getByText("Could not get Vipps Login token").waitFor();
      await confirmInApp(page);
      await press(page, "Share information");
      expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    });

    test("say what is wrong with a phone number, and take a fixture user instead", async () => {
      const page = await visit().openLoginPage(options);
      await typePhoneNumber(page, "12");
      const problem = await page.getByRole("alert").textContent();
      expect(problem).toBe("This does not look like a phone number.");
      await fixtureUser(page, "ada").click();
      await seesHeading(page, "Confirm in the app");
    });
  });

  describe("by keyboard alone", () => {
    test("lead through a whole login, and show where the focus is", async () => {
      const page = await visit().openLoginPage();
      expect(await isFocused(page.getByLabel("Phone number"))).toBe(true);
      await typeAtCursor(page, "4712345678");
      await tabTo(page, page.getByLabel("Remember me in this browser"));
      await page.keyboard.press("Space");
      await tabTo(page, page.getByRole("button", { name: "Continue" }));
      await page.keyboard.press("Enter");
      await tabTo(page, await rightNumber(page));
      await page.keyboard.press("Enter");
      await tabTo(page, page.getByRole("button", { name: "Share information" }));
      await page.keyboard.press("Enter");
      expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");

      await clickLogIn(page, visit().merchant);
      expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    });

    test("take Enter in the phone number for Continue", async () => {
      const page = await visit().openLoginPage();
      await typeAtCursor(page, "4712345678");
      await page.keyboard.press("Enter");
      await seesHeading(page, "Confirm in the app");
    });

    test("reach every fixture user, and what else a phone can do", async () => {
      const page = await visit().openLoginPage();
      await tabTo(page, fixtureUser(page, "born-1931"));
      await tabTo(page, fixtureUser(page, "ada"), "Shift+Tab");
      await page.keyboard.press("Enter");
      await tabTo(page, page.getByText("Other things a phone can do"));
      await page.keyboard.press("Enter");
      await tabTo(page, page.getByRole("button", { name: "The app is too old" }));
      await page.keyboard.press("Enter");
      expect(await merchantsAnswer(page)).toMatch(/^Not logged in: outdated_app_version: /);
    });
  });

  describe("speak the browser's language", () => {
    test.each([
      ["nb-NO", "nb", "Logg inn hos Demo Shop"],
      ["nn-NO", "nb", "Logg inn hos Demo Shop"],
      ["en-GB", "en", "Log in to Demo Shop"],
      ["da-DK", "da", "Log ind hos Demo Shop"],
      ["fi-FI", "fi", "Kirjaudu palveluun Demo Shop"],
      ["de-DE", "en", "Log in to Demo Shop"],
    ])("%s: %s", async (locale, lang, heading) => {
      const page = await visit().openLoginPage({ locale });
      await seesHeading(page, heading);
      expect(await page.locator("html").getAttribute("lang")).toBe(lang);
    });

    test("whatever ui_locales asks for", async () => {
      const page = await visit().openBrowser({ locale: "nb-NO" });
      await clickLogIn(page, visit().merchant, { ui_locales: "en" });
      await seesHeading(page, "Logg inn hos Demo Shop");
    });

    test("through a whole login in Norwegian", async () => {
      const page = await visit().openLoginPage({ locale: "nb-NO" });
      await page.getByLabel("Telefonnummer").fill("12345678");
      await press(page, "Fortsett");
      await seesHeading(page, "Bekreft i appen");
      await confirmInApp(page);
      await seesHeading(page, "Vil du dele opplysninger med Demo Shop?");
      await press(page, "Del opplysningene");
      expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    });
  });

  test.each([
    ["ticked on a phone", devices["Pixel 7"], true],
    ["not ticked on a desktop", devices["Desktop Chrome"], false],
  ])("have the box that remembers %s", async (_, device, ticked) => {
    const page = await visit().openLoginPage({ ...device, locale: "en-GB" });
    expect(await page.getByLabel("Remember me in this browser").isChecked()).toBe(ticked);
  });

  test("say on every step that they are a mock's", async () => {
    const page = await visit().openLoginPage();
    const isMock = () => page.getByText("this is a mock for testing, not Vipps").isVisible();
    expect(await isMock()).toBe(true);
    await typePhoneNumber(page, "4712345678");
    await seesHeading(page, "Confirm in the app");
    expect(await isMock()).toBe(true);
    await confirmInApp(page);
    await seesHeading(page, "Do you want to share information with Demo Shop?");
    expect(await isMock()).toBe(true);
  });

  test("end the login of a browser that lost its cookies", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, "4712345678");
    await seesHeading(page, "Confirm in the app");
    await page.context().clearCookies();
    await confirmInApp(page);
    expect(await merchantsAnswer(page)).toMatch(
      /^Not logged in: request_forbidden: .*No CSRF value available in the session cookie/,
    );
  });
});

function isFocused(element: Locator): Promise<boolean> {
  return element.evaluate((node) => node === document.activeElement);
}

/** Presses Tab until an element has the focus; there must be an outline around it. */
async function tabTo(page: Page, element: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  await element.waitFor();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(key);
    if (await isFocused(element)) {
      const outline = await element.evaluate((node) => getComputedStyle(node).outline);
      expect(outline).toMatch(/solid 3px$/);
      return;
    }
  }
  throw new Error(`${key} does not lead to ${element}`);
}
