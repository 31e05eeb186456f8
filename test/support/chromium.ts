// playwright-core's and axe-core's types name the DOM's. The build compiles src/ alone, without it.
/// <reference lib="dom" />

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";

/**
 * Finds a Chromium on this machine for the tests that need a real browser: npm cannot bring one.
 */

const install = "apt-get install chromium";

/** So long a test may take, in milliseconds: pages are slow on a machine that does much else. */
const TEST_TIMEOUT = 60_000;

const executablePath = [
  process.env["VIPPS_LOGIN_MOCK_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      // To begin a process costs more than to show a page: one for all sites and no extra for drawing.
      "--renderer-process-limit=1",
      "--disable-features=IsolateOrigins,site-per-process",
      "--disable-site-isolation-trials",
      "--in-process-gpu",
      "--disable-extensions",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A group of tests that share one browser. Without a Chromium they are skipped, under a name that
 * says how to install it; with `CI=true`, where it has to be, they fail.
 */
export function describeInChromium(name: string, tests: (browser: () => Browser) => void): void {
  if (executablePath === undefined) {
    const missing = `${name}: needs Chromium (${install})`;
    if (process.env["CI"] === "true") {
      test(missing, () => {
        throw new Error(`No Chromium found: ${install}`);
      });
    } else {
      describe.skip(missing, () => tests(noBrowser));
    }
    return;
  }
  describe(name, { timeout: TEST_TIMEOUT }, () => {
    let browser: Browser | undefined;

    beforeAll(async () => {
      browser = await launch(executablePath);
    }, 30_000);

    afterAll(async () => {
      await browser?.close();
    });

    tests(() => browser ?? noBrowser());
  });
}

function noBrowser(): never {
  throw new Error("The browser is there only while a test runs.");
}
