import type { Locator, Page } from "playwright-core";
import type { Merchant } from "./merchant.ts";

/** What a person does and sees, mostly in English. */

/** Goes to the merchant and clicks "Log in". */
export async function clickLogIn(
  page: Page,
  merchant: Merchant,
  request: Readonly<Record<string, string>> = {},
): Promise<void> {
  await page.goto(`${merchant.url}?${new URLSearchParams(request)}`);
  await page.getByRole("link", { name: "Log in" }).click();
}

/** Presses a button by its exact name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Types a phone number and continues. */
export async function typePhoneNumber(page: Page, phoneNumber: string): Promise<void> {
  await page.getByLabel("Phone number").fill(phoneNumber);
  await press(page, "Continue");
}

/** Types the phone number where the page has put the cursor, which it does a moment after it is there. */
export async function typeAtCursor(page: Page, phoneNumber: string): Promise<void> {
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(phoneNumber);
}

/** Finds the number of the browser in the app. */
export async function confirmInApp(page: Page): Promise<void> {
  await (await rightNumber(page)).click();
}

/** The fixture user's button on the login page, by the id that stands on it. */
export function fixtureUser(page: Page, id: string): Locator {
  const users = page.getByRole("region", { name: "Fixture users" });
  return users.getByRole("button").filter({ has: page.getByText(id, { exact: true }) });
}

/** The button in the app with the number that the browser shows. */
export async function rightNumber(page: Page): Promise<Locator> {
  return numbers(page).filter({ hasText: await shownNumber(page) });
}

/** A button in the app with a number that the browser does not show. */
export async function wrongNumber(page: Page): Promise<Locator> {
  const others = numbers(page).filter({ hasNotText: await shownNumber(page) });
  return others.first();
}

async function shownNumber(page: Page): Promise<string> {
  return (await page.getByTestId("challenge").textContent()) ?? "";
}

function numbers(page: Page): Locator {
  return page.getByTestId(/^choice-\d\d$/);
}

/** Waits until a heading is there; fails when it does not come. */
export async function seesHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
}

/** What the merchant says once the browser is back there. */
export async function merchantsAnswer(page: Page): Promise<string | null> {
  await page.waitForURL("**/callback?*");
  return page.locator("body").textContent();
}
