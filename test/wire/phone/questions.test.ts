import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../../src/store/batches.ts";
import { call } from "../../support/control.ts";
import type { Mock } from "../../support/mock.ts";
import { startMock } from "../../support/mock.ts";
import { ask, begin, hintOf, poll, sendCode } from "../../support/phone.ts";
import {
  Browser,
  CALLBACK,
  confirmedLogin,
  jwtPart,
  parameterOf,
  SHOP,
  userinfo,
  withdrawConsents,
} from "../../support/wire.ts";

/** What a merchant asks beside a login from phone number, in both of its variants. */

const scope = "openid name delegatedConsents";
const redirect = { requested_flow: "login_to_webpage", redirect_uri: CALLBACK };

const QUESTIONS = {
  delegatedConsents: [
    { id: "email", required: true, text: "Få tilbud på E-post" },
    { id: "sms", required: false, text: "Få tilbud på SMS" },
  ],
};

/** The claim of the fixture shop, as Ada's phone shows the question and as she answers it. */
const claimWith = (email: boolean, sms: boolean) => ({
  language: "NO",
  heading: "Gi samtykke",
  text: "Demo Shop would like to send you offers.",
  termsDescription:
    "Ved å bekrefte godtar du vilkårene for medlemskap hos Demo Shop. De er ansvarlige for behandlingen " +
    "av samtykkene. Du kan når som helst trekke dem tilbake på nettstedet deres.",
  confirmConsentButtonText: "Bekreft",
  links: {
    termsLinkText: "Les vilkårene.",
    termsLinkUrl: "https://example.com/terms",
    privacyStatementLinkText: "Les personvernerklæringen.",
    privacyStatementLinkUrl: "https://example.com/privacy",
  },
  timeOfConsent: "2023-05-17T10:00:00Z",
  consents: [
    { id: "email", accepted: email, required: true, textDisplayedToUser: "Få tilbud på E-post" },
    { id: "sms", accepted: sms, required: false, textDisplayedToUser: "Få tilbud på SMS" },
  ],
});

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

/** Changes the sandbox over the control API. */
async function set(method: "POST" | "PATCH", path: string, body: object): Promise<void> {
  const answer = await call(mock, method, path, { body });
  expect([answer.status, answer.body.detail]).toEqual([method === "POST" ? 201 : 200, undefined]);
}

const listed = async (id: string) => (await call(mock, "GET", `/logins/${id}`)).body;
const approve = (id: string, body: object = {}) =>
  call(mock, "POST", `/logins/${id}/approve`, { body });

/** The tokens of a login that was approved, as each variant fetches them. */
const VARIANTS = {
  poll: {
    fields: { scope },
    tokens: async (id: string) => (await poll(mock, id)).json(),
  },
  redirect: {
    fields: { scope, ...redirect },
    async tokens(id: string) {
      const { redirectUrl } = await listed(id);
      const code = new URL(redirectUrl).searchParams.get("code") ?? undefined;
      return (await sendCode(mock, code)).json();
    },
  },
} as const;

describe.each(["poll", "redirect"] as const)("delegatedConsents in the %s variant", (variant) => {
  const { fields, tokens } = VARIANTS[variant];
  const started = async (more: object = {}) =>
    (await begin(mock, { ...fields, ...more })).auth_req_id;
  const claimsOf = async (id: string) => {
    const { access_token } = await tokens(id);
    return (await userinfo(mock, access_token)).json();
  };

  it("is asked: the login shows the boxes while it waits", async () => {
    const id = await started();
    expect((await listed(id)).questions).toEqual(QUESTIONS);
    const { status, body } = await approve(id);
    expect([status, body.questions]).toEqual([200, undefined]);
  });

  it("is answered over the control API, and userinfo tells the documented claim", async () => {
    const id = await started();
    await approve(id, { delegatedConsents: { email: true, sms: false } });
    const { access_token, id_token } = await tokens(id);
    const { sub, sid: _, ...claims } = (await userinfo(mock, access_token)).json();
    expect(claims).toEqual({
      name: "Ada Nordmann",
      given_name: "Ada",
      family_name: "Nordmann",
      delegatedConsents: claimWith(true, false),
    });
    const idToken = JSON.parse(jwtPart(id_token, 1));
    expect(idToken).toMatchObject({ sub, auth_req_id: id });
    expect(idToken).not.toHaveProperty("delegatedConsents");
  });

  it("is accepted as a whole where nothing is answered", async () => {
    const id = await started();
    await approve(id);
    expect((await claimsOf(id)).delegatedConsents).toEqual(claimWith(true, true));
  });

  it("has a required one that cannot be declined; the login waits on", async () => {
    const id = await started();
    const { status, body } = await approve(id, { delegatedConsents: { email: false } });
    expect([status, body.errors]).toEqual([
      422,
      [{ path: "delegatedConsents.email", message: expect.any(String), value: false }],
    ]);
    expect(await listed(id)).toMatchObject({ status: "confirm", questions: QUESTIONS });
    expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
    await approve(id, { delegatedConsents: { email: true, sms: false } });
    expect((await claimsOf(id)).delegatedConsents.consents).toMatchObject([
      { accepted: true },
      { accepted: false },
    ]);
  });

  it("is asked once: a second login shows no question, takes no answer and tells nothing", async () => {
    await approve(await started());
    const id = await started();
    expect(await listed(id)).not.toHaveProperty("questions");
    const { status, body } = await approve(id, { delegatedConsents: { sms: false } });
    expect([status, body.detail]).toEqual([
      409,
      expect.stringContaining("delegatedConsents: this login asks nothing there"),
    ]);
    await approve(id);
    const claims = await claimsOf(id);
    expect(claims.name).toBe("Ada Nordmann");
    expect(claims).not.toHaveProperty("delegatedConsents");
  });

  it("is asked again once the consent was withdrawn", async () => {
    await approve(await started());
    await withdrawConsents(mock, "ada");
    const id = await started();
    await approve(id, { delegatedConsents: { sms: false } });
    expect((await claimsOf(id)).delegatedConsents).toEqual(claimWith(true, false));
  });

  it.each([
    ["nb", "NO", "Få tilbud på E-post"],
    ["en", "EN", "Receive offers via email"],
    ["da", "EN", "Receive offers via email"],
    ["fi", "EN", "Receive offers via email"],
  ])("speaks the language of the user's phone: %s", async (phone, language, text) => {
    await set("PATCH", "/users/ada", { language: phone });
    const id = await started();
    expect((await listed(id)).questions.delegatedConsents[0]).toMatchObject({ id: "email", text });
    await approve(id);
    expect((await claimsOf(id)).delegatedConsents).toMatchObject({
      language,
      consents: [{ textDisplayedToUser: text }, {}],
    });
  });

  it("is told with automatic login and with a scenario too: everything is accepted", async () => {
    await set("POST", "/scenarios", { match: { flow: "phone-number" } });
    const played = await started();
    expect((await claimsOf(played)).delegatedConsents).toEqual(claimWith(true, true));
    await withdrawConsents(mock, "ada");
    await set("PATCH", "/settings", { autoLogin: "ada" });
    const automatic = await started();
    expect((await claimsOf(automatic)).delegatedConsents).toEqual(claimWith(true, true));
  });

  it("stands beside what is asked in the merchant's own flow", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    const id = await started({ scope: `${scope} customFlow` });
    expect((await listed(id)).questions).toEqual({
      ...QUESTIONS,
      customFlow: [{ id: "club", required: false, text: "I want to be a member" }],
    });
    await approve(id, { delegatedConsents: { sms: false }, customFlow: { club: false } });
    const { delegatedConsents, flowResult } = await claimsOf(id);
    const { text, ...claim } = claimWith(true, false);
    expect(delegatedConsents).toEqual({ ...claim, heading: text });
    expect(flowResult.screens[0].elements).toMatchObject([{ id: "club", checked: false }]);
  });
});

describe("a login from phone number", () => {
  it("asks nothing that a browser has asked, and the other way round", async () => {
    await mock.close();
    mock = await startMock({ rules: { delegatedConsentsInBrowser: true } });
    const browser = new Browser(mock);
    const page = await browser.open(await confirmedLogin(browser, "ada", { scope }));
    await browser.submit(page, { action: "accept", "delegatedConsents.email": "yes" });
    const { auth_req_id: id } = await begin(mock, { scope });
    expect(await listed(id)).not.toHaveProperty("questions");

    const { auth_req_id: other } = await begin(mock, { scope, login_hint: hintOf("4799000002") });
    await approve(other);
    const another = new Browser(mock);
    const back = await another.open(await confirmedLogin(another, "no-address", { scope }));
    expect(parameterOf(back, "code")).toBeDefined();
  });

  it("takes no answer where the scope is not among its own", async () => {
    const { auth_req_id: id } = await begin(mock);
    const { status } = await approve(id, { delegatedConsents: { email: true } });
    expect(status).toBe(409);
    expect((await listed(id)).status).toBe("confirm");
  });

  it("is refused with the scope where it is not set up", async () => {
    await set("PATCH", "/sales-units/100001", { features: { delegatedConsents: null } });
    const response = await ask(mock, { scope });
    expect([response.statusCode, response.json().error]).toEqual([400, "invalid_scope"]);
    const [logged] = (await call(mock, "GET", `/requests?clientId=${SHOP.id}`)).body.items;
    expect(logged.diagnosis.message).toContain("is not set up for the sales unit");
  });
});
