import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterEach, beforeEach, expect } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import type { Merchant } from "./merchant.ts";
import { openMerchant } from "./merchant.ts";
import { clickLogIn } from "./person.ts";

/** What a test of the pages needs: a mock, a merchant, and as many fresh browsers as it asks for. */
export interface Visit {
  readonly server: Server;
  readonly merchant: Merchant;
  /** Calls the control API, which must not refuse, as somebody does who is elsewhere meanwhile. */
  api(method: "GET" | "POST" | "PATCH", path: string, body?: object): ReturnType<Response["json"]>;
  /** A tab in a browser that was nowhere before; it speaks English unless it says otherwise. */
  openBrowser(options?: BrowserContextOptions): Promise<Page>;
  /** Such a tab after a click on the merchant's "Log in". */
  openLoginPage(options?: BrowserContextOptions): Promise<Page>;
}

/** So long a person waits for anything to appear, in milliseconds. */
const PATIENCE = 10_000;

/** Gives every test of a group a mock without a past and a merchant, and closes all after it. */
export function visitPerTest(browser: () => Browser, config: ConfigInput = {}): () => Visit {
  const contexts: BrowserContext[] = [];
  let visit: Visit | undefined;

  async function openBrowser(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser().newContext({ locale: "en-GB", ...options });
    context.setDefaultTimeout(PATIENCE);
    contexts.push(context);
    return context.newPage();
  }

  beforeEach(async () => {
    const server = await startServer(config);
    const merchant = await openMerchant(server, "Demo Shop");
    visit = {
      server,
      merchant,
      openBrowser,
      async api(method, path, body) {
        const response = await fetch(`${server.url}/mock/api${path}`, {
          method,
          ...(body && {
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          }),
        });
        expect(response.ok).toBe(true);
        return response.json();
      },
      async openLoginPage(options) {
        const page = await openBrowser(options);
        await clickLogIn(page, merchant);
        await page.getByTestId("phone-number").waitFor();
        return page;
      },
    };
  });

  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    await visit?.merchant.close();
    await visit?.server.close();
  });

  return () => {
    if (!visit) throw new Error("The visit is there only while a test runs.");
    return visit;
  };
}
