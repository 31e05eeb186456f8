import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { startServer } from "../support/server.ts";

/** Pages of a mock in a browser, given back when the test is over. */

/** What goes wrong in a page, as it comes; it can be put with what went wrong elsewhere. */
export function errorsOf(page: Page, errors: string[] = []): string[] {
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
  return errors;
}

/** An empty page in a context of its own. */
export async function newPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  return context.newPage();
}

/** A page of a mock of its own, with the mock and with what goes wrong in the page. */
export async function openAt(browser: Browser, path: string, options?: BrowserContextOptions) {
  const server = await startServer();
  onTestFinished(() => server.close());
  const page = await newPage(browser, options);
  const errors = errorsOf(page);
  await page.goto(`${server.url}${path}`);
  return { page, errors, server };
}
