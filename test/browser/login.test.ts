import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import {
  clickLogIn,
  confirmInApp,
  fixtureUser,
  merchantsAnswer,
  press,
  seesHeading,
  typePhoneNumber,
  wrongNumber,
} from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** Logins by a person's steps, from the merchant's link to what the merchant says in the end. */

const ada = "+47 12 34 56 78";
const cancelled = "Not logged in: access_denied: User cancelled the login";
const consentQuestion = "Do you want to share information with Demo Shop?";

describeInChromium("a person in Chromium", (browser) => {
  const visit = visitPerTest(browser);

  test("logs in by phone number, finds the number in the app, and consents", async () => {
    const page = await visit().openLoginPage();
    await seesHeading(page, "Log in to Demo Shop");
    await typePhoneNumber(page, ada);
    await seesHeading(page, "Confirm in the app");
    await confirmInApp(page);
    await seesHeading(page, consentQuestion);
    expect(await page.getByRole("term").allTextContents()).toEqual(["Name", "E-mail address"]);
    const values = await page.getByRole("definition").allTextContents();
    expect(values).toEqual(["Ada Nordmann", "ada@example.com"]);
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("logs in as a fixture user with one click", async () => {
    const page = await visit().openLoginPage();
    await fixtureUser(page, "norwegian-letters").click();
    await confirmInApp(page);
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Bjørn Åge Sæther-Ødegård");
  });

  test("takes the wrong number in the app", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, ada);
    await (await wrongNumber(page)).click();
    expect(await merchantsAnswer(page)).toMatch(/^Not logged in: wrong_challenge: /);
  });

  test("declines to share, and is asked again the next time", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, ada);
    await confirmInApp(page);
    await press(page, "Don’t share");
    expect(await merchantsAnswer(page)).toBe(cancelled);

    await clickLogIn(page, visit().merchant);
    await typePhoneNumber(page, ada);
    await confirmInApp(page);
    await seesHeading(page, consentQuestion);
  });

  test("wants to be remembered, and comes in without a page the second time", async () => {
    const page = await visit().openLoginPage();
    await page.getByLabel("Remember me in this browser").check();
    await typePhoneNumber(page, ada);
    await confirmInApp(page);
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");

    await clickLogIn(page, visit().merchant);
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("is not remembered, and need not consent the second time", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, ada);
    await confirmInApp(page);
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");

    await clickLogIn(page, visit().merchant);
    await typePhoneNumber(page, ada);
    await confirmInApp(page);
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("cancels on the login page, with nothing typed", async () => {
    const page = await visit().openLoginPage();
    await press(page, "Cancel");
    expect(await merchantsAnswer(page)).toBe(cancelled);
  });

  test("cancels in the app", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, ada);
    await press(page, "It’s not me – cancel");
    expect(await merchantsAnswer(page)).toBe(cancelled);
  });

  test("mistypes the phone number, is told so, and corrects it", async () => {
    const page = await visit().openLoginPage();
    await page.getByLabel("Remember me in this browser").check();
    await typePhoneNumber(page, "12");
    const problem = page.getByRole("alert");
    expect(await problem.textContent()).toBe("This does not look like a phone number.");
    expect(await problem.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByLabel("Phone number").inputValue()).toBe("12");
    expect(await page.getByLabel("Remember me in this browser").isChecked()).toBe(true);
    await typePhoneNumber(page, ada);
    await seesHeading(page, "Confirm in the app");
  });

  test.each([
    ["types a number without Vipps", (page: Page) => typePhoneNumber(page, "4799999999")],
    ["is too young", (page: Page) => fixtureUser(page, "under-15").click()],
  ])("%s, is told so, and goes back to the merchant", async (_, enter) => {
    const page = await visit().openLoginPage();
    await enter(page);
    expect(await page.getByRole("alert").textContent()).toBe(
      "To log in with Vipps you need to have Vipps on your phone and be at least 18 years old.",
    );
    expect(await page.getByLabel("Phone number").inputValue()).toMatch(/^4799\d{6}$/);
    await press(page, "Back to Demo Shop");
    expect(await merchantsAnswer(page)).toBe(cancelled);
  });

  test("has an app that cannot get its token, and tries again", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, ada);
    await page.getByText("Other things a phone can do").click();
    await press(page, "The app cannot get its token");
    await page.getByText("Could not get Vipps Login token").waitFor();
    await confirmInApp(page);
    await seesHeading(page, consentQuestion);
  });

  test("has an app that is too old", async () => {
    const page = await visit().openLoginPage();
    await typePhoneNumber(page, ada);
    await page.getByText("Other things a phone can do").click();
    await press(page, "The app is too old");
    expect(await merchantsAnswer(page)).toMatch(/^Not logged in: outdated_app_version: /);
  });
});
