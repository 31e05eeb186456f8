import { mkdir, writeFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { startVippsLoginMock } from "../src/index.ts";

/**
 * Takes the pictures of docs/images: a demo, walked through as its audience sees it. To be run by hand when
 * the pages have changed; no test compares them, because fonts and times differ.
 */

const FOLDER = new URL("../docs/images/", import.meta.url);

const DESKTOP = { width: 1100, height: 720 };
const PHONE = { width: 390, height: 680 };

/** Small, and still sharp enough for text. */
const QUALITY = 82;

const mock = await startVippsLoginMock({ config: {} });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
await mkdir(FOLDER, { recursive: true });
try {
  const desktop = await open(DESKTOP);
  const phone = await open(PHONE);

  await phone.goto(`${mock.url}/mock/phone?user=ada`);
  await desktop.goto(`${mock.url}/mock/try`);
  await desktop.getByTestId("register").click();
  await desktop.getByTestId("done").waitFor();
  await desktop.goto(`${mock.url}/mock/try`);
  await desktop.getByTestId("login").click();
  await desktop.getByTestId("phone-number").waitFor();
  await desktop.getByTestId("phone-number").fill("+47 123 45 678");
  await desktop.getByTestId("continue").click();
  const shown = await desktop.getByTestId("challenge").textContent();
  const number = phone.getByTestId(`choice-${shown}`);
  await number.waitFor();
  await take(desktop, "confirm");
  await take(phone, "phone");
  await number.click();
  await desktop.getByTestId("accept").waitFor();
  await desktop.getByTestId("accept").click();
  await desktop.getByTestId("who").waitFor();
  await take(desktop, "result");

  await desktop.getByTestId("again").click();
  await desktop.getByRole("button", { name: "A slash too many" }).click();
  await desktop.getByTestId("diagnosis").waitFor();
  await desktop.getByTestId("refusal").click();
  await desktop.getByTestId("difference").waitFor();
  await take(desktop, "refused");
} finally {
  await browser.close();
  await mock.close();
}

async function open(viewport: typeof DESKTOP): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: "en-GB", deviceScaleFactor: 1.5 });
  return context.newPage();
}

/** What is in the window, as WebP, which Playwright itself does not write. */
async function take(page: Page, name: string): Promise<void> {
  const session = await (page.context() as BrowserContext).newCDPSession(page);
  await page.evaluate(() => document.fonts.ready);
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp",
    quality: QUALITY,
  });
  const picture = Buffer.from(data, "base64");
  await writeFile(new URL(`${name}.webp`, FOLDER), picture);
  process.stdout.write(`${name}.webp ${Math.round(picture.length / 1024)} kB\n`);
}
