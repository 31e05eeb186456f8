import { describe, expect, it } from "vitest";
import { forgetSalesUnit } from "../../../src/control/resources/forget.ts";
import { FAQ } from "../../../src/records/faq.ts";
import type { Features } from "../../../src/records/sales-unit.ts";
import { readAll } from "../../../src/store/batches.ts";
import { call } from "../../support/control.ts";
import { ask, begin, poll } from "../../support/phone.ts";
import type { Client } from "../../support/wire.ts";
import {
  Browser,
  codeFrom,
  confirmedLogin,
  expectReason,
  jwtPart,
  OUTLET,
  PATH,
  pageOf,
  parameterOf,
  requestToken,
  SHOP,
  textOf,
  tokensFrom,
  userinfo,
  walkLogin,
  withdrawConsents,
} from "../../support/wire.ts";
import { changeSalesUnit, changeUser, mock, restart, shopWith } from "./setting.ts";

/** The entries of the FAQ about the consents that a merchant collects for itself. */

const scope = "openid name delegatedConsents";
const request = { scope };

/** What the shop of the fixtures asks: an e-mail is required, an SMS is not. */
const setUp = {
  topText: "Merchant AS would like to send you tailored offers in several digital channels.",
  consents: [
    { id: "email", required: true },
    { id: "sms", required: false },
    { id: "digital", required: false },
    { id: "personal", required: false },
  ],
  termsUrl: "https://www.merchant.example/termsandconditions",
  privacyUrl: "https://www.merchant.example/privacystatement",
} as const;

const features = { delegatedConsents: setUp };

/** What a merchant can change of it. */
type Changed = NonNullable<Features["delegatedConsents"]>;

/** The same boxes, with this one required too. */
const requiring = (id: string): Changed["consents"] =>
  setUp.consents.map((one) => (one.id === id ? { ...one, required: true } : one));

/** A shop in the profile that has the scope in the browser. */
async function openShop(): Promise<void> {
  const scopes = ["openid", "name", "delegatedConsents"] as const;
  await restart({ profile: "2026", ...shopWith({ scopes, features }) });
}

/** A shop in profile 2023, which may log in from phone number. */
async function openTill(set: Partial<Features> = features): Promise<void> {
  const scopes = ["openid", "name", "delegatedConsents"] as const;
  await restart(shopWith({ scopes, features: { loginFromPhoneNumber: true, ...set } }));
}

/** A login from phone number, answered in the app; what userinfo says afterwards. */
async function claimsFromPhone(answers: object = {}) {
  const { auth_req_id: id } = await begin(mock, request);
  const { status } = await call(mock, "POST", `/logins/${id}/approve`, { body: answers });
  expect(status).toBe(200);
  return (await userinfo(mock, (await poll(mock, id)).json().access_token)).json();
}

/** The page after the app, in the browser's language. */
async function consentPage(language = "en", scopes = scope) {
  const browser = new Browser(mock, { "accept-language": language });
  const page = await browser.open(await confirmedLogin(browser, "ada", { scope: scopes }));
  return { browser, page };
}

/** What userinfo says with a code. */
async function claimsWith(code: string | undefined) {
  const { access_token } = (await requestToken(mock, String(code))).json();
  return (await userinfo(mock, access_token)).json();
}

/** Answers the page, with these boxes ticked. */
async function answered(ticked: readonly string[], language = "en") {
  const { browser, page } = await consentPage(language);
  const boxes = Object.fromEntries(ticked.map((id) => [`delegatedConsents.${id}`, "yes"]));
  return browser.submit(page, { action: "accept", ...boxes });
}

/** Ada answers at the shop, and then at another sales unit of the same merchant. */
async function askAtBoth(): Promise<void> {
  await restart({ profile: "2026", rules: { consentPer: "merchant" } });
  await answered(["email"]);
  await changeSalesUnit("Demo Outlet", {
    scopes: ["openid", "name", "delegatedConsents"],
    features: { loginFromPhoneNumber: false, delegatedConsents: setUp, customFlow: null },
  });
  const browser = new Browser(mock);
  const atOutlet = { ...request, client_id: OUTLET.id };
  const page = await browser.open(await confirmedLogin(browser, "ada", atOutlet));
  expect(pageOf(page)).toBe("consent");
  expect(page.body).toContain("delegatedConsents.personal");
  expect(page.body).not.toContain("consent-item-");
  const end = await browser.submit(page, { action: "accept", "delegatedConsents.email": "yes" });
  expect(parameterOf(end, "code")).toBeDefined();
}

export const delegatedConsentsEntries = {
  delegatedConsentsStart() {
    it("they are for login from phone number, once they are set up", async () => {
      await openTill();
      const { delegatedConsents } = await claimsFromPhone();
      expect(delegatedConsents).toMatchObject({
        heading: "Gi samtykke",
        text: setUp.topText,
        links: { termsLinkUrl: setUp.termsUrl, privacyStatementLinkUrl: setUp.privacyUrl },
      });
      expect(delegatedConsents.consents).toMatchObject(setUp.consents);

      await openTill({});
      const refused = await ask(mock, request);
      expect([refused.statusCode, refused.json().error]).toEqual([400, "invalid_scope"]);
      const told = "is not set up for the sales unit";
      expectReason(mock, "delegated-consents", FAQ.delegatedConsentsStart, told);
    });

    it("in profile 2023 the scope is refused in the browser, where it is set up or not", async () => {
      for (const set of [features, {}]) {
        await restart(shopWith({ scopes: ["openid", "delegatedConsents"], features: set }));
        const end = await new Browser(mock).login({ scope: "openid delegatedConsents" });
        expect(parameterOf(end, "error")).toBe("invalid_scope");
        const told = "for login from phone number only";
        expectReason(mock, "delegated-consents", FAQ.delegatedConsentsStart, told);
      }
    });

    it("a rule can allow it, as of April 2024", async () => {
      await restart({ rules: { delegatedConsentsInBrowser: true } });
      const { page } = await consentPage();
      expect(textOf(page, "delegatedConsents.email")).toBeDefined();
    });

    it.each([
      ["the entitlement", { scopes: ["openid"], features }],
      ["a set-up", { scopes: ["openid", "delegatedConsents"], features: {} }],
    ] as const)(
      "without %s the scope is dropped, or refused where a rule says so",
      async (_, unit) => {
        await restart({ profile: "2026", ...shopWith(unit) });
        const code = await codeFrom(mock, { request: { scope: "openid delegatedConsents" } });
        const { access_token, scope: granted } = (await requestToken(mock, code)).json();
        expect(granted).toBe("openid");
        expect((await userinfo(mock, access_token)).json()).not.toHaveProperty("delegatedConsents");

        const rules = { scopeWithoutEntitlement: "invalid_scope" } as const;
        await restart({ profile: "2026", rules, ...shopWith(unit) });
        const end = await new Browser(mock).login({ scope: "openid delegatedConsents" });
        expect(parameterOf(end, "error_description")).toContain(
          "The OAuth 2.0 Client is not allowed to request scope 'delegatedConsents'.",
        );
      },
    );

    it("the page has the merchant's top text, and links to its terms and its privacy statement", async () => {
      await openShop();
      const { page } = await consentPage();
      expect(page.body).toContain(setUp.topText);
      for (const url of [setUp.termsUrl, setUp.privacyUrl]) {
        expect(page.body).toContain(`<a href="${url}" target="_blank" rel="noopener noreferrer">`);
      }
      expect(textOf(page, "accept")).toBe("Confirm");
    });
  },

  delegatedConsents() {
    const texts = {
      nb: [
        "Få tilbud på E-post",
        "Få tilbud på SMS",
        "Jeg vil motta digital markedsføring",
        "Få tilpassede tilbud",
      ],
      en: [
        "Receive offers via email",
        "Receive offers via SMS",
        "I would like to receive digital marketing",
        "Get customized offers",
      ],
    };

    it.each([
      ["nb", "NO", texts.nb],
      ["en", "EN", texts.en],
    ] as const)(
      "a phone that speaks %s shows the FAQ's texts, and userinfo tells which",
      async (phone, language, shown) => {
        await openTill();
        await changeUser("ada", { language: phone });
        const { delegatedConsents } = await claimsFromPhone();
        expect(delegatedConsents).toMatchObject({
          language,
          consents: shown.map((textDisplayedToUser) => ({ textDisplayedToUser })),
        });
      },
    );

    it("a phone asks for the subset that was set up; what is required must be accepted", async () => {
      const consents = [setUp.consents[0], setUp.consents[3]] as const;
      await openTill({ delegatedConsents: { ...setUp, consents } });
      const { auth_req_id: id } = await begin(mock, request);
      const refused = await call(mock, "POST", `/logins/${id}/approve`, {
        body: { delegatedConsents: { email: false } },
      });
      expect(refused.status).toBe(422);
      const first = await claimsFromPhone({ delegatedConsents: { personal: false } });
      expect(first.delegatedConsents.consents).toMatchObject([
        { id: "email", accepted: true, required: true },
        { id: "personal", accepted: false, required: false },
      ]);
      expect(await claimsFromPhone()).not.toHaveProperty("delegatedConsents");
    });

    it.each([
      ["nb-NO", "nb", "NO", texts.nb],
      ["en-GB", "en", "EN", texts.en],
      ["da-DK", "en", "EN", texts.en],
    ])(
      "a browser in %s shows the FAQ's texts, and userinfo tells which",
      async (accept, lang, language, shown) => {
        await openShop();
        const { browser, page } = await consentPage(accept);
        const [, group = ""] =
          /<fieldset class="question"([\s\S]*?)<\/fieldset>/.exec(page.body) ?? [];
        expect(group).toContain(`lang="${lang}"`);
        const labels = [...group.matchAll(/<span>([^<]*?) ?</g)].map(([, label]) => label);
        expect(labels).toEqual(shown);
        const end = await browser.submit(page, {
          action: "accept",
          "delegatedConsents.email": "yes",
        });
        const claims = await claimsWith(parameterOf(end, "code"));
        expect(claims.delegatedConsents).toMatchObject({
          language,
          consents: shown.map((textDisplayedToUser) => ({ textDisplayedToUser })),
        });
      },
    );

    it("userinfo and the ID token tell what was asked and answered, in the documented form", async () => {
      await openShop();
      const end = await answered(["email", "digital"]);
      const { access_token, id_token } = (
        await requestToken(mock, String(parameterOf(end, "code")))
      ).json();
      const { delegatedConsents } = (await userinfo(mock, access_token)).json();
      expect(delegatedConsents).toEqual({
        language: "EN",
        heading: setUp.topText,
        termsDescription:
          "By confirming, you accept Shop's terms of membership. They are responsible for processing " +
          "the consents. You can withdraw them at any time on their website.",
        confirmConsentButtonText: "Confirm",
        links: {
          termsLinkText: "Read the terms of use.",
          termsLinkUrl: setUp.termsUrl,
          privacyStatementLinkText: "Read the privacy policy.",
          privacyStatementLinkUrl: setUp.privacyUrl,
        },
        timeOfConsent: "2023-05-17T10:00:00Z",
        consents: [
          ["email", true, true],
          ["sms", false, false],
          ["digital", true, false],
          ["personal", false, false],
        ].map(([id, accepted, required], index) => ({
          id,
          accepted,
          required,
          textDisplayedToUser: texts.en[index],
        })),
      });
      expect(JSON.parse(jwtPart(id_token, 1)).delegatedConsents).toEqual(delegatedConsents);
      const old = await userinfo(mock, access_token, PATH.legacyUserinfo);
      expect(old.json().delegatedConsents).toEqual(delegatedConsents);
    });

    it("the ID token tells nothing of it where it tells nothing of the user", async () => {
      await restart({ rules: { delegatedConsentsInBrowser: true } });
      const end = await answered(["email"]);
      const { access_token, id_token } = (
        await requestToken(mock, String(parameterOf(end, "code")))
      ).json();
      expect(jwtPart(id_token, 1)).not.toContain("delegatedConsents");
      expect((await userinfo(mock, access_token)).json()).toHaveProperty("delegatedConsents");
    });

    it("a required one must be accepted: without it the page asks again, with the others as they were", async () => {
      await openShop();
      const { browser, page } = await consentPage();
      expect(page.body).not.toMatch(/ checked| aria-invalid/);
      const again = await browser.submit(page, {
        action: "accept",
        "delegatedConsents.sms": "yes",
      });
      expect([again.statusCode, pageOf(again)]).toEqual([400, "consent"]);
      expect(textOf(again, "problem")).toContain("accept everything that is marked");
      const boxes = again.body.match(/<input type="checkbox"[^>]*>/g) ?? [];
      expect(boxes.filter((box) => box.includes("aria-invalid"))).toHaveLength(1);
      expect(boxes.filter((box) => box.includes(" required"))).toHaveLength(1);
      const checked = boxes.filter((box) => box.includes(" checked"));
      expect(checked).toEqual([expect.stringContaining('name="delegatedConsents.sms"')]);
      expect(await readAll(mock.sandbox.store.codes)).toEqual([]);

      const end = await browser.submit(again, {
        action: "accept",
        "delegatedConsents.email": "yes",
      });
      expect(parameterOf(end, "code")).toBeDefined();
    });

    it("who declines declines everything, and is asked again", async () => {
      await openShop();
      const { browser, page } = await consentPage();
      const end = await browser.submit(page, { action: "decline" });
      expect(parameterOf(end, "error")).toBe("access_denied");
      expect((await consentPage()).page.body).toContain("delegatedConsents.email");
    });

    it("it is asked once: later logins show no page and tell nothing", async () => {
      await openShop();
      const first = await answered(["email", "sms"]);
      expect(await claimsWith(parameterOf(first, "code"))).toHaveProperty("delegatedConsents");
      const second = await walkLogin(new Browser(mock), { request });
      const claims = await claimsWith(parameterOf(second, "code"));
      expect(claims).toHaveProperty("name", "Ada Nordmann");
      expect(claims).not.toHaveProperty("delegatedConsents");
    });

    it.each<[string, "2023" | "2026", Partial<Changed>, boolean]>([
      ["nothing", "2026", {}, false],
      ["other boxes", "2026", { consents: [{ id: "sms", required: true }] }, true],
      ["a box that is required now", "2026", { consents: requiring("sms") }, true],
      ["another text", "2026", { topText: "We would like to write to you." }, true],
      ["other terms", "2026", { termsUrl: "https://www.merchant.example/terms" }, true],
      ["another statement", "2026", { privacyUrl: "https://www.merchant.example/privacy" }, true],
      ["other boxes", "2023", { consents: [{ id: "sms", required: true }] }, false],
    ])(
      "again when the merchant asks something else: %s in profile %s",
      async (_what, profile, change, again) => {
        await restart({
          profile,
          ...shopWith({
            scopes: ["openid", "name", "delegatedConsents"],
            features: { ...features, loginFromPhoneNumber: true },
          }),
        });
        expect(await claimsFromPhone()).toHaveProperty("delegatedConsents");
        await changeSalesUnit("Shop", {
          features: {
            loginFromPhoneNumber: true,
            delegatedConsents: { ...setUp, ...change },
            customFlow: null,
          },
        });
        const claims = await claimsFromPhone();
        expect("delegatedConsents" in claims).toBe(again);
        // Whoever has answered what is asked now is not asked again.
        expect(await claimsFromPhone()).not.toHaveProperty("delegatedConsents");
      },
    );

    it("once per user: another one is asked too", async () => {
      await openShop();
      await answered(["email"]);
      const browser = new Browser(mock);
      const page = await browser.open(await confirmedLogin(browser, "leap-day", request));
      expect(page.body).toContain("delegatedConsents.email");
    });

    it("once per sales unit: another of the same merchant asks too, and only that", async () => {
      await askAtBoth();
      for (const client of [OUTLET, SHOP]) {
        const tokens = await tokensFrom(mock, { request }, client);
        const told = (await userinfo(mock, tokens.access_token)).json();
        expect(told).not.toHaveProperty("delegatedConsents");
      }
    });

    it("again at a sales unit that was removed and made anew, and only there", async () => {
      await askAtBoth();
      const isAsked = async (client: Client) => {
        const browser = new Browser(mock);
        const walk = { ...request, client_id: client.id };
        const page = await browser.open(await confirmedLogin(browser, "ada", walk));
        return page.body.includes("delegatedConsents.email");
      };
      const renew = async (name: string) => {
        const unit = await mock.salesUnit(name);
        await mock.sandbox.store.salesUnits.take(unit.msn);
        await forgetSalesUnit(mock.sandbox, unit.msn);
        await mock.sandbox.store.salesUnits.insert(unit);
      };
      await renew("Demo Shop");
      expect([await isAsked(SHOP), await isAsked(OUTLET)]).toEqual([true, false]);
      await renew("Demo Outlet");
      expect([await isAsked(SHOP), await isAsked(OUTLET)]).toEqual([true, true]);
    });

    it("again after the consent was withdrawn; what was told stays told", async () => {
      await openShop();
      const first = await answered(["email"]);
      const { access_token } = (
        await requestToken(mock, String(parameterOf(first, "code")))
      ).json();
      const before = (await userinfo(mock, access_token)).body;
      await withdrawConsents(mock, "ada");
      expect((await userinfo(mock, access_token)).body).toBe(before);
      expect((await consentPage()).page.body).toContain("delegatedConsents.email");
    });

    it("prompt=none fails where something must be asked", async () => {
      await openShop();
      const browser = new Browser(mock);
      await walkLogin(browser, { remember: true, request: { scope: "openid name" } });
      const silent = await browser.login({ scope, prompt: "none" });
      expect(parameterOf(silent, "error")).toBe("consent_required");
    });

    describe("without a page", () => {
      it.each([
        ["nb", "NO"],
        ["en", "EN"],
        ["fi", "EN"],
      ] as const)(
        "everything is accepted, in the language of the user's phone: %s",
        async (phone, language) => {
          await openShop();
          const { sandboxes, sandbox } = mock;
          await sandboxes.change(sandbox.id, (settings) => ({ ...settings, autoLogin: "ada" }));
          await changeUser("ada", { language: phone });
          const end = await new Browser(mock).login(request);
          const { delegatedConsents } = await claimsWith(parameterOf(end, "code"));
          expect(delegatedConsents).toMatchObject({
            language,
            consents: [
              { accepted: true },
              { accepted: true },
              { accepted: true },
              { accepted: true },
            ],
          });
          const again = await new Browser(mock).login(request);
          expect(await claimsWith(parameterOf(again, "code"))).not.toHaveProperty(
            "delegatedConsents",
          );
        },
      );

      it("a user who declines when asked declines that too, once the data is shared as well", async () => {
        await openShop();
        await walkLogin(new Browser(mock), { request: { scope: "openid name" } });
        const { sandboxes, sandbox } = mock;
        await sandboxes.change(sandbox.id, (settings) => ({ ...settings, autoLogin: "ada" }));
        await changeUser("ada", { consentAnswer: "decline" });
        expect(
          parameterOf(await new Browser(mock).login({ scope: "openid name" }), "code"),
        ).toBeDefined();
        const end = await new Browser(mock).login(request);
        expect(parameterOf(end, "error")).toBe("access_denied");
      });
    });
  },
};
