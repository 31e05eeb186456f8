import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CheckRunId } from "../../src/records/check-run.ts";
import { probeOf } from "../../src/rules/probes.ts";
import { check } from "../support/check.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { RelyingParty } from "../support/relying-party.ts";
import type { Slip } from "../support/shop.ts";
import { Shop } from "../support/shop.ts";
import { authorize, get, OUTLET, PATH, requestToken, SHOP, tokensFrom } from "../support/wire.ts";

/** The go-live checklist: what an application's requests show of it. */

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

interface Item {
  readonly id: string;
  readonly status: string;
  readonly why: string;
  readonly remedy: string;
  readonly judgedBy: string;
  readonly count: number;
  readonly requests: readonly { request: string; at: string; why: string; inLog: boolean }[];
}

async function itemsOf(query = `?clientId=${SHOP.id}`): Promise<readonly Item[]> {
  return (await call(mock, "GET", `/checklist${query}`)).body.items;
}

async function itemOf(id: string): Promise<Item> {
  const item = (await itemsOf()).find((one) => one.id === id);
  if (!item) throw new Error(`no item ${id}`);
  return item;
}

/** The ids of the items that have this status. */
async function having(status: string): Promise<string[]> {
  return (await itemsOf()).filter((item) => item.status === status).map(({ id }) => id);
}

/** What goes wrong by each slip, and nothing else. */
const SLIPS: readonly (readonly [Slip, item: string, why: RegExp])[] = [
  ["legacy userinfo", "endpoints", /is the old address of userinfo/],
  ["nobody asked whether the user exists", "till-endpoints", /user-exists was never asked/],
  ["a frame", "redirect-based", /opened in a frame \(Sec-Fetch-Dest: iframe\)/],
  ["no flow for apps", "app-flow", /demoshop:\/\/login\/callback is the scheme of an app/],
  ["a till in a web page", "no-phone-login-on-web", /A browser calls backchannel-authentication/],
  ["a redirect URI with a query", "redirect-uris", /callback\?shop=1 has a query/],
  ["a scope it may not have", "scopes", /delegatedConsents/],
  ["the same state", "state", /same state/],
  ["a state of digits", "state", /is a number/],
  ["the same nonce", "nonce", /same nonce/],
  ["plain PKCE", "pkce", /code_challenge_method is plain/],
  ["a secret in the URL", "client-secret", /is in the URL of .*token/],
  ["a token request after an error", "errors", /called without a code/],
  ["a code used twice", "code", /The code was used 0 seconds ago/],
  ["userinfo read late", "userinfo", /The access token expired 60 seconds ago/],
  ["impatient polls", "polling", /slow_down/],
  ["no system headers", "system-headers", /has no Merchant-Serial-Number, Vipps-System-Name/],
  ["discovery at every call", "caching", /Discovery was fetched \d+ times in \d+ logins/],
];

describe("the checklist of a careful application", () => {
  it("is done but for what a person has to say, and for webhooks, of which none was sent", async () => {
    await new Shop(mock).openForADay();
    expect(await having("failed")).toEqual([]);
    expect(await having("not seen")).toEqual(["webhooks"]);
    const byHand = (await itemsOf()).filter(({ judgedBy }) => judgedBy === "person");
    expect(await having("by hand")).toEqual(byHand.map(({ id }) => id));
  });

  it("is empty before it has called: nothing is done without a request that shows it", async () => {
    expect(await having("done")).toEqual([]);
    expect(await having("failed")).toEqual([]);
  });
});

describe("the checklist of a careless application", () => {
  it.each(SLIPS)("with %s fails in %s, and nowhere else", async (slip, item, why) => {
    const isNew = item.endsWith("endpoints");
    if (isNew) await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    await new Shop(mock, slip).openForADay();
    expect(await having("failed")).toEqual([item]);
    const { requests, count, why: said } = await itemOf(item);
    expect(said).toMatch(why);
    expect(count).toBeGreaterThan(0);
    for (const { request, inLog } of requests) {
      expect((await call(mock, "GET", `/requests/${request}`)).body.clientId ?? SHOP.id).toBe(
        SHOP.id,
      );
      expect(inLog).toBe(true);
    }
  });
});

describe("the checklist of an application that was checked", () => {
  it.each([
    ["nonce", "nonce"],
    ["no-nonce", "nonce"],
    ["cancelled", "errors"],
    ["userinfo-subject", "userinfo"],
    ["key-rotation", "caching"],
    ["changed-email", "account-linking"],
  ])("fails by the probe %s in %s, and in nothing that requests show", async (probe, item) => {
    const shop = new RelyingParty(mock, probe);
    await check(mock, () => shop.login(), { probes: [probe] });
    expect((await having("failed")).sort()).toEqual([item, "system-headers"].sort());
    const { why, remedy, requests } = await itemOf(item);
    expect(why).toMatch(new RegExp(`^The probe ${probe}: `));
    expect(remedy).toBe(probeOf(probe)?.remedy);
    expect(requests).toMatchObject([{ inLog: true }]);
  });

  it("has no request of a login that hung before any came", async () => {
    const shop = new RelyingParty(mock);
    const { id } = (
      await call(mock, "POST", "/checks", { body: { clientId: SHOP.id, probes: ["no-code"] } })
    ).body;
    await call(mock, "GET", `/checks/${id}/next`);
    await shop.login();
    const say = (body: object) => call(mock, "POST", `/checks/${id}/outcome`, { body });
    await say({ login: 1, loggedIn: true });
    await call(mock, "GET", `/checks/${id}/next`);
    await say({ login: 2, timedOut: true });
    expect(await itemOf("errors")).toMatchObject({
      status: "failed",
      requests: [{ inLog: false }],
    });
  });

  it("is forgotten with the rest of the list", async () => {
    const careless = new RelyingParty(mock, "nonce");
    await check(mock, () => careless.login(), { probes: ["nonce"] });
    await call(mock, "DELETE", "/checklist");
    expect((await itemOf("nonce")).status).toBe("not seen");
    expect((await call(mock, "GET", "/checks")).body.items).toEqual([]);
  });

  it("takes the word of a person before that of a probe", async () => {
    const shop = new RelyingParty(mock, "changed-email");
    await check(mock, () => shop.login(), { probes: ["changed-email"] });
    const body = { items: { "account-linking": { done: true, note: "Kari" } } };
    await call(mock, "PATCH", `/checklist?clientId=${SHOP.id}`, { body });
    expect((await itemOf("account-linking")).status).toBe("done");
  });

  it.each([
    ["failed", "advice"],
    ["advice", "failed"],
  ] as const)("goes by the newest of two runs: %s, then %s", async (first, second) => {
    const careless = new RelyingParty(mock, "state");
    await check(mock, () => careless.login(), { probes: ["state"] });
    // The code challenge that it sends excuses it.
    await mock.sandbox.store.checks.update(([run] = []) =>
      [first, second].flatMap((id) => {
        if (!run) return [];
        const results = run.results.map(({ isExcused, ...one }) =>
          id === "advice" ? { ...one, isExcused: true as const } : one,
        );
        return [{ ...run, id: id as CheckRunId, results }];
      }),
    );
    const { items } = (await call(mock, "GET", "/checks")).body;
    for (const { id, probes } of items) expect(probes[0].status).toBe(id);
    expect((await itemOf("state")).status === "failed").toBe(second === "failed");
  });

  it("is not done by a probe that is not all of it", async () => {
    const shop = new RelyingParty(mock);
    await check(mock, () => shop.login(), { probes: ["state", "injected-code", "key-rotation"] });
    const { why } = await itemOf("pkce");
    expect(why).toBe("The code challenge is made by S256.");
  });

  it("says what requests show before what a probe shows", async () => {
    const shop = new RelyingParty(mock, "injected-code");
    await check(mock, () => shop.login(), { probes: ["injected-code"] });
    expect(await having("failed")).toEqual(["nonce", "pkce", "system-headers"]);
    expect((await itemOf("pkce")).why).toMatch(/has neither a nonce nor a code challenge/);
  });

  it("has what probes showed for done, where no request shows it", async () => {
    const shop = new RelyingParty(mock);
    await check(mock, () => shop.login(), { probes: ["no-code", "changed-email"] });
    const { status, why } = await itemOf("errors");
    expect([status, why]).toEqual(["done", expect.stringMatching(/^The probe no-code: /)]);
    expect((await itemOf("account-linking")).status).toBe("by hand");
  });

  it("counts each probe as it was played last", async () => {
    const probes = ["nonce"];
    const careless = new RelyingParty(mock, "nonce");
    await check(mock, () => careless.login(), { probes });
    expect((await itemOf("nonce")).status).toBe("failed");
    const careful = new RelyingParty(mock);
    await check(mock, () => careful.login(), { probes: ["issuer"] });
    expect((await itemOf("nonce")).status).toBe("failed");
    await check(mock, () => careful.login(), { probes });
    await check(mock, () => careful.login(), { probes: ["issuer"] });
    expect((await itemOf("nonce")).status).toBe("done");
  });
});

describe("what does not concern an application", () => {
  const say = (items: object) =>
    call(mock, "PATCH", `/checklist?clientId=${SHOP.id}`, { body: { items } });

  it("is said by somebody, of what not every application has", async () => {
    const said = { concerns: false, note: "We have no app." };
    const { body } = await say({ "app-flow": said, nin: { concerns: false } });
    expect(await having("not ours")).toEqual(["app-flow", "nin"]);
    expect((await itemOf("app-flow")).why).toBe(
      "Somebody has said that it does not concern this application: We have no app.",
    );
    expect(body.summary).toContain(`0 of ${body.items.length - 2} done`);
    await say({ "app-flow": null });
    expect((await itemOf("app-flow")).status).toBe("not seen");
  });

  it("counts for nothing where requests show it", async () => {
    await say({ nonce: { concerns: false } });
    expect((await itemOf("nonce")).status).toBe("not ours");
    await authorize(mock);
    expect((await itemOf("nonce")).status).toBe("failed");
  });

  it("lets a list be ready to which nothing else is open", async () => {
    await new Shop(mock).openForADay();
    const open = (await itemsOf()).filter(({ status }) => status !== "done");
    const saidOf = ({ judgedBy }: Item) =>
      judgedBy === "person" ? { done: true } : { concerns: false };
    const { body } = await say(Object.fromEntries(open.map((item) => [item.id, saidOf(item)])));
    expect([body.ready, body.summary]).toEqual([true, expect.stringMatching(/^ready, /)]);
    const report = await call(mock, "GET", `/checklist/report?clientId=${SHOP.id}`);
    expect(report.body).toContain("Does not concern this application:\n- webhooks: ");
  });

  it.each([
    [{ state: { concerns: false } }, "requests show how state stands"],
    [{ "app-flow": { done: true } }, 'say {"concerns": false}'],
    [{ nin: {} }, "say one of these"],
    [{ nin: { done: true, concerns: false } }, "say one of these"],
    [{ nin: { concerns: true } }, "concerns"],
    [{ "ap-flow": { concerns: false } }, 'did you mean "app-flow"?'],
    [{ nothing: null }, "no item is called"],
    [{ "client-secret": { done: true } }, "nobody has to say it"],
  ])("cannot be said so: %j", async (items, message) => {
    const { status, body } = await say(items);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe("scopes whose claims nobody reads", () => {
  it.each([
    ["fail after three logins, as userinfo alone has the claims", "2023", "failed"],
    ["do not fail in profile 2026, where the ID token has them", "2026", "not seen"],
  ])("%s", async (_, profile, status) => {
    await call(mock, "PATCH", "/settings", { body: { profile } });
    for (let login = 0; login < 2; login += 1) await tokensFrom(mock);
    expect((await itemOf("scopes")).status).toBe("not seen");
    await tokensFrom(mock);
    expect((await itemOf("scopes")).status).toBe(status);
  });
});

describe("a verdict", () => {
  it("outlives what the request log drops", async () => {
    await call(mock, "PATCH", "/settings", { body: { limits: { requests: 20 } } });
    await call(mock, "GET", "/checklist");
    await authorize(mock, { state: "12345678" });
    for (let login = 0; login < 10; login += 1) await tokensFrom(mock);
    const { status, requests } = await itemOf("state");
    expect(status).toBe("failed");
    expect(
      (await call(mock, "GET", "/requests?endpoint=auth&limit=100")).body.items.length,
    ).toBeLessThan(11);
    expect(requests.length).toBeGreaterThan(0);
    expect((await itemOf("code")).count).toBe(10);
  });

  it("outlives that the log is emptied", async () => {
    await call(mock, "GET", "/checklist");
    await tokensFrom(mock);
    await call(mock, "DELETE", "/requests");
    const { status, requests } = await itemOf("code");
    expect(status).toBe("done");
    expect(requests).toEqual([expect.objectContaining({ inLog: false })]);
  });

  it("counts what the log had before anybody asked, once however often it is asked for", async () => {
    await tokensFrom(mock);
    expect((await itemOf("code")).count).toBe(1);
    expect((await itemOf("code")).count).toBe(1);
  });

  it("is forgotten by DELETE, with what came before", async () => {
    await tokensFrom(mock);
    await call(mock, "DELETE", "/checklist");
    expect(await having("done")).toEqual([]);
    await tokensFrom(mock);
    expect((await itemOf("code")).count).toBe(1);
  });

  it("does not count a page that is reloaded as a state used twice", async () => {
    const state = "a-state-that-nobody-guesses";
    await authorize(mock, { state });
    await authorize(mock, { state });
    expect(await having("failed")).not.toContain("state");
  });

  it("does not count what a fault has done to a request", async () => {
    const fault = { match: { endpoint: "token" }, times: 1, then: { status: 500 } };
    await call(mock, "POST", "/faults", { body: fault });
    await requestToken(mock, "");
    expect(await having("failed")).not.toContain("errors");
  });
});

describe("whose list it is", () => {
  it("is that of the one client that has called", async () => {
    await tokensFrom(mock, {}, OUTLET);
    expect((await call(mock, "GET", "/checklist")).body).toMatchObject({
      clientId: OUTLET.id,
      name: "Demo Outlet",
    });
  });

  it("has to be said where several have", async () => {
    await tokensFrom(mock);
    await tokensFrom(mock, {}, OUTLET);
    const { status, body } = await call(mock, "GET", "/checklist");
    expect(status).toBe(400);
    expect(body.detail).toContain(`${SHOP.id} (Demo Shop)`);
    expect((await itemsOf()).length).toBeGreaterThan(20);
  });

  it("is refused for a client that there is not", async () => {
    const { status, body } = await call(
      mock,
      "GET",
      `/checklist?clientId=${SHOP.id.slice(0, -1)}2`,
    );
    expect(status).toBe(400);
    expect(body.detail).toContain(`did you mean \\"${SHOP.id}\\"`.replaceAll("\\", ""));
  });

  it("is nobody's where there is no sales unit", async () => {
    await mock.close();
    mock = await startMock({ salesUnits: [] });
    const { status, body } = await call(mock, "GET", "/checklist");
    expect([status, body.detail]).toEqual([400, expect.stringContaining("there is no sales unit")]);
  });

  it("has to be said where nobody has called and there are several", async () => {
    const { status, body } = await call(mock, "GET", "/checklist");
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/there are .* and more/)]);
  });

  it("refuses to be ticked for an item that nothing is like", async () => {
    const items = { "made-up-by-somebody": { done: true } };
    const { body } = await call(mock, "PATCH", `/checklist?clientId=${SHOP.id}`, {
      body: { items },
    });
    expect(body.detail).not.toContain("did you mean");
  });

  it("has the items of the profile's year", async () => {
    const of2023 = (await itemsOf()).map(({ id }) => id);
    await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    const of2026 = (await itemsOf()).map(({ id }) => id);
    expect(of2023).toContain("terms");
    expect(of2026).not.toContain("terms");
    expect(of2026).toContain("endpoints");
  });
});

describe("what a person says", () => {
  const patch = (items: unknown) =>
    call(mock, "PATCH", `/checklist?clientId=${SHOP.id}`, { body: { items } });

  it("is written down with a note, and taken back", async () => {
    const { body } = await patch({
      branding: { done: true, note: "Kari, 2 May" },
      terms: { done: false },
    });
    const said = (id: string) => body.items.find((item: Item) => item.id === id);
    expect(said("branding")).toMatchObject({
      status: "done",
      why: "Somebody has said that it is done: Kari, 2 May",
    });
    expect(said("terms")).toMatchObject({ status: "failed" });
    const after = await patch({ branding: null });
    expect(after.body.items.find((item: Item) => item.id === "branding").status).toBe("by hand");
  });

  it.each([
    ["an item that requests show", { state: { done: true } }, /requests show how state stands/],
    [
      "no item",
      { brandign: { done: true } },
      /no item is called "brandign"; did you mean "branding"\?/,
    ],
    ["no verdict", { branding: { note: "x" } }, /done/],
  ])("is refused of %s", async (_, items, message) => {
    const { status, body } = await patch(items);
    expect(status).toBe(400);
    expect(body.detail).toMatch(message);
  });
});

describe("the report", () => {
  const report = async (format: string) =>
    (await call(mock, "GET", `/checklist/report?clientId=${SHOP.id}&format=${format}`))
      .body as string;

  beforeEach(() => new Shop(mock, "a state of digits").openForADay());

  it("begins with the verdict, and then says what failed and what to do", async () => {
    const text = await report("text");
    const [heading, failed] = text.split("\n\n");
    expect(heading).toMatch(
      /^Go-live checklist \(2023\) of Demo Shop, client_id \S+: not ready: 1 failed, \d+ of \d+ done/,
    );
    expect(failed).toMatch(
      /^Failed:\n- state: [^\n]+\n {2}state is a number, [^\n]+\(\d times, last request \S+, 2023-[^\n]+\)\n {2}What to do: Make state anew/,
    );
  });

  it("is a table in Markdown", async () => {
    const markdown = await report("markdown");
    expect(markdown).toMatch(/^# Go-live checklist \(2023\) of Demo Shop/);
    expect(markdown).toContain("| ❌ failed | `state`:");
  });

  it("is JUnit XML for CI, where what is not seen yet is skipped", async () => {
    const xml = await report("junit");
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="\d+" failures="1" skipped="\d+">/,
    );
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml).toContain('name="webhooks: ');
  });

  it("keeps to its form whatever an application sends", async () => {
    await get(mock, `${PATH.userinfo}/<b>|"&'%0A?client_id=${SHOP.id}`);
    const xml = await report("junit");
    expect(xml.replace(/&(amp|lt|gt|quot);/g, "")).not.toContain("&");
    for (const line of (await report("markdown"))
      .split("\n")
      .filter((one) => one.startsWith("|"))) {
      expect(line.replaceAll("\\|", "").split("|")).toHaveLength(6);
    }
  });
});
