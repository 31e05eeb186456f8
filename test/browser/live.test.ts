import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { SHOP } from "../support/wire.ts";
import { newPage, openAt } from "./pages.ts";

/** Pages of the dashboard that follow what happens. */

describeInChromium("a page of the dashboard in Chromium", (browser) => {
  const open = (path: string) => openAt(browser(), path);

  const refuse = (url: string) =>
    fetch(`${url}/access-management-1.0/access/oauth2/auth?client_id=${SHOP.id}&state=1`, {
      redirect: "manual",
    });

  const rows = (page: Page) => page.getByTestId("request");

  test("shows a request when it comes, and keeps what is open and typed", async () => {
    const { page, errors, server } = await open("/mock/log");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByLabel("User").fill("ad");
    await refuse(server.url);
    await rows(page).first().waitFor();
    expect(await page.getByLabel("User").inputValue()).toBe("ad");
    expect(await page.locator("input:focus").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("offers what is new to who reads further down, and goes there on a click", async () => {
    const { page, server } = await open("/mock/log");
    for (let n = 0; n < 40; n += 1) await refuse(server.url);
    await page.reload();
    await page.getByText("live", { exact: true }).waitFor();
    await rows(page).last().scrollIntoViewIfNeeded();
    const seen = await rows(page).count();
    await refuse(server.url);
    const chip = page.getByRole("button", { name: "1 new" });
    await chip.waitFor();
    expect(await rows(page).count()).toBe(seen);
    await chip.click();
    await expect.poll(() => rows(page).count()).toBe(seen + 1);
    expect(await page.evaluate(() => scrollY)).toBe(0);
  });

  test("shows what it is without a script, by a link", async () => {
    const { server } = await open("/mock/log");
    const page = await newPage(browser(), { javaScriptEnabled: false });
    await page.goto(`${server.url}/mock/log`);
    await refuse(server.url);
    await page.getByTestId("nav-log").click();
    expect(await rows(page).count()).toBe(1);
    expect(await page.getByRole("button", { name: "Copy" }).count()).toBe(0);
  });

  test("says when the mock is gone, and goes on when it is there again", async () => {
    const { page, server } = await open("/mock");
    await page.getByText("live", { exact: true }).waitFor();
    await server.close();
    await page.getByText("not connected").waitFor();
  });
});
