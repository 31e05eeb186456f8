import { expect, it } from "vitest";
import { readAll } from "../../../src/store/batches.ts";
import { call } from "../../support/control.ts";
import { startReceiver } from "../../support/receiver.ts";
import { eventually } from "../../support/wait.ts";
import { BANK, jwtPart, OUTLET, SHOP } from "../../support/wire.ts";
import { mock, subjectOf } from "./setting.ts";

/** The entries of the FAQ about what a merchant is told without asking. */

export const webhooksEntries = {
  consentRemoval() {
    it("the merchant is told of it by a POST, with the sub that it knows", async () => {
      const receiver = await startReceiver();
      const [shop, outlet] = [await subjectOf("ada"), await subjectOf("ada", OUTLET)];
      const bank = await subjectOf("ada", BANK);
      for (const { id } of [SHOP, OUTLET, BANK]) {
        const items = await readAll(mock.sandbox.store.salesUnits);
        const msn = items.find(({ clientId }) => clientId === id)?.msn;
        const consentWebhookUrl = `${receiver.url}/${msn}`;
        await call(mock, "PATCH", `/sales-units/${msn}`, { body: { consentWebhookUrl } });
      }
      await call(mock, "DELETE", "/consents?user=ada&merchant=Demo+Group");
      await eventually(() => expect(receiver.received).toHaveLength(2));
      const told = receiver.received.map(({ path, method, headers, body }) => ({
        path,
        method,
        type: headers["Content-Type"],
        header: jwtPart(body, 0),
        claims: JSON.parse(jwtPart(body, 1)),
        segments: body.split(".").length,
      }));
      const now = await mock.sandbox.clock.now();
      const common = {
        method: "POST",
        type: "text/plain",
        header: '{"alg":"none","typ": "JWT"}\n',
        segments: 2,
      };
      const claims = { exp: now + 300, iat: now, nbf: now, event: "CONSENT_REVOKED" };
      expect(told.sort((one, other) => one.path.localeCompare(other.path))).toEqual([
        { ...common, path: "/100001", claims: { ...claims, sub: shop } },
        { ...common, path: "/100002", claims: { ...claims, sub: outlet } },
      ]);
      expect([shop === outlet, shop === bank]).toEqual([true, false]);
      await receiver.close();
    });

    it("a merchant that does not answer is told again, and delays nobody", async () => {
      const receiver = await startReceiver();
      receiver.answers("hang");
      await subjectOf("ada");
      const { msn } = await mock.salesUnit();
      const body = { consentWebhookUrl: receiver.url };
      await call(mock, "PATCH", `/sales-units/${msn}`, { body });
      const { status } = await call(mock, "DELETE", "/consents?user=ada");
      expect(status).toBe(200);
      await eventually(() => expect(receiver.received).toHaveLength(1));
      const [{ id }] = (await call(mock, "GET", "/webhook-deliveries")).body.items;
      const again = await call(mock, "POST", `/webhook-deliveries/${id}/redeliver`);
      expect(again.body).toMatchObject({ status: "delivered", attempts: [{}, { number: 2 }] });
      const marks = receiver.received.map(({ headers }) => headers["X-Vipps-Login-Mock-Attempt"]);
      expect(marks).toEqual(["1", "2"]);
      await receiver.close();
    });
  },
};
