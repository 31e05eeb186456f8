import { describe, expect, it } from "vitest";
import { emptyChecklist } from "../../src/checklist/book.ts";
import { reportAs } from "../../src/checklist/formats.ts";
import { judge } from "../../src/checklist/judge.ts";
import { checklistReport, summaryOf } from "../../src/checklist/report.ts";
import type { Facts } from "../../src/checklist/verdict.ts";
import { verdictsOf } from "../../src/checklist/verdict.ts";
import type { Diagnosis } from "../../src/records/diagnosis.ts";
import type { RequestId } from "../../src/records/ids.ts";
import type { KeptRequest } from "../../src/records/logged-request.ts";
import type { EndpointName } from "../../src/records/vocabulary.ts";
import { NOON } from "../support/mock.ts";

/** What single requests show, told as the log has them. */

const CLIENT = "a-client";

interface Told {
  readonly endpoint?: EndpointName;
  readonly url?: string;
  readonly status?: number;
  readonly clientId?: string;
  readonly login?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: string;
  readonly location?: string;
  readonly json?: object;
  readonly refusedBy?: string;
  readonly notedBy?: string;
  readonly fault?: string;
}

const because = (rule: string): Diagnosis => ({
  ...{ rule, source: "a test", message: `refused by ${rule}`, detail: "Do it otherwise." },
});

let count = 0;
function logged({
  url = "/",
  headers = {},
  form = "",
  location,
  json,
  ...told
}: Told): KeptRequest {
  const { refusedBy, notedBy, ...facts } = told;
  const text = json === undefined ? "" : JSON.stringify(json);
  return {
    ...{ id: `request-${++count}` as RequestId, at: NOON, method: "GET", status: 200 },
    ...{ clientId: CLIENT, duration: 1, taken: false, isPresentable: false },
    ...facts,
    ...(refusedBy !== undefined && { diagnosis: because(refusedBy) }),
    notes: notedBy === undefined ? [] : [because(notedBy)],
    sent: {
      url: `http://localhost:4747${url}`,
      request: { headers, body: { text: form } },
      response: { headers: location === undefined ? {} : { location }, body: { text } },
    },
  };
}

function authorized(query: Readonly<Record<string, string>>, more: Told = {}): KeptRequest {
  const whole = { redirect_uri: "https://shop.example/callback", scope: "openid name", ...query };
  return logged({
    endpoint: "auth",
    url: `/auth?${new URLSearchParams(whole)}`,
    status: 302,
    ...more,
  });
}

const redeemed = (login: string, more: Told = {}): KeptRequest =>
  logged({ endpoint: "token", login, form: "grant_type=authorization_code&code=x", ...more });

function factsOf(requests: readonly KeptRequest[], more: Partial<Facts> = {}): Facts {
  const list = judge(emptyChecklist(NOON), requests);
  const rest = { edition: "2026", userDataInIdToken: false, probed: [], deliveries: [] } as const;
  return { list, clientId: CLIENT, ...rest, ...more };
}

function verdictOn(id: string, requests: readonly KeptRequest[], more: Partial<Facts> = {}) {
  const found = verdictsOf(factsOf(requests, more)).find(({ item }) => item.id === id);
  if (!found) throw new Error(`no item ${id}`);
  return found;
}

const polled = (login: string, more: Told = {}): KeptRequest =>
  logged({
    ...{ endpoint: "token", login },
    form: "grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba",
    ...more,
  });

const LONG_STATE = "a-state-that-nobody-guesses";

describe("requests that show that an item is not done", () => {
  it.each<[item: string, why: RegExp, requests: readonly KeptRequest[]]>([
    [
      "redirect-based",
      /script calls/,
      [authorized({}, { headers: { "sec-fetch-dest": "empty" } })],
    ],
    ["redirect-based", /script calls/, [authorized({}, { notedBy: "cors" })]],
    ["redirect-uris", /Refused by redirect-uri/, [authorized({}, { refusedBy: "redirect-uri" })]],
    [
      "redirect-uris",
      /plain http, at shop/,
      [authorized({ redirect_uri: "http://shop/callback" })],
    ],
    ["scopes", /Refused by entitlement/, [authorized({}, { refusedBy: "entitlement" })]],
    ["scopes", /Refused by nin/, [authorized({}, { notedBy: "nin" })]],
    ["state", /Refused by state/, [authorized({}, { refusedBy: "state" })]],
    ["state", /has 9 characters/, [authorized({ state: "123456789" })]],
    ["state", /few different/, [authorized({ state: "a".repeat(30) })]],
    ["nonce", /neither a nonce nor/, [authorized({ state: LONG_STATE })]],
    ["pkce", /neither a nonce nor/, [authorized({ state: LONG_STATE })]],
    ["pkce", /left out, which means plain/, [authorized({ code_challenge: "x" })]],
    [
      "pkce",
      /Another login had the same code challenge/,
      ["one", "two"].map((state) =>
        authorized({ state, code_challenge: "x", code_challenge_method: "S256" }),
      ),
    ],
    ["endpoints", /nothing at \/tokens/, [logged({ url: "/tokens", status: 404 })]],
    ["endpoints", /nothing at \/tokens/, [logged({ url: "/tokens", status: 405 })]],
    [
      "system-headers",
      /Vipps-System-Name has 31 characters, more than 30/,
      [redeemed("1", { headers: { "vipps-system-name": "x".repeat(31) } })],
    ],
    [
      "client-secret",
      /A browser sends/,
      [redeemed("1", { headers: { origin: "https://shop", authorization: "Basic x" } })],
    ],
    [
      "client-secret",
      /A browser sends/,
      [redeemed("1", { headers: { "sec-fetch-site": "cross-site" }, form: "client_secret=x" })],
    ],
    [
      "code",
      /Refused by code-expired/,
      [redeemed("1", { refusedBy: "code-expired", status: 400 })],
    ],
    [
      "till-endpoints",
      /user-exists was never asked/,
      [
        logged({
          ...{ endpoint: "backchannel-authentication", status: 400 },
          json: { error: "unknown_user_id" },
        }),
      ],
    ],
    [
      "no-phone-login-on-web",
      /calls user-exists/,
      [logged({ endpoint: "user-exists", headers: { origin: "x" } })],
    ],
  ])("%s: %s", (item, why, requests) => {
    expect(verdictOn(item, requests)).toMatchObject({
      status: "failed",
      why: expect.stringMatching(why),
    });
  });

  it.each([
    ["state", "Two logins with the same state were used."],
    ["nonce", "Two logins with the same nonce were used."],
    ["pkce", "Two logins with the same code challenge were used."],
  ])("%s, where two logins by the very same request are used", (item, why) => {
    const query = {
      state: LONG_STATE,
      nonce: LONG_STATE,
      code_challenge: "x",
      code_challenge_method: "S256",
    };
    const begun = ["1", "2"].map((login) => authorized(query, { login }));
    expect(verdictOn(item, begun).status).not.toBe("failed");
    const used = [...begun, redeemed("1"), redeemed("2")];
    expect(verdictOn(item, used)).toMatchObject({ status: "failed", why });
  });
});

describe("requests that show nothing", () => {
  it.each<[why: string, item: string, request: KeptRequest]>([
    ["a fault has hit it", "state", authorized({ state: "1".repeat(9) }, { fault: "f" })],
    ["a fault has hit the fetch", "endpoints", logged({ endpoint: "jwks", fault: "f" })],
    ["the fetch failed", "endpoints", logged({ endpoint: "discovery", status: 503 })],
    ["the pages came back", "nonce", authorized({ login_verifier: "x" })],
    ["it is another client's", "code", redeemed("1", { clientId: "another" })],
    ["a poll without a login", "polling", logged({ endpoint: "token", json: { error: "slow" } })],
    ["its body is no JSON", "polling", logged({ endpoint: "token", json: [] })],
    ["it leads nowhere with an error", "errors", authorized({}, { location: "https://shop" })],
    ["a polled login is not known", "polling", polled("9", { json: { error: "slow" } })],
    ["a login is polled once", "polling", polled("9")],
  ])("%s", (_, item, request) => {
    expect(verdictOn(item, [request]).status).toBe("not seen");
  });

  it("is what a request is that nobody is named in", () => {
    const { clientId: _, ...nameless } = logged({ endpoint: "login" });
    expect(factsOf([nameless]).list.clients).toEqual({});
  });
});

describe("a login that ends with an error", () => {
  const ended = authorized(
    { state: LONG_STATE },
    { location: "https://shop.example/callback?error=login_required", refusedBy: "prompt" },
  );

  it("is handled where a later one succeeds", () => {
    const later = authorized({ state: `${LONG_STATE}2` }, { login: "2" });
    expect(verdictOn("errors", [ended]).status).toBe("not seen");
    const { status, why } = verdictOn("errors", [ended, later, redeemed("2")]);
    expect([status, why]).toEqual([
      "done",
      "A login ended with login_required, and this later one succeeded.",
    ]);
  });
});

describe("the clients that are followed", () => {
  it("are fifty, of whom the one goes that has called least lately", () => {
    const calls = Array.from({ length: 51 }, (_, at) => ({
      ...logged({ endpoint: "userinfo", clientId: `client-${at}` }),
      at: (NOON + (at === 7 ? -1 : at)) as typeof NOON,
    }));
    const names = Object.keys(factsOf(calls).list.clients);
    expect(names).toHaveLength(50);
    expect(names).not.toContain("client-7");
  });
});

describe("webhooks", () => {
  const sent = (...statuses: readonly ("delivered" | "failed" | "waiting")[]) => ({
    deliveries: statuses.map((status) => ({ status, url: "https://shop/hook", queuedAt: NOON })),
  });

  it.each([
    [["waiting"], "not seen"],
    [["delivered", "waiting"], "done"],
    [["delivered", "failed"], "failed"],
  ] as const)("%j are %s", (statuses, status) => {
    expect(verdictOn("webhooks", [], sent(...statuses)).status).toBe(status);
  });

  it("are in the report without a request, which they are not", () => {
    const facts = factsOf([], sent("failed", "failed"));
    const report = reportAs(
      "text",
      checklistReport({ name: "Shop", ...facts, verdicts: verdictsOf(facts) }),
    );
    expect(report).toMatch(/has acknowledged no attempt\. \(2 times, last 2023-/);
  });
});

describe("discovery and the keys", () => {
  const logins = ["1", "2", "3"].flatMap((login) => [authorized({}, { login }), redeemed(login)]);
  const fetched = (endpoint: "discovery" | "jwks", times: number) =>
    Array.from({ length: times }, () => logged({ endpoint }));

  it.each<[what: string, status: string, requests: readonly KeptRequest[]]>([
    ["nothing is fetched", "not seen", logins],
    ["each once", "done", [...fetched("discovery", 1), ...fetched("jwks", 1), ...logins]],
    [
      "each once for each login",
      "done",
      [...fetched("discovery", 4), ...fetched("jwks", 4), ...logins],
    ],
    [
      "the keys more often",
      "failed",
      [...fetched("discovery", 1), ...fetched("jwks", 5), ...logins],
    ],
    ["two logins are too few", "not seen", [...fetched("discovery", 9), ...logins.slice(2)]],
    [
      "each once, also for logins that a fault ends",
      "done",
      [...fetched("discovery", 6), ...logins, ...Array(3).fill(authorized({}, { fault: "f" }))],
    ],
  ])("%s: %s", (_, status, requests) => {
    expect(verdictOn("caching", requests).status).toBe(status);
  });
});

describe("the whole list in a sentence", () => {
  it.each([
    [["done", "done"], "ready, 2 of 2 done"],
    [["done", "not seen"], "nothing is wrong, but not all is shown, 1 of 2 done, 1 not seen yet"],
    [["failed", "by hand"], "not ready: 1 failed, 0 of 2 done, 1 for a person to say"],
    [["done", "not ours"], "ready, 1 of 1 done"],
  ] as const)("%j: %s", (statuses, sentence) => {
    const [verdict] = verdictsOf(factsOf([]));
    if (!verdict) throw new Error("the list is empty");
    expect(summaryOf(statuses.map((status) => ({ ...verdict, status })))).toBe(sentence);
  });
});

describe("what is written down", () => {
  it("is the newest of everything, however many logins and clients there are", () => {
    const logins = Array.from({ length: 250 }, (_, index) =>
      authorized(
        { state: `state-of-login-${index}`, nonce: `nonce-${index}` },
        { login: `l${index}` },
      ),
    );
    const again = authorized(
      { state: "state-of-login-249", nonce: "nonce-249" },
      { login: "l249" },
    );
    const gone = redeemed("l1", { status: 200 });
    const others = Array.from({ length: 60 }, (_, index) =>
      redeemed("x", { clientId: `client-${index}` }),
    );
    const list = judge(emptyChecklist(NOON), [...logins, again, gone, ...others]);
    const file = judge(emptyChecklist(NOON), [...logins, again, gone]).clients[CLIENT];
    expect(file?.logins.length).toBe(100);
    expect(file?.logins.at(-1)?.id).toBe("l249");
    expect(file?.used.state.length).toBe(200);
    expect(Object.keys(list.clients)).toHaveLength(50);
  });

  it("is nothing of a body that is no text, and of a connection that broke", () => {
    const binary = redeemed("l1", { status: 400 });
    const request = { ...binary.sent.request, body: { base64: "/w==" } };
    const { response: _, ...sent } = binary.sent;
    const broken = { ...binary, sent: { ...sent, request } };
    expect(() => judge(emptyChecklist(NOON), [broken])).not.toThrow();
  });

  it("changes nothing that was written down before", () => {
    const first = judge(emptyChecklist(NOON), [authorized({ state: "state-of-the-first-login" })]);
    const copy = structuredClone(first);
    judge(first, [authorized({ state: "state-of-another-login" }), redeemed("l1")]);
    expect(first).toEqual(copy);
  });
});
