import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authenticateClient } from "../../src/client-auth/authenticate.ts";
import { parseParameters } from "../../src/oidc/params.ts";
import { FAQ } from "../../src/records/faq.ts";
import type { LoginFlow } from "../../src/records/vocabulary.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, NOON, startMock } from "../support/mock.ts";
import type { Keys } from "../support/partner.ts";
import {
  actingFor,
  keysOf,
  MSN,
  ownKeysOf,
  PARTNER,
  PLATFORM_TOKEN,
  platformTokenFor,
  requestPlatformToken,
} from "../support/partner.ts";
import type { Fields, Headers } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  BANK,
  basic,
  CALLBACK,
  CLOSED,
  codeFrom,
  errorBody,
  expectReason,
  get,
  jwtPart,
  OUTLET,
  PATH,
  parameterOf,
  post,
  requestToken,
  SHOP,
  TEXT,
  userinfo,
} from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const restart = async (config: Parameters<typeof startMock>[0]) => {
  await mock.close();
  mock = await startMock(config);
};

const reason = (...values: string[]) =>
  expectReason(mock, "partner-keys", FAQ.partnerKeys, ...values);

const closestTold = () =>
  mock.log.flatMap(({ diagnosis }) => (diagnosis ? [diagnosis] : [])).at(-1)?.closest;

/** Another partner, whose keys are mixed up with those of the first. */
const OTHER = { id: "other-client", secret: "other-secret-1", key: "other-key-1" };
const addOther = () =>
  call(mock, "POST", "/partners", {
    body: {
      name: "Other",
      clientId: OTHER.id,
      clientSecret: OTHER.secret,
      subscriptionKey: OTHER.key,
    },
  });

/** What the directory answers: status, error, the number behind AADSTS and its text. */
type DirectoryAnswer = readonly [number, string, number, string];

describe("POST /accesstoken/get", () => {
  it("answers seven members in profile 2023, all of them strings", async () => {
    const response = await requestPlatformToken(mock);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json;charset=UTF-8");
    expect(response.headers["cache-control"]).toContain("no-store");
    const { access_token } = response.json();
    expect(response.body).toBe(
      `{"token_type":"Bearer","expires_in":"3600","ext_expires_in":"0","expires_on":"${NOON + 3600}","not_before":"${NOON - 300}","resource":"00000002-0000-0000-c000-000000000000","access_token":"${access_token}"}`,
    );
  });

  it("answers four members in profile 2026, with numbers", async () => {
    await restart({ profile: "2026" });
    const response = await requestPlatformToken(mock);
    const { access_token } = response.json();
    expect(response.body).toBe(
      `{"token_type":"Bearer","expires_in":3600,"expires_on":${NOON + 3600},"access_token":"${access_token}"}`,
    );
  });

  it("is there under the name that older documentation writes", async () => {
    const response = await mock.app.inject({
      method: "POST",
      url: "/accessToken/get",
      headers: { host: "localhost:4747", ...keysOf(PARTNER) },
    });
    expect(response.statusCode).toBe(200);
    const [logged] = await loggedRequests(mock);
    expect(logged).toMatchObject({ endpoint: "access-token", clientId: PARTNER.id });
  });

  it("gives a JWT of three parts, another one each time", async () => {
    const [one, other] = [await platformTokenFor(mock), await platformTokenFor(mock)];
    expect(one).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/);
    expect(other).not.toBe(one);
    expect(JSON.parse(jwtPart(one, 1))).toMatchObject({ appid: PARTNER.id, exp: NOON + 3600 });
  });

  it("is signed with the key of ID tokens", async () => {
    const keys = createLocalJWKSet((await get(mock, PATH.jwks)).json());
    const { protectedHeader } = await jwtVerify(await platformTokenFor(mock), keys, {
      currentDate: new Date(NOON * 1000),
    });
    expect(protectedHeader.alg).toBe("RS256");
  });

  it("stays good when the keys change", async () => {
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    const body = { clientSecret: "changed-secret", subscriptionKey: "changed-key" };
    await call(mock, "PATCH", "/partners/demo-partner", { body });
    expect((await requestPlatformToken(mock)).statusCode).toBe(401);
    const form = { login_hint: "urn:msisdn:4712345678", scope: "openid" };
    expect((await post(mock, PATH.backchannel, form, headers)).statusCode).toBe(200);
  });

  it.each<[string, Headers, string | undefined]>([
    ["nothing", {}, undefined],
    ["an empty form", { "content-type": "application/x-www-form-urlencoded" }, ""],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "client_id=other"],
    ["JSON", { "content-type": "application/json" }, "{}"],
    ["text", { "content-type": "text/plain" }, "x"],
  ])("ignores %s as a body", async (_what, headers, payload) => {
    const response = await mock.app.inject({
      method: "POST",
      url: PLATFORM_TOKEN,
      headers: { host: "localhost:4747", ...keysOf(PARTNER), ...headers },
      ...(payload !== undefined && { payload }),
    });
    expect(response.statusCode).toBe(200);
    const [logged] = await loggedRequests(mock);
    expect(logged).toMatchObject({ endpoint: "access-token", notes: [] });
  });

  it("is for sales units too, whose subscription key nobody compares", async () => {
    expect((await requestPlatformToken(mock, ownKeysOf(SHOP))).statusCode).toBe(200);
    const { "Ocp-Apim-Subscription-Key": _, ...without } = ownKeysOf(SHOP);
    expect((await requestPlatformToken(mock, without)).statusCode).toBe(401);
    reason("Ocp-Apim-Subscription-Key is missing");
  });

  it("notes a sales unit that the partner does not act for, and gives the same", async () => {
    const msn = { "Merchant-Serial-Number": MSN.outlet };
    expect((await requestPlatformToken(mock, { ...keysOf(PARTNER), ...msn })).statusCode).toBe(200);
    const [logged] = await loggedRequests(mock);
    expect(logged?.diagnosis).toBeUndefined();
    expect(logged?.notes.map(({ message }) => message)).toEqual([
      `the Merchant-Serial-Number is ${MSN.outlet}, and the partner demo-partner does not act for that sales unit`,
    ]);
  });

  const KEY_MISSING =
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";
  const KEY_WRONG =
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
  /** Whoever reads the log learns whose key it was, and no key. */
  const expectTold = async (told: string, closest: string | undefined) => {
    reason(told);
    expect(closestTold()).toBe(closest);
    const logged = JSON.stringify([await loggedRequests(mock), mock.log]);
    for (const secret of [PARTNER.secret, PARTNER.key, OTHER.secret, OTHER.key, "made-up"]) {
      expect(logged).not.toContain(secret);
    }
  };

  it.each<[string, Partial<Keys>, string, string, string | undefined]>([
    ["no key", { key: "" }, KEY_MISSING, "Ocp-Apim-Subscription-Key is missing", undefined],
    [
      "a wrong key",
      { key: "made-up" },
      KEY_WRONG,
      `Ocp-Apim-Subscription-Key sent with the client_id ${PARTNER.id} is wrong`,
      undefined,
    ],
    [
      "the key of another",
      { key: OTHER.key },
      KEY_WRONG,
      `Ocp-Apim-Subscription-Key sent with the client_id ${PARTNER.id} is wrong: it belongs to the client_id other-client`,
      OTHER.id,
    ],
  ])("refuses %s and says which it was", async (_what, wrong, message, told, closest) => {
    await addOther();
    const response = await requestPlatformToken(mock, keysOf({ ...PARTNER, ...wrong }));
    expect([response.statusCode, response.headers["content-type"], response.json()]).toEqual([
      401,
      "application/json",
      { statusCode: 401, message },
    ]);
    await expectTold(told, closest);
  });

  const unknown = (id: string): DirectoryAnswer => [
    400,
    "unauthorized_client",
    700016,
    `Application with identifier '${id}' was not found in the directory 'VIPPS-TEST'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  ];
  const WRONG_SECRET: DirectoryAnswer = [
    401,
    "invalid_client",
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${PARTNER.id}'.`,
  ];
  const MISSPELT = PARTNER.id.replace("a", "b");

  it.each<[string, Partial<Keys>, DirectoryAnswer, string, string | undefined]>([
    [
      "no client_id",
      { id: "" },
      [
        400,
        "invalid_request",
        900144,
        "The request body must contain the following parameter: 'client_id'.",
      ],
      "header client_id is missing",
      undefined,
    ],
    [
      "no secret",
      { secret: "" },
      [
        401,
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
      ],
      "header client_secret is missing",
      undefined,
    ],
    [
      "a misspelt client_id",
      { id: MISSPELT },
      unknown(MISSPELT),
      `client_id is ${MISSPELT}`,
      PARTNER.id,
    ],
    [
      "a secret in its place",
      { id: PARTNER.secret },
      unknown(PARTNER.secret),
      `the client_secret of ${PARTNER.id} was sent`,
      PARTNER.id,
    ],
    [
      "a subscription key in its place",
      { id: PARTNER.key },
      unknown(PARTNER.key),
      `the Ocp-Apim-Subscription-Key of ${PARTNER.id} was sent`,
      PARTNER.id,
    ],
    [
      "a wrong secret",
      { secret: PARTNER.secret.toUpperCase() },
      WRONG_SECRET,
      `client_secret sent with the client_id ${PARTNER.id} is wrong only by upper and lower case`,
      undefined,
    ],
    [
      "the secret of another",
      { secret: OTHER.secret },
      WRONG_SECRET,
      `client_secret sent with the client_id ${PARTNER.id} is wrong: it belongs to the client_id other-client`,
      OTHER.id,
    ],
  ])(
    "refuses %s in the words of the directory",
    async (_what, wrong, [status, error, code, text], told, closest) => {
      await addOther();
      const response = await requestPlatformToken(mock, keysOf({ ...PARTNER, ...wrong }));
      const { trace_id, correlation_id } = response.json();
      const timestamp = "2023-05-17 10:00:00Z";
      expect([response.statusCode, response.headers["content-type"]]).toEqual([
        status,
        "application/json; charset=utf-8",
      ]);
      expect(response.body).toBe(
        JSON.stringify({
          error,
          error_description: `AADSTS${code}: ${text}\r\nTrace ID: ${trace_id}\r\nCorrelation ID: ${correlation_id}\r\nTimestamp: ${timestamp}`,
          error_codes: [code],
          timestamp,
          trace_id,
          correlation_id,
          error_uri: `https://login.windows.net/error?code=${code}`,
        }),
      );
      for (const id of [trace_id, correlation_id])
        expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-/);
      expect(trace_id).not.toBe(correlation_id);
      await expectTold(told, closest);
    },
  );

  it("tells a sales unit that is not active what the FAQ says", async () => {
    const response = await requestPlatformToken(mock, ownKeysOf(CLOSED));
    expect([response.statusCode, response.json().message]).toEqual([
      401,
      "The client or its related sale unit or merchant does not exist or is not active",
    ]);
    expectReason(mock, "inactive", FAQ.inactive, CLOSED.id);
  });

  it("stands in the request log under its client_id, with its secrets masked", async () => {
    const token = await platformTokenFor(mock);
    const [logged] = await loggedRequests(mock);
    expect(logged).toMatchObject({ endpoint: "access-token", clientId: PARTNER.id });
    for (const secret of [PARTNER.secret, PARTNER.key, token]) {
      expect(JSON.stringify(logged)).not.toContain(secret);
    }
  });
});

describe("a partner's platform token", () => {
  const FLOWS: readonly LoginFlow[] = ["browser", "phone-number"];

  /** Authenticates as an endpoint of that flow does. */
  async function authenticate(
    flow: LoginFlow,
    headers: { authorization?: string; msn?: string | undefined },
    form = "scope=openid",
  ) {
    const { sandbox } = mock;
    return authenticateClient(
      { sandbox, now: await sandbox.clock.now(), trace: { notes: [] } },
      { authorization: headers.authorization, msn: headers.msn },
      parseParameters(form),
      flow,
    ).then(
      ({ msn }) => msn,
      ({ error, diagnosis }) => [error.code, error.description, diagnosis.message] as const,
    );
  }

  const bearer = async (headers?: Headers) => `Bearer ${await platformTokenFor(mock, headers)}`;

  it.each([
    ["2023", "browser", "invalid_request"],
    ["2023", "phone-number", MSN.shop],
    ["2026", "browser", MSN.shop],
    ["2026", "phone-number", MSN.shop],
  ] as const)("in profile %s in the %s flow: %s", async (profile, flow, result) => {
    await restart({ profile });
    const authorization = await bearer();
    const told = await authenticate(flow, { authorization, msn: MSN.shop });
    expect(Array.isArray(told) ? told[0] : told).toBe(result);
  });

  it("can be switched by itself", async () => {
    await restart({ rules: { partnerKeys: "everywhere" } });
    const authorization = await bearer();
    expect(await authenticate("browser", { authorization, msn: MSN.bank })).toBe(MSN.bank);
  });

  describe.each(FLOWS)("in the %s flow of 2026", (flow) => {
    beforeEach(() => restart({ profile: "2026" }));

    const refused = async (
      told: string,
      headers: { authorization?: string; msn?: string | undefined },
    ) => {
      expect(await authenticate(flow, headers)).toEqual([
        "invalid_client",
        TEXT.invalid_client,
        expect.stringContaining(told),
      ]);
    };

    it("is good until the hour is over", async () => {
      const headers = { authorization: await bearer(), msn: MSN.shop };
      await mock.sandbox.clock.advance(3599);
      expect(await authenticate(flow, headers)).toBe(MSN.shop);
      await mock.sandbox.clock.advance(1);
      await refused("expired 0 seconds ago", headers);
    });

    it("is refused when nobody gave it, and when it is an access token", async () => {
      await refused("never issued", { authorization: "Bearer eyJ.eyJ.x", msn: MSN.shop });
      const { access_token } = (await requestToken(mock, await codeFrom(mock))).json();
      const authorization = `Bearer ${access_token}`;
      await refused("access token of a login", { authorization, msn: MSN.shop });
    });

    it("is refused without a sales unit, or with one of others, or of nobody", async () => {
      const authorization = await bearer();
      await refused("Merchant-Serial-Number is missing", { authorization });
      await refused("does not act for", { authorization, msn: MSN.outlet });
      await refused("which no sales unit has", { authorization, msn: "10001" });
    });

    it("is refused when a sales unit got it for itself", async () => {
      const authorization = await bearer(ownKeysOf(SHOP));
      await refused("keys of the sales unit 100001", { authorization, msn: MSN.shop });
    });

    it.each([
      [{ tokenEndpointAuthMethod: "client_secret_post" as const }, "client_secret_post"],
      [{ loginActivated: false }, "not activated"],
    ])("is refused for a sales unit with %j", async (change, told) => {
      const { salesUnits } = mock.sandbox.store;
      await salesUnits.update(MSN.shop, (unit) => ({ ...unit, ...change }));
      await refused(told, { authorization: await bearer(), msn: MSN.shop });
    });

    it("is told the FAQ's sentence for a sales unit that is not active", async () => {
      const { salesUnits } = mock.sandbox.store;
      await salesUnits.update(MSN.shop, (unit) => ({ ...unit, active: false }));
      const told = await authenticate(flow, { authorization: await bearer(), msn: MSN.shop });
      expect(told).toEqual([
        "invalid_client",
        expect.stringContaining("does not exist or is not active"),
        expect.stringContaining("is not active"),
      ]);
    });

    it("goes by what the partner acts for now", async () => {
      const headers = { authorization: await bearer(), msn: MSN.outlet };
      const path = "/partners/demo-partner";
      await call(mock, "PATCH", path, { body: { salesUnits: [MSN.outlet] } });
      expect(await authenticate(flow, headers)).toBe(MSN.outlet);
      await call(mock, "DELETE", path);
      await refused("its holder was removed", headers);
    });

    it("counts for nothing beside a secret in the body", async () => {
      const form = `client_id=${OUTLET.id}&client_secret=${OUTLET.secret}`;
      const { salesUnits } = mock.sandbox.store;
      await salesUnits.update(MSN.outlet, (unit) => ({
        ...unit,
        tokenEndpointAuthMethod: "client_secret_post",
      }));
      const headers = { authorization: await bearer(), msn: MSN.shop };
      expect(await authenticate(flow, headers, form)).toBe(MSN.outlet);
    });
  });

  it("is as good as no credentials in the browser flow of 2023, with a better reason", async () => {
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    const refusal = async (fields: Fields) => {
      const { statusCode, body } = await requestToken(mock, "code", fields, headers);
      reason("in the browser flow");
      return [statusCode, body];
    };
    const plain = async (fields: Fields) => {
      const { statusCode, body } = await requestToken(mock, "code", fields, {});
      return [statusCode, body];
    };
    expect(await refusal({})).toEqual(await plain({}));
    expect((await refusal({}))[0]).toBe(400);
    const named = { client_id: SHOP.id };
    expect(await refusal(named)).toEqual(await plain(named));
    expect(await refusal(named)).toEqual([401, errorBody("invalid_client", TEXT.invalid_client)]);
  });

  it("gets tokens and revokes them in profile 2026, for its sales unit alone", async () => {
    await restart({ profile: "2026" });
    const token = await platformTokenFor(mock);
    const code = await codeFrom(mock);
    const other = await requestToken(mock, code, {}, actingFor(MSN.bank, token));
    expect([other.statusCode, other.json().error]).toEqual([400, "invalid_grant"]);
    const answer = await requestToken(mock, code, {}, actingFor(MSN.shop, token));
    const { access_token } = answer.json();
    const revoke = (msn: string) =>
      post(mock, PATH.revoke, { token: access_token }, actingFor(msn, token));
    expect((await revoke(MSN.bank)).statusCode).toBe(200);
    expect((await userinfo(mock, access_token)).statusCode).toBe(200);
    expect((await revoke(MSN.shop)).statusCode).toBe(200);
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    const items = await loggedRequests(mock);
    expect(items.filter(({ endpoint }) => endpoint === "revoke")).toMatchObject([
      { clientId: SHOP.id },
      { clientId: SHOP.id },
    ]);
    expect((await post(mock, PATH.revoke, { token: "x" }, basic(BANK))).statusCode).toBe(200);
  });

  it("revokes nothing in profile 2023", async () => {
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    const { statusCode, body } = await post(mock, PATH.revoke, { token: "x" }, headers);
    expect([statusCode, body]).toEqual([
      400,
      errorBody("invalid_request", `${TEXT.invalid_request} ${TEXT.invalid_request_hint}`),
    ]);
    reason("in the browser flow");
  });
});

describe("msn in place of client_id", () => {
  const byMsn = (fields: Fields) => authorize(mock, { client_id: undefined, ...fields });

  describe("in profile 2026", () => {
    beforeEach(() => restart({ profile: "2026" }));

    it("is replaced where it stands, and the rest of the query stays as it came", async () => {
      const rest = `response_type=code&redirect_uri=${encodeURIComponent(CALLBACK)}`;
      const query = `scope=openid%20name&msn=${MSN.bank}&state=a::b-c~d&${rest}`;
      const response = await mock.app.inject({
        method: "GET",
        url: `${PATH.auth}?${query}&client_id=`,
        headers: { host: "localhost:4747" },
      });
      expect([response.statusCode, response.headers.location]).toEqual([
        302,
        `http://localhost:4747${PATH.auth}?${query.replace(`msn=${MSN.bank}`, `client_id=${BANK.id}`)}`,
      ]);
      expect(response.headers["cache-control"]).toContain("no-store");
      const [logged] = await loggedRequests(mock);
      expect(logged).toMatchObject({ endpoint: "auth", clientId: BANK.id });
    });

    it("that nobody has leads to the error page, with the closest in the log", async () => {
      const response = await byMsn({ msn: "10001" });
      expect(parameterOf(response, "error")).toBe("invalid_client");
      expect(parameterOf(response, "error_description")).toContain("does not exist");
      reason("no sales unit has the msn 10001");
      expect(closestTold()).toBe(MSN.shop);
    });

    it("counts once where it is there twice: the first one does", async () => {
      const response = await mock.app.inject({
        method: "GET",
        url: `${PATH.auth}?msn=${MSN.shop}&msn=${MSN.bank}`,
        headers: { host: "localhost:4747" },
      });
      expect(parameterOf(response, "client_id")).toBe(SHOP.id);
    });

    it("is ignored beside client_id, and noted", async () => {
      const response = await authorize(mock, { msn: MSN.bank });
      expect(String(response.headers.location)).toContain("login_challenge=");
      const [logged] = await loggedRequests(mock);
      expect(logged).toMatchObject({ clientId: SHOP.id, notes: [{ rule: "partner-keys" }] });
    });
  });

  it("is an unknown parameter beside client_id in profile 2023", async () => {
    const response = await authorize(mock, { msn: MSN.bank });
    expect(String(response.headers.location)).toContain("login_challenge=");
    const [logged] = await loggedRequests(mock);
    expect(logged?.notes).toEqual([]);
  });
});

it.each([
  ["subscription key", PARTNER.key],
  ["secret", PARTNER.secret],
])("a partner's %s that is sent as a client id is never told", async (_what, secret) => {
  await authorize(mock, { client_id: secret });
  reason("was sent as client_id");
  await requestToken(mock, "code", {}, basic({ id: secret, secret: "x" }));
  reason("was sent as client_id");
  const logged = (await call(mock, "GET", "/requests")).body;
  expect(JSON.stringify([logged, mock.log])).not.toContain(secret);
});

it("a secret that is sent as a client id is not told by half where a header is cut", async () => {
  const { secret } = PARTNER;
  // Ten characters of it are in what the log keeps of the header.
  const header = `${"x".repeat(8192 - 10)}${secret}`;
  await get(mock, authorizePath({ client_id: secret }), { "x-forwarded-to": header });
  reason("was sent as client_id");
  const logged = (await call(mock, "GET", "/requests")).body;
  expect(JSON.stringify(logged)).toContain("more characters)");
  expect(JSON.stringify(logged)).not.toContain(secret.slice(0, 10));
});
