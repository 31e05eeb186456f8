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

/** Pages that do not lead back to the merchant. */

describeInChromium("a dead end in Chromium", (browser) => {
  const visit = visitPerTest(browser);

  test.each([
    [
      "a redirect URI that is not registered",
      { redirect_uri: "http://127.0.0.1:3000/callback/" },
      "Error: invalid_request",
      'The "redirect_uri" provided with your request does not match any of your preregistered URIs. See how to add/update URIs in our documentation:',
    ],
    [
      "a client that nobody knows",
      { client_id: "nobody" },
      "Error: invalid_client",
      "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The requested OAuth 2.0 Client does not exist.",
    ],
  ])("is %s", async (_, request, error, description) => {
    const page = await visit().openBrowser();
    await clickLogIn(page, visit().merchant, request);
    await seesHeading(page, "Oops, something went wrong");
    expect(await page.getByTestId("error-code").textContent()).toBe(error);
    expect(await page.getByTestId("error-description").textContent()).toBe(description);
    expect(new URL(page.url()).origin).toBe(visit().server.url);
  });

  test("is the page that a browser goes back to after the login", async () => {
    const page = await visit().openLoginPage();
    await fixtureUser(page, "ada").click();
    await confirmInApp(page);
    await press(page, "Share information");
    expect(await merchantsAnswer(page)).toBe("Welcome, Ada Nordmann");
    await page.goBack();
    await seesHeading(page, "This login is over");
    await page.getByRole("link", { name: "Back to Demo Shop" }).click();
    await page.getByRole("link", { name: "Log in" }).waitFor();
  });

  test("is the logout, which says why there is none, in the browser's language", async () => {
    const page = await visit().openBrowser({ locale: "nb-NO" });
    await page.goto(`${visit().server.issuer}oauth2/sessions/logout`);
    await seesHeading(page, "Du kan ikke logge ut herfra");
    const banner = page.getByTestId("mock-banner");
    const background = await banner.evaluate((node) => getComputedStyle(node).backgroundColor);
    expect(background, "the stylesheet is found").toBe("rgb(27, 36, 48)");
  });

  test("is an address where nothing is, which lists what exists", async () => {
    const page = await visit().openBrowser();
    const response = await page.goto(`${visit().server.url}/nowhere`);
    expect(response?.status()).toBe(404);
    expect(await page.locator("body").textContent()).toContain(
      "GET /access-management-1.0/access/oauth2/auth",
    );
  });
});
