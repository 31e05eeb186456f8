import { expect, it } from "vitest";
import { fromIso } from "../../../src/platform/calendar.ts";
import { FAQ } from "../../../src/records/faq.ts";
import { readAll } from "../../../src/store/batches.ts";
import {
  authorize,
  BANK,
  Browser,
  codeFrom,
  confirmedLogin,
  expectReason,
  jwtPart,
  OUTLET,
  PATH,
  POST_OFFICE,
  pageOf,
  parameterOf,
  parametersOf,
  posted,
  requestToken,
  STATE,
  TEXT,
  textOf,
  tokensFrom,
  userinfo,
  walkLogin,
} from "../../support/wire.ts";

import { changeUser, claimsOf, mock, restart, subjectOf } from "./setting.ts";

/** The entries of the FAQ about scopes, claims, identity, age. */

export const identityEntries = {
  scopes() {
    it("all merchants get these", async () => {
      const scope = "openid address birthdate email name phoneNumber";
      const tokens = await tokensFrom(mock, { request: { scope } });
      expect(tokens.scope).toBe(scope);
      const claims = (await userinfo(mock, tokens.access_token)).json();
      expect(Object.keys(claims).sort()).toEqual(
        "address birthdate email email_verified family_name given_name name other_addresses phone_number phone_number_verified sid sub".split(
          " ",
        ),
      );
    });

    it.each([
      ["openid nin", "nin", "nin", FAQ.nin],
      ["openid email accountNumbers nin", "accountNumbers", "entitlement", FAQ.scopes],
      ["openid offline", "offline", "entitlement", FAQ.scopes],
      ["openid nmae", "nmae", "entitlement", FAQ.scopes],
    ])("invalid_scope: of %j the first that the merchant has not is named", async (...row) => {
      const [scope, refused, rule, faq] = row;
      const response = await authorize(mock, { scope });
      expect(parametersOf(response)).toEqual([
        ["error", "invalid_scope"],
        [
          "error_description",
          `${TEXT.invalid_scope} The OAuth 2.0 Client is not allowed to request scope '${refused}'.`,
        ],
        ["state", STATE],
      ]);
      expectReason(mock, rule, faq, refused);
    });

    it("openid is required, and needs no consent", async () => {
      const without = await authorize(mock, { scope: "email" });
      expect(parameterOf(without, "error")).toBe("invalid_scope");
      expectReason(mock, "entitlement", FAQ.scopes, "openid");
      const browser = new Browser(mock);
      const end = await browser.open(await confirmedLogin(browser, "ada", { scope: "openid" }));
      expect(parameterOf(end, "code")).toBeDefined();
    });

    it("consent is all or nothing", async () => {
      const request = { scope: "openid email" };
      const end = await walkLogin(new Browser(mock), { consent: "decline", request });
      expect(parametersOf(end)).toEqual([
        ["error", "access_denied"],
        ["error_description", TEXT.cancelled],
        ["state", STATE],
      ]);
      expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
    });

    it("different merchants get different subs for one user, sales units of one merchant the same", async () => {
      const shop = await subjectOf("ada");
      expect(await subjectOf("ada", OUTLET)).toBe(shop);
      expect(await subjectOf("ada", BANK)).not.toBe(shop);
      expect(await subjectOf("leap-day")).not.toBe(shop);
    });

    it("in 2026 a scope without entitlement is dropped, and the answer says so", async () => {
      await restart({ profile: "2026" });
      const request = { scope: "openid nin name" };
      expect((await tokensFrom(mock, { request })).scope).toBe("openid name");
    });

    it("in 2026 offline is dropped too", async () => {
      await restart({ profile: "2026" });
      const request = { scope: "openid offline offline_access api_version_2 name" };
      expect((await tokensFrom(mock, { request })).scope).toBe("openid name");
    });

    it("everyone may ask for api_version_2, beside all the personal ones", async () => {
      const scope = "openid address email name phoneNumber api_version_2";
      expect((await tokensFrom(mock, { request: { scope } })).scope).toBe(scope);
    });
  },

  phoneNumberChange() {
    it("yes, and so it is after logging in with the new number", async () => {
      const before = await subjectOf("ada");
      await changeUser("ada", { phoneNumber: "4746466464" });
      expect(await subjectOf("ada")).toBe(before);
      expect((await claimsOf("ada", "openid phoneNumber")).phone_number).toBe("4746466464");
    });
  },

  nin() {
    it("only a sales unit with the entitlement, when it asks and the user consents", async () => {
      expect((await claimsOf("ada", "openid nin", BANK)).nin).toBe("10928503718");
      expect(await claimsOf("ada", "openid name", BANK)).not.toHaveProperty("nin");
      expect(parameterOf(await authorize(mock, { scope: "openid nin" }), "error")).toBe(
        "invalid_scope",
      );
      expectReason(mock, "nin", FAQ.nin, "nin");
    });

    it("it is on the consent page before it is shared", async () => {
      const browser = new Browser(mock);
      const request = { client_id: BANK.id, scope: "openid nin" };
      const consent = await browser.open(await confirmedLogin(browser, "ada", request));
      expect(consent.body).toContain('data-testid="consent-item-nin"');
      const end = await browser.submit(consent, { action: "decline" });
      expect(parameterOf(end, "error")).toBe("access_denied");
    });
  },

  azureB2c() {
    const redirect_uri = "https://example.b2clogin.com/example.onmicrosoft.com/oauth2/authresp";
    const request = { client_id: POST_OFFICE.id, redirect_uri, scope: "openid name email" };
    const redeem = async () => {
      const code = await codeFrom(mock, { request });
      return requestToken(mock, code, { ...posted(POST_OFFICE), redirect_uri }, {});
    };

    it("client_secret_post and the exact redirect URI; the claims come from userinfo", async () => {
      const { access_token, id_token } = (await redeem()).json();
      expect(Object.keys(JSON.parse(jwtPart(id_token, 1)))).toEqual(
        "at_hash aud auth_time exp iat iss jti msn rat sid sub".split(" "),
      );
      expect((await userinfo(mock, access_token)).json()).toMatchObject({
        email: "ada@example.com",
        name: "Ada Nordmann",
      });
    });

    it("in 2026 the claims are in the ID token too", async () => {
      await restart({ profile: "2026" });
      const { id_token } = (await redeem()).json();
      expect(JSON.parse(jwtPart(id_token, 1))).toMatchObject({ email: "ada@example.com" });
    });
  },

  state() {
    it("at least 8 characters, or the login does not begin", async () => {
      const short = await authorize(mock, { state: "1234567" });
      expect(parametersOf(short)).toEqual([
        ["error", "invalid_state"],
        ["error_description", TEXT.invalid_state],
        ["state", "1234567"],
      ]);
      expectReason(mock, "state", FAQ.state, "1234567");
      expect((await authorize(mock, { state: "12345678" })).headers.location).toContain(PATH.login);
    });

    it("it comes back as it was sent, with a code and with an error", async () => {
      const state = "æ+ &=?#%25\"'<>";
      const end = await walkLogin(new Browser(mock), { request: { state } });
      expect(parameterOf(end, "state")).toBe(state);
      const failed = await authorize(mock, { state, scope: "none" });
      expect(parameterOf(failed, "state")).toBe(state);
    });

    it("a nonce comes back in the ID token, and a short one is refused with the code", async () => {
      const { id_token } = await tokensFrom(mock, { request: { nonce: "12345678" } });
      expect(JSON.parse(jwtPart(id_token, 1)).nonce).toBe("12345678");
      const code = await codeFrom(mock, { request: { nonce: "1234567" } });
      const refused = await requestToken(mock, code);
      expect([refused.statusCode, refused.json().error]).toEqual([400, "insufficient_entropy"]);
      expectReason(mock, "state", FAQ.state, "nonce", "1234567");
    });
  },

  age() {
    it.each([
      ["in summer", "2005-05-18", "2023-05-17T23:59:59+02:00", "2023-05-18T00:00:00+02:00"],
      ["in winter", "2005-01-02", "2023-01-01T23:59:59+01:00", "2023-01-02T00:00:00+01:00"],
      ["at New Year", "2006-01-01", "2023-12-31T23:59:59+01:00", "2024-01-01T00:00:00+01:00"],
      [
        "born on a leap day",
        "2004-02-29",
        "2022-02-28T23:59:59+01:00",
        "2022-03-01T00:00:00+01:00",
      ],
    ])("%s, born %s: not yet at %s, but at %s", async (_, birthDate, lastMoment, birthday) => {
      await restart({ users: [{ id: "young", birthDate }] });
      await mock.sandbox.clock.freeze(fromIso(lastMoment));
      const browser = new Browser(mock);
      const refused = await browser.submit(await browser.login(), { fixture_user: "young" });
      expect([refused.statusCode, pageOf(refused)]).toEqual([400, "phone"]);
      expect(textOf(refused, "problem")).toContain("at least 18 years old");
      expectReason(mock, "age", FAQ.age, "young", "18");
      await mock.sandbox.clock.advance(1);
      expect(await mock.sandbox.clock.now()).toBe(fromIso(birthday));
      expect(await codeFrom(mock, { user: "young" })).toBeTruthy();
    });

    it.each(["turns-18-tomorrow", "under-15", "sixteen"])(
      "%s cannot, and may go back to the merchant",
      async (user) => {
        const browser = new Browser(mock);
        const refused = await browser.submit(await browser.login(), { fixture_user: user });
        const back = await browser.submit(refused, { action: "cancel" });
        expect(parametersOf(back)).toEqual([
          ["error", "access_denied"],
          ["error_description", TEXT.cancelled],
          ["state", STATE],
        ]);
      },
    );

    it("a login without pages is refused at once", async () => {
      await restart({ autoLogin: "turns-18-tomorrow" });
      expect(parameterOf(await authorize(mock), "error")).toBe("access_denied");
      expectReason(mock, "age", FAQ.age, "turns-18-tomorrow");
    });

    it("somebody who turns 18 today can; in 2026 it is 15", async () => {
      expect(await codeFrom(mock, { user: "turns-18-today" })).toBeTruthy();
      await restart({ profile: "2026" });
      expect(await codeFrom(mock, { user: "turns-15-today" })).toBeTruthy();
      const refused = await walkLogin(new Browser(mock), { user: "turns-15-tomorrow" });
      expect(textOf(refused, "problem")).toContain("at least 15 years old");
    });
  },
};
