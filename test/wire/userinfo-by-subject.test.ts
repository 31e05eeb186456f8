import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { RETENTION } from "../../src/rules/retention.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import {
  actingFor,
  MSN,
  ownKeysOf,
  platformTokenFor,
  userinfoBySubject,
} from "../support/partner.ts";
import type { Headers } from "../support/wire.ts";
import { basic, expectReason, OUTLET, SHOP, tokensFrom, userinfo } from "../support/wire.ts";

describe("userinfo by sub", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const pay = async (scope: string, msn: string = MSN.shop): Promise<string> => {
    const body = { msn, user: "ada", scope };
    return (await call(mock, "POST", "/payment-sessions", { body })).body.sub;
  };
  const subjectOfLogin = async (scope: string) => {
    const { access_token } = await tokensFrom(mock, { request: { scope } });
    return (await userinfo(mock, access_token)).json().sub;
  };

  it("gives the claims of the payment's scopes, in the form of userinfo", async () => {
    const sub = await pay("phoneNumber email");
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    const response = await userinfoBySubject(mock, sub, headers);
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      200,
      "application/json;charset=UTF-8",
    ]);
    expect(response.body).toBe(
      `{"email":"ada@example.com","email_verified":true,"phone_number":"4712345678","phone_number_verified":true,"sid":"${response.json().sid}","sub":"${sub}"}`,
    );
    const logged = (await loggedRequests(mock)).at(-1);
    expect(logged).toMatchObject({ endpoint: "userinfo", user: "ada", clientId: SHOP.id });
    expect(logged?.url).toContain(sub);
  });

  const claimsOf = async (sub: string) => {
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    return Object.keys((await userinfoBySubject(mock, sub, headers)).json());
  };

  it("gives those of the last login there, and of the last payment whatever login follows", async () => {
    const sub = await subjectOfLogin("openid address");
    await mock.sandbox.clock.advance(1);
    await subjectOfLogin("openid birthDate");
    expect(await claimsOf(sub)).toEqual(["birthdate", "sid", "sub"]);
    expect(await pay("phoneNumber")).toBe(sub);
    expect(await claimsOf(sub)).toEqual(["phone_number", "phone_number_verified", "sid", "sub"]);
    await mock.sandbox.clock.advance(1);
    await pay("email");
    await mock.sandbox.clock.advance(1);
    await subjectOfLogin("openid");
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    expect(await claimsOf(sub)).toEqual(["email", "email_verified", "sid", "sub"]);
    expect((await userinfoBySubject(mock, sub, headers)).json().email).toBe("ada@example.com");
  });

  it("shows what the user changed meanwhile", async () => {
    const sub = await pay("email");
    await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, email: "new@example.com" }));
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    expect((await userinfoBySubject(mock, sub, headers)).json().email).toBe("new@example.com");
  });

  it("is for payments alone in profile 2026", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    const sub = await subjectOfLogin("openid name");
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    expect((await userinfoBySubject(mock, sub, headers)).statusCode).toBe(401);
    expectReason(mock, "retention", FAQ.retention, "shared nothing", "in a payment");
    expect(await pay("email")).toBe(sub);
    await mock.sandbox.clock.advance(1);
    await subjectOfLogin("openid name");
    expect(await claimsOf(sub)).toEqual(["email", "email_verified", "sid", "sub"]);
    await mock.sandbox.clock.advance(RETENTION - 1);
    const later = actingFor(MSN.shop, await platformTokenFor(mock));
    expect((await userinfoBySubject(mock, sub, later)).statusCode).toBe(401);
  });

  it("gives a payment's until its 168 hours are over, then those of a later login", async () => {
    const sub = await pay("email");
    await mock.sandbox.clock.advance(60);
    await subjectOfLogin("openid birthDate");
    await mock.sandbox.clock.advance(RETENTION - 61);
    expect(await claimsOf(sub)).toEqual(["email", "email_verified", "sid", "sub"]);
    await mock.sandbox.clock.advance(1);
    expect(await claimsOf(sub)).toEqual(["birthdate", "sid", "sub"]);
    await mock.sandbox.clock.advance(60);
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    expect((await userinfoBySubject(mock, sub, headers)).statusCode).toBe(401);
    expectReason(mock, "retention", FAQ.retention, "shared nothing", "the last 168 hours");
  });

  it("takes the sales unit's own token, with its msn and without", async () => {
    const sub = await pay("name");
    const own = await platformTokenFor(mock, ownKeysOf(SHOP));
    for (const msn of [undefined, MSN.shop]) {
      const { statusCode } = await userinfoBySubject(mock, sub, actingFor(msn, own));
      expect(statusCode).toBe(200);
    }
  });

  it("keeps to the sales unit: what another of the same merchant was told stays there", async () => {
    const sub = await pay("name", MSN.outlet);
    const ownOf = async (client: typeof SHOP) =>
      actingFor(undefined, await platformTokenFor(mock, ownKeysOf(client)));
    expect((await userinfoBySubject(mock, sub, await ownOf(OUTLET))).statusCode).toBe(200);
    expect((await userinfoBySubject(mock, sub, await ownOf(SHOP))).statusCode).toBe(401);
    expectReason(mock, "retention", FAQ.retention, "shared nothing with this sales unit");
  });

  it.each<[string, number, string, (sub: string) => Promise<[string, Headers]>, string[]]>([
    [
      "without a token",
      401,
      "Unauthorized",
      async (sub) => [sub, {}],
      ["partner-keys", FAQ.partnerKeys, "no Authorization header"],
    ],
    [
      "with Basic credentials",
      401,
      "Unauthorized",
      async (sub) => [sub, basic(SHOP)],
      ["partner-keys", FAQ.partnerKeys, "is not Bearer"],
    ],
    [
      "with the access token of a login",
      401,
      "Unauthorized",
      async (sub) => [sub, actingFor(MSN.shop, (await tokensFrom(mock)).access_token)],
      ["partner-keys", FAQ.partnerKeys, "access token of a login"],
    ],
    [
      "with a platform token that is an hour old",
      401,
      "Unauthorized",
      async (sub) => {
        const headers = actingFor(MSN.shop, await platformTokenFor(mock));
        await mock.sandbox.clock.advance(3600);
        return [sub, headers];
      },
      ["partner-keys", FAQ.partnerKeys, "expired 0 seconds ago"],
    ],
    [
      "by a partner without an msn",
      400,
      "Bad Request",
      async (sub) => [sub, actingFor(undefined, await platformTokenFor(mock))],
      ["partner-keys", FAQ.partnerKeys, "Merchant-Serial-Number is missing"],
    ],
    [
      "by a partner for a sales unit of others",
      403,
      "Forbidden",
      async (sub) => [sub, actingFor(MSN.outlet, await platformTokenFor(mock))],
      ["partner-keys", FAQ.partnerKeys, MSN.outlet, "does not act for"],
    ],
    [
      "by a sales unit for another",
      403,
      "Forbidden",
      async (sub) => [sub, actingFor(MSN.shop, await platformTokenFor(mock, ownKeysOf(OUTLET)))],
      ["partner-keys", FAQ.partnerKeys, "the sales unit 100002 does not act for"],
    ],
    [
      "for a sales unit that is not active any more",
      403,
      "Forbidden",
      async (sub) => {
        const headers = actingFor(MSN.shop, await platformTokenFor(mock));
        const { salesUnits } = mock.sandbox.store;
        await salesUnits.update(MSN.shop, (unit) => ({ ...unit, active: false }));
        return [sub, headers];
      },
      ["inactive", FAQ.inactive, SHOP.id],
    ],
    [
      "with a sub of nobody",
      404,
      "Not Found",
      async () => ["no-such-sub", actingFor(MSN.shop, await platformTokenFor(mock))],
      ["retention", FAQ.retention, "no-such-sub", MSN.shop],
    ],
  ])("%s answers %i", async (_what, status, title, asked, [rule = "", origin = "", ...values]) => {
    const [sub, headers] = await asked(await pay("name"));
    const response = await userinfoBySubject(mock, sub, headers);
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      status,
      "application/json;charset=UTF-8",
    ]);
    expect(response.headers["www-authenticate"]).toBe(status === 401 ? "Bearer" : undefined);
    expect(response.json()).toEqual({
      type: "about:blank",
      title,
      status: String(status),
      detail: expect.any(String),
      instance: expect.stringMatching(/^[\da-f-]{36}$/),
      extraInfo: {},
    });
    expectReason(mock, rule, origin, ...values);
  });

  it("does not let a token that stands in the path get into the log", async () => {
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    const { access_token } = await tokensFrom(mock);
    expect((await userinfoBySubject(mock, access_token, headers)).statusCode).toBe(404);
    const logged = (await loggedRequests(mock)).at(-1);
    expect(JSON.stringify([logged, mock.log])).not.toContain(access_token);
  });

  it("refuses a subscription key in profile 2023, and takes it in 2026", async () => {
    for (const [profile, status] of [
      ["2023", 401],
      ["2026", 200],
    ] as const) {
      await mock.close();
      mock = await startMock({ profile });
      const sub = await pay("name");
      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      expect((await userinfoBySubject(mock, sub, headers)).statusCode).toBe(200);
      const withKey = { ...headers, "Ocp-Apim-Subscription-Key": "key" };
      expect((await userinfoBySubject(mock, sub, withKey)).statusCode).toBe(status);
      const logged = (await loggedRequests(mock)).at(-1);
      expect(logged?.notes).toEqual([]);
    }
  });
});
