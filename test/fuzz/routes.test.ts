import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../src/control/api/operation.ts";
import { OPERATIONS } from "../../src/control/dispatch.ts";
import { PATHS } from "../../src/request/addresses.ts";
import { call } from "../support/control.ts";
import { fc, fuzz, json, leaks, near, text, wellFormed } from "../support/fuzz.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  BASE,
  Browser,
  basic,
  HOST,
  parameterOf,
  SHOP,
  STATE,
  walkLogin,
} from "../support/wire.ts";

/** Whatever is sent to whichever route: a response in form, nothing given away, and the mock goes on. */

let mock: Mock;
/** The sandbox as it is when it begins. */
let beginning: unknown;
beforeAll(async () => {
  mock = await startMock({}, { servers: 1 });
  beginning = await stateNow();
});
afterAll(() => mock.close());

const stateNow = async () => (await call(mock, "GET", "/state")).body;

async function expectSound(): Promise<void> {
  expect(mock.log.filter(({ msg }) => msg === "unexpected error")).toEqual([]);
  await call(mock, "POST", "/state/reset");
  const { body } = await call(mock, "GET", "/sandboxes?limit=1000");
  for (const { id } of body.items) {
    if (id !== "default") await call(mock, "DELETE", `/sandboxes/${id}`);
  }
  expect(await stateNow()).toEqual(beginning);
  const end = await walkLogin(new Browser(mock));
  expect(parameterOf(end, "code")).toBeDefined();
  await call(mock, "POST", "/state/reset");
}

interface Sent {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
}

function expectInForm(sent: Sent, { statusCode, headers, body }: LightMyRequestResponse): void {
  const isLong = sent.url.length > 900;
  if (statusCode >= 500) expect([statusCode, isLong]).toEqual([502, true]);
  const type = String(headers["content-type"] ?? "");
  if (type.includes("json")) {
    if (body !== "") JSON.parse(body);
  } else {
    expect(leaks(body)).toBeUndefined();
  }
  expect(body).not.toMatch(/^ +at .*:\d+:\d+/m);
  expect(leaks(String(headers.location ?? ""))).toBeUndefined();
  expect(String(headers.location ?? "")).not.toMatch(/^(https?:)?\/\/attacker/);
}

const NAMES = [
  ...["client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope"],
  ...["state", "nonce", "prompt", "max_age", "code", "code_verifier", "code_challenge"],
  ...["code_challenge_method", "grant_type", "login_hint", "requested_flow", "app_callback_uri"],
  ...["acr_values", "login_challenge", "login_verifier", "consent_challenge", "consent_verifier"],
  ...["tabId", "token", "auth_req_id", "binding_message", "error", "error_description", "msn"],
  ...["fixture_user", "phone_number", "action", "choice", "outcome", "remember", "request"],
];

/** Values that lead further into a route than chance does. */
const KNOWN = {
  client_id: SHOP.id,
  client_secret: SHOP.secret,
  redirect_uri: "https://example.com/callback",
  response_type: "code",
  scope: "openid name",
  state: STATE,
  grant_type: "authorization_code",
  login_hint: "urn:msisdn:4712345678",
  fixture_user: "ada",
};

const known: ReadonlyMap<string, string> = new Map(Object.entries(KNOWN));

const pair = fc
  .tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, text), text, fc.boolean())
  .map(([name, value, isKnown]) => [name, isKnown ? (known.get(name) ?? value) : value] as const);

const pairs = fc
  .tuple(fc.array(pair, { maxLength: 8 }), fc.boolean(), fc.boolean())
  .map(([given, isComplete, isRaw]) => {
    const all = isComplete ? [...Object.entries(KNOWN).slice(0, 6), ...given] : given;
    const encode = isRaw
      ? (part: string) => part.replace(/[^!-~]|#/g, "%")
      : (part: string) => encodeURIComponent(wellFormed(part));
    return all.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  });

const segment = text.map((part) => {
  try {
    return encodeURIComponent(part);
  } catch {
    return "%ed%a0%80";
  }
});

const path = fc
  .tuple(
    fc.constantFrom("", "", "", "/s/default", "/s/nobody", "/s/", "/s/%2e%2e"),
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...Object.values(PATHS), "/", "/mock", "/mock/") },
      { weight: 1, arbitrary: segment.map((one) => `/${one}`) },
    ),
    fc.option(segment, { freq: 6 }),
  )
  .map(([prefix, route, more]) => `${prefix}${route}${more === null ? "" : `/${more}`}`);

/** A value that a header can carry. */
const headerValue = text.map((value) => value.replace(/[^\t\x20-\x7e\xa0-\xff]/g, "?"));

const headers = fc.record(
  {
    authorization: fc.oneof(
      headerValue,
      headerValue.map((one) => `Bearer ${one}`),
      headerValue.map((one) => `Basic ${Buffer.from(one).toString("base64")}`),
      fc.constant(basic(SHOP)["authorization"] ?? ""),
    ),
    cookie: fc.oneof(
      headerValue,
      headerValue.map((one) => `oauth2_authentication_session_insecure=${one}`),
    ),
    origin: headerValue,
    "accept-language": headerValue,
    "user-agent": headerValue,
    "merchant-serial-number": headerValue,
    "ocp-apim-subscription-key": headerValue,
    "content-type": fc.oneof(
      fc.constantFrom(
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
      ),
      headerValue,
    ),
    "x-forwarded-for": headerValue,
    "x-forwarded-host": headerValue,
    "sec-fetch-site": headerValue,
  },
  { requiredKeys: [] },
);

const request: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.constantFrom("GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
    path,
    pairs,
    headers,
    fc.oneof(
      pairs,
      json.map((value) => JSON.stringify(value)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    ),
    fc.boolean(),
  )
  .map(([method, where, query, extra, payload, hasForm]) => ({
    method: method as Sent["method"],
    url: query === "" ? where : `${where}?${query}`,
    headers: {
      host: HOST,
      ...(hasForm && { "content-type": "application/x-www-form-urlencoded" }),
      ...extra,
    },
    ...(!["GET", "HEAD", "OPTIONS"].includes(method) && { payload }),
  }));

describe("the routes", () => {
  it("respond in form to whatever comes", async () => {
    await fuzz(request, 1500, async (sent) => {
      // What waits on purpose is not what this is about.
      if (/wait=/.test(sent.url)) return;
      expectInForm(sent, await mock.app.inject(sent));
    });
    await expectSound();
  }, 120_000);

  it("redirect to nobody who is not registered", async () => {
    const redirectUri = fc.oneof(
      text,
      fc.constantFrom("https://attacker.example/callback", "https://example.com.attacker.example/"),
    );
    await fuzz(redirectUri, 300, async (uri) => {
      const query = new URLSearchParams({ ...KNOWN, redirect_uri: wellFormed(uri) });
      const { headers: sent } = await mock.app.inject({
        url: `${PATHS.authorize}?${query}`,
        headers: { host: HOST },
      });
      const location = String(sent.location ?? "");
      if (location !== "") expect(location.startsWith(`${BASE}/`)).toBe(true);
    });
    await expectSound();
  });
});

/** What makes a key takes a second each time. */
const SLOW = ["POST /keys/rotate", "DELETE /keys/{kid}"];

/** Members of queries and bodies that make a call wait on purpose. */
const WAITS = fc.constantFrom(0, "0", "0s", "x", -1, 0.5, 1e308, "999d");

function callsOf(operation: Operation) {
  const { properties: inQuery = {} } = operation.query as { properties?: Record<string, object> };
  const query = fc
    .record(
      Object.fromEntries(
        Object.entries(inQuery).map(([name, schema]) => [
          name,
          name === "wait" ? WAITS : fc.oneof(near(schema), text),
        ]),
      ),
      { requiredKeys: [] },
    )
    .map((given) =>
      Object.entries(given)
        .map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(String(value)))}`)
        .join("&"),
    );
  const params = fc.array(
    fc.oneof(fc.constantFrom("ada", "100001", "default", "4712345678", "demo-partner"), segment),
    { minLength: 2, maxLength: 2 },
  );
  const body = operation.body ? near(operation.body) : json;
  return fc.tuple(params, query, body, fc.boolean()).map(([names, asked, given, isBare]) => {
    let at = 0;
    const where = operation.path.replace(/\{\w+\}/g, () => names[at++] || "x");
    const hasBody = operation.body ? !isBare : false;
    return {
      method: operation.method,
      url: `${PATHS.control}${where}${asked === "" ? "" : `?${asked}`}`,
      headers: { host: HOST, ...(hasBody && { "content-type": "application/json" }) },
      ...(hasBody && { payload: JSON.stringify(withoutWaits(given)) }),
    };
  });
}

function withoutWaits(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("wait" in body)) return body;
  return { ...body, wait: 0 };
}

describe("the control API", () => {
  const operations = OPERATIONS.filter(({ method, path: at }) => !SLOW.includes(`${method} ${at}`));

  it("responds in form to whatever is asked of each of its operations", async () => {
    for (const operation of operations) {
      await fuzz(callsOf(operation), 15, async (sent) => {
        const response = await mock.app.inject({ ...sent, remoteAddress: "127.0.0.1" });
        expectInForm(sent, response);
        expect(response.statusCode).toBeLessThan(500);
      });
    }
    await expectSound();
  }, 120_000);
});
