import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { startVippsLoginMock } from "../../src/index.ts";
import type { ConfigInput } from "../../src/records/config.ts";
import { describeInChromium } from "../support/chromium.ts";
import { startServer } from "../support/server.ts";
import { errorsOf, newPage } from "./pages.ts";
import { confirmInApp, fixtureUser, press } from "./person.ts";

/** A person who logs in at Try, on the mock's own pages from beginning to end. */

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const HOLDS = "Logged in: every check holds.";

describeInChromium("Try in Chromium", (browser) => {
  async function serve(config: ConfigInput = {}) {
    const server = await startServer(config);
    onTestFinished(() => server.close());
    return server;
  }

  async function open(javaScriptEnabled: boolean, server: { readonly url: string }) {
    const page = await newPage(browser(), { locale: "en-GB", javaScriptEnabled });
    const errors = errorsOf(page);
    await page.goto(`${server.url}/mock/try`);
    return { page, errors };
  }

  /** As the user does on the phone. */
  async function approve({ url }: { readonly url: string }) {
    const api = `${url}/mock/api/logins`;
    const { items } = await (await fetch(api)).json();
    const approved = await fetch(`${api}/${items[0].id}/approve`, { method: "POST" });
    expect(approved.status).toBe(200);
  }

  const outcome = (page: Page) => page.getByTestId("outcome");

  async function faults(page: Page): Promise<unknown> {
    await page.evaluate(axe.source);
    return page.evaluate(async (tags) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run("main", {
        runOnly: tags,
      });
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    }, TAGS);
  }

  test.each([true, false])(
    "a whole login by the pages and back, with every check, scripts %s",
    async (javaScriptEnabled) => {
      const { page, errors } = await open(javaScriptEnabled, await serve());
      await page.getByTestId("register").click();
      await page.getByTestId("done").waitFor();
      await page.getByTestId("login").click();
      await fixtureUser(page, "ada").click();
      await confirmInApp(page);
      await press(page, "Share information");
      await page.waitForURL("**/mock/try/result");
      expect(await outcome(page).textContent()).toBe(HOLDS);
      await page.getByTestId("show-secrets").click();
      expect(await page.getByTestId("step-id-token").textContent()).toMatch(/eyJ[\w-]+\./);
      await page.getByTestId("login").click();
      await page.getByText("The merchant has read userinfo.").waitFor();
      expect(errors).toEqual([]);
    },
  );

  test("a till polls by itself until its user has answered", async () => {
    // The clock has to run: nothing is ever due by one that stands still.
    const vipps = await startVippsLoginMock({ config: {} });
    onTestFinished(() => vipps.close());
    const { page, errors } = await open(true, vipps);
    await page.getByTestId("begin").click();
    await page.getByTestId("request").waitFor();
    await approve(vipps);
    await page.getByText(HOLDS).waitFor();
    expect(errors).toEqual([]);
  });

  test("a till polls by a button without scripts", async () => {
    const server = await serve();
    const { page } = await open(false, server);
    await page.getByTestId("begin").click();
    await page.getByTestId("poll").click();
    await page.getByTestId("request").waitFor();
    await approve(server);
    await page.getByTestId("poll").click();
    await page.getByText(HOLDS).waitFor();
  });

  test("a mistake is one click away from its reason, and two from the log", async () => {
    const { page } = await open(true, await serve());
    await page.getByRole("button", { name: "A wrong secret" }).click();
    expect(await page.getByTestId("diagnosis").textContent()).toContain("is wrong");
    await page.getByTestId("refusal").click();
    await page.getByRole("heading", { name: "Why it was refused" }).waitFor();
  });

  test("nothing of it is in the way of anybody, narrow or wide, light or dark", async () => {
    const server = await serve({ autoLogin: "ada" });
    const { page } = await open(true, server);
    const seen = async (what: string) => {
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 });
        const scrolls = await page.evaluate(() => document.documentElement.scrollWidth);
        expect([what, scrolls, await faults(page)]).toEqual([what, width, []]);
      }
    };
    await seen("the form");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByTestId("register").click();
    await page.getByTestId("done").waitFor();
    await page.getByTestId("login").click();
    await page.getByText(HOLDS).waitFor();
    await seen("a login");
    await page.goto(`${server.url}/mock/try`);
    await page.getByRole("button", { name: "A slash too many" }).click();
    await page.getByTestId("diagnosis").waitFor();
    await seen("a mistake");
  });
});
