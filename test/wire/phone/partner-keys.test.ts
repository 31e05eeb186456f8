import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import { readAll } from "../../../src/store/batches.ts";
import { call } from "../../support/control.ts";
import type { Mock } from "../../support/mock.ts";
import { startMock } from "../../support/mock.ts";
import { actingFor, MSN, ownKeysOf, platformTokenFor } from "../../support/partner.ts";
import {
  approve,
  ask,
  askForRedirect,
  begin,
  exists,
  POLL_GRANT,
  poll,
  sendCode,
} from "../../support/phone.ts";
import type { Fields, Headers } from "../../support/wire.ts";
import {
  BANK,
  basic,
  errorBody,
  expectReason,
  jwtPart,
  PATH,
  post,
  SHOP,
  TEXT,
  userinfo,
} from "../../support/wire.ts";

/** A partner that logs in users from phone number for its merchants, endpoint by endpoint. */

let mock: Mock;
afterEach(() => mock.close());

/** Each endpoint as it is asked first, whatever it is asked for. */
const ENDPOINTS: readonly [string, (headers: Headers, fields?: Fields) => Promise<Answer>][] = [
  ["backchannel authentication", (headers, fields) => ask(mock, fields, headers)],
  ["user-exists", (headers, fields) => exists(mock, fields, headers)],
  [
    "poll",
    (headers, fields) =>
      post(mock, PATH.token, { grant_type: POLL_GRANT, auth_req_id: "any", ...fields }, headers),
  ],
  ["redirect grant", (headers, fields) => sendCode(mock, "any", fields, headers)],
];

type Answer = Awaited<ReturnType<typeof ask>>;

const asPartner = async (msn: string | undefined, keys?: Headers) =>
  actingFor(msn, await platformTokenFor(mock, keys));

describe.each(["2023", "2026"] as const)("a partner in profile %s", (profile) => {
  beforeEach(async () => {
    mock = await startMock({ profile });
  });

  it.each([
    ["Demo Shop", MSN.shop, SHOP.id],
    ["Demo Bank", MSN.bank, BANK.id],
  ])("polls for the tokens of %s, which it acts for", async (_, msn, clientId) => {
    const headers = await asPartner(msn);
    expect((await exists(mock, {}, headers)).json()).toEqual({ exists: true });
    const begun = await ask(mock, {}, headers);
    expect(begun.statusCode).toBe(200);
    const { auth_req_id: authReqId } = begun.json();
    expect((await poll(mock, authReqId, headers)).json().error).toBe("authorization_pending");
    await approve(mock, authReqId);
    const tokens = await poll(mock, authReqId, headers);
    expect(tokens.statusCode).toBe(200);
    const { access_token, id_token } = tokens.json();
    const claims = JSON.parse(jwtPart(id_token, 1));
    expect(claims).toMatchObject({ msn, auth_req_id: authReqId });
    expect([claims.aud].flat()).toEqual([clientId]);
    expect((await userinfo(mock, access_token)).json()).toMatchObject({ sub: claims.sub });
  });

  it("fetches the tokens of the redirect variant", async () => {
    const headers = await asPartner(MSN.shop);
    const { auth_req_id: authReqId } = (await askForRedirect(mock, {}, headers)).json();
    const { approval } = await approve(mock, authReqId);
    const tokens = await sendCode(mock, approval?.code, {}, headers);
    expect(tokens.statusCode).toBe(200);
    const claims = JSON.parse(jwtPart(tokens.json().id_token, 1));
    expect(claims).toMatchObject({ msn: MSN.shop, auth_req_id: authReqId });
  });

  it("and its merchant share a login, whoever of them began it; another merchant does not", async () => {
    const { auth_req_id: authReqId } = await begin(mock);
    await approve(mock, authReqId);
    const others = await poll(mock, authReqId, await asPartner(MSN.bank));
    expect([others.statusCode, others.json().error]).toEqual([400, "invalid_grant"]);
    expect((await poll(mock, authReqId, await asPartner(MSN.shop))).statusCode).toBe(200);
    const { auth_req_id: partners } = (await ask(mock, {}, await asPartner(MSN.shop))).json();
    await approve(mock, partners);
    expect((await poll(mock, partners, basic(SHOP))).statusCode).toBe(200);
  });

  it("finds its requests in the log under the client_id of its merchant, its token masked", async () => {
    const token = await platformTokenFor(mock);
    for (const [, request] of ENDPOINTS) await request(actingFor(MSN.shop, token));
    const { items } = (await call(mock, "GET", `/requests?clientId=${SHOP.id}`)).body;
    expect(items.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(
      expect.arrayContaining(["backchannel-authentication", "user-exists", "token"]),
    );
    expect(items).toHaveLength(4);
    expect(JSON.stringify(items)).not.toContain(token);
  });

  describe.each(ENDPOINTS)("at %s", (endpoint, request) => {
    const refused = async (headers: Headers, ...told: string[]) => {
      const { statusCode, body } = await request(headers);
      expect([statusCode, body]).toEqual([401, errorBody("invalid_client", TEXT.invalid_client)]);
      expectReason(mock, "partner-keys", FAQ.partnerKeys, ...told);
      const { items } = (await call(mock, "GET", "/requests")).body;
      expect(items).toContainEqual(
        expect.objectContaining({
          status: 401,
          diagnosis: expect.objectContaining({ rule: "partner-keys", faq: FAQ.partnerKeys }),
        }),
      );
      expect(await readAll(mock.sandbox.store.phoneLogins)).toEqual([]);
    };

    it("is refused for a sales unit that it does not act for, and for one that is not there", async () => {
      await refused(await asPartner(MSN.outlet), MSN.outlet, "does not act for");
      await refused(await asPartner("10001"), "10001", "no sales unit has");
    });

    it("is refused without a Merchant-Serial-Number", async () => {
      await refused(await asPartner(undefined), "Merchant-Serial-Number is missing");
    });

    it("is refused for a sales unit that authenticates by client_secret_post", async () => {
      const body = { tokenEndpointAuthMethod: "client_secret_post" };
      await call(mock, "PATCH", `/sales-units/${MSN.shop}`, { body });
      await refused(await asPartner(MSN.shop), MSN.shop, "client_secret_post");
    });

    it("is refused once its token has expired, and not a second before", async () => {
      const headers = await asPartner(MSN.shop);
      await mock.sandbox.clock.advance(3599);
      expect((await request(headers, { login_hint: "urn:msisdn:4799999999" })).statusCode).toBe(
        endpoint === "user-exists" ? 200 : 400,
      );
      await mock.sandbox.clock.advance(1);
      await refused(headers, "expired 0 seconds ago");
    });

    it("is refused with a token that nobody gave, and with the sales unit's own", async () => {
      await refused(actingFor(MSN.shop, "eyJ.made-up.x"), "was never issued");
      await refused(await asPartner(MSN.shop, ownKeysOf(SHOP)), "only a partner's authenticates");
    });
  });
});
