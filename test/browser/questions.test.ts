import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { describeInChromium } from "../support/chromium.ts";
import { clickLogIn, confirmInApp, fixtureUser, merchantsAnswer, press } from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** A person who is asked for the merchant: consents and a screen of its own, on the consent page. */

const scope = "openid name email gender delegatedConsents customFlow";

describeInChromium("a person whom the merchant asks something", (browser) => {
  const visit = visitPerTest(browser, { profile: "2026" });

  async function openConsent(options = {}): Promise<Page> {
    const page = await visit().openBrowser(options);
    await clickLogIn(page, visit().merchant, { scope });
    await fixtureUser(page, "ada").click();
    await confirmInApp(page);
    await page.getByRole("group", { name: "Demo Shop would like to send you offers." }).waitFor();
    return page;
  }

  /** What the merchant can read. */
  async function answers() {
    const items = await readAll(visit().server.store.sessions);
    const { delegatedConsents, flowResult } = items.at(-1) ?? {};
    const ticks = delegatedConsents?.consents.map(({ id, accepted }) => [id, accepted]);
    const elements = flowResult?.screens[0]?.elements.map(({ id, checked }) => [id, checked]);
    return [...(ticks ?? []), ...(elements ?? [])];
  }

  test("ticks boxes by their labels, and the merchant learns which", async () => {
    const page = await openConsent();
    await page.getByLabel("Receive offers via email").check();
    await page.getByLabel("I want to be a member").check();
    await press(page, "Confirm");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    expect(await answers()).toEqual([
      ["email", true],
      ["sms", false],
      ["club", true],
    ]);
  });

  test("is kept by the browser from leaving out what is required, and may decline all the same", async () => {
    const page = await openConsent();
    const required = page.getByLabel("Receive offers via email");
    expect(await page.getByLabel("Receive offers via SMS").isChecked()).toBe(false);
    await press(page, "Confirm");
    expect(await required.evaluate((box: HTMLInputElement) => box.validity.valueMissing)).toBe(
      true,
    );
    expect(page.url()).toContain("/vipps-login-idp/consent?");
    await press(page, "Don’t share");
    expect(await merchantsAnswer(page)).toMatch(/^Not logged in: access_denied: /);
  });

  test("is told by the page, where the browser lets it pass, and keeps the other ticks", async () => {
    const page = await openConsent({ javaScriptEnabled: false });
    await page.getByLabel("Receive offers via SMS").check();
    // As a browser that does not know the attribute.
    await page.locator("form").evaluate((form: HTMLFormElement) => {
      form.noValidate = true;
    });
    await press(page, "Confirm");
    const problem = page.getByRole("alert");
    expect(await problem.textContent()).toContain("accept everything that is marked “required”");
    expect(await page.getByLabel("Receive offers via SMS").isChecked()).toBe(true);
    await page.getByLabel("Receive offers via email").check();
    await press(page, "Confirm");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    expect(await answers()).toEqual([
      ["email", true],
      ["sms", true],
      ["club", false],
    ]);
  });

  test("is asked once", async () => {
    const page = await openConsent();
    await page.getByLabel("Receive offers via email").check();
    await press(page, "Confirm");
    await merchantsAnswer(page);
    await clickLogIn(page, visit().merchant, { scope });
    await fixtureUser(page, "ada").click();
    await confirmInApp(page);
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    expect(await answers()).toEqual([]);
  });
});
