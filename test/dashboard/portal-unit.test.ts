import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { call } from "../support/control.ts";
import { formIn, page, submit, undoOf } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { startReceiver } from "../support/receiver.ts";
import { authorize, SHOP, tokensFrom } from "../support/wire.ts";

const UNIT = "/mock/portal/units/100001";
const SECRET = "public-mock-secret-of-demo-shop";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const unit = async (msn = "100001") => (await call(mock, "GET", `/sales-units/${msn}`)).body;

describe("the page of a sales unit", () => {
  it("hides the secret until somebody asks for it", async () => {
    expect((await page(mock, UNIT)).html).not.toContain(SECRET);
    expect((await page(mock, `${UNIT}?secret=shown`)).text("client-secret")).toBe(SECRET);
  });

  it("gives a new secret, which the page shows and no command has", async () => {
    const after = await submit(mock, UNIT, { action: "rotate-secret" });
    const { clientSecret } = await unit();
    expect(clientSecret).not.toBe(SECRET);
    expect(after.text("client-secret")).toBe(clientSecret);
    expect(after.text("done")).toContain("/sales-units/100001/rotate-secret");
    expect(after.text("done")).not.toContain(clientSecret);
  });

  it("takes the keys that an application has already, and keeps what is left empty", async () => {
    await submit(mock, UNIT, { action: "keys", clientId: "mine", clientSecret: "" });
    expect(await unit()).toMatchObject({ clientId: "mine", clientSecret: SECRET });
    const taken = { action: "keys", clientId: (await unit("100002")).clientId, clientSecret: "" };
    const refused = await page(mock, UNIT, { form: taken });
    expect(refused.status).toBe(409);
    expect(refused.text("wrong-clientId")).toContain("belongs to another sales unit");
  });

  it("registers a redirect URI, and takes it back", async () => {
    const before = (await unit()).redirectUris;
    const uri = "https://new.example.com/callback";
    const after = await submit(mock, UNIT, { action: "add-uri", uri });
    expect((await unit()).redirectUris).toEqual([...before, uri]);
    expect(after.texts("redirect-uri")).toContain(uri);
    await submit(mock, UNIT, undoOf(after));
    expect((await unit()).redirectUris).toEqual(before);
  });

  it("takes a redirect URI off, and puts it back in its place", async () => {
    const before = (await unit()).redirectUris;
    const after = await submit(mock, UNIT, { action: "remove-uri", uri: before[1] });
    expect((await unit()).redirectUris).toEqual(before.toSpliced(1, 1));
    await submit(mock, UNIT, undoOf(after));
    expect((await unit()).redirectUris).toEqual(before);
  });

  it.each([
    ["https://example.com/callback#a", "it contains #: leave the fragment out"],
    ["http://shop.example.com/callback", "http is for localhost and loopback addresses only"],
    ["/callback", "it is not absolute"],
    ["https://*.example.com/callback", "no wildcard ever matches"],
    ["javascript:alert(1)", "is no scheme to redirect to"],
    ["https://example.com/callback", "is registered already"],
    ["", "write at least one character"],
    ["https://example.com/\u202e<script>", "percent-encode"],
    [`https://example.com/${"x".repeat(10_000)}`, "2000"],
  ])("refuses the redirect URI %s beside its field, with the reason", async (uri, reason) => {
    const before = (await unit()).redirectUris;
    const refused = await page(mock, UNIT, { form: { action: "add-uri", uri } });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.text("wrong-uri")).toContain(reason);
    const [, describedBy = ""] =
      /name="uri"[^>]*aria-invalid="true" aria-describedby="([^"]*)"/.exec(refused.html) ?? [];
    expect(describedBy.split(" ")).toEqual(["add-uri-uri-hint", "add-uri-uri-problem"]);
    for (const id of describedBy.split(" ")) expect(refused.html).toContain(`id="${id}"`);
    expect((await unit()).redirectUris).toEqual(before);
    expect(refused.html).not.toMatch(/<script(?! src=)/);
  });

  const SETTINGS = {
    action: "settings",
    name: "Demo Shop",
    merchant: "Demo Group",
    tokenEndpointAuthMethod: "client_secret_basic",
    consentWebhookUrl: "",
    active: "yes",
    loginActivated: "yes",
    loginFromPhoneNumber: "yes",
    scopes: "openid",
  };

  it("changes what was changed and nothing else, and takes it back", async () => {
    const before = await unit("100002");
    const path = "/mock/portal/units/100002";
    const { loginFromPhoneNumber: _, ...same } = { ...SETTINGS, name: before.name };
    const after = await submit(mock, path, { ...same, merchant: "Other" });
    expect(await unit("100002")).toEqual({ ...before, merchant: "Other", scopes: ["openid"] });
    expect(after.text("done")).toContain("has changed: merchant, scopes.");
    await submit(mock, path, undoOf(after));
    expect(await unit("100002")).toEqual(before);
  });

  it("says that nothing was changed where nothing was", async () => {
    await call(mock, "PATCH", "/sales-units/100001", { body: { scopes: ["openid"] } });
    const after = await submit(mock, UNIT, SETTINGS);
    expect(after.text("done")).toBe("Nothing was changed: all is as it was.");
  });

  describe("that is open while somebody else changes the sales unit", () => {
    const patch = (body: object) => call(mock, "PATCH", "/sales-units/100001", { body });

    it("changes what was changed in it, and takes nothing back", async () => {
      const form = formIn(await page(mock, UNIT), "settings");
      const consentWebhookUrl = "https://example.com/revoked";
      await patch({ active: false, consentWebhookUrl, scopes: ["openid", "name"] });
      const after = await submit(mock, UNIT, { ...form, name: "Kiosk" });
      expect(after.text("done")).toContain("Demo Shop has changed: name.");
      const scopes = ["openid", "name"];
      expect(await unit()).toMatchObject({
        name: "Kiosk",
        active: false,
        consentWebhookUrl,
        scopes,
      });
    });

    it("says so where it is the same that both change", async () => {
      const open = await page(mock, UNIT);
      await patch({ merchant: "Group of another", clientId: "other" });
      const typed = { settings: { merchant: "Mine" }, keys: { clientId: "mine" } };
      for (const [action, fields] of Object.entries(typed)) {
        const form = { ...formIn(open, action), ...fields };
        const refused = await page(mock, UNIT, { form });
        expect([refused.status, refused.text("problem")]).toEqual([
          409,
          expect.stringMatching(/is “(Group of another|other)” now.*you typed “[Mm]ine”/),
        ]);
        await submit(mock, UNIT, formIn(refused, action));
      }
      expect(await unit()).toMatchObject({ merchant: "Mine", clientId: "mine" });
    });

    it("changes one of the questions, and leaves the others as they have become", async () => {
      const [termsUrl, privacyUrl] = ["https://example.com/terms", "https://example.com/privacy"];
      const consents = [{ id: "email", required: true }];
      const set = { topText: "Offers?", consents, termsUrl, privacyUrl };
      await patch({ features: { delegatedConsents: set } });
      const open = await page(mock, UNIT);
      const topText = "Better offers?";
      await patch({ features: { delegatedConsents: { ...set, topText } } });
      const form = { ...formIn(open, "delegated-consents"), sms: "optional" };
      const after = await submit(mock, UNIT, form);
      const { delegatedConsents } = (await unit()).features;
      expect(delegatedConsents.topText).toBe(topText);
      expect(delegatedConsents.consents).toEqual([...consents, { id: "sms", required: false }]);
      await patch({ features: { delegatedConsents: null } });
      expect((await page(mock, UNIT, { form: undoOf(after) })).status).toBe(409);
    });

    it("says so of a custom flow as a whole", async () => {
      const flowOf = (title: string) => ({ screens: [{ title, elements: [] }] });
      const form = formIn(await page(mock, UNIT), "custom-flow");
      await patch({ features: { customFlow: flowOf("Theirs") } });
      const customFlow = JSON.stringify(flowOf("Mine"));
      const refused = await page(mock, UNIT, { form: { ...form, customFlow } });
      expect([refused.status, refused.html]).toEqual([409, expect.stringContaining("Mine")]);
      expect((await unit()).features.customFlow).toEqual(flowOf("Theirs"));
    });

    it("takes nothing back that was changed once more", async () => {
      const after = await submit(mock, UNIT, {
        ...formIn(await page(mock, UNIT), "settings"),
        ...{ name: "Kiosk", merchant: "Mine" },
      });
      await patch({ merchant: "Theirs" });
      expect((await page(mock, UNIT, { form: undoOf(after) })).text("problem")).toContain(
        "somebody has changed merchant once more",
      );
      expect(await unit()).toMatchObject({ name: "Kiosk", merchant: "Theirs" });
    });
  });

  it("closes a sales unit and says so", async () => {
    const { active: _, ...closed } = SETTINGS;
    expect((await submit(mock, UNIT, closed)).html).toContain(">inactive</span>");
    expect((await unit()).active).toBe(false);
  });

  it("says beside each field what is wrong, and keeps what was typed", async () => {
    const wrong = { ...SETTINGS, name: "x".repeat(101), consentWebhookUrl: "nowhere" };
    const { scopes: _, ...form } = wrong;
    const refused = await page(mock, UNIT, { form });
    expect(refused.text("wrong-name")).toContain("100");
    expect(refused.text("wrong-consentWebhookUrl")).toContain("http");
    expect(refused.html).toContain(`value="${"x".repeat(101)}"`);
    const scopes = { ...SETTINGS, scopes: "name" };
    expect((await page(mock, UNIT, { form: scopes })).text("wrong-scopes")).toContain("openid");
  });

  it("sets up what the sales unit asks users, and takes it away", async () => {
    const path = "/mock/portal/units/100002";
    const asked = {
      action: "delegated-consents",
      topText: "Offers?",
      email: "required",
      sms: "optional",
      digital: "",
      personal: "",
      termsUrl: "https://example.com/terms",
      privacyUrl: "https://example.com/privacy",
    };
    const features = async () => (await unit("100002")).features;
    await submit(mock, path, asked);
    expect((await features()).delegatedConsents.consents).toEqual([
      { id: "email", required: true },
      { id: "sms", required: false },
    ]);
    const none = await page(mock, path, { form: { ...asked, email: "", sms: "" } });
    expect(none.text("wrong-email")).toBeDefined();
    await submit(mock, path, { action: "delegated-consents-off" });
    expect((await features()).delegatedConsents).toBeNull();
    const flow = { screens: [{ title: "Terms", elements: [] }] };
    await submit(mock, path, { action: "custom-flow", customFlow: JSON.stringify(flow) });
    expect((await features()).customFlow).toEqual(flow);
    const broken = await page(mock, path, { form: { action: "custom-flow", customFlow: "{" } });
    expect(broken.text("wrong-customFlow")).toContain("not JSON");
    await submit(mock, path, { action: "custom-flow-off" });
    expect((await features()).customFlow).toBeNull();
  });

  it("removes the sales unit, and puts the same back", async () => {
    const before = await unit();
    const after = await submit(mock, UNIT, { action: "remove" });
    expect(after.texts("unit").join()).not.toContain("Demo Shop");
    await submit(mock, "/mock/portal/units/new", undoOf(after));
    expect(await unit()).toEqual(before);
  });

  it.each([{}, { action: "toString" }, { action: "restore", values: "{" }])(
    "refuses a form that it has not written: %j",
    async (form) => {
      expect((await page(mock, UNIT, { form })).status).toBe(400);
    },
  );

  it("shows what was refused of it last, and leads to the log of it alone", async () => {
    await authorize(mock, { redirect_uri: "https://example.com/callback/" });
    const got = await page(mock, UNIT);
    expect(got.texts("request")).toHaveLength(1);
    expect(got.html).toContain(`log?clientId&#x3D;${SHOP.id}&amp;refused&#x3D;true`);
    expect((await page(mock, "/mock/portal/units/100002")).texts("request")).toEqual([]);
  });
});

describe("the statistics of a sales unit", () => {
  const move = (body: object) => call(mock, "PATCH", "/clock", { body });
  const titles = (html: string) =>
    [...html.matchAll(/<title>(\d{4}.*?)<\/title>/g)].map(([, t]) => t);

  it("have the same numbers in the bars and in the table", async () => {
    await call(mock, "PATCH", "/sales-units/100001", {
      body: { scopes: ["openid", "name", "nin"] },
    });
    await tokensFrom(mock, { request: { scope: "openid name" } });
    await tokensFrom(mock, { request: { scope: "openid nin" } });
    await move({ advance: "24h" });
    await tokensFrom(mock, { request: { scope: "openid name" } });
    await move({ advance: "10m" });
    const got = await page(mock, UNIT);
    const days = got.texts("day").map((row) => row.split(" "));
    expect(days).toHaveLength(14);
    expect(days.slice(0, 3)).toEqual([
      ["2023-05-18", "1", "0", "1", "1"],
      ["2023-05-17", "2", "1", "1", "1"],
      ["2023-05-16", "0", "0", "0", "0"],
    ]);
    expect(titles(got.html).toReversed()).toEqual(
      days.map(
        ([date, logins, withNin, without, unique]) =>
          `${date}: ${logins} logins, ${withNin} with NIN, ${without} without, ${unique} unique users`,
      ),
    );
    const heights = [...got.html.matchAll(/class="with(out)?"[^>]*height="([\d.]+)"/g)];
    const [without, withNin] = heights.slice(-4, -2).map(([, , height]) => Number(height));
    expect([without, withNin]).toEqual([50, 50]);
    expect([got.text("logins"), got.text("unique")]).toEqual(["3", "1"]);
    expect(got.html).not.toContain("style=");
  });

  it("say until when they count, in Oslo", async () => {
    expect((await page(mock, UNIT)).text("until")).toBe("11:50");
    await tokensFrom(mock);
    await move({ advance: 599 });
    expect((await page(mock, UNIT)).text("logins")).toBe("0");
    await move({ advance: 1 });
    const after = await page(mock, UNIT);
    expect([after.text("until"), after.text("logins")]).toEqual(["12:00", "1"]);
  });

  it.each([
    ["30", 30],
    ["90", 90],
    ["14", 14],
    ["0", 14],
    ["x", 14],
  ])("show %s days when asked", async (days, count) => {
    expect((await page(mock, `${UNIT}?days=${days}`)).texts("bar")).toHaveLength(count);
  });
});

describe("the webhooks", () => {
  it("are shown with each attempt, and sent again", async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    receiver.answers({ status: 200, body: "<script>alert(1)</script>" });
    const body = { consentWebhookUrl: `${receiver.url}/revoked` };
    await call(mock, "PATCH", "/sales-units/100001", { body });
    await tokensFrom(mock);
    await call(mock, "DELETE", "/consents?user=ada");
    const { items } = (await call(mock, "GET", "/webhook-deliveries?status=delivered&wait=60s"))
      .body;
    const id = items[0].id as string;
    for (const path of [UNIT, "/mock/portal/webhooks"]) {
      const got = await page(mock, path);
      expect(got.text("delivery")).toContain("consent-revoked to Demo Shop");
      expect(got.texts("attempt")).toHaveLength(1);
      expect(got.html).not.toMatch(/<script(?! src=)/);
    }
    const here = await submit(mock, UNIT, { action: "redeliver", id });
    expect(here.text("done")).toMatch(/^The webhook was sent again: 200 after [\d.]+ ms\./);
    const there = await submit(mock, "/mock/portal/webhooks?status=delivered", { id });
    expect(there.texts("attempt")).toHaveLength(3);
    expect(there.text("attempt")).toContain("X-Vipps-Login-Mock-Attempt");
    expect(receiver.received).toHaveLength(3);
    expect((await page(mock, "/mock/portal/webhooks?status=failed")).texts("delivery")).toEqual([]);
    const unknown = await page(mock, "/mock/portal/webhooks", { form: { id: "nothing" } });
    expect(unknown.status).toBe(404);
  });

  it("say what is wrong with a filter, and keep it", async () => {
    const got = await page(mock, "/mock/portal/webhooks?msn=999999&status=failed");
    expect([got.status, got.text("problem")]).toEqual([404, expect.stringContaining("999999")]);
    expect(got.html).toContain('name="msn" value="999999"');
    expect(got.html).toContain('value="failed" selected');
  });

  it("have pages, the newest first", async () => {
    const { deliveries } = mock.sandbox.store;
    for (let n = 0; n < 31; n += 1) {
      await deliveries.insert({
        ...{ id: `d${n}` as never, kind: "consent-revoked", msn: "100001" },
        ...{ url: `http://localhost/${n}`, contentType: "text/plain", body: "" },
        ...{ queuedAt: 0 as never, status: "delivered", attempts: [] },
      });
    }
    const first = await page(mock, "/mock/portal/webhooks");
    expect(first.texts("delivery")).toHaveLength(30);
    expect(first.text("delivery")).toContain("http://localhost/30");
    const second = await page(mock, "/mock/portal/webhooks?before=d1");
    expect([second.texts("delivery").length, second.text("older")]).toEqual([1, undefined]);
    expect(first.html).toContain("before&#x3D;d1");
  });
});
