import type { Page } from "playwright-core";
import { devices } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import {
  clickLogIn,
  confirmInApp,
  fixtureUser,
  merchantsAnswer,
  press,
  seesHeading,
} from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** Logins on a phone, where the browser and the apps call one another. */

const phone = devices["Pixel 7"];

describeInChromium("a person with a phone in Chromium", (browser) => {
  const visit = visitPerTest(browser);

  const appToApp = () => ({ requested_flow: "app_to_app", app_callback_uri: visit().merchant.app });

  /** Opens the app by the merchant's link. */
  async function openApp(request: Readonly<Record<string, string>>): Promise<Page> {
    const page = await visit().openBrowser(phone);
    await clickLogIn(page, visit().merchant, request);
    await fixtureUser(page, "ada").click();
    await seesHeading(page, "Confirm in the app");
    return page;
  }

  test("says yes in the app, passes by the merchant's app, and consents in the browser", async () => {
    const page = await openApp(appToApp());
    expect(await page.getByTestId("challenge").count()).toBe(0);
    await press(page, "Confirm");
    await page.getByRole("link", { name: "Back to the browser" }).click();
    await seesHeading(page, "Do you want to share information with Demo Shop?");
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("cancels in the app, which the merchant's app is told", async () => {
    const page = await openApp(appToApp());
    await press(page, "It’s not me – cancel");
    await page.getByText("The app heard access_denied").waitFor();
  });

  test("has an app that answers by itself, and is led to the merchant's", async () => {
    const page = await openApp(appToApp());
    const { items } = await visit().api("GET", "/logins");
    await visit().api("POST", `/logins/${items[0].id}/approve`);
    await page.getByRole("link", { name: "Back to the browser" }).click();
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("goes by a link where no script runs", async () => {
    const page = await visit().openBrowser({ ...phone, javaScriptEnabled: false });
    await clickLogIn(page, visit().merchant, appToApp());
    await fixtureUser(page, "ada").click();
    const { items } = await visit().api("GET", "/logins");
    await visit().api("POST", `/logins/${items[0].id}/approve`);
    await page.getByRole("link", { name: "Continue" }).click();
    await page.getByRole("link", { name: "Back to the browser" }).click();
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });

  test("comes back in another browser than the one that it began in", async () => {
    const flow = { requested_flow: "automatic_return_from_vipps_app" };
    const began = await openApp(flow);
    const other = await visit().openBrowser(phone);
    await other.goto(began.url());
    await began.close();
    await confirmInApp(other);
    await press(other, "Share information");
    expect(await merchantsAnswer(other)).toBe("Welcome, Ada Nordmann");
  });

  test.each(["at the consent page", "at the app page, as there is nothing left to ask"])(
    "has no app for the merchant's link, and reads so %s",
    async (where) => {
      const confirm = async () => {
        // A browser of its own, because Chromium may ask in the other one whether it shall open an app.
        const page = await visit().openBrowser();
        await clickLogIn(page, visit().merchant, { redirect_uri: "myapp://callback" });
        await fixtureUser(page, "ada").click();
        await confirmInApp(page);
        return page;
      };
      const first = await confirm();
      await press(first, "Share information");
      await seesHeading(first, "This login is over");
      const page = where === "at the consent page" ? first : await confirm();
      await seesHeading(page, "This login is over");
      const link = page.getByRole("link", { name: "Back to Demo Shop" });
      const address = await link.getAttribute("href");
      expect(address).toMatch(/^myapp:\/\/callback\?code=/);
      expect(await page.getByTestId("app-link").textContent()).toBe(address);
    },
  );

  test("consents in the app of 2026, and is never remembered", async () => {
    await visit().api("PATCH", "/settings", { profile: "2026" });
    const page = await visit().openBrowser(phone);
    await clickLogIn(page, visit().merchant, { requested_flow: "app_to_app_v2" });
    expect(await page.getByLabel("Remember me in this browser").count()).toBe(0);
    await fixtureUser(page, "ada").click();
    await seesHeading(page, "Confirm in the app");
    expect(await page.getByRole("term").allTextContents()).toEqual(["Name", "E-mail address"]);
    await press(page, "Confirm");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
  });
});
