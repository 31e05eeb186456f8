import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { begin } from "../support/phone.ts";
import {
  authorize,
  BASE,
  Browser,
  codeFrom,
  get,
  PATH,
  requestToken,
  SHOP,
} from "../support/wire.ts";

describe("GET requests/report", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const report = async (sandbox?: string): Promise<string> =>
    (await call(mock, "GET", "/requests/report", {}, sandbox)).body;

  it("is plain text, of the sandbox that is asked", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "checkout-7" } });
    await get(mock, PATH.jwks);
    const { headers } = await call(mock, "GET", "/requests/report");
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(await report()).toContain("- GET jwks 200");
    expect(await report("checkout-7")).toBe(
      "No request came to the sandbox checkout-7.\nWhat to do: Check that the application is " +
        `configured with the issuer ${BASE}/s/checkout-7/access-management-1.0/access/\n`,
    );
  });

  it("tells of a wrong redirect URI", async () => {
    await authorize(mock, { redirect_uri: "https://example.com/callback/" });
    expect(await report()).toBe(
      [
        "Refused: 1 of 1 request to the sandbox default:",
        "1. GET auth 302 by Demo Shop: redirect_uri https://example.com/callback/ differs from the " +
          "registered https://example.com/callback only by the trailing slash",
        "   What to do: Send https://example.com/callback exactly, or register " +
          "https://example.com/callback/ on the sales unit.",
        "   FAQ: What are the requirements for Redirect URIs?",
        "",
      ].join("\n"),
    );
  });

  it("tells of a code that is used too late, in the login that it is from", async () => {
    const code = await codeFrom(mock);
    await call(mock, "PATCH", "/clock", { body: { advance: "3m" } });
    await requestToken(mock, code);
    const text = await report();
    expect(text).toContain(
      "POST token 400 by Demo Shop in login 1: the code expired 60 seconds ago; it lives 120 seconds\n" +
        "   What to do: Exchange the code as soon as the redirect brings it.",
    );
    expect(text).toMatch(
      /^Login 1 of ada at Demo Shop:\n {3}\+0s {4}GET auth 302\n(?: .*\n)* {3}\+3m {4}POST token 400; refused, see 1\n$/m,
    );
    expect(text).not.toContain(code);
  });

  it("tells no secret that was sent as a client id, even where the log keeps secrets", async () => {
    await mock.close();
    mock = await startMock({}, { logSecrets: true });
    await authorize(mock, { client_id: SHOP.secret });
    await authorize(mock, { client_id: "nobody" });
    const { items } = (await call(mock, "GET", "/requests")).body;
    expect(items[0].clientId).toBe(SHOP.secret);
    expect(await report()).not.toContain(SHOP.secret);
    expect(await report()).toMatch(/by client_id publ\*\*\*[0-9a-f]{8}: .*was sent as client_id/);
    expect(await report()).toContain("by client_id nobody:");
  });

  it("tells which scenarios nobody used, and which somebody did", async () => {
    const add = async (body: object) => (await call(mock, "POST", "/scenarios", { body })).body.id;
    const used = await add({ outcome: "cancel" });
    const unused = await add({ outcome: "cancel", match: { flow: "phone-number" } });
    await authorize(mock);
    const text = await report();
    expect(text).toContain(`the scenario ${used} was queued to end this login with cancel\n`);
    expect(text).toContain(
      `\n\nScenarios that no login used:\n- cancel, for logins with flow phone-number, id ${unused}\n`,
    );
    expect(text).not.toContain(`id ${used}`);
  });

  it("tells which logins wait, of both kinds", async () => {
    await new Browser(mock).login();
    await begin(mock);
    const { items } = (await call(mock, "GET", "/logins")).body;
    const [browser, phone] = items.map(({ id }: { readonly id: string }) => id);
    expect(await report()).toContain(
      [
        "Logins that wait for a person:",
        `- identify, user unknown, at Demo Shop, in a browser, id ${browser}`,
        `- confirm, user ada, at Demo Shop, from phone number, id ${phone}`,
        "   What to do:",
      ].join("\n"),
    );
  });
});
