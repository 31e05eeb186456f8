import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import type { Features } from "../../src/records/sales-unit.ts";
import { asking } from "../rules/fixtures.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  Browser,
  CALLBACK,
  confirmedLogin,
  expectReason,
  jwtPart,
  pageOf,
  parameterOf,
  requestToken,
  SHOP,
  textOf,
  userinfo,
} from "../support/wire.ts";

/** The scopes of 2025 and 2026 that no entry of the FAQ is about: customFlow and gender. */

const FAQ_SCOPES = "Which scopes can I use? Why do I get Invalid_scope?";

let mock: Mock;
const start = async (config: ConfigInput = { profile: "2026" }) => {
  await mock?.close();
  mock = await startMock(config);
};
beforeEach(() => start());
afterEach(() => mock.close());

const shopWith = (features: Partial<Features>): ConfigInput => ({
  profile: "2026",
  salesUnits: [
    {
      name: "Shop",
      redirectUris: [CALLBACK],
      clientId: SHOP.id,
      clientSecret: SHOP.secret,
      scopes: ["openid", "name", "delegatedConsents", "customFlow"],
      features,
    },
  ],
});

/** The page after the app. */
async function consentPage(scope: string, user = "ada") {
  const browser = new Browser(mock, { "accept-language": "nb" });
  return { browser, page: await browser.open(await confirmedLogin(browser, user, { scope })) };
}

async function tokensWith(end: Parameters<typeof parameterOf>[0]) {
  const tokens = (await requestToken(mock, String(parameterOf(end, "code")))).json();
  const claims = (await userinfo(mock, tokens.access_token)).json();
  return { claims, inIdToken: JSON.parse(jwtPart(tokens.id_token, 1)), scope: tokens.scope };
}

describe("the scope customFlow", () => {
  const scope = "openid customFlow";

  it("shows the merchant's screens with texts, links and boxes, and what there is to read", async () => {
    await start(shopWith({ customFlow: asking.customFlow }));
    const { page } = await consentPage(scope);
    expect(pageOf(page)).toBe("consent");
    expect(page.body).not.toContain("consent-item-");
    expect(page.body).toContain("<p>Members get more.</p>");
    expect(page.body).toContain(
      '<a href="https://example.com/club" target="_blank" rel="noopener noreferrer">Terms of the club</a>',
    );
    expect(page.body).toMatch(
      /<summary>What is that\?<\/summary>\s*<p>Every tenth coffee is for free\.<\/p>/,
    );
    expect(page.body).toMatch(/name="customFlow\.club"[^>]* required/);
    expect(page.body).not.toMatch(/name="customFlow\.constructor"[^>]* required/);
    expect(textOf(page, "accept")).toBe("Del opplysningene");
  });

  it("tells what was checked as flowResult, in userinfo and in the ID token", async () => {
    await start(shopWith({ customFlow: asking.customFlow }));
    const { browser, page } = await consentPage(scope);
    const end = await browser.submit(page, { action: "accept", "customFlow.club": "yes" });
    const { claims, inIdToken } = await tokensWith(end);
    const [club, news] = asking.customFlow.screens;
    expect(claims.flowResult).toEqual({
      language: "NO",
      screens: [
        { ...club, elements: [{ ...club.elements[0], checked: true }] },
        { ...news, elements: [{ ...news.elements[0], checked: false }] },
      ],
      timeOfConsent: "2023-05-17T10:00:00Z",
    });
    expect(inIdToken.flowResult).toEqual(claims.flowResult);
  });

  it("is refused by the page without a required box, and answered once", async () => {
    await start(shopWith({ customFlow: asking.customFlow }));
    const { browser, page } = await consentPage(scope);
    const again = await browser.submit(page, { action: "accept", "customFlow.constructor": "yes" });
    expect([again.statusCode, textOf(again, "problem")]).toEqual([
      400,
      "Du må godta det som er merket «må godtas» for å gå videre.",
    ]);
    expect(again.body).toMatch(/name="customFlow\.constructor"[^>]* checked/);
    await browser.submit(again, { action: "accept", "customFlow.club": "yes" });
    const { page: second } = await consentPage(scope);
    expect((await tokensWith(second)).claims).not.toHaveProperty("flowResult");
  });

  it("stands beside delegatedConsents on one page, each with its own answers", async () => {
    await start();
    const { browser, page } = await consentPage("openid name customFlow delegatedConsents");
    const end = await browser.submit(page, {
      action: "accept",
      "delegatedConsents.email": "yes",
    });
    const { claims } = await tokensWith(end);
    expect(claims.delegatedConsents.consents).toMatchObject([
      { id: "email", accepted: true },
      { id: "sms", accepted: false },
    ]);
    expect(claims.flowResult.screens[0].elements).toMatchObject([{ id: "club", checked: false }]);
  });

  it("asks nothing any more when its set-up goes away on the way", async () => {
    await start(shopWith({ customFlow: asking.customFlow }));
    const { browser, page } = await consentPage(scope);
    const { msn } = await mock.salesUnit();
    await mock.sandbox.store.salesUnits.update(msn, (unit) => ({
      ...unit,
      features: { ...unit.features, customFlow: null },
    }));
    const end = await browser.submit(page, { action: "accept" });
    expect((await tokensWith(end)).claims).not.toHaveProperty("flowResult");
  });

  it("is dropped where it is not set up, and unknown in profile 2023", async () => {
    await start(shopWith({}));
    const { page: end } = await consentPage(scope);
    expect((await tokensWith(end)).scope).toBe("openid");
    await start({});
    const refused = await new Browser(mock).login({ scope });
    expect(parameterOf(refused, "error")).toBe("invalid_scope");
    expectReason(mock, "entitlement", FAQ_SCOPES, "the profile 2023 does not know the scope");
    await start({ rules: { customFlow: true } });
    expect((await consentPage(scope)).page.body).toContain("customFlow.club");
  });
});

describe("the scope gender", () => {
  const scope = "openid gender";

  it.each([
    ["female", "Kvinne"],
    ["male", "Mann"],
    ["other", "Annet"],
  ] as const)("%s is shown and told", async (gender, shown) => {
    await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, gender }));
    const { browser, page } = await consentPage(scope);
    expect(page.body).toMatch(new RegExp(`<dt>Kjønn</dt>\\s*<dd><bdi>${shown}</bdi></dd>`));
    const { claims, inIdToken } = await tokensWith(
      await browser.submit(page, { action: "accept" }),
    );
    expect([claims.gender, inIdToken.gender]).toEqual([gender, gender]);
  });

  it("is no claim of a user who prefers not to say", async () => {
    await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, gender: null }));
    const { browser, page } = await consentPage(scope);
    expect(page.body).toMatch(/<dt>Kjønn<\/dt>\s*<dd class="hint">Ikke registrert/);
    const { claims } = await tokensWith(await browser.submit(page, { action: "accept" }));
    expect(Object.keys(claims)).toEqual(["sid", "sub"]);
  });

  it("is unknown in profile 2023, unless a rule says otherwise", async () => {
    await start({});
    const refused = await new Browser(mock).login({ scope });
    expect(parameterOf(refused, "error")).toBe("invalid_scope");
    expectReason(
      mock,
      "entitlement",
      FAQ_SCOPES,
      "the profile 2023 does not know the scope gender",
    );
    await start({ rules: { gender: true } });
    expect(pageOf((await consentPage(scope)).page)).toBe("consent");
  });
});
