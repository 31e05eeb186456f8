import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import type { Answer } from "../support/control.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  Browser,
  confirmedLogin,
  parameterOf,
  requestToken,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

/** Answering what a merchant asks over the control API, in place of the consent page. */

const request = { scope: "openid name delegatedConsents customFlow" };
const asked = {
  delegatedConsents: [
    { id: "email", required: true, text: "Få tilbud på E-post" },
    { id: "sms", required: false, text: "Få tilbud på SMS" },
  ],
  customFlow: [{ id: "club", required: false, text: "I want to be a member" }],
};

let mock: Mock;
let browser: Browser;
let back = "";
beforeEach(async () => {
  mock = await startMock({ profile: "2026" });
  browser = new Browser(mock);
});
afterEach(() => mock.close());

const waiting = async () => (await call(mock, "GET", "/logins")).body.items[0];

/** A login that waits at a page, with where its browser is. */
const stages = {
  async identify() {
    await browser.login(request);
  },
  async confirm() {
    await browser.submit(await browser.login(request), { fixture_user: "ada" });
  },
  async consent() {
    await browser.open(await confirmedLogin(browser, "ada", request));
  },
};

async function approve(body: object): Promise<Answer> {
  const { id } = await waiting();
  const answer = await call(mock, "POST", `/logins/${id}/approve`, { body });
  back = answer.body.redirectUrl;
  return answer;
}

async function claims() {
  const code = parameterOf(await browser.open(back), "code");
  const { access_token } = (await requestToken(mock, String(code))).json();
  return (await userinfo(mock, access_token)).json();
}

describe("a login in which a merchant asks something", () => {
  it("shows what, as soon as its user is known, as long as it waits", async () => {
    await stages.identify();
    expect(await waiting()).not.toHaveProperty("questions");
    await browser.submit(await browser.login(request), { fixture_user: "ada" });
    const { items } = (await call(mock, "GET", "/logins?user=ada")).body;
    expect(items).toMatchObject([{ status: "confirm", questions: asked }]);
    const one = await call(mock, "GET", `/logins/${items[0].id}`);
    expect(one.body.questions).toEqual(asked);
    const done = await call(mock, "POST", `/logins/${items[0].id}/approve`, { body: {} });
    expect(done.body).not.toHaveProperty("questions");
  });

  it("shows nothing of it where nothing is asked", async () => {
    await browser.submit(await browser.login(), { fixture_user: "ada" });
    expect(await waiting()).not.toHaveProperty("questions");
  });

  it("shows nothing for a sales unit that is gone, and can be approved", async () => {
    await stages.consent();
    const { msn } = await mock.salesUnit("Demo Shop");
    await mock.sandbox.store.salesUnits.take(msn);
    expect(await waiting()).not.toHaveProperty("questions");
    expect((await approve({})).body.status).toBe("approved");
  });

  it.each(["identify", "confirm", "consent"] as const)(
    "is approved at %s with the answers that are named, everything else accepted",
    async (stage) => {
      await stages[stage]();
      const user = stage === "identify" ? { user: "ada" } : {};
      const { status } = await approve({ ...user, delegatedConsents: { sms: false } });
      expect(status).toBe(200);
      const { delegatedConsents, flowResult } = await claims();
      expect(delegatedConsents).toMatchObject({
        language: "NO",
        timeOfConsent: "2023-05-17T10:00:00Z",
        consents: [
          { id: "email", accepted: true },
          { id: "sms", accepted: false },
        ],
      });
      expect(flowResult.screens[0].elements).toMatchObject([{ id: "club", checked: true }]);
    },
  );

  it("takes answers to the custom flow too", async () => {
    await stages.confirm();
    await approve({ delegatedConsents: { email: true }, customFlow: { club: false } });
    const { delegatedConsents, flowResult } = await claims();
    expect(delegatedConsents.consents).toMatchObject([{ accepted: true }, { accepted: true }]);
    expect(flowResult.screens[0].elements).toMatchObject([{ id: "club", checked: false }]);
  });

  it("is answered once, over the control API too", async () => {
    await stages.confirm();
    await approve({});
    expect(await claims()).toHaveProperty("flowResult");
    await stages.confirm();
    expect(await waiting()).not.toHaveProperty("questions");
    const { status, body } = await approve({ delegatedConsents: {} });
    expect([status, body.detail]).toEqual([
      409,
      expect.stringContaining("delegatedConsents: this login asks nothing there"),
    ]);
    await approve({});
    expect(await claims()).not.toHaveProperty("flowResult");
  });

  it.each([
    [
      { delegatedConsents: { email: false } },
      422,
      "delegatedConsents.email: is required; accept it",
    ],
    [
      { delegatedConsents: { personal: true } },
      422,
      'delegatedConsents.personal: "personal" is not asked; there are email, sms',
    ],
    [{ delegatedConsents: { emial: true } }, 400, 'did you mean "email"?'],
    [{ delegatedConsents: { sms: "no" } }, 400, "delegatedConsents.sms: expected true or false"],
    [{ delegatedConsents: true }, 400, "delegatedConsents: expected"],
    [{ customFlow: { clubs: true } }, 422, '"clubs" is not asked; did you mean "club"?'],
    [{ customFlow: { toString: true } }, 422, '"toString" is not asked; there are club'],
    [{ customFlow: { club: 1 } }, 400, "customFlow.club: expected true or false"],
  ])("refuses %j and changes nothing", async (body, status, told) => {
    await stages.confirm();
    const before = await readAll(mock.sandbox.store.logins);
    const answer = await approve(body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
    expect(await readAll(mock.sandbox.store.logins)).toEqual(before);
  });

  it("refuses answers where nothing is asked, whatever else is wrong with them", async () => {
    await browser.submit(await browser.login(), { fixture_user: "ada" });
    const { status, body } = await approve({ customFlow: { a: true }, delegatedConsents: {} });
    expect(status).toBe(409);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      "delegatedConsents",
      "customFlow",
    ]);
  });

  it("of two at the same time each tells what its user answered there", async () => {
    await stages.confirm();
    const first = (await approve({ delegatedConsents: { sms: false } })).body.redirectUrl;
    await walkLogin(new Browser(mock), { request: { scope: "openid name" } });
    const other = new Browser(mock);
    await other.submit(await other.login(request), { fixture_user: "ada" });
    await approve({});
    const second = await requestToken(mock, String(parameterOf(await other.open(back), "code")));
    back = first;
    expect((await claims()).delegatedConsents.consents[1]).toMatchObject({ accepted: false });
    const info = await userinfo(mock, second.json().access_token);
    expect(info.json().delegatedConsents.consents[1]).toMatchObject({ accepted: true });
    const items = await readAll(mock.sandbox.store.consents);
    expect(items).toHaveLength(1);
    expect(items[0]?.answered).toEqual([
      { msn: "100001", scope: "delegatedConsents", question: expect.any(String) },
      { msn: "100001", scope: "customFlow", question: expect.any(String) },
    ]);
  });

  it("is answered by a scenario, and by tokens made without a flow: everything is accepted", async () => {
    await call(mock, "POST", "/scenarios", { body: { user: "ada", outcome: "approve" } });
    back = String((await browser.login(request)).headers.location);
    const code = new URL(back).searchParams.get("code");
    const { access_token } = (await requestToken(mock, String(code))).json();
    const info = (await userinfo(mock, access_token)).json();
    expect(info.flowResult.screens[0].elements).toMatchObject([{ checked: true }]);
    const { clientId } = await mock.salesUnit("Demo Shop");
    const body = { user: "leap-day", clientId, scope: request.scope };
    for (const there of [true, false]) {
      const minted = await call(mock, "POST", "/tokens", { body });
      const told = (await userinfo(mock, minted.body.accessToken)).json();
      expect("delegatedConsents" in told).toBe(there);
    }
  });

  it("survives the export and the restoration of the sandbox, answered or not", async () => {
    await stages.consent();
    await approve({ delegatedConsents: { sms: false } });
    const state = (await call(mock, "GET", "/state")).body;
    expect(state.logins[0].answers.delegatedConsents.consents[1].accepted).toBe(false);
    expect((await call(mock, "PUT", "/state", { body: state })).status).toBeLessThan(300);
    expect((await claims()).delegatedConsents.consents[1]).toMatchObject({ accepted: false });
    const after = (await call(mock, "GET", "/state")).body;
    expect(after.sessions[0].flowResult.screens).toHaveLength(1);
    expect(after.consents[0].answered).toHaveLength(2);
    expect((await call(mock, "PUT", "/state", { body: after })).status).toBeLessThan(300);
    await stages.confirm();
    expect(await waiting()).not.toHaveProperty("questions");
  });
});
