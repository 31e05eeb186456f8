import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { begin, poll } from "../support/phone.ts";
import {
  Browser,
  challengeOf,
  confirmedLogin,
  pageOf,
  parameterOf,
  walkLogin,
} from "../support/wire.ts";

/** What a phone does besides a yes to everything, or a no: it confirms and no more, or something goes wrong. */

describe("logins", () => {
  let mock: Mock;
  let browser: Browser;
  beforeEach(async () => {
    mock = await startMock();
    browser = new Browser(mock);
  });
  afterEach(() => mock.close());

  const theOne = async () => (await call(mock, "GET", "/logins")).body.items[0].id as string;
  const act = (id: string, action: "approve" | "reject" | "expire", body?: object) =>
    call(mock, "POST", `/logins/${id}/${action}`, body ? { body } : {});
  const confirm = (id: string, body: object = {}) =>
    call(mock, "POST", `/logins/${id}/confirm`, { body });
  const fail = (id: string, reason: string) =>
    call(mock, "POST", `/logins/${id}/fail`, { body: { reason } });

  const waits = {
    identify: () => browser.login(),
    confirm: async () => browser.submit(await browser.login(), { fixture_user: "ada" }),
    consent: async () => browser.open(await confirmedLogin(browser, "ada")),
  };

  /** What the browser gets that loads its page again. */
  const reload = () => browser.open(String(browser.visited.at(-1)));

  describe("confirmed, and no more", () => {
    it("go on to the page for the consent, in the browser that began them", async () => {
      const right = Number(challengeOf(await waits.confirm()).right);
      const { status, body } = await confirm(await theOne(), { challenge: right });
      expect([status, body.status, body.consent]).toEqual([
        200,
        "consent",
        { scopes: ["name"], in: "browser" },
      ]);
      const consent = await reload();
      expect(pageOf(consent)).toBe("consent");
      expect(
        parameterOf(await browser.submit(consent, { action: "accept" }), "code"),
      ).toBeDefined();
    });

    it("are done where the consent stands", async () => {
      await walkLogin(browser);
      await waits.confirm();
      expect((await confirm(await theOne())).body).not.toHaveProperty("consent");
      expect(parameterOf(await reload(), "code")).toBeDefined();
    });

    it("are told whose they are, and that the browser remembers", async () => {
      await waits.identify();
      const missing = await confirm(await theOne());
      expect([missing.status, missing.body.detail]).toEqual([
        422,
        expect.stringContaining("name its user"),
      ]);
      await confirm(await theOne(), { user: "ada", remember: true });
      await browser.submit(await reload(), { action: "accept" });
      expect(parameterOf(await browser.login(), "code")).toBeDefined();
    });

    it("are not confirmed with another number, twice, or by somebody who is kept out", async () => {
      const wrong = Number(challengeOf(await waits.confirm()).wrong);
      expect((await confirm(await theOne(), { challenge: wrong })).body.status).toBe("failed");
      expect(parameterOf(await reload(), "error")).toBe("wrong_challenge");
      await waits.confirm();
      const id = await theOne();
      await confirm(id);
      const again = await confirm(id);
      expect([again.status, again.body.detail]).toEqual([
        409,
        "The login is confirmed already: approve it, or reject it.",
      ]);
      await act(id, "expire");
      await waits.confirm();
      await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, status: "blocked" }));
      expect((await confirm(await theOne())).status).toBe(422);
    });
  });

  describe("that go wrong", () => {
    it.each([
      ["wrong_challenge", "wrong_challenge"],
      ["outdated_app", "outdated_app_version"],
      ["unknown_reject_reason", "unknown_reject_reason"],
      ["csrf_cookie_lost", "request_forbidden"],
      ["server_error", "server_error"],
    ])("tell the merchant: %s is %s", async (reason, error) => {
      await waits.confirm();
      expect((await fail(await theOne(), reason)).body.status).toBe("failed");
      expect(parameterOf(await reload(), "error")).toBe(error);
    });

    it("wait on when the app cannot get its token, and the app says so", async () => {
      const right = Number(challengeOf(await waits.confirm()).right);
      const id = await theOne();
      const { body } = await fail(id, "app_token_error");
      expect(body).toMatchObject({ status: "confirm", appTokenError: true });
      expect((await reload()).body).toContain("Could not get Vipps Login token");
      expect((await act(id, "approve", { challenge: right })).body.status).toBe("approved");
    });

    it.each([
      ["identify", "wrong_challenge", 409, "does not wait for the app"],
      ["consent", "app_token_error", 409, "does not wait for the app"],
      ["confirm", "cancel", 400, "expected one of"],
    ] as const)(
      "do so where that can be: at %s not with %s",
      async (stage, reason, status, told) => {
        await waits[stage]();
        const answer = await fail(await theOne(), reason);
        expect([answer.status, answer.body.detail]).toEqual([
          status,
          expect.stringContaining(told),
        ]);
      },
    );
  });

  it("that are rejected at the page for the consent were declined", async () => {
    await waits.consent();
    await act(await theOne(), "reject");
    await reload();
    const { items } = (await call(mock, "GET", "/requests?refused=true")).body;
    expect(items.at(-1).diagnosis.message).toBe("the user declined to share data");
  });

  describe("from phone number", () => {
    const begun = async () => {
      const { auth_req_id: id } = await begin(mock, { scope: "openid email" });
      return id;
    };

    it("say what the app asks, and are approved or rejected as a whole", async () => {
      const id = await begun();
      expect((await call(mock, "GET", `/logins/${id}`)).body.consent).toEqual({
        scopes: ["email"],
        in: "app",
      });
      const { status, body } = await confirm(id);
      expect([status, body.detail]).toEqual([
        409,
        expect.stringContaining("approve it, or reject"),
      ]);
    });

    it.each([
      ["outdated_app", "old_app"],
      ["server_error", "server_error"],
    ])("tell the merchant what went wrong: %s is %s", async (reason, error) => {
      const id = await begun();
      expect((await fail(id, reason)).body.status).toBe("failed");
      expect((await poll(mock, id)).json().error).toBe(error);
    });

    it("wait on when the app cannot get its token", async () => {
      const id = await begun();
      expect((await fail(id, "app_token_error")).body.status).toBe("confirm");
      expect((await poll(mock, id)).json().error).toBe("authorization_pending");
    });

    it.each(["wrong_challenge", "unknown_reject_reason", "csrf_cookie_lost"])(
      "never end with %s",
      async (reason) => {
        const { status, body } = await fail(await begun(), reason);
        expect([status, body.detail]).toEqual([
          409,
          `reason: no login from phone number ends with ${reason}`,
        ]);
      },
    );
  });
});
