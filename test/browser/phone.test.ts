import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { errorsOf } from "./pages.ts";
import {
  clickLogIn,
  confirmInApp,
  fixtureUser,
  merchantsAnswer,
  press,
  seesHeading,
} from "./person.ts";
import { visitPerTest } from "./visit.ts";

/** A user with a phone in hand beside the browser in which the user logs in. */

const SMALL = { viewport: { width: 390, height: 844 } };

describeInChromium("a person in Chromium with a phone", (browser) => {
  const visit = visitPerTest(browser, { profile: "2026" });

  async function openPhone(options: BrowserContextOptions = {}): Promise<Page> {
    const phone = await visit().openBrowser({ ...SMALL, ...options });
    const errors = errorsOf(phone);
    onTestFinished(() => expect(errors).toEqual([]));
    const address = `${visit().server.url}/mock/phone?user=ada`;
    // The first visit loads the code of the pages, for which a person's patience is no measure.
    await fetch(address);
    await phone.goto(address);
    return phone;
  }

  /** A browser that shows a number for ada; where a phone is open, it plays none itself. */
  async function logInBeside(request = {}): Promise<Page> {
    const page = await visit().openBrowser();
    await clickLogIn(page, visit().merchant, request);
    await fixtureUser(page, "ada").click();
    await page.getByTestId("challenge").waitFor();
    return page;
  }

  const shown = async (page: Page) => (await page.getByTestId("challenge").textContent()) ?? "";

  /** What a till does. */
  async function begin(scope: string): Promise<Response> {
    const { clientId, clientSecret } = await visit().server.salesUnit("Demo Shop");
    const { url } = visit().server;
    return fetch(`${url}/vipps-login-ciba/api/backchannel/authentication`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      },
      body: new URLSearchParams({
        login_hint: "urn:msisdn:4712345678",
        scope,
        binding_message: "TILL-07",
      }),
    });
  }

  test("chooses the number there, and the browser goes on by itself to the merchant", async () => {
    const phone = await openPhone();
    await phone.getByTestId("empty").waitFor();
    const page = await logInBeside();
    expect(
      await page
        .getByTestId(/^choice-/)
        .first()
        .isVisible(),
    ).toBe(false);
    await page.getByText("The phone is open elsewhere").waitFor();
    await phone.getByTestId(`choice-${await shown(page)}`).click();
    await phone.getByTestId("in-browser").waitFor();
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    await phone.getByTestId("said").waitFor();
    expect(await phone.getByTestId("done").isVisible()).toBe(true);
    // What was done belongs to that login, and not to the next one, which asks on the same page.
    const next = await logInBeside();
    await phone.getByTestId(`choice-${await shown(next)}`).waitFor();
    expect(await phone.getByTestId("done").count()).toBe(0);
    expect(await phone.locator("main:focus").count()).toBe(1);
  });

  test("takes a consent back there, and the next login asks again", async () => {
    const phone = await openPhone();
    const first = await logInBeside();
    await phone.getByTestId(`choice-${await shown(first)}`).click();
    await press(first, "Share information");
    await merchantsAnswer(first);
    await phone.getByTestId("tab-sharing").click();
    await press(phone, "Withdraw");
    await phone.getByTestId("nothing").waitFor();
    await phone.getByTestId("tab-inbox").click();
    const second = await logInBeside();
    await phone.getByTestId(`choice-${await shown(second)}`).click();
    await seesHeading(second, "Do you want to share information with Demo Shop?");
  });

  test("answers a till and its questions; what is ticked stays while others come and go", async () => {
    const phone = await openPhone();
    expect((await begin("openid name delegatedConsents customFlow")).status).toBe(200);
    expect(await phone.getByTestId("binding-message").textContent()).toBe("TILL-07");
    await phone.getByTestId("next").click();
    await phone.getByLabel("Receive offers via email").check();
    await phone.getByText("Other things a phone can do").click();
    // Another login comes to the phone meanwhile, and this one stays before it.
    await logInBeside();
    await phone.getByText("Others that wait").waitFor();
    expect(await phone.getByLabel("Receive offers via email").isChecked()).toBe(true);
    expect(await phone.getByText("Let the time run out").isVisible()).toBe(true);
    await press(phone, "Confirm");
    await phone.getByText("The login is approved").waitFor();
    expect(await phone.getByTestId(/^choice-/).count()).toBe(3);
  });

  test("does all of it without scripts", async () => {
    const plain = { javaScriptEnabled: false };
    const phone = await openPhone(plain);
    const page = await logInBeside();
    await phone.getByTestId("refresh").click();
    await phone.getByTestId(`choice-${await shown(page)}`).click();
    await phone.getByTestId("in-browser").waitFor();
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");

    await begin("openid name delegatedConsents customFlow");
    await phone.getByTestId("tab-inbox").click();
    await phone.getByTestId("next").click();
    await phone.getByLabel("Receive offers via email").check();
    await press(phone, "Confirm");
    await phone.getByTestId("said").waitFor();

    await phone.getByTestId("tab-sharing").click();
    await press(phone, "Withdraw");
    await phone.getByTestId("nothing").waitFor();
    const again = await visit().openBrowser(plain);
    await clickLogIn(again, visit().merchant);
    await fixtureUser(again, "ada").click();
    await again.getByText("The phone is open elsewhere").click();
    await confirmInApp(again);
    await seesHeading(again, "Do you want to share information with Demo Shop?");
  });

  test.each(["light", "dark"] as const)("fills the window of a phone, %s", async (colorScheme) => {
    const phone = await openPhone({ colorScheme });
    await phone.addInitScript({ content: axe.source });
    await begin("openid name delegatedConsents customFlow");
    const consent = `&login=${(await visit().api("GET", "/logins")).items[0].id}&step=consent`;
    const screens = [
      "",
      consent,
      "&screen=sharing",
      "&screen=browsers",
      "&screen=me",
      "&only=phone",
    ];
    for (const screen of screens) {
      await phone.goto(`${visit().server.url}/mock/phone?user=ada${screen}`);
      for (const width of [390, 320]) {
        await phone.setViewportSize({ width, height: 844 });
        expect(await faults(phone), `${screen} at ${width} px`).toEqual({
          overflow: 0,
          small: [],
          violations: [],
        });
      }
    }
  });
});

/** A screen is wider than its window, something on it is too small for a finger, or axe finds something. */
function faults(phone: Page): Promise<unknown> {
  return phone.evaluate(`
    axe.run({ resultTypes: ["violations"] }).then(({ violations }) => ({
      overflow: document.documentElement.scrollWidth - innerWidth,
      small: [...document.querySelectorAll("#screen :is(button, .button, .places a, summary, .checkbox)")]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
        .map((each) => each.outerHTML),
      violations: violations.map(
        ({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")),
    }))`);
}
