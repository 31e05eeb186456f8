import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SalesUnit, Sandbox, VippsLoginMock } from "../../src/index.ts";
import { ControlError } from "../../src/index.ts";

/**
 * What the library promises, whichever way it reaches a mock and whichever sandbox it holds. One
 * suite runs against every pair of the two.
 */

/** Where a suite runs. */
export interface Place {
  readonly vipps: VippsLoginMock;
  readonly box: Sandbox;
  /** Gives everything back. */
  close(): Promise<void>;
}

/**
 * @param name what is held, and how
 * @param open opens it, with the built-in fixtures
 */
export function describeLibrary(name: string, open: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    let box: Sandbox;

    beforeAll(async () => {
      place = await open();
      box = place.box;
    });

    afterAll(() => place.close());

    it("knows where it is and who is in it", async () => {
      expect(box.issuer).toBe(`${box.url}/access-management-1.0/access/`);
      expect(box.controlUrl).toBe(`${box.url}/mock/api`);
      const document = await place.vipps.fetch(box.discoveryUrl);
      expect(await document.json()).toMatchObject({ issuer: box.issuer });
      expect(box.users["ada"]).toMatchObject({ givenName: "Ada", phoneNumber: "4712345678" });
      expect(box.salesUnits[0]).toMatchObject({ name: "Demo Shop" });
    });

    it("adds, changes and removes users, and its own list follows", async () => {
      const added = await box.addUser({ id: "grace", givenName: "Grace" });
      expect(box.users["grace"]).toEqual(added);
      const changed = await box.updateUser(added.phoneNumber, { givenName: "Amazing Grace" });
      expect(changed).toEqual({ ...added, givenName: "Amazing Grace" });
      expect(box.users["grace"]).toEqual(changed);
      await box.removeUser("grace");
      expect(box.users).not.toHaveProperty("grace");
    });

    it("adds, changes and removes sales units, and its own list follows", async () => {
      const redirectUris = ["https://kiosk.example.com/callback"];
      const added = await box.addSalesUnit({ name: "Kiosk", redirectUris });
      expect(added).toMatchObject({ name: "Kiosk", redirectUris, clientId: expect.any(String) });
      expect(box.salesUnits).toContainEqual(added);
      const changed = await box.updateSalesUnit(added.msn, { active: false });
      expect(changed).toEqual({ ...added, active: false });
      expect(box.salesUnits).toContainEqual(changed);
      await box.removeSalesUnit(added.msn);
      expect(box.salesUnits.map(({ msn }) => msn)).not.toContain(added.msn);
    });

    it("tells a refusal with its status, its detail and each mistake", async () => {
      const before = box.users;
      const refused = box.addUser({ id: "Grace", email: "nobody" });
      await expect(refused).rejects.toBeInstanceOf(ControlError);
      await expect(refused).rejects.toMatchObject({
        name: "ControlError",
        status: 400,
        message: expect.stringContaining("2 problems"),
        detail: expect.stringContaining("2 problems"),
        errors: [{ path: "id", value: "Grace" }, { path: "email" }],
      });
      expect((await box.refresh()).users).toEqual(before);
    });

    it("names what is not there and what was probably meant", async () => {
      await expect(box.updateUser("adda", {})).rejects.toMatchObject({
        status: 404,
        message: expect.stringContaining('did you mean "ada"?'),
      });
    });

    it("reads, stops, moves and resets the clock", async () => {
      const at = "2031-05-17T10:00:00Z";
      expect(await box.clock.freeze(at)).toMatchObject({ now: at, frozen: true, expired: [] });
      expect(await box.clock.advance("1h30m")).toMatchObject({ now: "2031-05-17T11:30:00Z" });
      expect(await box.clock.advance(60)).toMatchObject({ now: "2031-05-17T11:31:00Z" });
      expect(await box.clock.set("2031-05-18T12:00:00+02:00")).toMatchObject({
        now: "2031-05-18T10:00:00Z",
        frozen: true,
      });
      expect(await box.clock.resume()).toMatchObject({ frozen: false });
      expect(await box.clock.freeze()).toMatchObject({ frozen: true });
      expect((await box.clock.read()).now).toMatch(/^2031-05-18/);
      expect(await box.clock.reset()).toMatchObject({ frozen: false, offset: 0 });
      await expect(box.clock.advance("soon")).rejects.toMatchObject({ status: 400 });
    });

    it("changes of the settings what is named", async () => {
      const before = await box.settings.read();
      const changed = await box.settings.update({ rules: { minimumAge: 15 } });
      expect(changed).toEqual({ ...before, rules: { ...before.rules, minimumAge: 15 } });
      expect(await box.settings.read()).toEqual(changed);
      await box.settings.update({ rules: { minimumAge: 18 } });
    });

    it("adds, changes, counts and removes faults", async () => {
      const fault = await box.faults.add({
        match: { endpoint: "discovery" },
        times: 1,
        then: { status: 503 },
      });
      expect((await place.vipps.fetch(box.discoveryUrl)).status).toBe(503);
      expect((await place.vipps.fetch(box.discoveryUrl)).status).toBe(200);
      expect(await box.faults.get(fault.id)).toMatchObject({ hits: 1 });
      const changed = await box.faults.update(fault.id, { times: 2, then: { status: 500 } });
      expect(await box.faults.list()).toEqual([changed]);
      expect((await place.vipps.fetch(box.discoveryUrl)).status).toBe(500);
      await box.faults.remove(fault.id);
      await box.faults.add({ match: { endpoint: "jwks" }, then: { reset: true } });
      const jwks = `${box.url}/access-management-1.0/access/.well-known/jwks.json`;
      await expect(place.vipps.fetch(jwks)).rejects.toBeInstanceOf(TypeError);
      await box.faults.clear();
      expect(await box.faults.list()).toEqual([]);
    });

    it("rotates and removes keys", async () => {
      const [before] = await box.keys.list();
      expect(before).toMatchObject({ status: "current" });
      const published = await box.keys.rotate("publish");
      expect(published.map(({ status }) => status)).toContain("published");
      await box.keys.rotate("use");
      const after = await box.keys.rotate("retire");
      expect(after.map(({ kid }) => kid)).not.toContain(before?.kid);
      const replaced = await box.keys.remove(String(after[0]?.kid));
      expect(replaced).toHaveLength(1);
      expect(replaced[0]?.kid).not.toBe(after[0]?.kid);
      expect(await box.keys.rotate()).toMatchObject([{ status: "current" }]);
    });

    it("mints tokens without a flow", async () => {
      const { clientId } = unitNamed("Demo Shop");
      const minted = await box.tokens.mint({ user: "ada", clientId, scope: "openid name" });
      const userinfo = await place.vipps.fetch(`${box.url}/vipps-userinfo-api/userinfo`, {
        headers: { authorization: `Bearer ${minted.accessToken}` },
      });
      expect(await userinfo.json()).toMatchObject({ sub: minted.sub, name: "Ada Nordmann" });
      const refused = box.tokens.mint({ user: "adda", clientId, scope: "openid" });
      await expect(refused).rejects.toMatchObject({ errors: [{ path: "user", closest: "ada" }] });
    });

    it("exports, imports and resets everything", async () => {
      await box.addUser({ id: "grace" });
      const state = await box.state.export();
      await box.removeUser("grace");
      await box.state.import(state);
      expect(box.users).toHaveProperty("grace");
      await box.state.reset();
      expect(box.users).not.toHaveProperty("grace");
      expect(box.users).toHaveProperty("ada");
    });

    function unitNamed(name: string): SalesUnit {
      const unit = box.salesUnits.find((one) => one.name === name);
      if (!unit) throw new Error(`no sales unit is called ${name}`);
      return unit;
    }
  });
}
