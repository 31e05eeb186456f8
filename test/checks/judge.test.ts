import { describe, expect, it } from "vitest";
import type { TurnFacts } from "../../src/checks/judge.ts";
import { judgeTurn, lineOf } from "../../src/checks/judge.ts";
import type { RequestId } from "../../src/records/ids.ts";
import type { KeptRequest } from "../../src/records/logged-request.ts";
import type { EndpointName } from "../../src/records/vocabulary.ts";
import type { ProbeId } from "../../src/rules/probes.ts";
import { probeOf } from "../../src/rules/probes.ts";
import { NOON, startMock } from "../support/mock.ts";

/** What a login was, by what its driver says and by what came. */

const CLIENT = "a-client";
const mock = await startMock();
const ada = await mock.sandbox.store.users.get("ada");
await mock.close();

interface Told {
  readonly url?: string;
  readonly form?: string;
  readonly scenario?: string;
  readonly fault?: string;
  readonly clientId?: string;
  readonly refused?: string;
  readonly status?: number;
}

function request(endpoint: EndpointName, told: Told = {}): KeptRequest {
  const { url = "/", form = "", scenario, fault, clientId = CLIENT, refused, status = 200 } = told;
  const diagnosis =
    refused === undefined ? undefined : { rule: "x", message: refused, detail: "Mend it." };
  return {
    id: endpoint as string as RequestId,
    at: NOON,
    method: "GET",
    endpoint,
    status,
    clientId,
    ...(scenario !== undefined && { scenario }),
    ...(fault !== undefined && { fault }),
    ...(diagnosis && { diagnosis }),
    notes: [],
    duration: 1,
    taken: false,
    isPresentable: true,
    sent: { url, request: { headers: {}, body: { text: form } } },
  };
}

const begun = (query: string) => request("auth", { url: `/auth?${query}`, scenario: "s" });

function factsOf(facts: Partial<TurnFacts> = {}): TurnFacts {
  return {
    report: { loggedIn: true },
    took: 1 as TurnFacts["took"],
    timeout: 30 as TurnFacts["timeout"],
    clientId: CLIENT,
    requests: [begun("scope=openid+name&state=x")],
    faults: [],
    scenario: { id: "s", hits: 1 },
    user: ada,
    hasFetchedNewKeys: false,
    wasPublished: false,
    before: [],
    subject: "sub-of-ada",
    ...facts,
  };
}

function judged(probe: ProbeId | undefined, facts: Partial<TurnFacts> = {}) {
  const { verdict, why } = judgeTurn(factsOf(facts), probe && probeOf(probe));
  return [verdict, why];
}

const hit = [{ id: "f", hits: 1 }];

describe("an ordinary login", () => {
  it.each<[Partial<TurnFacts>, string, string]>([
    [{}, "as it must", "Somebody is logged in."],
    [{ report: { loggedIn: true, user: "SUB-of-ada" } }, "as it must", "SUB-of-ada is logged in."],
    [{ report: { loggedIn: true, user: "ada" } }, "as it must", "ada is logged in."],
    [
      { report: { loggedIn: true, user: "+4712345678" } },
      "as it must",
      "+4712345678 is logged in.",
    ],
    [
      { report: { loggedIn: true, user: "+47 123 45 678" } },
      "as it must",
      "+47 123 45 678 is logged in.",
    ],
    [{ report: { loggedIn: true, user: " " } }, "as it must", "Somebody is logged in."],
    [
      { report: { loggedIn: true, user: "old@example.com" }, before: ["old@example.com"] },
      "as it must",
      "old@example.com is logged in.",
    ],
    [
      { report: { loggedIn: true, user: "Kari" } },
      "logs in somebody else",
      'The driver says that "Kari" is logged in, but Ada Nordmann confirmed the login.',
    ],
    [{ report: { loggedIn: false } }, "refuses what it must bear", "Nobody is logged in."],
    [
      {
        report: { loggedIn: false, page: { url: "http://shop/cb?code=1#x", status: 0 } },
        requests: [begun("state=x"), request("token", { refused: "the secret is wrong" })],
      },
      "refuses what it must bear",
      "Nobody is logged in; the browser is at http://shop/cb, which cannot be opened. The mock refused a request: the secret is wrong. Mend it.",
    ],
    [{ user: undefined }, "disturbed", "Somebody has removed the user of this login meanwhile."],
    [
      { scenario: undefined },
      "disturbed",
      "Somebody has removed what was made for this login meanwhile.",
    ],
    [{ report: { timedOut: true } }, "hangs", "It was not said within 30 s how the login ended."],
    [{ report: { failure: "No!" } }, "driver failed", "The driver failed after 1 s: No!"],
    [
      { requests: [], scenario: { id: "s", hits: 0 }, report: { loggedIn: false } },
      "never calls the mock",
      "Nobody is logged in, and the client a-client has not called. Is the application configured with this sandbox's issuer and that client id?",
    ],
    [
      { requests: [], scenario: { id: "s", hits: 0 } },
      "driver failed",
      "Somebody is logged in, but the client a-client has not called. Drive each login with a browser that has no cookies, so that nobody is logged in before.",
    ],
  ])("%#: %j is %s", (facts, verdict, why) => {
    expect(judged(undefined, facts)).toEqual([verdict, why]);
  });
});

describe("a probe of which there was nothing to see", () => {
  it.each<[ProbeId, Partial<TurnFacts>, string]>([
    [
      "userinfo-subject",
      { faults: [{ id: "f", hits: 0 }] },
      "The application has not called userinfo.",
    ],
    [
      "discovery-down",
      { faults: [{ id: "f", hits: 0 }] },
      "The application has not called discovery: it keeps what it has read.",
    ],
    [
      "issuer",
      {
        faults: hit,
        requests: [begun("state=x"), request("token", { fault: "f", refused: "a bad code" })],
      },
      "The request was refused.",
    ],
    ["nonce", { faults: hit }, "The application sends no nonce."],
    [
      "nonce",
      { faults: hit, requests: [request("token")] },
      "The request log does not have the login any more.",
    ],
    ["no-address", {}, "The application does not ask for the scope address."],
    [
      "no-address",
      { requests: [begun("state=x")] },
      "The application does not ask for the scope address.",
    ],
    [
      "state",
      {
        faults: hit,
        requests: [request("backchannel-authentication", { form: "scope=openid", scenario: "s" })],
      },
      "A login from phone number has no redirect URI.",
    ],
    ["auth-req-id", { faults: hit }, "Only a login from phone number has an auth_req_id."],
    [
      "cancelled",
      { report: { loggedIn: false }, scenario: { id: "s", hits: 0 } },
      "No login was begun.",
    ],
    [
      "key-rotation",
      {},
      "The application took the token without fetching the new key: it does not verify signatures.",
    ],
    [
      "key-rotation",
      { wasPublished: true },
      "The new key was in JWKS before, so the application may have known it.",
    ],
  ])("%s: %#", (probe, facts, why) => {
    expect(judged(probe, facts)).toEqual(["not reached", why]);
  });
});

describe("a probe that has reached the application", () => {
  it.each<[ProbeId, Partial<TurnFacts>, string]>([
    ["issuer", { faults: hit }, "accepts what it must refuse"],
    ["issuer", { faults: hit, report: { loggedIn: false } }, "as it must"],
    ["userinfo-500", { faults: hit }, "as it must"],
    ["userinfo-500", { faults: hit, report: { loggedIn: false } }, "as it must"],
    [
      "userinfo-500",
      { faults: hit, report: { loggedIn: true, user: "Kari" } },
      "logs in somebody else",
    ],
    ["letters", { report: { loggedIn: false } }, "refuses what it must bear"],
    ["key-rotation", { hasFetchedNewKeys: true }, "as it must"],
    [
      "auth-req-id",
      {
        faults: hit,
        requests: [request("backchannel-authentication", { form: "scope=openid", scenario: "s" })],
      },
      "accepts what it must refuse",
    ],
  ])("%s: %#", (probe, facts, verdict) => {
    expect(judged(probe, facts)[0]).toBe(verdict);
  });

  it.each([
    ["state=x", undefined],
    ["nonce=n", true],
    ["code_challenge=c", true],
  ])("state is excused with %s: %s", (query, isExcused) => {
    const facts = factsOf({ faults: hit, requests: [begun(query)] });
    expect(judgeTurn(facts, probeOf("state")).isExcused).toBe(isExcused);
  });
});

it("a request is a line, whether it got a response or not", () => {
  const one = { method: "POST", endpoint: "token", hit: false };
  expect(lineOf(one)).toBe("POST token → no response");
  expect(lineOf({ ...one, status: 400, refused: "wrong" })).toBe("POST token → 400: wrong");
  expect(lineOf({ ...one, status: 400, refused: "wrong", hit: true })).toBe(
    "POST token → 400, with the probe",
  );
});
