import type { AxeResults } from "axe-core";
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { openAt } from "./pages.ts";

/** The portal as people use it. */

describeInChromium("the portal in Chromium", (browser) => {
  const open = (path: string, options?: BrowserContextOptions) => openAt(browser(), path, options);

  const done = (page: Page) => page.getByTestId("done").locator("p").first();

  /** What is wrong for people with a screen reader, by the rules of axe. */
  async function violations(page: Page): Promise<readonly string[]> {
    // As the browser's own tools do it: the page's policy lets no script in.
    await page.evaluate(axe.source);
    const results = await page.evaluate(() =>
      (globalThis as unknown as { readonly axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  const PATHS = [
    "/mock/portal",
    "/mock/portal/units/100001",
    "/mock/portal/units/new",
    "/mock/portal/people",
    "/mock/portal/people/long-name",
    "/mock/portal/people/new",
    "/mock/portal/partners",
    "/mock/portal/webhooks",
  ];

  test.each(PATHS)("has nothing in the way of anybody at %s, and fits 320 pixels", async (path) => {
    const { page, errors } = await open(path, { viewport: { width: 320, height: 640 } });
    for (const each of await page.locator("summary").all()) await each.click();
    expect(await violations(page)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBe(0);
    expect(errors).toEqual([]);
  });

  test("takes a redirect URI by keyboard alone, says why not, and then that it did", async () => {
    const { page } = await open("/mock/portal/units/100001");
    const field = page.getByLabel("Another redirect URI");
    await field.focus();
    await page.keyboard.type("https://example.com/new#fragment");
    await page.keyboard.press("Enter");
    await page.getByTestId("wrong-uri").waitFor();
    expect(await page.getByTestId("problem").evaluate((it) => it === document.activeElement)).toBe(
      true,
    );
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill("https://example.com/new");
    await page.keyboard.press("Enter");
    await done(page).waitFor();
    expect(await done(page).textContent()).toContain("is registered at Demo Shop");
    expect(await violations(page)).toEqual([]);
  });

  test("keeps open what a reader has opened, while the page follows what happens", async () => {
    const { page, server } = await open("/mock/portal/units/100001");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText("The same as a table").click();
    const query = "client_id=10000000-0000-4000-8000-000000000001&state=1";
    await fetch(`${server.url}/access-management-1.0/access/oauth2/auth?${query}`);
    await page.getByTestId("request").first().waitFor();
    expect(await page.getByTestId("day").first().isVisible()).toBe(true);
  });

  test("does all of it without a script", async () => {
    const { page } = await open("/mock/portal", { javaScriptEnabled: false });
    await page.getByRole("link", { name: "Add a sales unit" }).click();
    await page.getByLabel("Name").fill("Kiosk");
    await page.getByLabel("Redirect URIs").fill("http://localhost:3000/kiosk");
    await page.getByTestId("add").click();
    expect(await done(page).textContent()).toBe("Kiosk was added.");
    await page.getByTestId("rotate").click();
    expect(await page.getByTestId("client-secret").textContent()).toMatch(/^mock-secret-/);
    await page.getByLabel("May log users in from their phone number").check();
    await page.getByTestId("save").click();
    expect(await done(page).textContent()).toBe("Kiosk has changed: loginFromPhoneNumber.");
    await page.getByTestId("undo").click();
    expect(await done(page).textContent()).toBe("All is as it was before.");
    await page.getByText("Delegated consents: not set up").click();
    await page.getByLabel("Text above the consents").fill("Offers?");
    await page.getByLabel("Terms").fill("https://example.com/terms");
    await page.getByLabel("Privacy").fill("https://example.com/privacy");
    await page.getByLabel("email").last().selectOption("required");
    await page.getByTestId("save-consents").click();
    await page.getByText("Delegated consents: set up").click();
    await page.getByText("Custom flow: not set up").click();
    await page.getByTestId("save-flow").click();
    expect(await done(page).textContent()).toBe("Kiosk has a custom flow.");
    await page.getByRole("button", { name: "Remove http://localhost:3000/kiosk" }).click();
    await page.getByTestId("remove").click();
    expect(await done(page).textContent()).toContain("Kiosk was removed");
    await page.getByTestId("undo").click();
    expect(await page.locator("h1").textContent()).toBe("Kiosk");

    await page.getByRole("link", { name: /^People/ }).click();
    await page.getByLabel("Name, id or phone number").fill("nordmann");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByTestId("person").click();
    await page.getByLabel("Birth date").fill("2005-01-02");
    await page.getByTestId("save").click();
    await page.getByRole("button", { name: /^Use \d{11}$/ }).click();
    expect(await done(page).textContent()).toBe("Ada Nordmann has changed: birthDate, nin.");
    await page.getByTestId("remove").click();
    await page.getByRole("link", { name: "Add a person" }).click();
    await page.getByTestId("add").click();
    expect(await done(page).textContent()).toContain("can log in now.");
  });
});
