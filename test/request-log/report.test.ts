import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/records/diagnosis.ts";
import type { ScenarioId } from "../../src/records/ids.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { ReportedRequest, ReportFacts } from "../../src/request-log/report.ts";
import { reportOf } from "../../src/request-log/report.ts";

const SHOP = "10000000-0000-4000-8000-000000000001";

const NOTHING: ReportFacts = {
  sandbox: "checkout-7",
  issuer: "http://localhost:4747/s/checkout-7/access-management-1.0/access/",
  requests: [],
  salesUnits: new Map([[SHOP, "Demo Shop"]]),
  waiting: [],
  unused: [],
};

const report = (facts: Partial<ReportFacts>) => reportOf({ ...NOTHING, ...facts });

const request = (facts: Partial<ReportedRequest> = {}): ReportedRequest => ({
  at: epochSeconds(1000),
  method: "GET",
  url: "http://localhost:4747/access-management-1.0/access/oauth2/auth?state=x",
  endpoint: "auth",
  status: 302,
  notes: [],
  ...facts,
});

const diagnosis = (message: string, more: Partial<Diagnosis> = {}): Diagnosis => ({
  rule: "authorization-code",
  source: "RFC 6749 §4.1.3",
  message,
  detail: "Log in again.",
  ...more,
});

const token = { method: "POST", endpoint: "token", status: 400 } as const;
const expired = { ...token, diagnosis: diagnosis("the code expired 60 seconds ago") };

/** So many of them, each with its own number. */
const many = <Item>(count: number, make: (number: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index + 1));

describe("the report", () => {
  it.each<readonly [string, Partial<ReportFacts>, readonly string[]]>([
    [
      "says where the application should go when nothing came",
      {},
      [
        "No request came to the sandbox checkout-7.",
        "What to do: Check that the application is configured with the issuer http://localhost:4747/s/checkout-7/access-management-1.0/access/",
      ],
    ],
    [
      "has what belongs to no login, counted",
      {
        requests: [
          request({ endpoint: "jwks", status: 200 }),
          request({ endpoint: "discovery", status: 200 }),
          request({ endpoint: "jwks", status: 200 }),
        ],
      },
      [
        "No refusal among 3 requests to the sandbox checkout-7.",
        "",
        "Outside of logins:",
        "- GET discovery 200",
        "- GET jwks 200 (2 times)",
      ],
    ],
    [
      "tells a refusal with what to do and where the rule is from",
      { requests: [request({ ...expired, clientId: SHOP })] },
      [
        "Refused: 1 of 1 request to the sandbox checkout-7:",
        "1. POST token 400 by Demo Shop: the code expired 60 seconds ago",
        "   What to do: Log in again.",
        "   See: RFC 6749 §4.1.3",
      ],
    ],
    [
      "names the FAQ, and a client that there is not by what was sent",
      {
        requests: [
          request({
            status: 401,
            clientId: "nobody",
            diagnosis: diagnosis("no sales unit has that client_id", {
              faq: "Why do I get Error: invalid_client?",
            }),
          }),
        ],
      },
      [
        "Refused: 1 of 1 request to the sandbox checkout-7:",
        "1. GET auth 401 by client_id nobody: no sales unit has that client_id",
        "   What to do: Log in again.",
        "   FAQ: Why do I get Error: invalid_client?",
      ],
    ],
    [
      "has the requests of each login in turn, with the time since its first",
      {
        requests: [
          request({ login: "a", clientId: SHOP }),
          request({ login: "b", clientId: "nobody" }),
          request({ login: "a", at: epochSeconds(1061), user: "ada", status: 303 }),
          request({ login: "a", at: epochSeconds(1661), user: "ada", ...expired }),
        ],
      },
      [
        "Refused: 1 of 4 requests to the sandbox checkout-7:",
        "1. POST token 400 in login 1: the code expired 60 seconds ago",
        "   What to do: Log in again.",
        "   See: RFC 6749 §4.1.3",
        "",
        "Login 1 of ada at Demo Shop:",
        "   +0s    GET auth 302",
        "   +1m1s  GET auth 303",
        "   +11m1s POST token 400; refused, see 1",
        "",
        "Login 2 at client_id nobody:",
        "   +0s    GET auth 302",
      ],
    ],
    [
      "tells once what comes again and again",
      {
        requests: [
          request({ login: "a", status: 200 }),
          ...many(3, (number) => request({ ...expired, login: "a", at: epochSeconds(number) })),
        ],
      },
      [
        "Refused: 3 of 4 requests to the sandbox checkout-7:",
        "1. POST token 400 in login 1 (3 times): the code expired 60 seconds ago",
        "   What to do: Log in again.",
        "   See: RFC 6749 §4.1.3",
        "",
        "Login 1:",
        "   +0s    GET auth 200",
        "   -16m39s POST token 400; refused, see 1 (3 times)",
      ],
    ],
    [
      "tells what hit a request, what was noticed, and that there was no response",
      {
        requests: [
          request({ login: "a", fault: "fault-1", status: 500 }),
          request({ login: "a", notes: [diagnosis("max_age is ignored")] }),
          { ...request({ login: "a" }), status: undefined } as unknown as ReportedRequest,
        ],
      },
      [
        "No refusal among 3 requests to the sandbox checkout-7.",
        "",
        "Login 1:",
        "   +0s    GET auth 500; hit by the fault fault-1",
        "   +0s    GET auth 302; noticed: max_age is ignored",
        "   +0s    GET auth without a response",
      ],
    ],
    [
      "lists the logins that wait",
      {
        requests: [request({ login: "a" })],
        waiting: [
          { id: "a", flow: "browser", clientId: SHOP, status: "identify" },
          { id: "b", flow: "phone-number", clientId: SHOP, user: "ada", status: "confirm" },
        ],
      },
      [
        "No refusal among 1 request to the sandbox checkout-7.",
        "",
        "Login 1:",
        "   +0s    GET auth 302",
        "",
        "Logins that wait for a person:",
        "- identify, user unknown, at Demo Shop, in a browser, id a",
        "- confirm, user ada, at Demo Shop, from phone number, id b",
        "   What to do: Queue a scenario before the login begins, or approve it with POST logins/{id}/approve.",
      ],
    ],
    [
      "lists the scenarios that nobody used",
      {
        requests: [request()],
        unused: [
          { id: "s1" as ScenarioId, match: {}, outcome: "approve", user: "ada" },
          {
            id: "s2" as ScenarioId,
            match: { flow: "browser", state: "12345678" },
            outcome: { error: "server_error" },
          },
        ],
      },
      [
        "No refusal among 1 request to the sandbox checkout-7.",
        "",
        "Scenarios that no login used:",
        "- approve as ada, for any login, id s1",
        "- server_error, for logins with flow browser, state 12345678, id s2",
        "",
        "Outside of logins:",
        "- GET auth 302",
      ],
    ],
  ])("%s", (_what, facts, lines) => {
    expect(report(facts)).toBe(`${lines.join("\n")}\n`);
  });
});

describe("a request in the report", () => {
  it.each([
    ["/nowhere?code=abcdefghijkl", "/nowhere"],
    ["/nowhere#here", "/nowhere"],
    [`/revoke/${"a".repeat(40)}`, /^\/revoke\/aaaa\*\*\*[\da-f]{8}$/],
    ["", ""],
  ])("that no endpoint has is told by its path: %s", (path, told) => {
    const url = `http://localhost:4747${path}`;
    const { endpoint: _, ...unknown } = request({ url, status: 404 });
    const [, shown] = /^- GET (.*) 404$/m.exec(report({ requests: [unknown] })) ?? [];
    expect(shown).toMatch(typeof told === "string" ? new RegExp(`^${told}$`) : told);
  });

  it.each([
    [0, "+0s"],
    [59, "+59s"],
    [60, "+1m"],
    [3600, "+1h"],
    [86_399, "+23h59m59s"],
    [86_400, "+1d"],
    [-1, "-1s"],
  ])("that comes %i seconds after the first is told so", (after, told) => {
    const requests = [
      request({ login: "a", status: 200 }),
      request({ login: "a", at: epochSeconds(1000 + after) }),
    ];
    expect(report({ requests }).split("\n").at(-2)?.trim()).toMatch(
      new RegExp(`^\\${told} +GET auth 302$`),
    );
  });
});

describe("secrets in the report", () => {
  it("are masked in what a diagnosis repeats of the request", () => {
    const message =
      "redirect_uri http://localhost:3000/?code=abcdefghijklmnop&x=1 is not registered";
    const detail = "Register http://localhost:3000/?code=abcdefghijklmnop&x=1.";
    const requests = [
      request({ diagnosis: diagnosis(message, { detail }), login: "a" }),
      request({ notes: [diagnosis(message)], login: "a" }),
    ];
    const text = report({ requests });
    expect(text).not.toContain("abcdefghijklmnop");
    expect(text.match(/\?code=abcd\*\*\*[\da-f]{8}&x=1/g)).toHaveLength(3);
  });

  it("do not make what was sent end a line or steer the terminal", () => {
    const requests = [request({ clientId: "a\nb\u001b[31m" })];
    const waiting = [{ id: "a", flow: "browser", clientId: "a\nb\u001b", status: "x" } as const];
    expect(report({ requests, waiting })).toContain("client_id a\\nb\\u001b,");
  });
});

describe("the length of the report", () => {
  const refusal = (number: number) => request({ diagnosis: diagnosis(`reason ${number}`) });
  const login = (number: number) => request({ login: `login-${number}` });
  const lines = (facts: Partial<ReportFacts>, pattern: RegExp) =>
    report(facts).match(pattern)?.length ?? 0;

  it("is that of ten refusals at most, the last ones", () => {
    const ten = report({ requests: many(10, refusal) });
    expect(ten).toContain("Refused: 10 of 10 requests to the sandbox checkout-7:\n1. ");
    const eleven = report({ requests: many(11, refusal) });
    expect(eleven).toContain(
      "Refused: 11 of 11 requests to the sandbox checkout-7; the last 10 reasons:\n2. ",
    );
    expect(eleven).toMatch(/^11\. .*reason 11$/m);
  });

  it("is that of five logins at most, the last ones", () => {
    const five = report({ requests: many(5, login) });
    expect(five).toContain("\n\nLogin 1:");
    expect(five).not.toContain("Of 5 logins");
    const six = report({ requests: many(6, login) });
    expect(six).toContain("\n\nOf 6 logins the last 5:\n\nLogin 2:");
    expect(six).toContain("\n\nLogin 6:");
    expect(six).not.toContain("Login 1:");
  });

  it("is that of fifteen steps of a login at most, the last ones", () => {
    const step = (number: number) => request({ login: "a", status: 200 + number });
    expect(report({ requests: many(15, step) })).toContain("Login 1:\n   +0s    GET auth 201\n");
    expect(report({ requests: many(16, step) })).toContain(
      "Login 1:\n   (the first 1 left out)\n   +0s    GET auth 202\n",
    );
  });

  it.each([
    [10, 10, false],
    [11, 10, true],
  ])("of %i in a list has %i", (count, told, hasMore) => {
    const requests = many(count, (number) => request({ status: 200 + number }));
    const waiting = many(count, (number) => ({
      ...({
        id: `w${number}`,
        flow: "browser",
        clientId: SHOP,
        status: "confirm" as const,
      } as const),
    }));
    const unused = many(count, (number) => ({
      ...{ id: `s${number}` as ScenarioId, match: {}, outcome: "cancel" as const },
    }));
    for (const [facts, pattern] of [
      [{ requests }, /^- GET/gm],
      [{ requests: [login(1)], waiting }, /^- confirm/gm],
      [{ requests: [login(1)], unused }, /^- cancel/gm],
    ] as const) {
      expect(lines(facts, pattern)).toBe(told);
      expect(report(facts).includes("\n- and more\n")).toBe(hasMore);
    }
  });

  it("is that of 600 characters a line at most", () => {
    const before = "1. GET auth 302: ".length;
    const lineOf = (length: number) => {
      const text = "x".repeat(length - before);
      return report({ requests: [request({ diagnosis: diagnosis(text) })] }).split("\n")[1];
    };
    expect(lineOf(600)).toHaveLength(600);
    expect(lineOf(601)).toBe(`${lineOf(600)}…`);
  });
});
