import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  Browser,
  confirmedLogin,
  formIn,
  pageOf,
  parametersOf,
  STATE,
  textOf,
} from "../support/wire.ts";

/** The half hour that a login may take ends on its pages and on the way back from them. */

const HALF_AN_HOUR = 30 * 60;

describe("a login that takes too long", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  /** Goes through the app and answers the last form, without following where it leads. */
  async function answered(): Promise<{ browser: Browser; location: string }> {
    const browser = new Browser(mock);
    return { browser, location: await confirmedLogin(browser, "ada") };
  }

  it("goes on within the half hour", async () => {
    const { browser, location } = await answered();
    await mock.sandbox.clock.advance(HALF_AN_HOUR - 1);
    expect((await browser.fetch(location)).headers.location).toContain("consent_challenge=");
  });

  it("is over after it on the consent page, and on the way back from there", async () => {
    const { browser, location } = await answered();
    const page = await browser.open(location);
    const address = String(browser.visited.at(-1));
    const { action, hidden } = formIn(page);
    const answer = await browser.fetch(action, { ...hidden, action: "accept" });
    await mock.sandbox.clock.advance(HALF_AN_HOUR);
    for (const url of [address, String(answer.headers.location)]) {
      expect(parametersOf(await browser.fetch(url))).toEqual([
        ["error", "request_unauthorized"],
        [
          "error_description",
          "The request could not be authorized. The consent request has expired, please try again.",
        ],
        ["state", STATE],
      ]);
    }
    expect(await readAll(mock.sandbox.store.codes)).toEqual([]);
  });

  it("is forgotten an hour later", async () => {
    const { browser, location } = await answered();
    await mock.sandbox.clock.advance(HALF_AN_HOUR + 3600);
    expect(parametersOf(await browser.fetch(location))[0]).toEqual(["error", "access_denied"]);
    const page = await browser.open(String(browser.visited.find((url) => url.includes("?login_"))));
    expect(pageOf(page)).toBe("ended");
    expect(textOf(page, "back")).toBe("Back to Demo Shop");
  });

  it("is over after it, also when only the way back is missing", async () => {
    const { browser, location } = await answered();
    await mock.sandbox.clock.advance(HALF_AN_HOUR);
    expect(parametersOf(await browser.fetch(location))).toEqual([
      ["error", "request_unauthorized"],
      [
        "error_description",
        "The request could not be authorized. The login request has expired. Please try again.",
      ],
      ["state", STATE],
    ]);
  });
});
