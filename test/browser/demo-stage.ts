import type { Browser, Locator, Page } from "playwright-core";
import type { TestContext } from "vitest";
import type { Receiver } from "../support/receiver.ts";
import { startReceiver } from "../support/receiver.ts";
import { errorsOf } from "./pages.ts";

/** What a demo is shown with: a desktop, a phone beside it, and a merchant's server that webhooks go to. */

/** How the audience sees it. */
export interface Look {
  /** Of the desktop's window; the phone is always as narrow as a phone. */
  readonly width: number;
  readonly colorScheme: "light" | "dark";
  readonly javaScriptEnabled: boolean;
}

export interface Stage {
  readonly desktop: Page;
  readonly phone: Page;
  readonly receiver: Receiver;
  /** Whether pages change by themselves; a link does the same elsewhere. */
  readonly isLive: boolean;
  /** What the audience should not see: errors of pages, pages that are too wide, calls past the pages. */
  readonly faults: string[];
  /** Waits for something, and looks whether its page fits the window then. */
  sees(what: Locator): Promise<void>;
}

/** So long anything may take where several demos share a busy machine, in milliseconds. */
const PATIENCE = 60_000;

const PHONE = { width: 390, height: 844 };

/** A stage with browsers that were nowhere before. It is cleared when the test is over. */
export async function setStage(
  browser: Browser,
  { width, colorScheme, javaScriptEnabled }: Look,
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
): Promise<Stage> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const faults: string[] = [];

  async function open(viewport: typeof PHONE) {
    const options = { locale: "en-GB", colorScheme, javaScriptEnabled, viewport };
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    errorsOf(page, faults);
    context.on("request", (request) => {
      if (request.url().includes("/mock/api")) faults.push(`A page calls ${request.url()}.`);
    });
    return page;
  }

  return {
    desktop: await open({ width, height: 900 }),
    phone: await open(PHONE),
    receiver,
    isLive: javaScriptEnabled,
    faults,
    async sees(what) {
      await what.waitFor();
      const page = what.page();
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      if (excess > 0) faults.push(`${page.url()} is ${excess} pixels too wide.`);
    },
  };
}
