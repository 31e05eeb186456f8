import { expect, it } from "vitest";
import { authenticateClient } from "../../../src/clients/authenticate.ts";
import type { Trace } from "../../../src/http/exchange.ts";
import { parseParameters } from "../../../src/oidc/params.ts";
import { FAQ } from "../../../src/rules/faq.ts";
import { actingFor, MSN, platformTokenFor } from "../../support/partner.ts";
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
    it("a login from phone number takes them for a sales unit that the partner acts for", async () => {
      const { sandbox } = mock;
      const authorization = `Bearer ${await platformTokenFor(mock)}`;
      const trace: Trace = { notes: [] };
      const client = await authenticateClient(
        { sandbox, now: await sandbox.clock.now(), trace },
        { authorization, msn: MSN.shop },
        parseParameters("scope=openid"),
        "phone-number",
      );
      expect(client.clientId).toBe(SHOP.id);
      expect(trace.clientId).toBe(SHOP.id);
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
