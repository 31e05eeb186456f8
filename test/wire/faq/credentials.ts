import { expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import type { Client } from "../../support/wire.ts";
import {
  authorize,
  authorizePath,
  BANK,
  Browser,
  basic,
  CALLBACK,
  CLOSED,
  codeFrom,
  errorBody,
  expectReason,
  get,
  PATH,
  POST_OFFICE,
  parametersOf,
  post,
  posted,
  requestToken,
  SHOP,
  TEXT,
  textOf,
  tokensFrom,
  WITHOUT_LOGIN,
} from "../../support/wire.ts";

import { changeSalesUnit, claimsOf, mock, restart } from "./setting.ts";

/** The entries of the FAQ about credentials and client authentication. */

const CLIENT_IS_UNKNOWN = `${TEXT.invalid_client} The requested OAuth 2.0 Client does not exist.`;

export const credentialsEntries = {
  credentials() {
    it("they are all that Login needs, in every endpoint", async () => {
      expect((await claimsOf("ada", "openid name")).name).toBe("Ada Nordmann");
      expect(mock.log.flatMap(({ diagnosis }) => diagnosis ?? [])).toEqual([]);
    });

    const key = { "ocp-apim-subscription-key": "0123456789abcdef" };

    it("a subscription key changes nothing, and the log says that it is not for Login", async () => {
      const { access_token } = await tokensFrom(mock);
      const bearer = { authorization: `Bearer ${access_token}` };
      expect((await get(mock, PATH.userinfo, { ...bearer, ...key })).statusCode).toBe(200);
      expectReason(mock, "subscription-key", FAQ.credentials, "Ocp-Apim-Subscription-Key");
    });

    it.each(["2023", "2026"] as const)(
      "in profile %s the other endpoints take a subscription key, and the log says so",
      async (profile) => {
        await restart({ profile });
        const headers = { ...basic(SHOP), ...key };
        const token = () => requestToken(mock, code, {}, headers);
        const code = await codeFrom(mock);
        for (const [status, answer] of [
          [302, () => authorize(mock, {}, key)],
          [200, token],
          [200, () => post(mock, PATH.revoke, "token=x", headers)],
          [200, () => get(mock, PATH.discovery, key)],
        ] as const) {
          const before = mock.log.length;
          expect((await answer()).statusCode).toBe(status);
          expect(mock.log.length).toBe(before + 1);
          expectReason(mock, "subscription-key", FAQ.credentials, "Ocp-Apim-Subscription-Key");
        }
      },
    );

    it("the control API and the pages are not told about", async () => {
      await get(mock, "/mock/api/clock", key);
      await get(mock, PATH.stylesheet, key);
      expect(mock.log).toEqual([]);
    });

    it.each([PATH.userinfo, `${PATH.userinfo}/`, PATH.legacyUserinfo])(
      "userinfo of 2026 refuses a subscription key: %s",
      async (path) => {
        await restart({ profile: "2026" });
        const { access_token } = await tokensFrom(mock);
        const bearer = { authorization: `Bearer ${access_token}` };
        expect((await get(mock, path, { ...bearer, ...key })).statusCode).toBe(401);
        expectReason(mock, "subscription-key", FAQ.credentials, "Ocp-Apim-Subscription-Key");
        expect(mock.log.length).toBe(1);
        expect((await get(mock, path, bearer)).statusCode).toBe(200);
      },
    );
  },

  activation() {
    it("without Vipps Login the credentials are as good as wrong", async () => {
      const page = await authorize(mock, { client_id: WITHOUT_LOGIN.id });
      expect(parametersOf(page)).toEqual([
        ["error", "invalid_client"],
        ["error_description", CLIENT_IS_UNKNOWN],
      ]);
      expectReason(mock, "activation", FAQ.activation, WITHOUT_LOGIN.id);
      const token = await requestToken(mock, "any-code", {}, basic(WITHOUT_LOGIN));
      expect([token.statusCode, token.body]).toEqual([
        401,
        errorBody("invalid_client", TEXT.invalid_client),
      ]);
      expectReason(mock, "activation", FAQ.activation, WITHOUT_LOGIN.id);
    });

    it("once it is activated they work", async () => {
      await changeSalesUnit("Shop Without Login", { loginActivated: true });
      expect((await tokensFrom(mock, {}, WITHOUT_LOGIN)).token_type).toBe("bearer");
    });
  },

  clientSecretPost() {
    const wrongMethod = (configured: string, used: string) =>
      errorBody(
        "invalid_client",
        `${TEXT.invalid_client} The OAuth 2.0 Client supports client authentication method '${configured}', but method '${used}' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '${used}'.`,
      );

    it("a sales unit that is set to it takes it, and nothing else", async () => {
      const request = { client_id: POST_OFFICE.id };
      const code = await codeFrom(mock, { request });
      const refused = await requestToken(mock, code, {}, basic(POST_OFFICE));
      expect(refused.statusCode).toBe(401);
      expect(refused.body).toBe(wrongMethod("client_secret_post", "client_secret_basic"));
      expectReason(
        mock,
        "token-endpoint-auth-method",
        FAQ.clientSecretPost,
        POST_OFFICE.id,
        "client_secret_basic",
      );
      expect((await requestToken(mock, code, posted(POST_OFFICE), {})).statusCode).toBe(200);
    });

    it("a sales unit that is not set to it refuses it", async () => {
      const code = await codeFrom(mock);
      const refused = await requestToken(mock, code, posted(SHOP), {});
      expect(refused.statusCode).toBe(401);
      expect(refused.body).toBe(wrongMethod("client_secret_basic", "client_secret_post"));
      const { closest } = mock.log.at(-1)?.diagnosis ?? {};
      expect(closest).toBe("client_secret_basic");
      const beside = await requestToken(mock, code, { client_id: SHOP.id });
      expect(beside.statusCode).toBe(200);
    });

    it("the setting counts for all logins of the sales unit from the moment it is changed", async () => {
      await changeSalesUnit("Demo Shop", { tokenEndpointAuthMethod: "client_secret_post" });
      const code = await codeFrom(mock);
      expect((await requestToken(mock, code)).statusCode).toBe(401);
      expect((await requestToken(mock, code, posted(SHOP), {})).statusCode).toBe(200);
    });
  },

  invalidClient() {
    const nobody = { id: "10000000-0000-4000-8000-000000000009", secret: "x" };
    const wrong: [string, Client, string, string][] = [
      ["an unknown id", nobody, FAQ.invalidClient, nobody.id],
      ["a wrong secret", { ...SHOP, secret: "no-such-secret" }, FAQ.invalidClient, SHOP.id],
      ["another's secret", { ...SHOP, secret: BANK.secret }, FAQ.invalidClient, SHOP.id],
      ["Login not activated", WITHOUT_LOGIN, FAQ.activation, WITHOUT_LOGIN.id],
    ];
    it.each(wrong)(
      "%s: one answer for all, and the log tells which",
      async (_, client, faq, id) => {
        const { statusCode, body } = await requestToken(mock, "any-code", {}, basic(client));
        expect(statusCode).toBe(401);
        expect(body).toBe(errorBody("invalid_client", TEXT.invalid_client));
        expectReason(mock, faq === FAQ.activation ? "activation" : "credentials", faq, id);
        expect(JSON.stringify(mock.log)).not.toContain(client.secret);
      },
    );

    it("the log looks at the redirect URI of the request too", async () => {
      const redirect_uri = `${CALLBACK}/`;
      await requestToken(mock, "any-code", { redirect_uri }, basic({ ...SHOP, secret: "wrong" }));
      const { closest, detail } = mock.log.at(-1)?.diagnosis ?? {};
      expect(closest).toBe(CALLBACK);
      expect(detail).toContain(redirect_uri);
    });

    it("an unknown id at the authorization endpoint is shown on the error page", async () => {
      const page = await new Browser(mock).open(authorizePath({ client_id: nobody.id }));
      expect(page.statusCode).toBe(400);
      expect(textOf(page, "error-code")).toBe("Error: invalid_client");
      expectReason(mock, "credentials", FAQ.invalidClient, nobody.id);
    });
  },

  inactive() {
    const text = "The client or its related sale unit or merchant does not exist or is not active";

    it("because the sales unit is not active, wherever its credentials are looked at", async () => {
      const page = await new Browser(mock).open(authorizePath({ client_id: CLOSED.id }));
      expect(textOf(page, "error-description")).toBe(text);
      expectReason(mock, "inactive", FAQ.inactive, CLOSED.id);
      const token = await requestToken(mock, "any-code", {}, basic(CLOSED));
      expect([token.statusCode, token.body]).toEqual([401, errorBody("invalid_client", text)]);
      expectReason(mock, "inactive", FAQ.inactive, CLOSED.id);
    });

    it("also in the middle of a login", async () => {
      const code = await codeFrom(mock);
      await changeSalesUnit("Demo Shop", { active: false });
      expect((await requestToken(mock, code)).json().error_description).toBe(text);
      await changeSalesUnit("Demo Shop", { active: true });
      expect((await requestToken(mock, code)).statusCode).toBe(200);
    });
  },
};
