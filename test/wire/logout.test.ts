import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { expectReason, get, PATH, pageOf } from "../support/wire.ts";

describe("logout", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it.each([
    ["", "nb", "nb", "Du kan ikke logge ut herfra"],
    ["?post_logout_redirect_uri=https%3A%2F%2Fexample.com%2F", "en", "en", "You cannot log out"],
    ["?id_token_hint=%zz", "fi", "fi", "Täältä ei voi kirjautua ulos"],
    ["?logout_verifier=%3Cscript%3E", "", "en", "You cannot log out from here"],
  ])("%s with the language %j explains and leads nowhere", async (query, accept, lang, title) => {
    const response = await get(mock, PATH.logout + query, { "accept-language": accept });
    expect([response.statusCode, pageOf(response)]).toEqual([400, "logout"]);
    expect(response.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
    });
    expect(response.headers.location).toBeUndefined();
    expect(response.headers["set-cookie"]).toBeUndefined();
    expect(response.body).toContain(`<html lang="${lang}">`);
    expect(response.body).toContain(title);
    expect(response.body).not.toContain("<script");
    expectReason(mock, "logout", FAQ.logout, "logs nobody out");
  });

  it("finds the stylesheet of the pages from where it is", async () => {
    const { body } = await get(mock, PATH.logout);
    const href = /<link rel="stylesheet" href="([^"]+)"/.exec(body)?.[1] ?? "";
    const { pathname } = new URL(href, `http://localhost${PATH.logout}`);
    expect(pathname).toBe(PATH.stylesheet);
    expect((await get(mock, pathname)).headers["content-type"]).toBe("text/css; charset=utf-8");
  });
});
