import { expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import { readAll } from "../../../src/store/batches.ts";
import { approve, ask, begin, exists, poll } from "../../support/phone.ts";
import { basic, expectReason, OUTLET, SHOP, userinfo } from "../../support/wire.ts";
import { changeSalesUnit, mock, restart } from "./setting.ts";

/** The entries of the FAQ about login from phone number. */

const UNAUTHORIZED = [
  400,
  '{"error":"unauthorized_client","error_description":"The client is not authorized to use this authentication flow."}',
];

export const phoneNumberEntries = {
  phoneNumberLogin() {
    it("is for sales units that it was enabled for", async () => {
      const { auth_req_id: authReqId } = await begin(mock, { scope: "openid phoneNumber" });
      await approve(mock, authReqId);
      const { access_token: token } = (await poll(mock, authReqId)).json();
      expect((await userinfo(mock, token)).json()).toMatchObject({ phone_number: "4712345678" });
    });

    it("is refused to all others, and so is the question whether a user exists", async () => {
      for (const request of [ask, exists]) {
        const { statusCode, body } = await request(mock, {}, basic(OUTLET));
        expect([statusCode, body]).toEqual(UNAUTHORIZED);
        expectReason(mock, "phone-number", FAQ.phoneNumberLogin, OUTLET.id);
      }
      expect(await readAll(mock.sandbox.store.phoneLogins)).toEqual([]);
    });

    it("can be withdrawn: those who lose it begin no more logins", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      const { features } = await mock.salesUnit("Demo Shop");
      await changeSalesUnit("Demo Shop", {
        features: { ...features, loginFromPhoneNumber: false },
      });
      expect((await ask(mock, {}, basic(SHOP))).statusCode).toBe(400);
      await approve(mock, authReqId);
      expect((await poll(mock, authReqId)).statusCode).toBe(200);
    });

    it.each([{ profile: "2026" }, { rules: { loginFromPhoneNumber: "everyone" } }] as const)(
      "is for everybody with %j",
      async (config) => {
        await restart(config);
        expect((await ask(mock, {}, basic(OUTLET))).statusCode).toBe(200);
        expect((await exists(mock, {}, basic(OUTLET))).json()).toEqual({ exists: true });
      },
    );
  },
};
