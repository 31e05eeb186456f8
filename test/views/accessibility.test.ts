import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { createViews } from "../../src/pages/render.ts";
import { describeInChromium } from "../support/chromium.ts";
import { expectAccessible, openTab } from "./inspect.ts";
import { examples, ordinary, renderExample } from "./models.ts";

/**
 * Every page in a real browser: WCAG 2.2 AA by axe-core, on a desk and on a phone, in light and in
 * dark, with names as they are and with names far too long.
 */

const views = createViews();
const SITE = "http://vipps.localhost/vipps-login-idp/";
const long = "Ærlighetsprosjektørbåtforeningen".repeat(6);
const endless = { salesUnit: long, name: long, value: long };

// Names and colours are the same in every language, so one language stands for all of them there.
const looks = [
  { language: "nb", names: "ordinary", asked: "whole" },
  { language: "en", names: "ordinary", asked: "language" },
  { language: "da", names: "ordinary", asked: "language" },
  { language: "fi", names: "ordinary", asked: "language" },
  { language: "fi", names: "endless", asked: "whole" },
] as const;

describeInChromium("pages in Chromium", (browser) => {
  test.each(looks)("$language, $names names", { timeout: 120_000 }, async (look) => {
    const page = await openTab(browser());
    try {
      const open = await pagesIn(page);
      for (const example of examples(
        look.language,
        look.names === "endless" ? endless : ordinary,
      )) {
        const loaded = await open(await renderExample(views, example));
        const script = { app: "app.js", "form-post": "form-post.js" }[example.name as string];
        const callsApp = "callsApp" in example.model && example.model.callsApp;
        const scripts = [
          ...(script === undefined ? [] : [script]),
          ...(callsApp ? ["ended.js"] : []),
        ];
        const files = ["style.css", ...scripts];
        expect(loaded, example.label).toEqual(files);
        await expectAccessible(page, example.label, look.asked);
      }
    } finally {
      await page.context().close();
    }
  });

  test("Enter in the phone number continues, it does not cancel or choose a user", async () => {
    const context = await browser().newContext({ javaScriptEnabled: false });
    try {
      const page = await context.newPage();
      const [phone] = examples("en", ordinary);
      if (phone === undefined) {
        throw new Error("no page");
      }
      const open = await pagesIn(page);
      await open(await renderExample(views, phone));
      await page.getByTestId("phone-number").fill("4712345678");
      await page.getByTestId("remember-me").check();
      const [posted] = await Promise.all([
        page.waitForRequest((request) => request.method() === "POST"),
        page.getByTestId("phone-number").press("Enter"),
      ]);
      expect(Object.fromEntries(new URLSearchParams(posted.postData() ?? ""))).toEqual({
        login_challenge: "5d1f1c0e4b7a4c0f9e8d7c6b5a493827",
        phone_number: "4712345678",
        remember: "yes",
        action: "continue",
      });
    } finally {
      await context.close();
    }
  });
});

/** Shows pages in a tab, with the stylesheet beside them, and says which files each loaded. */
async function pagesIn(page: Page): Promise<(html: string) => Promise<string[]>> {
  const loaded: string[] = [];
  const stylesheet = await views.stylesheet();
  await page.route("**/*", (route) => {
    const url = route.request().url();
    loaded.push(url);
    if (url.endsWith(".js")) return route.fulfill({ contentType: "text/javascript" });
    return url.endsWith(".css")
      ? route.fulfill({ contentType: "text/css", body: stylesheet })
      : route.fulfill({ contentType: "text/html; charset=utf-8" });
  });
  await page.goto(SITE);
  let shown = 0;
  return async (html) => {
    // In a folder of its own, each has to load its files anew.
    const folder = `${SITE}${shown++}/`;
    await page.evaluate(`history.replaceState(null, "", "${folder}page")`);
    loaded.length = 0;
    await page.setContent(html);
    return loaded.map((url) => url.replace(folder, ""));
  };
}
