import { expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import { actingFor, MSN, platformTokenFor } from "../../support/partner.ts";
import { approve, ask, askForRedirect, exists, poll, sendCode } from "../../support/phone.ts";
import {
  authorize,
  BASE,
  codeFrom,
  errorBody,
  expectReason,
  jwtPart,
  parameterOf,
  requestToken,
  SHOP,
  STATE,
  TEXT,
} from "../../support/wire.ts";
import { mock, restart } from "./setting.ts";

/** The entry of the FAQ about partner keys, in the year that it was written and later. */

export const partnerKeysEntries = {
  partnerKeys() {
    it("login from phone number takes them for a sales unit that the partner acts for, from the request to the tokens", async () => {
      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      expect((await exists(mock, {}, headers)).json()).toEqual({ exists: true });
      const { auth_req_id: authReqId } = (await ask(mock, {}, headers)).json();
      await approve(mock, authReqId);
      const token = await poll(mock, authReqId, headers);
      expect(token.statusCode).toBe(200);
      const { aud, msn } = JSON.parse(jwtPart(token.json().id_token, 1));
      expect([[aud].flat(), msn]).toEqual([[SHOP.id], MSN.shop]);

      const { auth_req_id: redirected } = (await askForRedirect(mock, {}, headers)).json();
      const { approval } = await approve(mock, redirected);
      expect((await sendCode(mock, approval?.code, {}, headers)).statusCode).toBe(200);
    });

    it("login from phone number refuses them for any other sales unit", async () => {
      const headers = actingFor(MSN.outlet, await platformTokenFor(mock));
      for (const request of [ask, exists]) {
        const { statusCode, body } = await request(mock, {}, headers);
        expect([statusCode, body]).toEqual([401, errorBody("invalid_client", TEXT.invalid_client)]);
        expectReason(mock, "partner-keys", FAQ.partnerKeys, MSN.outlet, "does not act for");
      }
    });

    it("the browser flow does not take them in profile 2023", async () => {
      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      const token = await requestToken(mock, await codeFrom(mock), {}, headers);
      expect([token.statusCode, token.json().error]).toEqual([400, "invalid_request"]);
      expectReason(mock, "partner-keys", FAQ.partnerKeys, "for login from phone number only");

      const page = await authorize(mock, { client_id: undefined, msn: MSN.shop });
      expect(parameterOf(page, "error")).toBe("invalid_client");
      expectReason(mock, "partner-keys", FAQ.partnerKeys, "client_id is missing", MSN.shop);
    });

    it("it does in profile 2026, with msn in place of client_id", async () => {
      await restart({ profile: "2026" });
      const page = await authorize(mock, { client_id: undefined, msn: MSN.shop });
      expect(page.statusCode).toBe(302);
      const location = new URL(String(page.headers.location));
      expect(location.href.startsWith(`${BASE}/access-management-1.0/access/oauth2/auth?`)).toBe(
        true,
      );
      expect(location.searchParams.get("client_id")).toBe(SHOP.id);
      expect(location.searchParams.get("state")).toBe(STATE);
      expect(location.searchParams.has("msn")).toBe(false);

      const headers = actingFor(MSN.shop, await platformTokenFor(mock));
      const token = await requestToken(mock, await codeFrom(mock), {}, headers);
      expect(token.statusCode).toBe(200);
      expect(JSON.parse(jwtPart(token.json().id_token, 1)).msn).toBe(MSN.shop);
    });

    it("each merchant keeps its own keys: a partner reaches nobody else with its own", async () => {
      await restart({ profile: "2026" });
      const headers = actingFor(MSN.outlet, await platformTokenFor(mock));
      const token = await requestToken(mock, "code", {}, headers);
      expect([token.statusCode, token.body]).toEqual([
        401,
        errorBody("invalid_client", TEXT.invalid_client),
      ]);
      expectReason(mock, "partner-keys", FAQ.partnerKeys, MSN.outlet, "does not act for");
    });
  },
};
