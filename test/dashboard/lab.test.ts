import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { call } from "../support/control.ts";
import { formIn, page, submit, undoOf } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { codeFrom, get, PATH, SHOP, tokensFrom, userinfo } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const hostile = "<script>alert(1)</script>\"'&\u202e";

describe("the lab at a glance", () => {
  it("says what is otherwise than by itself", async () => {
    await mock.sandbox.clock.reset();
    const before = await page(mock, "/mock/lab");
    expect(before.text("lab-scenarios")).toContain("None waits.");
    expect(before.text("lab-faults")).toContain("None is in force.");
    expect(before.text("lab-clock")).toContain("Real time.");
    await call(mock, "POST", "/scenarios", { body: { user: "ada" } });
    await call(mock, "POST", "/faults", {
      body: { match: { endpoint: "token" }, times: 1, delay: 1 },
    });
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada", rules: { gender: true } } });
    const after = await page(mock, "/mock/lab");
    expect(after.text("lab-scenarios")).toContain("1 scenario waiting.");
    expect(after.text("lab-faults")).toContain("1 fault in force.");
    expect(after.text("lab-settings")).toContain("1 rule overridden. Everybody logs in as ada.");
  });
});

describe("scenarios", () => {
  const path = "/mock/lab/scenarios";

  it("are queued by the form, as the API takes them, and counted", async () => {
    const form = {
      action: "add",
      user: "ada",
      outcome: "approve",
      clientId: SHOP.id,
      flow: "browser",
      times: "2",
      delay: "0.001",
      remember: "yes",
    };
    const queued = await submit(mock, path, form);
    expect(queued.text("done")).toContain("Queued: ada logs in after 0.001 s");
    const { items } = (await call(mock, "GET", "/scenarios")).body;
    expect(items[0]).toMatchObject({
      user: "ada",
      match: { clientId: SHOP.id, flow: "browser" },
      times: 2,
      delay: 0.001,
      remember: true,
    });
    expect(queued.text("hits")).toBe("waits for 2");
    await codeFrom(mock);
    expect((await page(mock, path)).text("hits")).toBe("served 1 of 2");
    await codeFrom(mock);
    expect((await page(mock, path)).text("hits")).toBe("served 2 of 2");
  });

  it("can end with any error", async () => {
    const form = { action: "add", outcome: "error", error: "teapot", errorDescription: "short" };
    await submit(mock, path, form);
    const { items } = (await call(mock, "GET", "/scenarios")).body;
    expect(items[0].outcome).toEqual({ error: "teapot", errorDescription: "short" });
  });

  it.each([
    [{ user: "adda" }, 'did you mean "ada"'],
    [{ user: "ada", times: "0" }, "times"],
    [{ user: "ada", times: "many" }, "times"],
    [{ user: "ada", delay: "1h" }, "delay"],
    [{ outcome: "error" }, "error"],
    [{ action: "add-whole", json: "{" }, "The body"],
    [{ user: hostile }, "user"],
  ])("that the API refuses keep what was typed: %j", async (fields, said) => {
    const got = await page(mock, path, { form: { action: "add", ...fields } });
    expect(got.status).toBe(400);
    expect(got.text("problem")).toContain(said);
    expect(got.html).not.toMatch(/<script(?! src=)/);
    if ("delay" in fields) expect(got.html).toContain('value="1h"');
    expect((await call(mock, "GET", "/scenarios")).body.items).toEqual([]);
  });

  it("can be removed, and put back with as many logins as were left", async () => {
    await call(mock, "POST", "/scenarios", { body: { user: "ada", times: 3 } });
    await codeFrom(mock);
    const [{ id }] = (await call(mock, "GET", "/scenarios")).body.items;
    const removed = await submit(mock, path, { action: "remove", id });
    expect(removed.texts("scenario")).toEqual([]);
    const back = await submit(mock, path, undoOf(removed));
    expect(back.text("hits")).toBe("waits for 2");
    expect((await submit(mock, path, { action: "clear" })).texts("scenario")).toEqual([]);
    expect((await page(mock, path, { form: { action: "remove", id } })).status).toBe(404);
  });

  it("have the usual ones by one click", async () => {
    const [, json = ""] = /name="json" value="([^"]*)"/.exec((await page(mock, path)).html) ?? [];
    const queued = await submit(mock, path, {
      action: "add-whole",
      json: json.replaceAll("&quot;", '"'),
    });
    expect(queued.text("done")).toContain("ada logs in, once.");
    const undone = await submit(mock, path, undoOf(queued));
    expect(undone.texts("scenario")).toEqual([]);
  });
});

describe("faults", () => {
  const path = "/mock/lab/faults";

  it("are added by the form, and counted", async () => {
    const form = {
      action: "add",
      endpoint: "jwks",
      status: "503",
      body: '{"a":1}',
      times: "1",
      after: "1",
    };
    const added = await submit(mock, path, form);
    expect(added.text("done")).toContain("In force: jwks responds with 503, once.");
    expect((await call(mock, "GET", "/faults")).body.items[0]).toMatchObject({
      match: { endpoint: "jwks" },
      times: 1,
      after: 1,
      then: { status: 503, body: { a: 1 } },
    });
    expect((await get(mock, PATH.jwks)).statusCode).toBe(200);
    expect((await page(mock, path)).text("hits")).toBe("hit 0 of 1");
    expect((await get(mock, PATH.jwks)).statusCode).toBe(503);
    expect((await page(mock, path)).text("hits")).toBe("hit 1 of 1");
  });

  it("have every one of the usual ones by one click", async () => {
    const { html } = await page(mock, path);
    const usual = [...html.matchAll(/name="json" value="([^"]*)"/g)];
    expect(usual.length).toBeGreaterThan(3);
    for (const [, json = ""] of usual) {
      await submit(mock, path, { action: "add-whole", json: json.replaceAll("&quot;", '"') });
    }
    expect((await page(mock, path)).texts("fault")).toHaveLength(usual.length);
    expect((await submit(mock, path, { action: "clear" })).texts("fault")).toEqual([]);
  });

  it.each([
    [
      { delay: 2, then: { reset: true } },
      "token takes 2 s and breaks the connection",
      "every time",
    ],
    [{ then: { truncate: 5 } }, "token breaks off after 5 bytes", "every time"],
    [{ then: { body: "x" }, after: 2 }, "token responds with another body", "after the first 2"],
    [{ then: { headers: { a: "b" } } }, "token has other headers", "every time"],
    [{ then: { contentType: "text/html" } }, "token has other headers", "every time"],
    [{ delay: 1, probability: 0.5, seed: 1 }, "token takes 1 s", "with probability 0.5"],
    [{ delay: 1, ttl: 60, times: 3 }, "token takes 1 s", "until 2023-05-17T10:01:00Z"],
  ])("are listed with what they do, to which: %j", async (fault, what, which) => {
    const match = { endpoint: "token", clientId: SHOP.id, user: "ada" };
    await call(mock, "POST", "/faults", { body: { match, ...fault } });
    const { text } = await page(mock, path);
    expect(text("fault")).toContain(what);
    expect(text("fault")).toContain(which);
    expect(text("fault")).toContain("at Demo Shop, for ada");
    const [{ id }] = (await call(mock, "GET", "/faults")).body.items;
    const removed = await submit(mock, path, { action: "remove", id });
    // The end of one that has one would be another when it is put back.
    expect(removed.text("undo")).toBe("ttl" in fault ? undefined : "Undo");
  });

  it("are typed whole into the form: texts, JSON, and a connection that breaks", async () => {
    const form = { action: "add", endpoint: "userinfo", body: "[1]", reset: "", truncate: "" };
    await submit(mock, path, { ...form, clientId: SHOP.id, user: "ada", ttl: "60" });
    await submit(mock, path, { ...form, body: "plain" });
    await submit(mock, path, { ...form, body: "", reset: "yes" });
    await submit(mock, path, { ...form, body: "", truncate: "3", delay: "1" });
    const { items } = (await call(mock, "GET", "/faults")).body;
    expect(items.map((one: { then: object }) => one.then)).toEqual([
      { body: [1] },
      { body: "plain" },
      { reset: true },
      { truncate: 3 },
    ]);
  });

  it("can be removed and put back", async () => {
    await submit(mock, path, { action: "add", endpoint: "token", corrupt: "wrong_nonce" });
    const [{ id }] = (await call(mock, "GET", "/faults")).body.items;
    const removed = await submit(mock, path, { action: "remove", id });
    const back = await submit(mock, path, undoOf(removed));
    expect(back.text("fault")).toContain("token is corrupted: wrong_nonce");
  });

  it.each([
    [{ endpoint: "token" }, "nothing"],
    [{ endpoint: "jwks", corrupt: "expired" }, "corrupt"],
    [{ endpoint: "token", status: "99" }, "status"],
    [{ endpoint: "token", probability: "2", delay: "1" }, "probability"],
  ])("that could never hit are refused: %j", async (fields, said) => {
    const got = await page(mock, path, { form: { action: "add", ...fields } });
    expect([got.status, got.text("problem")]).toEqual([400, expect.stringContaining(said)]);
  });

  it("say beside each field what is wrong, and keep what was typed", async () => {
    const form = { action: "add", endpoint: "jwks", status: "99", user: "adda", times: "" };
    const got = await page(mock, path, { form });
    expect(got.text("wrong-status")).toContain("99");
    expect(formIn(got, "add")).toMatchObject(form);
    expect(got.html.match(/aria-invalid="true"/g)?.length).toBeGreaterThan(0);
  });
});

describe("keys", () => {
  const path = "/mock/lab/keys";

  it("are rotated in steps, each of which says what clients see", async () => {
    expect((await page(mock, path)).texts("key")).toHaveLength(1);
    expect((await page(mock, path, { form: { phase: "use" } })).status).toBe(409);
    const published = await submit(mock, path, { phase: "publish" });
    expect(published.text("done")).toContain("JWKS lists 2 RSA keys");
    const used = await submit(mock, path, { phase: "use" });
    expect(used.text("key")).toContain("current: signs every ID token");
    const retired = await submit(mock, path, { phase: "retire" });
    expect(retired.texts("key")).toHaveLength(1);
  });

  it("are rotated at once, and taken out of JWKS", async () => {
    const first = (await page(mock, path)).text("kid") ?? "";
    const rotated = await submit(mock, path, { phase: "" });
    expect(rotated.text("kid")).not.toBe(first);
    const kid = rotated.text("kid") ?? "";
    expect((await submit(mock, path, { remove: kid })).text("kid")).not.toBe(kid);
    expect((await page(mock, path, { form: { remove: hostile } })).status).toBe(404);
  });
});

describe("settings", () => {
  const path = "/mock/lab/settings";
  const rules = async () => (await call(mock, "GET", "/settings")).body.rules;

  it("change those rules that have another value, and take them back", async () => {
    const form = {
      action: "rules",
      "rule.minimumAge": "15",
      "rule.gender": "true",
      "rule.audience": "array",
      "rule.httpRedirectHosts": "shop, 10.0.2.2",
      "rule.webhookRemovedAfter": "",
    };
    const set = await submit(mock, path, form);
    expect(set.text("done")).toContain("minimumAge is 15, gender is true");
    expect(await rules()).toMatchObject({
      minimumAge: 15,
      gender: true,
      httpRedirectHosts: ["shop", "10.0.2.2"],
    });
    expect(set.html).toContain("3 overridden.");
    const back = await submit(mock, path, { reset: "gender" });
    expect(back.text("done")).toContain("gender is as in the profile again.");
    await submit(mock, path, undoOf(back));
    expect(await rules()).toMatchObject({ gender: true });
    await submit(mock, path, undoOf(set));
    expect(await rules()).toMatchObject({ minimumAge: 18, gender: false, httpRedirectHosts: [] });
    expect((await page(mock, path)).html).not.toContain("overridden.</strong>");
  });

  it("change the profile and the automatic login", async () => {
    const set = await submit(mock, path, { action: "profile", profile: "2026" });
    expect(set.text("profile")).toBe("2026");
    expect((await submit(mock, path, undoOf(set))).text("profile")).toBe("2023");
    await submit(mock, path, { action: "autoLogin", autoLogin: "ada" });
    expect((await call(mock, "GET", "/settings")).body.autoLogin).toBe("ada");
    await submit(mock, path, { action: "autoLogin", autoLogin: " " });
    expect((await call(mock, "GET", "/settings")).body.autoLogin).toBeNull();
  });

  describe("that somebody else changes while the page is open", () => {
    const patch = (body: object) => call(mock, "PATCH", "/settings", { body });

    it("are changed as far as they were changed here, and nothing else is", async () => {
      const form = formIn(await page(mock, path), "rules");
      await patch({ rules: { minimumAge: 15 } });
      const set = await submit(mock, path, { ...form, "rule.codeLifetime": "60" });
      expect(set.text("done")).toContain("codeLifetime is 60.");
      expect(await rules()).toMatchObject({ minimumAge: 15, codeLifetime: 60 });
      const { items } = (await call(mock, "GET", "/settings/rules")).body;
      const overridden = items.filter((rule: { overridden: boolean }) => rule.overridden);
      expect(overridden).toHaveLength(2);
    });

    it("are kept where both change the same, until that was read", async () => {
      const open = await page(mock, path);
      await patch({ rules: { minimumAge: 15 }, autoLogin: "ada" });
      const form = { ...formIn(open, "rules"), "rule.minimumAge": "16" };
      const refused = await page(mock, path, { form });
      expect([refused.status, refused.text("wrong-rule.minimumAge")]).toEqual([
        409,
        "Is “15” now, which somebody has set meanwhile; you typed “16”.",
      ]);
      await submit(mock, path, formIn(refused, "rules"));
      expect(await rules()).toMatchObject({ minimumAge: 16 });
      const other = { ...formIn(open, "autoLogin"), autoLogin: "turns-18-today" };
      expect((await page(mock, path, { form: other })).status).toBe(409);
      const same = await submit(mock, path, formIn(open, "autoLogin"));
      expect(same.text("done")).toContain("Nothing was changed");
      expect((await call(mock, "GET", "/settings")).body.autoLogin).toBe("ada");
    });

    it("are not taken back where they were changed once more", async () => {
      const set = await submit(mock, path, { action: "rules", "rule.minimumAge": "16" });
      await patch({ rules: { minimumAge: 15 } });
      const refused = await page(mock, path, { form: undoOf(set) });
      expect([refused.status, refused.text("problem")]).toEqual([
        409,
        expect.stringContaining("somebody has changed minimumAge once more"),
      ]);
      expect(await rules()).toMatchObject({ minimumAge: 15 });
    });
  });

  it.each([
    [{ action: "rules", "rule.minimumAge": "old" }, 400, "minimumAge"],
    [{ action: "rules", "rule.gender": "maybe" }, 400, "true, false"],
    [{ action: "profile", profile: "1999" }, 400, "profile"],
    [{ action: "autoLogin", autoLogin: "adda" }, 400, "ada"],
    [{ reset: "constructor" }, 404, "constructor"],
    [{ action: "restore", values: "{}" }, 400, "what to go back to"],
    [{ action: "restore", values: "null" }, 400, "what to go back to"],
    [{ action: "restore", values: '{"patch":null,"reset":[]}' }, 400, "what to go back to"],
    [{ action: "restore", values: hostile }, 400, "what to go back to"],
  ])("refuse what they cannot be: %j", async (form, status, said) => {
    const before = await rules();
    const got = await page(mock, path, { form });
    expect([got.status, got.text("problem")]).toEqual([status, expect.stringContaining(said)]);
    expect(await rules()).toEqual(before);
  });
});

describe("a clock that was moved", () => {
  const path = "/mock/lab/clock";

  it.each([
    ["2023-05-17T10:00:05Z", "5 s ahead of the real time"],
    ["2023-05-18T11:00:00Z", "1 d 1 h ahead of the real time"],
    ["2023-05-17T09:57:58Z", "2 min 2 s behind the real time"],
  ])("to %s says how far it is: %s", async (at, said) => {
    await call(mock, "PATCH", "/clock", { body: { freeze: false, at } });
    expect((await page(mock, path)).html).toContain(said);
  });

  it("names some of those whose logins expired, and says that there are more", async () => {
    const users = ["ada", "no-address", "three-addresses", "unit-line", "leap-day", "born-1931"];
    for (const user of users) await tokensFrom(mock, { user });
    const moved = await submit(mock, path, { action: "advance", advance: "168h" });
    expect(moved.text("done")).toContain("6 sessions (ada, no-address");
    expect(moved.text("done")).toContain(", …)");
  });
});

describe("sandboxes", () => {
  const path = "/mock/lab/sandboxes";

  it("are made, gone to and removed, which asks first", async () => {
    const form = { action: "add", id: "box", ttl: "2h", seed: "7" };
    const made = await submit(mock, path, form);
    expect(made.texts("sandbox")).toHaveLength(2);
    expect((await call(mock, "GET", "/sandboxes/box")).body.ttl).toBe(7200);
    const asked = await page(mock, `${path}?remove=box`);
    expect(asked.text("ask")).toContain("Remove box with everything in it?");
    expect((await page(mock, path)).text("ask")).toBeUndefined();
    for (const other of ["default", "nothing", encodeURIComponent(hostile)]) {
      expect((await page(mock, `${path}?remove=${other}`)).text("ask")).toBeUndefined();
    }
    const removed = await submit(mock, path, { action: "remove", id: "box" });
    expect(removed.texts("sandbox")).toHaveLength(1);
    expect((await page(mock, path, { form: { action: "remove", id: "default" } })).status).toBe(
      409,
    );
  });

  it("are searched, and have pages", async () => {
    for (let n = 0; n < 55; n += 1) await mock.sandboxes.create({ id: `box-${n}` as SandboxId });
    const first = await page(mock, path);
    expect([first.texts("sandbox").length, first.text("next")]).toEqual([50, "Next"]);
    const found = await page(mock, `${path}?search=BOX-54`);
    expect(found.texts("sandbox")).toEqual([expect.stringContaining("box-54")]);
    expect((await page(mock, `${path}?search=nothing`)).html).toContain("No sandbox fits.");
    expect((await page(mock, `${path}?remove=box-54`)).text("ask")).toContain("Remove box-54");
  });

  it("stay where that is wanted, and are refused with a name that is none", async () => {
    await submit(mock, path, { action: "add", id: "kept", ttl: "1h", forever: "yes" });
    expect((await call(mock, "GET", "/sandboxes/kept")).body.ttl).toBeNull();
    const refused = await page(mock, path, { form: { action: "add", id: "a/b", ttl: "soon" } });
    expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('value="soon"')]);
    expect((await page(mock, path, { form: { action: "add", id: "kept" } })).status).toBe(409);
  });

  it("that remove themselves lead to the default one", async () => {
    await mock.sandboxes.create({ id: "box" as SandboxId });
    const removed = await submit(mock, "/s/box/mock/lab/sandboxes", {
      action: "remove",
      id: "box",
    });
    expect([removed.status, removed.texts("sandbox").length]).toEqual([200, 1]);
  });
});

describe("the clock", () => {
  const path = "/mock/lab/clock";
  const clock = async () => (await call(mock, "GET", "/clock")).body;

  it("moves on, and says what that expired", async () => {
    await codeFrom(mock);
    const { access_token: token } = await tokensFrom(mock, { user: "ada" });
    const moved = await submit(mock, path, { advance: "10m" });
    expect(moved.text("done")).toContain(
      "The clock stands still at 2023-05-17T10:10:00Z. Expired: 1 code (ada), 1 access token (ada).",
    );
    expect((await userinfo(mock, token)).statusCode).toBe(401);
    expect((await submit(mock, path, { advance: "168h" })).text("done")).toContain("2 sessions");
    expect((await submit(mock, path, { advance: "1d" })).text("done")).toContain(
      "Nothing expired.",
    );
  });

  it("stops, runs on, goes to a moment and back, and each can be taken back", async () => {
    const frozen = await clock();
    const ran = await submit(mock, path, { action: "run" });
    expect((await clock()).frozen).toBe(false);
    await submit(mock, path, undoOf(ran));
    expect(await clock()).toMatchObject({ now: frozen.now, frozen: true });
    const went = await submit(mock, path, { at: "2023-06-01T12:30" });
    expect((await clock()).now).toBe("2023-06-01T12:30:00Z");
    expect((await submit(mock, path, undoOf(went))).text("done")).toContain(
      "What had expired stays so.",
    );
    expect((await clock()).now).toBe(frozen.now);
    await submit(mock, path, { action: "reset" });
    const moved = await submit(mock, path, { advance: "1d" });
    expect((await clock()).offset).toBe(86_400);
    await submit(mock, path, undoOf(moved));
    expect(await clock()).toMatchObject({ frozen: false, offset: 0 });
    const stopped = await submit(mock, path, { action: "freeze" });
    expect((await clock()).frozen).toBe(true);
    await submit(mock, path, undoOf(stopped));
    expect(await clock()).toMatchObject({ frozen: false, offset: 0 });
  });

  it.each([{ at: "tomorrow" }, { at: "" }, { advance: "-1d" }, { advance: hostile }, {}])(
    "says what is no step: %j",
    async (form) => {
      const before = await clock();
      expect((await page(mock, path, { form })).status).toBe(400);
      expect(await clock()).toEqual(before);
    },
  );

  it.each([
    ["log?refused=true", "/mock/log?refused=true"],
    ["lab/faults", "/mock/lab/faults"],
    ["../mock?unit=100001", "/mock?unit=100001"],
    ["", "/mock"],
  ])("goes back by the form of the bar to where that stood: %j", async (from, to) => {
    const sent = await page(mock, path, { form: { action: "reset", from } });
    expect(sent.status).toBe(303);
    const { pathname, search } = new URL(
      String(sent.headers["location"]),
      `http://localhost${path}`,
    );
    expect(pathname + search).toBe(to);
  });

  it("has a form in the bar of every page, that comes back to it", async () => {
    for (const place of [
      "/mock",
      "/mock?unit=100001",
      "/mock/log?refused=true",
      "/mock/lab/keys",
    ]) {
      await mock.sandbox.clock.freeze();
      const { html } = await page(mock, place);
      const [, from = ""] = /name="from" value="([^"]*)"/.exec(html) ?? [];
      const form = {
        action: "reset",
        from: from.replaceAll("&#x3D;", "=").replaceAll("&amp;", "&"),
      };
      const sent = await page(mock, path, { form });
      const to = new URL(String(sent.headers["location"]), `http://localhost${path}`);
      expect(to.pathname + to.search).toBe(place);
    }
  });

  it.each([
    "https://evil.example",
    "//evil.example/log",
    "/\\evil.example",
    "\\\\evil.example\\log",
    "/log",
    "/vipps-login-idp/login",
    "../../evil",
    "log/../../evil",
    "api/state",
    "sandbox?to=box",
    "javascript:alert(1)",
    "http://user@localhost/mock/log",
    "log%0d%0aSet-Cookie:x",
    "\tlog\n//evil.example",
    hostile,
  ])("stays below the dashboard whatever a form says: %j", async (from) => {
    const sent = await page(mock, path, { form: { action: "reset", from } });
    expect(sent.status).toBe(303);
    const location = String(sent.headers["location"]);
    const { origin, pathname } = new URL(location, `http://here.example/s/box${path}`);
    expect(origin).toBe("http://here.example");
    expect(pathname).toMatch(/^\/s\/box\/mock\/(log|lab)(\/|$|%)/);
    expect(location).not.toMatch(/[\r\n\\]/);
  });
});
