import { expect, it } from "vitest";
import { call } from "../../support/control.ts";
import { codeFrom, OUTLET, tokensFrom } from "../../support/wire.ts";
import { mock, restart, shopWith } from "./setting.ts";

/** The entry of the FAQ about statistics. */

/** The figures of the first sales unit for a period, as a query writes it. */
async function figures(query = ""): Promise<Record<string, unknown>> {
  const { msn } = await mock.salesUnit();
  const { body } = await call(mock, "GET", `/statistics?msn=${msn}${query}`);
  const [{ msn: _, name: __, ...told }] = body.items;
  return told;
}

const pass = (seconds: number) => mock.sandbox.clock.advance(seconds);

const NOTHING = { logins: 0, uniqueUsers: 0, withNin: 0, withoutNin: 0, days: [] };

export const statisticsEntries = {
  statistics() {
    it("a login appears 10:00 after it happened, not at 9:59", async () => {
      await tokensFrom(mock);
      expect(await figures()).toEqual(NOTHING);
      await pass(599);
      expect(await figures()).toEqual(NOTHING);
      await pass(1);
      const one = { logins: 1, uniqueUsers: 1, withNin: 0, withoutNin: 1 };
      expect(await figures()).toEqual({ ...one, days: [{ date: "2023-05-17", ...one }] });
    });

    it("it is the login that is counted, whether its code is used or not, and not a failed one", async () => {
      await call(mock, "POST", "/scenarios", { body: { outcome: "cancel" } });
      await expect(codeFrom(mock)).rejects.toThrow();
      await codeFrom(mock);
      await pass(600);
      expect(await figures()).toMatchObject({ logins: 1 });
    });

    it("a user who logs in three times is three logins and one unique user", async () => {
      for (const user of ["ada", "ada", "leap-day", "ada"]) await tokensFrom(mock, { user });
      await pass(600);
      expect(await figures()).toMatchObject({ logins: 4, uniqueUsers: 2 });
    });

    it("logins with and without the national identity number are told apart", async () => {
      await restart(shopWith({ scopes: ["openid", "name", "nin"] }));
      await tokensFrom(mock, { request: { scope: "openid name nin" } });
      await tokensFrom(mock, { request: { scope: "openid name" } });
      await tokensFrom(mock, { request: { scope: "openid" } });
      await pass(600);
      expect(await figures()).toMatchObject({ logins: 3, withNin: 1, withoutNin: 2 });
    });

    it("they are those of a sales unit, and of the days of the period", async () => {
      await tokensFrom(mock);
      await pass(86_400);
      await tokensFrom(mock);
      await tokensFrom(mock, { user: "leap-day" });
      await tokensFrom(mock, {}, OUTLET);
      await pass(600);
      const first = { logins: 1, uniqueUsers: 1, withNin: 0, withoutNin: 1 };
      const second = { logins: 2, uniqueUsers: 2, withNin: 0, withoutNin: 2 };
      const days = [
        { date: "2023-05-17", ...first },
        { date: "2023-05-18", ...second },
      ];
      const both = { logins: 3, uniqueUsers: 2, withNin: 0, withoutNin: 3 };
      expect(await figures()).toEqual({ ...both, days });
      expect(await figures("&from=2023-05-17&to=2023-05-18")).toEqual({ ...both, days });
      expect(await figures("&to=2023-05-17")).toEqual({ ...first, days: days.slice(0, 1) });
      expect(await figures("&from=2023-05-18")).toEqual({ ...second, days: days.slice(1) });
      expect(await figures("&from=2023-05-19")).toEqual(NOTHING);
      expect(await figures("&to=2023-05-16")).toEqual(NOTHING);
    });
  },
};
