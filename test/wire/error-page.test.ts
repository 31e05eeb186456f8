import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { page } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { authorize, BASE } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

/** The error page to which a wrong request leads. */
async function errorPage(remoteAddress: string) {
  const { headers } = await authorize(mock, { redirect_uri: "https://example.com/callback/" });
  return page(mock, String(headers.location).slice(BASE.length), { remoteAddress });
}

const lastRefused = async () =>
  (await call(mock, "GET", "/requests?refused=true&last=1")).body.items[0].id;

describe("the error page", () => {
  it("says why to whoever may use the dashboard, and leads to the log", async () => {
    const { status, text, html } = await errorPage("127.0.0.1");
    expect(status).toBe(400);
    expect(text("diagnosis")).toContain("only by the trailing slash");
    expect(html).toContain("<code>https://example.com/callback<del>/</del></code>");
    expect(html).toContain(`href="../mock/log/${await lastRefused()}"`);
  });

  it("tells anybody else only where to look it up", async () => {
    const { text, html } = await errorPage("192.0.2.7");
    expect(text("diagnosis")).toBeUndefined();
    expect(html).not.toContain("trailing slash");
    expect(text("request-id")).toBe(await lastRefused());
  });

  it("tells nothing of an error that nobody was sent to", async () => {
    await errorPage("127.0.0.1");
    const { text } = await page(mock, "/vipps-login-idp/error?error=made_up");
    expect([text("diagnosis"), text("request-id")]).toEqual([undefined, undefined]);
  });
});

it("a browser that asks for an icon is refused nothing, and leaves no trace", async () => {
  const { status } = await page(mock, "/favicon.ico");
  expect(status).toBe(204);
  expect((await call(mock, "GET", "/requests/count")).body.count).toBe(0);
  expect(mock.log).toEqual([]);
});
