import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SalesUnit, Sandbox, VippsLoginMock } from "../../src/index.ts";
import { ControlError, LoginError } from "../../src/index.ts";
import { startReceiver } from "../support/receiver.ts";

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
      expect(await box.findUsers("AMAZING")).toEqual([changed]);
      expect((await box.counts()).users).toBe(Object.keys(box.users).length);
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
      expect(await box.findSalesUnits("kiosk")).toEqual([changed]);
      const { clientSecret } = await box.rotateClientSecret(added.msn);
      expect(clientSecret).not.toBe(added.clientSecret);
      expect(box.salesUnits).toContainEqual({ ...changed, clientSecret });
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

    it("logs a user in without a browser, and the code is worth a token", async () => {
      const redirectUri = "https://example.com/callback";
      const options = {
        user: "ada",
        scope: "openid name",
        state: "state-of-the-test",
        redirectUri,
      };
      const login = await box.login({ ...options, nonce: "nonce-of-the-test" });
      expect(login).toEqual({
        code: expect.any(String),
        state: "state-of-the-test",
        scope: "openid name",
        redirectUrl: expect.stringMatching(/^https:\/\/example\.com\/callback\?code=/),
      });
      const { clientId, clientSecret } = unitNamed("Demo Shop");
      const tokens = await place.vipps.fetch(
        `${box.url}/access-management-1.0/access/oauth2/token`,
        {
          method: "POST",
          headers: {
            authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
          },
          body: new URLSearchParams({
            grant_type: "authorization_code",
            code: login.code,
            redirect_uri: redirectUri,
          }),
        },
      );
      expect(await tokens.json()).toMatchObject({ access_token: expect.any(String) });
      expect(await box.scenarios.list()).toEqual([]);
    });

    it("logs in at the sales unit that is named, and says which there are", async () => {
      const { msn, clientId, redirectUris } = unitNamed("Demo Outlet");
      for (const salesUnit of ["Demo Outlet", msn, clientId]) {
        const { redirectUrl } = await box.login({ user: "ada", salesUnit });
        expect(redirectUrl.startsWith(String(redirectUris[0]))).toBe(true);
      }
      const refused = box.login({ user: "ada", salesUnit: "Demo Shopp" });
      await expect(refused).rejects.toThrow('did you mean "Demo Shop"?');
    });

    it("finishes the login that an application began", async () => {
      const { clientId } = unitNamed("Demo Shop");
      const url = new URL(`${box.url}/access-management-1.0/access/oauth2/auth`);
      url.search = String(
        new URLSearchParams({
          client_id: clientId,
          redirect_uri: "https://example.com/callback",
          response_type: "code",
          scope: "openid",
          state: "state-of-the-application",
        }),
      );
      expect(await box.login({ user: "ada", url })).toMatchObject({
        state: "state-of-the-application",
        scope: "openid",
      });
    });

    it.each(["https://example.com/callback", "myapp://callback"])(
      "goes by the application's app, and back with what that must open: to %s",
      async (redirectUri) => {
        const { clientId } = unitNamed("Demo Shop");
        const url = new URL(`${box.url}/access-management-1.0/access/oauth2/auth`);
        url.search = String(
          new URLSearchParams({
            client_id: clientId,
            redirect_uri: redirectUri,
            response_type: "code",
            scope: "openid name",
            state: "state-of-the-application",
            requested_flow: "app_to_app",
            app_callback_uri: "myapp://callback",
          }),
        );
        expect(await box.login({ user: "ada", url })).toMatchObject({
          redirectUrl: expect.stringMatching(`^${redirectUri}\\?code=`),
          scope: "openid name",
        });
        await box.scenarios.add({ outcome: { error: "unknown_error" } });
        const refused = box.login({ user: "ada", url });
        await expect(refused).rejects.toMatchObject({
          error: "unknown_error",
          redirectUrl: "myapp://callback?state=state-of-the-application&error=unknown_error",
        });
        await box.scenarios.clear();
      },
    );

    it("rejects a login that is refused, with the error and the reason", async () => {
      await box.scenarios.add({ user: "ada", outcome: "cancel" });
      const refused = await box.login({ user: "ada" }).catch((error) => error);
      expect(refused).toBeInstanceOf(LoginError);
      expect(refused).toMatchObject({
        name: "LoginError",
        error: "access_denied",
        errorDescription: "User cancelled the login",
        redirectUrl: expect.stringContaining("error=access_denied"),
        diagnosis: { rule: expect.any(String), message: expect.any(String) },
      });
      expect(refused.message).toContain(refused.diagnosis.message);
      await box.scenarios.clear();
    });

    it("logs a user in from a phone number, and the tokens are hers", async () => {
      for (const salesUnit of ["Demo Shop", undefined]) {
        const options = { scope: "openid name", bindingMessage: "TILL-07", nonce: "a-nonce" };
        const tokens = await box.phoneLogin({
          user: "4712345678",
          ...options,
          ...(salesUnit && { salesUnit }),
        });
        expect(tokens).toEqual({
          authReqId: expect.stringMatching(/^[\w-]{27}$/),
          accessToken: expect.stringMatching(/^ciba\./),
          idToken: expect.stringMatching(/^eyJ/),
          tokenType: "Bearer",
          expiresIn: 300,
        });
        const userinfo = await place.vipps.fetch(`${box.url}/vipps-userinfo-api/userinfo`, {
          headers: { authorization: `Bearer ${tokens.accessToken}` },
        });
        expect(await userinfo.json()).toMatchObject({ name: "Ada Nordmann" });
      }
      expect(await box.scenarios.list()).toEqual([]);
    });

    it("logs in from a phone number at a sales unit that authenticates in the form", async () => {
      const { msn } = await box.addSalesUnit({
        name: "Till",
        redirectUris: [],
        tokenEndpointAuthMethod: "client_secret_post",
        features: { loginFromPhoneNumber: true },
      });
      const tokens = await box.phoneLogin({ user: "ada", salesUnit: msn, state: "short" });
      expect(tokens.tokenType).toBe("Bearer");
      await box.removeSalesUnit(msn);
    });

    it.each([
      ["cancel", "access_denied", "queued to end this login with cancel"],
      ["outdated_app", "old_app", "queued to end this login with outdated_app"],
      ["app_token_error", "authorization_pending", "the user has not answered yet"],
    ] as const)(
      "rejects a login from phone number that a scenario ends with %s",
      async (outcome, error, message) => {
        await box.scenarios.add({ match: { flow: "phone-number" }, outcome });
        const refused = await box.phoneLogin({ user: "ada" }).catch((reason) => reason);
        expect(refused).toBeInstanceOf(LoginError);
        expect(refused).toMatchObject({
          error,
          errorDescription: expect.any(String),
          redirectUrl: undefined,
          diagnosis: { message: expect.stringContaining(message) },
        });
        expect(refused.message).toContain(`refused with ${error}`);
        expect(await box.scenarios.list({ unused: true })).toEqual([]);
        await box.scenarios.clear();
        for (const { id } of await box.logins.list()) await box.logins.expire(id);
      },
    );

    it("rejects a login from phone number that cannot begin, with the reason", async () => {
      const refused = box.phoneLogin({ user: "ada", bindingMessage: "till" });
      await expect(refused).rejects.toMatchObject({
        error: "invalid_binding_message",
        diagnosis: { message: expect.stringContaining('binding_message "till"') },
      });
      const expiry = box.phoneLogin({ user: "ada", salesUnit: "Demo Outlet", requestedExpiry: 60 });
      await expect(expiry).rejects.toMatchObject({ error: "unauthorized_client" });
      await expect(box.phoneLogin({ user: "adda" })).rejects.toMatchObject({ status: 404 });
      await expect(box.phoneLogin({ user: "ada", salesUnit: "Demo Shopp" })).rejects.toThrow(
        'did you mean "Demo Shop"?',
      );
    });

    it("rejects a login from phone number when something else answers in the mock's place", async () => {
      const fault = await box.faults.add({
        match: { endpoint: "token" },
        then: { status: 502, body: "<h1>Bad Gateway</h1>" },
      });
      await expect(box.phoneLogin({ user: "ada" })).rejects.toMatchObject({
        error: "http_502",
        errorDescription: "<h1>Bad Gateway</h1>",
      });
      await box.faults.remove(fault.id);
    });

    it("approves, rejects and expires logins from phone number that wait", async () => {
      const ids = [
        await beginOnPhone("TILL-01"),
        await beginOnPhone("TILL-02"),
        await beginOnPhone("TILL-03"),
      ];
      const waiting = await box.logins.list({ flow: "phone-number", user: "leap-day" });
      expect(waiting.map(({ bindingMessage }) => bindingMessage)).toEqual([
        "TILL-01",
        "TILL-02",
        "TILL-03",
      ]);
      const [first, second, third] = ids.map(String) as [string, string, string];
      expect(await box.logins.get(first)).toEqual(waiting[0]);
      expect(await box.logins.approve(first)).toMatchObject({
        flow: "phone-number",
        status: "approved",
      });
      await expect(box.logins.confirm(second)).rejects.toMatchObject({ status: 409 });
      expect(await box.logins.fail(second, "app_token_error")).toMatchObject({ status: "confirm" });
      await box.logins.openPhone("leap-day");
      expect(await box.logins.reject(second)).toMatchObject({ status: "rejected" });
      expect(await box.logins.expire(String(waiting[2]?.id))).toMatchObject({ status: "expired" });
      await expect(box.logins.approve(third)).rejects.toMatchObject({ status: 409 });
      expect(await box.logins.list({ flow: "phone-number", user: "leap-day" })).toEqual([]);
    });

    it("rejects a request that is shown on an error page likewise", async () => {
      const refused = box.login({ user: "ada", redirectUri: "https://example.com/callback/" });
      await expect(refused).rejects.toMatchObject({
        error: "invalid_request",
        diagnosis: { closest: "https://example.com/callback" },
      });
    });

    it("queues, changes, counts and removes scenarios", async () => {
      await box.scenarios.clear();
      const added = await box.scenarios.add({ match: { state: "some-state" }, user: "ada" });
      expect(added).toMatchObject({ outcome: "approve", times: 1, hits: 0, left: 1, used: false });
      expect(await box.scenarios.get(added.id)).toEqual(added);
      const changed = await box.scenarios.update(added.id, { times: 2 });
      expect(changed).toEqual({ ...added, times: 2, left: 2 });
      expect(await box.scenarios.list({ unused: true })).toEqual([changed]);
      expect(await box.scenarios.list({ unused: false })).toEqual([]);
      await expect(box.scenarios.assertUsed()).rejects.toThrow(
        `A scenario was not used up:\n  ${added.id}: 0 of 2 logins`,
      );
      await box.scenarios.remove(added.id);
      await box.scenarios.assertUsed();
      await expect(box.scenarios.get(added.id)).rejects.toMatchObject({ status: 404 });
    });

    it("approves, rejects and expires logins that wait", async () => {
      const [first, second, third] = [await beginLogin(), await beginLogin(), await beginLogin()];
      expect((await box.logins.list()).map(({ id }) => id)).toEqual([first, second, third]);
      expect(await box.logins.get(first)).toMatchObject({ flow: "browser", status: "identify" });
      expect(await box.logins.approve(first, { user: "ada" })).toMatchObject({
        status: "approved",
        user: "ada",
      });
      expect(await box.logins.reject(second)).toMatchObject({ status: "rejected" });
      expect(await box.logins.expire(third)).toMatchObject({ status: "expired" });
      expect(await box.logins.list()).toEqual([]);
      const { clientId } = unitNamed("Demo Shop");
      const expired = await box.logins.list({ flow: "browser", clientId, status: "expired" });
      expect(expired.map(({ id }) => id)).toEqual([third]);
      await expect(box.logins.reject(first)).rejects.toMatchObject({ status: 409 });
    });

    it("answers what a merchant asks besides", async () => {
      await box.settings.update({ profile: "2026" });
      const id = await beginLogin("openid delegatedConsents");
      const refused = { user: "ada", delegatedConsents: { email: false } };
      await expect(box.logins.approve(id, refused)).rejects.toMatchObject({
        status: 422,
        errors: [{ path: "delegatedConsents.email", value: false }],
      });
      const approval = { user: "ada", delegatedConsents: { sms: false } };
      expect(await box.logins.approve(id, approval)).toMatchObject({ status: "approved" });
      await box.settings.update({ profile: "2023" });
    });

    it("lists and revokes consents", async () => {
      await box.login({ user: "bjorn", scope: "openid name" }).catch(() => undefined);
      await box.login({ user: "ada", scope: "openid email" });
      const [given] = await box.consents.list({ user: "ada" });
      expect(given).toMatchObject({ user: "ada", scopes: expect.arrayContaining(["email"]) });
      const revoked = await box.consents.revoke({ user: "ada" });
      expect(revoked).toEqual([{ ...given, revokedAt: expect.any(String) }]);
      expect(await box.consents.revoke(String(given?.id))).toEqual(revoked);
      await expect(box.consents.revoke({ user: "ada" })).rejects.toMatchObject({ status: 404 });
    });

    it("adds, changes and removes partners", async () => {
      const added = await box.partners.add({
        name: "Tills",
        salesUnits: [unitNamed("Demo Shop").msn],
      });
      expect(added).toMatchObject({ name: "Tills", clientId: expect.any(String) });
      expect(await box.partners.get(added.id)).toEqual(added);
      const changed = await box.partners.update(added.id, { salesUnits: [] });
      expect(changed).toEqual({ ...added, salesUnits: [] });
      expect(await box.partners.list()).toContainEqual(changed);
      expect(await box.partners.list({ search: changed.id })).toEqual([changed]);
      await box.partners.remove(added.id);
      await expect(box.partners.get(added.id)).rejects.toMatchObject({ status: 404 });
      const refused = box.partners.add({ name: "Tills", salesUnits: ["000000"] });
      await expect(refused).rejects.toMatchObject({ errors: [{ path: "salesUnits[0]" }] });
    });

    it("reads by sub what was shared in a payment", async () => {
      const { msn, clientId, clientSecret } = unitNamed("Demo Shop");
      const paid = await box.paymentSessions.add({ msn, user: "ada", scope: "name" });
      expect(await box.paymentSessions.get(paid.id)).toEqual(paid);
      expect(await box.paymentSessions.list()).toEqual([paid]);
      const platform = await place.vipps.fetch(`${box.url}/accesstoken/get`, {
        method: "POST",
        headers: {
          client_id: clientId,
          client_secret: clientSecret,
          "Ocp-Apim-Subscription-Key": "any",
        },
      });
      const { access_token } = (await platform.json()) as { access_token: string };
      const userinfo = await place.vipps.fetch(
        `${box.url}/vipps-userinfo-api/userinfo/${paid.sub}`,
        { headers: { authorization: `Bearer ${access_token}`, "Merchant-Serial-Number": msn } },
      );
      expect(await userinfo.json()).toMatchObject({ name: "Ada Nordmann", sub: paid.sub });
      await box.paymentSessions.remove(paid.id);
      expect(await box.paymentSessions.list()).toEqual([]);
      const refused = box.paymentSessions.add({ msn, user: "adda", scope: "name" });
      await expect(refused).rejects.toMatchObject({ errors: [{ path: "user", closest: "ada" }] });
    });

    it("lists browsers that remember a user, and makes them forget", async () => {
      expect(await box.browsers.list()).toEqual([]);
      await expect(box.browsers.forget("none")).rejects.toMatchObject({ status: 404 });
      await box.browsers.clear();
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

    it("reads, counts, takes and clears the request log", async () => {
      await box.requests.clear();
      await place.vipps.fetch(box.discoveryUrl);
      await box.login({ user: "ada", redirectUri: "https://example.com/no" }).catch(() => {});
      const [refused] = await box.requests.list({ refused: true });
      expect(refused).toMatchObject({
        endpoint: "auth",
        diagnosis: { message: expect.any(String) },
      });
      expect(await box.requests.get(String(refused?.id))).toEqual(refused);
      expect(await box.requests.count({ endpoint: "discovery" })).toBe(1);
      const taken = await box.requests.take({ endpoint: "discovery", wait: "1s" });
      expect(taken).toMatchObject({ method: "GET", url: box.discoveryUrl, taken: true });
      await expect(box.requests.take({ endpoint: "discovery" })).rejects.toMatchObject({
        status: 404,
      });
      expect(await box.requests.list({ limit: 1 })).toHaveLength(1);
      expect(await box.requests.report()).toMatch(
        /^Refused: 1 of 3 requests .*\n1\. GET auth 302 by/,
      );
      await box.requests.clear();
      expect(await box.requests.count()).toBe(0);
    });

    it("waits for a request", async () => {
      await box.requests.clear();
      const waiting = box.requests.list({ endpoint: "discovery", wait: "10s" });
      await place.vipps.fetch(box.discoveryUrl);
      expect(await waiting).toHaveLength(1);
    });

    it("lists, waits for, repeats and removes what merchants are told", async () => {
      const receiver = await startReceiver();
      await box.webhookDeliveries.clear();
      const { msn } = unitNamed("Demo Shop");
      await box.updateSalesUnit(msn, { consentWebhookUrl: receiver.url });
      await box.login({ user: "ada", scope: "openid name" });
      const [consent] = await box.consents.revoke({ user: "ada" });
      const filter = { kind: "consent-revoked", status: "delivered" } as const;
      const [told] = await box.webhookDeliveries.list({ ...filter, msn, wait: "10s" });
      expect(told).toMatchObject({ consent: consent?.id, attempts: [{ number: 1 }] });
      const id = String(told?.id);
      expect(await box.webhookDeliveries.get(id)).toEqual(told);
      expect(await box.webhookDeliveries.list({ last: 1 })).toEqual([told]);
      expect(await box.webhookDeliveries.list({ before: id })).toEqual([]);
      const again = await box.webhookDeliveries.redeliver(id);
      expect(again.attempts).toMatchObject([{ asked: false }, { number: 2, asked: true }]);
      expect(receiver.received).toHaveLength(2);
      await box.webhookDeliveries.clear();
      expect(await box.webhookDeliveries.list({ limit: 1 })).toEqual([]);
      await expect(box.webhookDeliveries.get(id)).rejects.toMatchObject({ status: 404 });
      await box.updateSalesUnit(msn, { consentWebhookUrl: null });
      await receiver.close();
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

    it("tells how many logins succeeded, by sales unit and day", async () => {
      const { msn, name } = unitNamed("Demo Outlet");
      await box.clock.freeze("2032-05-17T10:00:00Z");
      await box.login({ user: "ada", salesUnit: name, scope: "openid name" });
      const period = { msn, from: "2032-05-17", to: "2032-05-17" };
      expect(await box.statistics.list(period)).toMatchObject([{ msn, name, logins: 0, days: [] }]);
      await box.clock.advance("10m");
      const figures = { logins: 1, uniqueUsers: 1, withNin: 0, withoutNin: 1 };
      expect(await box.statistics.list(period)).toEqual([
        { msn, name, ...figures, days: [{ date: "2032-05-17", ...figures }] },
      ]);
      const everywhere = await box.statistics.list();
      expect(everywhere.map((one) => one.msn)).toEqual(box.salesUnits.map((unit) => unit.msn));
      await box.clock.reset();
      await expect(box.statistics.list({ msn: "nobody" })).rejects.toMatchObject({ status: 404 });
    });

    it("holds the application against the go-live checklist", async () => {
      const { clientId, name } = unitNamed("Demo Outlet");
      await box.checklist.reset();
      await box.login({ user: "ada", salesUnit: name, scope: "openid name" });
      const list = await box.checklist.read({ clientId });
      expect(list).toMatchObject({ clientId, name, ready: false });
      const statuses = Object.fromEntries(list.items.map(({ id, status }) => [id, status]));
      expect(statuses).toMatchObject({
        "redirect-uris": "done",
        webhooks: "not seen",
        branding: "by hand",
      });
      const ticked = await box.checklist.tick(
        { branding: { done: true, note: "Kari" } },
        { clientId },
      );
      expect(ticked.items.find(({ id }) => id === "branding")).toMatchObject({ status: "done" });
      expect(await box.checklist.report({ clientId })).toMatch(
        /^Go-live checklist \(2023\) of Demo Outlet/,
      );
      expect(await box.checklist.report({ clientId, format: "junit" })).toMatch(/^<\?xml/);
      const unknown = box.checklist.tick({ state: { done: true } }, { clientId });
      await expect(unknown).rejects.toMatchObject({ status: 400 });
    });

    it("checks an application, step by step", async () => {
      const { clientId, name } = unitNamed("Demo Outlet");
      await box.scenarios.clear();
      await box.faults.clear();
      const begun = await box.checks.begin({ clientId, probes: ["cancelled"], user: "ada" });
      const verdicts = [];
      for (;;) {
        const { do: what, login = 0, why } = await box.checks.next(begun.id);
        if (what === "stop") break;
        expect(why).not.toBe("");
        const code = await logInAt(name);
        verdicts.push((await box.checks.end(begun.id, { login, loggedIn: code })).verdict);
      }
      expect(verdicts).toEqual(["as it must", "as it must", "as it must"]);
      expect(await box.checks.get(begun.id)).toMatchObject({ passed: true, status: "finished" });
      expect((await box.checks.list()).map(({ id }) => id)).toContain(begun.id);
      expect(await box.checks.report(begun.id)).toMatch(/^Probes of Demo Outlet/);
      expect(await box.checks.report(begun.id, "junit")).toMatch(/^<\?xml/);
      await box.checks.remove(begun.id);
      await expect(box.checks.get(begun.id)).rejects.toMatchObject({ status: 404 });
    });

    it("checks an application by a function that drives one login", async () => {
      const { name } = unitNamed("Demo Outlet");
      const report = await box.checkClient(() => logInAt(name), {
        salesUnit: name,
        probes: ["cancelled", "no-code"],
      });
      expect(report).toMatchObject({ passed: true, of: 5 });
      expect(report.text).toContain("2 of 2 probes passed");
      expect(report.markdown).toContain("# Probes of Demo Outlet");
      expect(report.junit).toContain('tests="2" failures="0"');
      report.assertPassed();
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

    /** Whether the merchant gets a code, whoever confirms. */
    async function logInAt(name: string): Promise<boolean> {
      const { clientId, redirectUris } = unitNamed(name);
      const request = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUris[0] ?? "",
        scope: "openid",
        state: "state-of-the-test",
      });
      const url = `${box.url}/access-management-1.0/access/oauth2/auth?${request}`;
      const response = await place.vipps.fetch(url, { redirect: "manual" });
      return new URL(response.headers.get("location") ?? "").searchParams.has("code");
    }

    function unitNamed(name: string): SalesUnit {
      const unit = box.salesUnits.find((one) => one.name === name);
      if (!unit) throw new Error(`no sales unit is called ${name}`);
      return unit;
    }

    /** Begins a login at Liv's phone, as a till does. */
    async function beginOnPhone(bindingMessage: string): Promise<string> {
      const { clientId, clientSecret } = unitNamed("Demo Shop");
      const begun = await place.vipps.fetch(
        `${box.url}/vipps-login-ciba/api/backchannel/authentication`,
        {
          method: "POST",
          headers: {
            authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
          },
          body: new URLSearchParams({
            login_hint: `urn:msisdn:${box.users["leap-day"]?.phoneNumber}`,
            scope: "openid",
            binding_message: bindingMessage,
          }),
        },
      );
      const { auth_req_id } = (await begun.json()) as { auth_req_id: string };
      return auth_req_id;
    }

    /** Comes to the first page of a login; its id is in the page's address. */
    async function beginLogin(scope = "openid"): Promise<string> {
      const query = new URLSearchParams({
        client_id: unitNamed("Demo Shop").clientId,
        redirect_uri: "https://example.com/callback",
        response_type: "code",
        scope,
        state: "state-of-the-test",
      });
      const begun = await place.vipps.fetch(
        `${box.url}/access-management-1.0/access/oauth2/auth?${query}`,
        { redirect: "manual" },
      );
      const page = new URL(begun.headers.get("location") ?? "");
      return page.searchParams.get("login_challenge") ?? "";
    }
  });
}
