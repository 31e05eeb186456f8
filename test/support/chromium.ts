// playwright-core's and axe-core's types name the DOM's. The build compiles src/ alone, without it.
/// <reference lib="dom" />

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { describeWith } from "./requirement.ts";

/**
 * Finds a Chromium on this machine for the tests that need a real browser: npm cannot bring one.
 */

const whole = firstOf("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

/** The same engine without what a browser has around its pages: it shows them in two thirds of the time. */
const bare = firstOf("/usr/bin/chromium-headless-shell") ?? whole;

function firstOf(...paths: readonly string[]): string | undefined {
  return [process.env["VIPPS_LOGIN_MOCK_CHROMIUM"], ...paths].find(
    (path) => path !== undefined && existsSync(path),
  );
}

const chromiumRequirement = {
  name: "Chromium",
  install: "apt-get install chromium-headless-shell",
  isInstalled: bare !== undefined,
};

/** For those who need a home of their own: what a person has set there, no other one reads. */
export const wholeChromium = {
  name: "Chromium, with all that is around its pages",
  install: "apt-get install chromium",
  isInstalled: whole !== undefined,
};

/** Starts one, with more arguments and another home if those are given. */
export function launchChromium(args: readonly string[] = [], home?: string): Promise<Browser> {
  const executablePath = home === undefined ? bare : whole;
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    ...(home !== undefined && { env: { ...process.env, HOME: home } }),
    args: [
      ...args,
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

/** A group of tests that share one browser. */
export function describeInChromium(name: string, tests: (browser: () => Browser) => void): void {
  describeWith(chromiumRequirement, name, () => {
    let browser: Browser | undefined;

    beforeAll(async () => {
      browser = await launchChromium();
    }, 30_000);

    afterAll(async () => {
      await browser?.close();
    });

    tests(() => {
      if (!browser) throw new Error("The browser is there only while a test runs.");
      return browser;
    });
  });
}
