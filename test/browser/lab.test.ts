import type { BrowserContextOptions } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import { openAt } from "./pages.ts";

/** The lab as a person uses it: with a script and without one. */

describeInChromium("the lab in Chromium", (browser) => {
  const open = (path: string, options?: BrowserContextOptions) => openAt(browser(), path, options);

  test.each([true, false])(
    "is used by forms alone, with scripts: %s",
    async (javaScriptEnabled) => {
      const { page, errors } = await open("/mock/lab/faults", { javaScriptEnabled });
      await page.getByRole("button", { name: "userinfo responds with 500 once" }).click();
      await page.getByTestId("fault").waitFor();
      await page.getByTestId("undo").click();
      await page.getByText("Nothing goes wrong on purpose.").waitFor();

      await page.getByRole("link", { name: "Clock" }).click();
      await page.getByTestId("advance-1d").click();
      await page.getByTestId("done").waitFor();
      await page.getByTestId("nav-log").click();
      await page.getByRole("button", { name: "Back to now" }).click();
      await page.getByText("The clock shows the real time.").waitFor();
      expect(new URL(page.url()).pathname).toBe("/mock/log");
      expect(errors).toEqual([]);
    },
  );

  test("shows a scenario that a program queues, and keeps what is typed", async () => {
    const { page, server } = await open("/mock/lab/scenarios");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByLabel("For how many logins").fill("7");
    await fetch(`${server.url}/mock/api/scenarios`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"user":"ada"}',
    });
    await page.getByTestId("scenario").waitFor();
    expect(await page.getByLabel("For how many logins").inputValue()).toBe("7");
  });

  test("downloads the state, and takes it back as a file", async () => {
    const { page, server } = await open("/mock/lab/state");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByTestId("export").click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^vipps-login-mock-default-.*\.json$/);
    const state = await (await fetch(`${server.url}/mock/lab/state.json`)).text();
    await fetch(`${server.url}/mock/api/users/ada`, { method: "DELETE" });
    await page.getByLabel("A file").setInputFiles({
      name: "state.json",
      mimeType: "application/json",
      buffer: Buffer.from(state),
    });
    await page.getByTestId("import").click();
    await page.getByTestId("done").waitFor();
    expect((await fetch(`${server.url}/mock/api/users/ada`)).status).toBe(200);
  });
});
