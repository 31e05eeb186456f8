import { expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import { call } from "../../support/control.ts";
import {
  authorize,
  authorizePath,
  BASE,
  Browser,
  CALLBACK,
  codeFrom,
  expectReason,
  PATH,
  parameterOf,
  requestToken,
  textOf,
  walkLogin,
} from "../../support/wire.ts";

import { mock, restart, shopWith } from "./setting.ts";

/** The entries of the FAQ about redirect URIs. */

export const redirectUrisEntries = {
  redirectUris() {
    it("as many as you want, each as it was registered", async () => {
      const uris = Array.from({ length: 40 }, (_, index) => `https://example.com/${index}?a=b%20c`);
      await restart(shopWith({ redirectUris: uris }));
      for (const redirect_uri of [uris[0], uris[39]]) {
        const end = await walkLogin(new Browser(mock), { request: { redirect_uri } });
        expect(end.headers.location).toContain(`${redirect_uri?.split("?")[0]}?a=b+c&code=`);
      }
    });

    it.each([
      ["the trailing slash", `${CALLBACK}/`],
      ["upper and lower case", "https://example.com/Callback"],
      ["the query", `${CALLBACK}?from=vipps`],
      ["the percent-encoding", "https://example.com/call%62ack"],
    ])("one that differs by %s ends on the error page", async (slip, redirect_uri) => {
      const response = await authorize(mock, { redirect_uri });
      expect(String(response.headers.location)).toMatch(`${BASE}${PATH.error}?error=invalid_req`);
      expectReason(mock, "redirect-uri", FAQ.redirectUris, redirect_uri, CALLBACK, slip);
      const page = await new Browser(mock).open(authorizePath({ redirect_uri }));
      expect(page.statusCode).toBe(400);
      expect(textOf(page, "error-description")).toContain("redirect_uri");
    });

    it("the token request repeats the one of the authorization request", async () => {
      const code = await codeFrom(mock);
      const redirect_uri = `${CALLBACK}/`;
      const refused = await requestToken(mock, code, { redirect_uri });
      expect([refused.statusCode, refused.json().error]).toEqual([400, "invalid_grant"]);
      expect((await requestToken(mock, code)).statusCode).toBe(200);
    });

    it.each([
      ["https://example.com/#part", "it contains #"],
      ["http://example.com/", "http is for localhost and loopback addresses only"],
      ["/callback", "it is not absolute"],
      ["javascript:alert(1)", "no scheme to redirect to"],
      ["data:text/html,x", "no scheme to redirect to"],
    ])("%s cannot be registered", async (uri, reason) => {
      const body = { name: "Kiosk", redirectUris: [uri] };
      const refused = await call(mock, "POST", "/sales-units", { body });
      expect(refused.status).toBe(400);
      expect(JSON.stringify(refused.body)).toContain(reason);
    });

    it.each(["http://localhost:5000/x", "http://shop.localhost/x", "http://127.0.0.1/x"])(
      "%s can be used",
      async (redirect_uri) => {
        await restart(shopWith({ redirectUris: [redirect_uri] }));
        const end = await walkLogin(new Browser(mock), { request: { redirect_uri } });
        expect(end.headers.location).toContain(`${redirect_uri}?code=`);
      },
    );
  },

  multipleUris() {
    it("yes, and each login ends on the one that it asked for", async () => {
      const uris = [CALLBACK, "http://localhost:3000/callback", "http://localhost:8080/callback"];
      for (const redirect_uri of uris) {
        const code = await codeFrom(mock, { request: { redirect_uri } });
        for (const other of uris.filter((uri) => uri !== redirect_uri)) {
          const refused = await requestToken(mock, code, { redirect_uri: other });
          expect(refused.json().error).toBe("invalid_grant");
        }
        expect((await requestToken(mock, code, { redirect_uri })).statusCode).toBe(200);
      }
    });
  },

  customScheme() {
    it("yes, with a path behind it", async () => {
      const redirect_uri = "myapp://callback";
      const end = await walkLogin(new Browser(mock), { request: { redirect_uri } });
      expect(end.headers.location).toMatch(/^myapp:\/\/callback\?code=/);
      const body = { name: "Kiosk", redirectUris: ["myapp://"] };
      const refused = await call(mock, "POST", "/sales-units", { body });
      expect(refused.status).toBe(400);
      expect(JSON.stringify(refused.body)).toContain("a custom scheme needs a path");
    });

    it.each([
      ["myapp://other", "app_callback_uri_not_registered"],
      ["myapp://", "invalid_app_callback_uri"],
    ])("the app's own address is on the same list: %s", async (app_callback_uri, error) => {
      expect(parameterOf(await authorize(mock, { app_callback_uri }), "error")).toBe(error);
      expectReason(mock, "app-callback-uri", FAQ.redirectUris, app_callback_uri);
      const registered = await authorize(mock, { app_callback_uri: "myapp://callback" });
      expect(registered.headers.location).toContain(PATH.login);
    });
  },
};
