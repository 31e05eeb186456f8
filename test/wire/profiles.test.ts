import { describe, expect, it } from "vitest";
import { PROFILES } from "../../src/profiles/index.ts";
import type { Switches } from "../../src/profiles/profile.ts";
import { switchesOf } from "../../src/profiles/profile.ts";
import type { ConfigInput } from "../../src/records/config.ts";
import { DAY } from "../../src/records/time.ts";
import { readAll } from "../../src/store/batches.ts";
import { pingLogin } from "../../src/webhooks/queue.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  actingFor,
  MSN,
  ownKeysOf,
  platformTokenFor,
  registerWebhook,
  requestPlatformToken,
  userinfoBySubject,
} from "../support/partner.ts";
import { ask, begin, poll } from "../support/phone.ts";
import { deadAddress } from "../support/receiver.ts";
import { until } from "../support/wait.ts";
import {
  authorize,
  Browser,
  basic,
  codeFrom,
  confirmedLogin,
  get,
  jwtPart,
  OUTLET,
  PATH,
  parameterOf,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
  walkLogin,
  withdrawConsents,
} from "../support/wire.ts";

/**
 * Every switch of the profiles by what a merchant's application sees of it: in both profiles as they
 * come, and in both with that one switch set by `rules:`.
 */

/** How a merchant tells the values of one switch apart. */
interface Row<Value> {
  /** What is looked at. */
  readonly by: string;
  readonly config?: ConfigInput;
  look(mock: Mock): Promise<unknown>;
  /** Each value, and what is seen then; every value that a profile has is among them. */
  readonly values: readonly (readonly [Value, unknown])[];
}

/** The payload of the ID token that a login of the automatic user gives, after `request`. */
async function idTokenOf(mock: Mock, request: Readonly<Record<string, string>> = {}) {
  const code = parameterOf(await authorize(mock, request), "code") ?? "";
  const { id_token } = (await requestToken(mock, code)).json();
  return JSON.parse(jwtPart(id_token, 1));
}

/** The error that a login ends with; `code` when it ends with one, `page` when it shows a page. */
async function endOf(mock: Mock, request: Readonly<Record<string, string>>): Promise<string> {
  const response = await authorize(mock, request);
  if (parameterOf(response, "code") !== undefined) return "code";
  return parameterOf(response, "error") ?? "page";
}

/**
 * What userinfo tells under the name of a claim, after a login of the automatic user with the scope
 * that is for it; undefined likewise when the login is refused.
 */
async function claimFor(mock: Mock, scope: string, claim: string): Promise<unknown> {
  const code = parameterOf(await authorize(mock, { scope: `openid ${scope}` }), "code");
  if (code === undefined) return undefined;
  const { access_token } = (await requestToken(mock, code)).json();
  return (await userinfo(mock, access_token)).json()[claim];
}

/** A registration of Demo Shop for an address at which nobody is. */
const hook = async () => ({
  url: await deadAddress(),
  msn: MSN.shop,
  keys: ownKeysOf(SHOP),
});

/** What the shop of the fixtures says above the consents that it asks for. */
const TOP_TEXT = "Demo Shop would like to send you offers.";

/** The consents of a login from phone number of the automatic user; undefined where none were asked. */
async function consentsByPhone(mock: Mock) {
  const { auth_req_id } = await begin(mock, { scope: "openid delegatedConsents" });
  const { access_token } = (await poll(mock, auth_req_id)).json();
  return (await userinfo(mock, access_token)).json().delegatedConsents;
}

/** The first of these seconds from now on in which it is so, and was not in the second before. */
async function firstRefusal(
  mock: Mock,
  seconds: readonly number[],
  isRefused: () => Promise<boolean>,
): Promise<number | undefined> {
  let passed = 0;
  for (const second of seconds) {
    await mock.sandbox.clock.advance(second - 1 - passed);
    if (await isRefused()) return undefined;
    await mock.sandbox.clock.advance(1);
    if (await isRefused()) return second;
    passed = second;
  }
  return undefined;
}

const TABLE: { readonly [Name in keyof Switches]: Row<Switches[Name]> } = {
  minimumAge: {
    by: "whether a user of 16 comes back with a code",
    look: async (mock) =>
      parameterOf(await walkLogin(new Browser(mock), { user: "sixteen" }), "code") !== undefined,
    values: [
      [15, true],
      [16, true],
      [17, false],
      [18, false],
    ],
  },

  scopeWithoutEntitlement: {
    by: "what comes back for nin at a shop that may not have it",
    config: { autoLogin: "ada" },
    async look(mock) {
      const response = await authorize(mock, { scope: "openid nin name" });
      return parameterOf(response, "error") ?? parameterOf(response, "scope");
    },
    values: [
      ["invalid_scope", "invalid_scope"],
      ["drop", "openid name"],
    ],
  },

  userDataInIdToken: {
    by: "the name in the ID token",
    config: { autoLogin: "ada" },
    look: async (mock) => (await idTokenOf(mock)).name,
    values: [
      [false, undefined],
      [true, "Ada Nordmann"],
    ],
  },

  subjectPer: {
    by: "whether two sales units of one merchant get the same sub",
    async look(mock) {
      const subjects = await Promise.all(
        [SHOP, OUTLET].map(async (client) => {
          const { id_token } = await tokensFrom(mock, {}, client);
          return JSON.parse(jwtPart(id_token, 1)).sub;
        }),
      );
      return new Set(subjects).size === 1;
    },
    values: [
      ["merchant", true],
      ["sales-unit", false],
    ],
  },

  consentPer: {
    by: "whether a consent at one sales unit is enough at another of the merchant",
    async look(mock) {
      const request = { scope: "openid name" };
      await tokensFrom(mock, { request });
      const walk = { ...request, client_id: OUTLET.id };
      const browser = new Browser(mock);
      const end = await browser.open(await confirmedLogin(browser, "ada", walk));
      return parameterOf(end, "code") !== undefined;
    },
    values: [
      ["merchant", true],
      ["sales-unit", false],
    ],
  },

  expiresIn: {
    by: "the expires_in of the token response",
    look: async (mock) => (await tokensFrom(mock)).expires_in,
    values: [
      [3599, 3599],
      [599, 599],
    ],
  },

  accessTokenLifetime: {
    by: "the first second in which userinfo refuses the access token",
    async look(mock) {
      const { access_token } = await tokensFrom(mock);
      return firstRefusal(mock, [60, 600, 3599], async () => {
        return (await userinfo(mock, access_token)).statusCode === 401;
      });
    },
    values: [
      [3599, 3599],
      [600, 600],
      [60, 60],
    ],
  },

  codeLifetime: {
    by: "the first second in which the token endpoint refuses the code",
    async look(mock) {
      const codes: string[] = [];
      for (let each = 0; each < 6; each += 1) codes.push(await codeFrom(mock));
      return firstRefusal(mock, [60, 120, 600], async () => {
        return (await requestToken(mock, codes.pop() ?? "")).statusCode === 400;
      });
    },
    values: [
      [600, 600],
      [120, 120],
      [60, 60],
    ],
  },

  audience: {
    by: "the aud of the ID token",
    config: { autoLogin: "ada" },
    look: async (mock) => (await idTokenOf(mock)).aud,
    values: [
      ["array", [SHOP.id]],
      ["string", SHOP.id],
    ],
  },

  subscriptionKeyRefused: {
    by: "the status of userinfo with a subscription key",
    async look(mock) {
      const { access_token } = await tokensFrom(mock);
      const response = await get(mock, PATH.userinfo, {
        authorization: `Bearer ${access_token}`,
        "ocp-apim-subscription-key": "0f14ebcab0ec4b29ae0cb90d91b4a84a",
      });
      return response.statusCode;
    },
    values: [
      [false, 200],
      [true, 401],
    ],
  },

  subscriptionKeyRefusedBySubject: {
    by: "the status of userinfo by sub with a subscription key",
    async look(mock) {
      const body = { msn: MSN.shop, user: "ada", scope: "name" };
      const { sub } = (await call(mock, "POST", "/payment-sessions", { body })).body;
      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      const key = { "ocp-apim-subscription-key": "0f14ebcab0ec4b29ae0cb90d91b4a84a" };
      return (await userinfoBySubject(mock, sub, { ...headers, ...key })).statusCode;
    },
    values: [
      [false, 200],
      [true, 401],
    ],
  },

  apiVersion2: {
    by: "whether the scope api_version_2 is granted to an ordinary sales unit",
    config: { autoLogin: "ada" },
    async look(mock) {
      const response = await authorize(mock, { scope: "openid api_version_2" });
      return parameterOf(response, "scope") === "openid api_version_2";
    },
    values: [
      [true, true],
      [false, false],
    ],
  },

  formPost: {
    by: "the status of an authorization response by form_post",
    config: { autoLogin: "ada" },
    look: async (mock) => (await authorize(mock, { response_mode: "form_post" })).statusCode,
    values: [
      [true, 200],
      [false, 302],
    ],
  },

  errorTexts: {
    by: "the description of outdated_app_version",
    config: { autoLogin: "outdated-app" },
    look: async (mock) => parameterOf(await authorize(mock), "error_description"),
    values: [
      ["2022", "The user's Vipps app version is too old and needs to be updated"],
      ["2023", "The user's Vipps or MobilePay app version is too old and needs to be updated"],
    ],
  },

  delegatedConsentsFormat: {
    by: "the heading and the text of the consents that a login from phone number asked for",
    config: { autoLogin: "ada" },
    async look(mock) {
      const { heading, text } = await consentsByPhone(mock);
      return [heading, text];
    },
    values: [
      ["2023", ["Gi samtykke", TOP_TEXT]],
      ["2026", [TOP_TEXT, undefined]],
    ],
  },

  askAgainAfterChange: {
    by: "whether a user answers again after the merchant has changed what it asks",
    config: { autoLogin: "ada" },
    async look(mock) {
      await consentsByPhone(mock);
      const unit = await mock.salesUnit("Demo Shop");
      const asked = unit.features.delegatedConsents;
      const delegatedConsents = { ...asked, topText: "Something else." };
      const body = { features: { ...unit.features, delegatedConsents } };
      expect((await call(mock, "PATCH", `/sales-units/${unit.msn}`, { body })).status).toBe(200);
      return (await consentsByPhone(mock)) !== undefined;
    },
    values: [
      [true, true],
      [false, false],
    ],
  },

  discovery: {
    by: "the PKCE methods in the discovery document",
    look: async (mock) => (await get(mock, PATH.discovery)).json().code_challenge_methods_supported,
    values: [
      ["2023", ["plain", "S256"]],
      ["2026", ["S256"]],
    ],
  },

  rememberOnPhones: {
    by: "the box on the login page as a phone gets it",
    async look(mock) {
      const page = await new Browser(mock, { "user-agent": "Mozilla/5.0 (iPhone) Mobile" }).login();
      return /name="remember"[^>]* checked/.test(page.body) ? "ticked" : "empty";
    },
    values: [
      [true, "ticked"],
      [false, "empty"],
    ],
  },

  partnerKeys: {
    by: "the status of a browser's code that a partner exchanges for its merchant",
    async look(mock) {
      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      return (await requestToken(mock, await codeFrom(mock), {}, headers)).statusCode;
    },
    values: [
      ["phone-number", 400],
      ["everywhere", 200],
    ],
  },

  loginFromPhoneNumber: {
    by: "whether a sales unit begins one that it was not enabled for",
    look: async (mock) => (await ask(mock, {}, basic(OUTLET))).statusCode === 200,
    values: [
      ["entitled", false],
      ["everyone", true],
    ],
  },

  requestedExpiry: {
    by: "the expires_in of a login for which 90 seconds were asked",
    look: async (mock) => (await begin(mock, { requested_expiry: "90" })).expires_in,
    values: [
      [false, 600],
      [true, 90],
    ],
  },

  webhookSecret: {
    by: "how long the secret of a registration is, and whether it is a UUID",
    look: async (mock) => {
      const { secret } = (await registerWebhook(mock, await hook())).json();
      return [secret.length, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(secret)];
    },
    values: [
      ["base64", [88, false]],
      ["uuid", [36, true]],
    ],
  },

  webhookRemovedAfter: {
    by: "whether a registration is there two weeks after the first ping that failed, and another one",
    look: async (mock) => {
      await mock.app.ready();
      await registerWebhook(mock, await hook());
      for (const name of ["first", "second"]) {
        const ping = { id: name, msn: MSN.shop, authReqId: "x" };
        await pingLogin(mock.sandbox, ping);
        await until(async () => {
          const [delivery] = await readAll(mock.sandbox.store.deliveries);
          return delivery?.attempts[0]?.duration !== undefined;
        });
        await mock.sandbox.store.deliveries.clear();
        await mock.sandbox.clock.advance(14 * DAY);
      }
      return (await readAll(mock.sandbox.store.webhooks)).length;
    },
    values: [
      [null, 1],
      [14 * DAY, 0],
      [14 * DAY + 1, 1],
    ],
  },

  platformToken: {
    by: "the members of the answer with a platform token",
    look: async (mock) => Object.keys((await requestPlatformToken(mock)).json()),
    values: [
      [
        "2023",
        [
          "token_type",
          "expires_in",
          "ext_expires_in",
          "expires_on",
          "not_before",
          "resource",
          "access_token",
        ],
      ],
      ["2026", ["token_type", "expires_in", "expires_on", "access_token"]],
    ],
  },

  gender: {
    by: "the gender in userinfo",
    config: { autoLogin: "ada" },
    look: (mock) => claimFor(mock, "gender", "gender"),
    values: [
      [false, undefined],
      [true, "female"],
    ],
  },

  customFlow: {
    by: "whether userinfo tells what was checked in the merchant's own flow",
    config: { autoLogin: "ada" },
    look: async (mock) => (await claimFor(mock, "customFlow", "flowResult")) !== undefined,
    values: [
      [false, false],
      [true, true],
    ],
  },

  delegatedConsentsInBrowser: {
    by: "whether userinfo tells the consents that the merchant asked for in a browser",
    config: { autoLogin: "ada" },
    look: async (mock) =>
      (await claimFor(mock, "delegatedConsents", "delegatedConsents")) !== undefined,
    values: [
      [false, false],
      [true, true],
    ],
  },

  noDialog: {
    by: "what requested_flow=no_dialog brings in a browser that remembers nobody",
    look: (mock) => endOf(mock, { requested_flow: "no_dialog" }),
    values: [
      [true, "interaction_required"],
      [false, "page"],
    ],
  },

  appToAppV2: {
    by: "what requested_flow=app_to_app_v2 brings without PKCE",
    config: { autoLogin: "ada" },
    look: (mock) => endOf(mock, { requested_flow: "app_to_app_v2" }),
    values: [
      [false, "code"],
      [true, "invalid_request"],
    ],
  },

  acrValues: {
    by: "the acr of the ID token",
    config: { autoLogin: "ada" },
    look: async (mock) => (await idTokenOf(mock, { acr_values: "urn:vipps:acr:app_auth" })).acr,
    values: [
      [false, undefined],
      [true, "urn:vipps:acr:app_auth"],
    ],
  },

  httpRedirectHosts: {
    by: "the status when http://shop:3000/callback is registered",
    async look(mock) {
      const body = { name: "Kiosk", redirectUris: ["http://shop:3000/callback"] };
      return (await call(mock, "POST", "/sales-units", { body })).status;
    },
    values: [
      [[], 400],
      [["shop"], 201],
      [["10.0.2.2"], 400],
      [["10.0.2.2", "SHOP"], 201],
    ],
  },

  retention: {
    by: "the statuses of userinfo for an expired token whose consent was withdrawn, and by sub",
    async look(mock) {
      const { access_token, id_token } = await tokensFrom(mock);
      await mock.sandbox.clock.advance(3600);
      await withdrawConsents(mock, "ada");
      const { sub } = JSON.parse(jwtPart(id_token, 1));
      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      return [
        (await userinfo(mock, access_token)).statusCode,
        (await userinfoBySubject(mock, sub, headers)).statusCode,
      ];
    },
    values: [
      ["every-session", [200, 200]],
      ["payments", [401, 401]],
    ],
  },
};

/** What is seen in a mock of its own. */
async function seen(row: Row<never>, config: ConfigInput): Promise<unknown> {
  const mock = await startMock({ ...row.config, ...config });
  try {
    return await row.look(mock);
  } finally {
    await mock.close();
  }
}

describe.each(Object.keys(PROFILES) as (keyof typeof PROFILES)[])("profile %s", (profile) => {
  describe.each(Object.entries(TABLE) as [keyof Switches, Row<never>][])("%s", (name, row) => {
    const own = switchesOf(PROFILES[profile])[name];

    it(`as it comes is seen by ${row.by}`, async () => {
      const mine = row.values.find(([value]) => JSON.stringify(value) === JSON.stringify(own));
      expect(mine, `a value ${JSON.stringify(own)} in the table`).toBeDefined();
      expect(await seen(row, { profile })).toEqual(mine?.[1]);
    });

    it.each(row.values)("set to %j is seen too", async (value, expected) => {
      expect(await seen(row, { profile, rules: { [name]: value } })).toEqual(expected);
    });
  });
});

describe("the table", () => {
  it.each(Object.entries(TABLE))("tells the values of %s apart", (_, { values }) => {
    expect(new Set(values.map(([, what]) => JSON.stringify(what))).size).toBeGreaterThan(1);
  });
});
