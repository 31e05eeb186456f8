import { expect, onTestFinished, test } from "vitest";
import { Door } from "../../src/control/door.ts";
import { systemWallClock } from "../../src/platform/clock.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { describeInChromium } from "../support/chromium.ts";
import { startServer } from "../support/server.ts";

describeInChromium("a person at a mock with a control token, in Chromium", (browser) => {
  async function arrive(javaScriptEnabled = true) {
    const store = createMemoryStore();
    const door = new Door("the token", store, systemWallClock);
    const control = { open: false, token: "the token", door };
    const { url, close } = await startServer({}, { store, control });
    onTestFinished(close);
    const context = await browser().newContext({ javaScriptEnabled });
    onTestFinished(() => context.close());
    return { page: await context.newPage(), url, door };
  }

  test("gets in by the link, which is in no history and serves once", async () => {
    const { page, url, door } = await arrive();
    const link = `${url}/mock/enter?to=log#${await door.makeCode()}`;
    await page.goto(link);
    await page.getByTestId("nav-log").waitFor();
    expect(page.url()).toBe(`${url}/mock/log`);
    await page.goBack();
    expect(page.url()).not.toContain("#");
    await page.context().clearCookies();
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByTestId("problem").waitFor();
  });

  test.each([true, false])("gets in by the token, with scripts: %s", async (scripts) => {
    const { page, url } = await arrive(scripts);
    await page.goto(`${url}/mock/log?refused=true`);
    await page.getByRole("link", { name: "Get in with the token" }).click();
    await page.getByTestId("code").fill("the token");
    await page.getByTestId("enter").click();
    await page.getByTestId("nav-log").waitFor();
    expect(page.url()).toBe(`${url}/mock/log?refused=true`);
  });
});
