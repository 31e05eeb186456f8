import { beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import { revokeConsent } from "../../../src/sessions/consents.ts";
import { readAll } from "../../../src/store/batches.ts";
import { call } from "../../support/control.ts";
import { actingFor, MSN, platformTokenFor, userinfoBySubject } from "../../support/partner.ts";
import type { Client } from "../../support/wire.ts";
import {
  Browser,
  challengeOf,
  codeFrom,
  confirmedLogin,
  expectReason,
  jwtPart,
  OUTLET,
  pageOf,
  requestToken,
  SHOP,
  textOf,
  tokensFrom,
  userinfo,
  withdrawConsents,
} from "../../support/wire.ts";

import { changeUser, claimsOf, mock, restart, subjectOf } from "./setting.ts";

/** The entries of the FAQ about consent and retention. */

/** The page behind the confirmation of a login; undefined where the browser is sent to the merchant. */
async function nextPage(scope: string, { id }: Client = SHOP) {
  const browser = new Browser(mock);
  const request = { scope, client_id: id };
  return pageOf(await browser.open(await confirmedLogin(browser, "ada", request)));
}

export const consentEntries = {
  gdpr() {
    it("each consent is on record with user, merchant, scopes and time", async () => {
      await claimsOf("ada", "openid email name");
      const items = await readAll(mock.sandbox.store.consents);
      expect(items).toEqual([
        {
          id: expect.any(String),
          user: "ada",
          merchant: "Demo Group",
          scopes: ["email", "name"],
          givenAt: await mock.sandbox.clock.now(),
        },
      ]);
    });

    it("it is asked for once, again for more, and again after it was withdrawn", async () => {
      await claimsOf("ada", "openid email");
      expect(await nextPage("openid email")).toBeUndefined();
      expect(await nextPage("openid email name")).toBe("consent");
      await withdrawConsents(mock, "ada");
      expect(await nextPage("openid email")).toBe("consent");
    });

    it("in profile 2023 it is asked for once for all sales units of a merchant", async () => {
      await claimsOf("ada", "openid name");
      expect(await nextPage("openid name", OUTLET)).toBeUndefined();
    });

    it("in profile 2026 it is asked for at each sales unit, and withdrawn from one alone", async () => {
      await restart({ profile: "2026" });
      await claimsOf("ada", "openid name");
      expect(await nextPage("openid name", OUTLET)).toBe("consent");
      await claimsOf("ada", "openid name", OUTLET);
      const [first] = await readAll(mock.sandbox.store.consents);
      await revokeConsent(mock.sandbox, first?.id ?? "", await mock.sandbox.clock.now());
      expect(await nextPage("openid name")).toBe("consent");
      expect(await nextPage("openid name", OUTLET)).toBeUndefined();
    });

    it("agreeing to more renews the time of the consent, asking for no more does not", async () => {
      const { clock, store } = mock.sandbox;
      const began = await clock.now();
      const consents = async () =>
        (await readAll(store.consents)).map(({ scopes, givenAt }) => [scopes, givenAt]);
      await claimsOf("ada", "openid email");
      await clock.advance(60);
      await claimsOf("ada", "openid email");
      expect(await consents()).toEqual([[["email"], began]]);
      await claimsOf("ada", "openid email name");
      expect(await consents()).toEqual([[["email", "name"], began + 60]]);
    });

    it("the data is that of the user today", async () => {
      await claimsOf("ada", "openid email");
      await changeUser("ada", { email: "new@example.com" });
      expect((await claimsOf("ada", "openid email")).email).toBe("new@example.com");
    });

    it.each(["2023", "2026"] as const)(
      "in profile %s userinfo shows what the user changed meanwhile",
      async (profile) => {
        await restart({ profile });
        const code = await codeFrom(mock, { request: { scope: "openid email" } });
        await changeUser("ada", { email: "new@example.com" });
        const { access_token, id_token } = (await requestToken(mock, code)).json();
        const email = async () => (await userinfo(mock, access_token)).json().email;
        expect(await email()).toBe("new@example.com");
        expect(JSON.parse(jwtPart(id_token, 1)).email).toBe(
          profile === "2026" ? "new@example.com" : undefined,
        );
        await withdrawConsents(mock, "ada");
        await changeUser("ada", { email: "newer@example.com" });
        expect(await email()).toBe("newer@example.com");
        expect((await claimsOf("ada", "openid email")).email).toBe("newer@example.com");
      },
    );

    it("the consent page shows what will be shared, and nothing else", async () => {
      const browser = new Browser(mock);
      const consent = await browser.open(await confirmedLogin(browser, "ada"));
      expect(consent.body).toContain("Ada Nordmann");
      expect(consent.body).not.toContain("ada@example.com");
    });
  },

  retention() {
    const HOUR = 3600;
    /** How long userinfo takes an access token, in seconds. */
    const LIFETIME = 600;

    /** The status that userinfo answers so long after the session began. */
    async function statusAfter(seconds: number, accessToken: string): Promise<number> {
      const { clock } = mock.sandbox;
      await clock.advance(began + seconds - (await clock.now()));
      return (await userinfo(mock, accessToken)).statusCode;
    }
    let began = 0;
    beforeEach(async () => {
      began = await mock.sandbox.clock.now();
    });

    it("it stays readable for 168 hours after the session began, and the next login asks again", async () => {
      const { access_token } = await tokensFrom(mock);
      const before = await userinfo(mock, access_token);
      await mock.sandbox.clock.advance(300);
      await withdrawConsents(mock, "ada");
      const after = await userinfo(mock, access_token);
      expect([after.statusCode, after.body]).toEqual([200, before.body]);
      const browser = new Browser(mock);
      expect(pageOf(await browser.open(await confirmedLogin(browser, "ada")))).toBe("consent");
      expect(await statusAfter(168 * HOUR - 1, access_token)).toBe(200);
      expect(await statusAfter(168 * HOUR, access_token)).toBe(401);
      expect(await statusAfter(10_000 * HOUR, access_token)).toBe(401);
      const again = new Browser(mock);
      expect(pageOf(await again.open(await confirmedLogin(again, "ada")))).toBe("consent");
    });

    it("until the session is forgotten, the reason is that its 168 hours have ended", async () => {
      await restart({}, { sweeps: false });
      const { access_token } = await tokensFrom(mock);
      await withdrawConsents(mock, "ada");
      expect(await statusAfter(168 * HOUR, access_token)).toBe(401);
      expectReason(mock, "retention", FAQ.retention, "168 hours ended 0 seconds ago");
    });

    it("as long as the consent stands it is readable until the token expires", async () => {
      const { access_token } = await tokensFrom(mock);
      expect(await statusAfter(LIFETIME - 1, access_token)).toBe(200);
      expect(await statusAfter(LIFETIME, access_token)).toBe(401);
      expectReason(mock, "retention", FAQ.retention, "expired 0 seconds ago");
    });

    it("a token that had run out reads again once the consent is revoked", async () => {
      const { access_token } = await tokensFrom(mock);
      expect(await statusAfter(LIFETIME, access_token)).toBe(401);
      await withdrawConsents(mock, "ada");
      expect((await userinfo(mock, access_token)).statusCode).toBe(200);
      expect(await statusAfter(168 * HOUR - 1, access_token)).toBe(200);
      expect(await statusAfter(168 * HOUR, access_token)).toBe(401);
    });

    describe("by sub, with a platform token,", () => {
      /** The status that userinfo answers to the `sub` so long after the session began. */
      async function statusBySubject(subject: string, seconds: number): Promise<number> {
        const { clock } = mock.sandbox;
        await clock.advance(began + seconds - (await clock.now()));
        const token = await platformTokenFor(mock);
        return (await userinfoBySubject(mock, subject, actingFor(MSN.shop, token))).statusCode;
      }

      async function pay(): Promise<string> {
        const body = { msn: MSN.shop, user: "ada", scope: "name email" };
        return (await call(mock, "POST", "/payment-sessions", { body })).body.sub;
      }

      it.each([
        [false, { sweeps: true }, "shared nothing"],
        [true, { sweeps: true }, "shared nothing"],
        [false, { sweeps: false }, "session at this sales unit ended 0 seconds ago"],
      ])(
        "a payment is readable for 168 hours, revoked: %s, %o",
        async (revoked, options, reason) => {
          await restart({}, options);
          const subject = await pay();
          if (revoked) await withdrawConsents(mock, "ada");
          expect(await statusBySubject(subject, 0)).toBe(200);
          expect(await statusBySubject(subject, 168 * HOUR - 1)).toBe(200);
          expect(await statusBySubject(subject, 168 * HOUR)).toBe(401);
          expectReason(mock, "retention", FAQ.retention, "168 hours", reason);
          expect(await statusBySubject(subject, 10_000 * HOUR)).toBe(401);
        },
      );

      it.each([false, true])("so is a login, revoked: %s", async (revoked) => {
        const subject = await subjectOf("ada");
        if (revoked) await withdrawConsents(mock, "ada");
        expect(await statusBySubject(subject, 168 * HOUR - 1)).toBe(200);
        expect(await statusBySubject(subject, 168 * HOUR)).toBe(401);
      });

      it("revoking makes the next login ask again, whatever a payment was told", async () => {
        await pay();
        const asks = async () => {
          const browser = new Browser(mock);
          const back = await confirmedLogin(browser, "ada", { scope: "openid name" });
          return pageOf(await browser.open(back));
        };
        expect(await asks()).toBeUndefined();
        await withdrawConsents(mock, "ada");
        expect(await asks()).toBe("consent");
      });
    });

    it.each([{ profile: "2026" }, { rules: { retention: "payments" } }] as const)(
      "of payments alone: a token works until it runs out, revoked or not: %j",
      async (config) => {
        await restart(config);
        const { access_token } = await tokensFrom(mock);
        await withdrawConsents(mock, "ada");
        expect(await statusAfter(LIFETIME - 1, access_token)).toBe(200);
        expect(await statusAfter(LIFETIME, access_token)).toBe(401);
      },
    );
  },

  appToken() {
    it("the phone says so, the merchant hears nothing, and the user may try again", async () => {
      const browser = new Browser(mock);
      const app = await browser.submit(await browser.login(), { fixture_user: "ada" });
      const failed = await browser.submit(app, { outcome: "app_token_error" });
      expect([failed.statusCode, pageOf(failed)]).toEqual([200, "app"]);
      expect(textOf(failed, "app-error")).toBe("Could not get Vipps Login token");
      expect(await readAll(mock.sandbox.store.codes)).toEqual([]);
      const consent = await browser.submit(failed, { choice: challengeOf(failed).right });
      expect(pageOf(consent)).toBe("consent");
    });
  },
};
