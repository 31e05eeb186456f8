import { connect } from "node:net";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import { fc } from "../support/properties.ts";
import type { Server } from "../support/server.ts";
import { startServer } from "../support/server.ts";
import type { Fields, Headers } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  BANK,
  BASE,
  Browser,
  basic,
  CALLBACK,
  CHALLENGE,
  codeFrom,
  errorBody,
  expectReason,
  formIn,
  formOf,
  get,
  HOST,
  PATH,
  post,
  posted,
  requestToken,
  SHOP,
  TEXT,
  tokensFrom,
  VERIFIER,
} from "../support/wire.ts";

/** What applications get wrong, what people try, and what only an attack or a broken wire sends. */

let mock: Mock;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

describe("a refusal tells the merchant what the real service tells, and the log why", () => {
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  const PKCE = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
  const CODE_RULE = ["authorization-code", "RFC 6749 §4.1.3"] as const;
  const grant = (hint: string) => errorBody("invalid_grant", `${TEXT.invalid_grant}${hint}`);

  type Row = readonly [
    what: string,
    send: () => Promise<LightMyRequestResponse>,
    status: number,
    body: string,
    reason: readonly [rule: string, origin: string, ...values: string[]],
  ];

  const atToken: Row[] = [
    [
      "a made-up code",
      () => requestToken(mock, "made-up-code"),
      400,
      grant(""),
      [...CODE_RULE, "made-up-"],
    ],
    ["no code", () => requestToken(mock, ""), 400, grant(""), [...CODE_RULE, "has no code"]],
    [
      "an expired code",
      async () => {
        const code = await codeFrom(mock);
        await mock.sandbox.clock.advance(120);
        return requestToken(mock, code);
      },
      400,
      grant(""),
      ["code-expired", "RFC 6749 §4.1.2", "expired 0 seconds ago"],
    ],
    [
      "a code that was used",
      async () => {
        const code = await codeFrom(mock);
        await requestToken(mock, code);
        return requestToken(mock, code);
      },
      400,
      grant(" The authorization code has already been used."),
      ["code-replay", "RFC 6749 §4.1.2", "used 0 seconds ago"],
    ],
    [
      "an expired code of another client",
      async () => {
        const code = await codeFrom(mock);
        await mock.sandbox.clock.advance(120);
        return requestToken(mock, code, {}, basic(BANK));
      },
      400,
      grant(""),
      ["code-expired", "RFC 6749 §4.1.2", "expired 0 seconds ago"],
    ],
    [
      "another client's code that was used and has expired",
      async () => {
        const code = await codeFrom(mock);
        await requestToken(mock, code);
        await mock.sandbox.clock.advance(600);
        return requestToken(mock, code, {}, basic(BANK));
      },
      400,
      grant(" The authorization code has already been used."),
      ["code-replay", "RFC 6749 §4.1.2", "used 600 seconds ago"],
    ],
    [
      "another client's code, with another redirect URI",
      async () => requestToken(mock, await codeFrom(mock), { redirect_uri: "x" }, basic(BANK)),
      400,
      grant(
        " The OAuth 2.0 Client ID from this request does not match the one from the authorize request.",
      ),
      [...CODE_RULE, SHOP.id, BANK.id],
    ],
    [
      "another client's code",
      async () => requestToken(mock, await codeFrom(mock), {}, basic(BANK)),
      400,
      grant(
        " The OAuth 2.0 Client ID from this request does not match the one from the authorize request.",
      ),
      [...CODE_RULE, SHOP.id, BANK.id],
    ],
    ...[
      ["another redirect URI", `${CALLBACK}/`, "only by the trailing slash"],
      ["no redirect URI", undefined, "has no redirect_uri"],
    ].map(
      ([what, redirect_uri, told]): Row => [
        `${what} at the token endpoint`,
        async () => requestToken(mock, await codeFrom(mock), { redirect_uri }),
        400,
        grant(
          " The 'redirect_uri' from this request does not match the one from the authorize request.",
        ),
        [...CODE_RULE, CALLBACK, String(told)],
      ],
    ),
    [
      "another redirect URI and a wrong verifier",
      async () =>
        requestToken(mock, await codeFrom(mock), { redirect_uri: "x", code_verifier: "y" }),
      400,
      grant(
        " The 'redirect_uri' from this request does not match the one from the authorize request.",
      ),
      [...CODE_RULE, CALLBACK],
    ],
    ...[
      ["no verifier", undefined, "The PKCE code verifier must be at least 43 characters."],
      ["a short verifier", "abc", "The PKCE code verifier must be at least 43 characters."],
      [
        "a wrong verifier",
        VERIFIER.replace("d", "e"),
        "The PKCE code challenge did not match the code verifier.",
      ],
    ].map(
      ([what, code_verifier, hint]): Row => [
        what ?? "",
        async () => requestToken(mock, await codeFrom(mock, { request: PKCE }), { code_verifier }),
        400,
        grant(` ${hint}`),
        ["pkce", "RFC 7636 §4.6", "code_challenge"],
      ],
    ),
    [
      "an unknown client",
      () => requestToken(mock, "any-code", {}, basic({ id: "nobody", secret: "x" })),
      401,
      errorBody("invalid_client", TEXT.invalid_client),
      ["credentials", FAQ.invalidClient, "nobody"],
    ],
    [
      "a wrong secret",
      () => requestToken(mock, "any-code", {}, basic({ ...SHOP, secret: "Public" })),
      401,
      errorBody("invalid_client", TEXT.invalid_client),
      ["credentials", FAQ.invalidClient, SHOP.id],
    ],
    [
      "the other authentication method",
      () => requestToken(mock, "any-code", posted(SHOP), {}),
      401,
      errorBody(
        "invalid_client",
        `${TEXT.invalid_client} The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept 'client_secret_post'.`,
      ),
      ["token-endpoint-auth-method", FAQ.clientSecretPost, SHOP.id, "client_secret_post"],
    ],
  ];
  it.each(atToken)("%s", async (_what, send, status, body, reason) => {
    const response = await send();
    expect([response.statusCode, response.body]).toEqual([status, body]);
    expect(response.headers).toMatchObject({
      "content-type": "application/json;charset=UTF-8",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
    expect(response.headers["www-authenticate"]).toBeUndefined();
    expectReason(mock, ...reason);
  });

  const BEARER_RULE = ["access-token", "RFC 6750 §2.1"] as const;
  const atUserinfo: [string, () => Promise<Headers>, readonly [string, string, string]][] = [
    ["no bearer token", async () => ({}), [...BEARER_RULE, "no Authorization header"]],
    ["Basic credentials", async () => basic(SHOP), [...BEARER_RULE, "Basic"]],
    ["junk", async () => ({ authorization: "Bearer junk" }), [...BEARER_RULE, "never issued"]],
    [
      "an ID token",
      async () => ({ authorization: `Bearer ${(await tokensFrom(mock)).id_token}` }),
      [...BEARER_RULE, "JWT"],
    ],
    [
      "a revoked token",
      async () => {
        const { access_token } = await tokensFrom(mock);
        await post(mock, PATH.revoke, { token: access_token }, basic(SHOP));
        return { authorization: `Bearer ${access_token}` };
      },
      [...BEARER_RULE, "was revoked"],
    ],
    [
      "an expired token",
      async () => {
        const { access_token } = await tokensFrom(mock);
        await mock.sandbox.clock.advance(607);
        return { authorization: `Bearer ${access_token}` };
      },
      ["retention", FAQ.retention, "expired 7 seconds ago"],
    ],
  ];
  it.each(atUserinfo)("%s at userinfo", async (_what, headers, reason) => {
    const response = await get(mock, PATH.userinfo, await headers());
    expect([response.statusCode, response.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect(response.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: "401",
      detail: "The access token is missing, expired or invalid.",
      instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
      extraInfo: {},
    });
    expectReason(mock, ...reason);
  });

  it.each<[string, Fields, string, readonly [string, string, string]]>([
    [
      "an unregistered redirect URI",
      { redirect_uri: "https://evil.example/" },
      `${BASE}${PATH.error}?error=invalid_request&`,
      ["redirect-uri", FAQ.redirectUris, "https://evil.example/"],
    ],
    [
      "a short state",
      { state: "short" },
      `${CALLBACK}?error=invalid_state&`,
      ["state", FAQ.state, '"short" is 5 bytes'],
    ],
    [
      "an unknown client",
      { client_id: "nobody" },
      `${BASE}${PATH.error}?error=invalid_client&`,
      ["credentials", FAQ.invalidClient, "nobody"],
    ],
  ])("%s at the authorization endpoint", async (_what, request, location, reason) => {
    const response = await authorize(mock, request);
    expect(response.statusCode).toBe(302);
    expect(String(response.headers.location).startsWith(location)).toBe(true);
    expectReason(mock, ...reason);
  });

  const good = { grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK };
  it.each<[string, string, Headers, string, string]>([
    ["nothing", "", FORM, "The POST body can not be empty.", "no form body"],
    [
      "JSON",
      JSON.stringify(good),
      { "content-type": "application/json" },
      "The POST body can not be empty.",
      "no form body",
    ],
    [
      "no grant_type",
      "code=x",
      FORM,
      "Request parameter 'grant_type' is missing",
      "grant_type is missing",
    ],
    [
      "broken encoding",
      "grant_type=%zz",
      FORM,
      "Unable to parse HTTP body, make sure to send a properly formatted form request body.",
      "grant_type is not percent-encoded UTF-8",
    ],
  ])("%s for a body at the token endpoint", async (_what, body, headers, hint, reason) => {
    const response = await post(mock, PATH.token, body, { ...basic(SHOP), ...headers });
    expect([response.statusCode, response.body]).toEqual([
      400,
      errorBody("invalid_request", `${TEXT.invalid_request} ${hint}`),
    ]);
    expect(mock.log.at(-1)?.msg).toContain(reason);
  });

  it("a JSON body is named in the log", async () => {
    await post(mock, PATH.revoke, "{}", { ...basic(SHOP), "content-type": "application/json" });
    const told = "the body is application/json, which the endpoint reads as an empty form";
    expect(mock.log.map(({ msg }) => msg).join()).toContain(told);
  });

  it("a parameter twice in a page's address or form", async () => {
    const browser = new Browser(mock);
    const phone = await browser.login();
    const { action, hidden } = formIn(phone);
    const form = `${formOf({ ...hidden, fixture_user: "ada" })}&fixture_user=leap-day`;
    const consent = `${PATH.consent}?consent_challenge=x&consent_challenge=y`;
    const address = `${PATH.login}?${formOf(hidden)}&${formOf(hidden)}`;
    for (const answer of [
      await post(mock, action, form),
      await get(mock, address),
      await get(mock, consent),
    ]) {
      expect(answer.statusCode).toBe(302);
      expect(answer.headers.location).toContain("is+included+more+than+once.");
      expectReason(mock, "parameters", "RFC 6749 §3.1", "more than once");
    }
    expect((await readAll(mock.sandbox.store.logins))[0]?.user).toBeUndefined();
    const page = await get(mock, `${PATH.error}?error=x&error=y`);
    expect([page.statusCode, page.body]).toEqual([400, "400 The query is not readable\n"]);
  });
});

/** One endpoint with the parameters that it reads, and the rest of a good request. */
interface Endpoint {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly parameters: readonly string[];
  readonly fields: Fields;
  readonly headers: Headers;
}

/** Every endpoint; the pages with a login that waits at them. */
async function allEndpoints(): Promise<Endpoint[]> {
  const phone = formIn(await new Browser(mock).login()).hidden;
  const browser = new Browser(mock);
  const atApp = await browser.submit(await browser.login(), { fixture_user: "leap-day" });
  const app = formIn(atApp).hidden;
  const get = (path: string, parameters: string[], fields: Fields = {}): Endpoint => ({
    ...{ name: `GET ${path}`, method: "GET", path, parameters, fields, headers: {} },
  });
  const post = (name: string, path: string, parameters: string[], fields: Fields): Endpoint => ({
    ...{ name, method: "POST", path, parameters, fields, headers: basic(SHOP) },
  });
  const query = new URLSearchParams(authorizePath().split("?")[1]);
  return [
    get(
      PATH.auth,
      "response_type client_id redirect_uri scope state nonce prompt login_hint code_challenge code_challenge_method response_mode app_callback_uri audience registration request request_uri ui_locales login_verifier consent_verifier".split(
        " ",
      ),
      Object.fromEntries(query),
    ),
    post(
      "token",
      PATH.token,
      ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"],
      { grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK },
    ),
    post("revocation", PATH.revoke, ["token", "token_type_hint", "client_id", "client_secret"], {
      token: "x",
    }),
    ...[PATH.discovery, PATH.jwks, PATH.userinfo, PATH.legacyUserinfo, PATH.stylesheet].map(
      (path) => get(path, ["access_token"]),
    ),
    get(PATH.logout, ["id_token_hint", "post_logout_redirect_uri"]),
    get(PATH.login, ["login_challenge"], phone),
    post("the phone page", PATH.login, ["phone_number", "fixture_user", "remember"], phone),
    post("the app page", PATH.login, ["login_challenge", "choice", "action", "outcome"], app),
    get(PATH.consent, ["consent_challenge"]),
    post("the consent page", PATH.consent, ["consent_challenge", "action"], {}),
    get(PATH.error, ["error", "error_description"]),
  ];
}

/** Sends a good request with some parameters replaced by text that is encoded already, or not. */
function send(
  { method, path, fields, headers }: Endpoint,
  replaced: Readonly<Record<string, string>>,
) {
  const rest = Object.entries(fields).filter(([name]) => !Object.hasOwn(replaced, name));
  const odd = Object.entries(replaced).map(([name, value]) => `${name}=${value}`);
  const text = [formOf(Object.fromEntries(rest)), ...odd].filter(Boolean).join("&");
  return method === "GET" ? get(mock, `${path}?${text}`, headers) : post(mock, path, text, headers);
}

const STATUSES = [200, 302, 303, 400, 401, 404, 405, 413, 415, 502];

/** Holds of every answer, whatever was asked. */
function expectHarmless(response: LightMyRequestResponse, sent: string): void {
  const { statusCode, headers, body } = response;
  expect(STATUSES, sent).toContain(statusCode);
  if (statusCode === 502) expect(body, sent).toContain("502 Bad Gateway");
  if (statusCode >= 300 && statusCode < 400) {
    const location = String(headers.location);
    const known = [`${BASE}/`, `${CALLBACK}?`, `${CALLBACK}#`];
    expect(
      known.some((start) => location.startsWith(start)),
      `${sent} -> ${location}`,
    ).toBe(true);
  }
  for (const value of Object.values(headers).flat()) {
    expect(String(value), sent).toMatch(/^[\x20-\x7e]*$/);
  }
  expect(headers, sent).not.toHaveProperty("injected");
  expect(body, sent).not.toMatch(/<script(?! src="app\.js" defer>)|<b>|\s+at .+\.(ts|js):\d+/);
  expect(body, sent).not.toMatch(/[\0\x7f]/);
  const broken = mock.log.filter(({ msg }) => msg.includes("unexpected error"));
  expect(broken, sent).toEqual([]);
}

describe("hostile values", () => {
  /** Percent-encoded already, as far as they are. */
  const VALUES = [
    ["half a percent sign", "%"],
    ["no hexadecimal digits", "%zz%3Cscript%3E"],
    ["a broken sequence of UTF-8", "%C3%28"],
    ["a byte that UTF-8 does not have", "%FF"],
    ["an overlong slash", "%C0%AF"],
    ["half a surrogate pair", "%ED%A0%80"],
    ["NUL", "before%00after"],
    ["a line break and a header", "x%0D%0AInjected:%20yes%0D%0A%0D%0A%3Cscript%3E"],
    ["a line feed", "%0Ainjected:yes"],
    ["DEL", "%7F"],
    ["markup", "%3Cscript%3Ealert(1)%3C/script%3E"],
    ["markup out of an attribute", "%22%27%3E%3Cb%3Ebold"],
    ["a template", "{{constructor}}%3Cb%3E"],
    ["a name of every object", "__proto__"],
    ["another one", "constructor"],
    ["a script", "javascript:alert(1)"],
    ["another host", "https://evil.example/%0d%0a"],
    ["a path", "..%2F..%2F..%2Fetc%2Fpasswd"],
    ["an array", "a&b[]=c&d[e]=f"],
    ["nothing", ""],
    ["much", "x".repeat(990)],
  ] as const;

  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it.each(VALUES)("%s, in every parameter of every endpoint", async (_name, value) => {
    for (const endpoint of await allEndpoints()) {
      for (const parameter of endpoint.parameters) {
        const response = await send(endpoint, { [parameter]: value });
        expectHarmless(response, `${endpoint.name} ${parameter}=${value}`);
      }
    }
  });

  it.each(VALUES)("%s, as the name of a parameter", async (_name, value) => {
    for (const endpoint of await allEndpoints()) {
      expectHarmless(await send(endpoint, { [value]: "x" }), `${endpoint.name} ${value}=x`);
    }
  });

  it.each([
    "host",
    "authorization",
    "cookie",
    "accept-language",
    "user-agent",
    "origin",
    "content-type",
    "x-forwarded-host",
    "x-forwarded-proto",
    "ocp-apim-subscription-key",
    "traceparent",
  ])("in the header %s", async (header) => {
    const values = [
      "<script>",
      '"><b>',
      "%00%zz",
      "=;=,;q=",
      "a/b?c#d",
      "Basic %%%",
      "Basic Ojo6",
      "Basic PHNjcmlwdD46PGI+",
      "Bearer <script>",
      "oauth2_authentication_session_insecure=%zz; oauth2_authentication_csrf_insecure=<b>",
      "é".repeat(50),
      "x".repeat(20_000),
    ];
    for (const endpoint of await allEndpoints()) {
      for (const value of values) {
        const headers = { ...endpoint.headers, [header]: value };
        const response = await send({ ...endpoint, headers }, {});
        expectHarmless(response, `${endpoint.name} with ${header}: ${value.slice(0, 80)}`);
      }
    }
  });

  it("whatever a machine can think of", async () => {
    const endpoints = await allEndpoints();
    const names = [...new Set(endpoints.flatMap(({ parameters }) => parameters))];
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }).map(encodeURIComponent),
      fc.stringMatching(/^[%0-9a-fA-F<>"'&=+;]{0,20}$/),
      fc.constantFrom(...VALUES.map(([, value]) => value)),
    );
    const anything = fc.dictionary(fc.oneof(fc.constantFrom(...names), text), text, { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...endpoints), anything, async (endpoint, replaced) => {
        expectHarmless(
          await send(endpoint, replaced),
          `${endpoint.name} ${JSON.stringify(replaced)}`,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("bodies", () => {
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  const POSTS = [PATH.token, PATH.revoke, PATH.login, PATH.consent];
  const plainly = (response: LightMyRequestResponse, status: number, body: string) => {
    expect([response.statusCode, response.body]).toEqual([status, body]);
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(mock.log.at(-1)?.msg).toMatch(/^refused POST \//);
  };

  it.each(POSTS)("of more than 64 KiB are 413 at %s", async (path) => {
    const most = `code=${"x".repeat(64 * 1024 - 5)}`;
    const passed = await post(mock, path, most, basic(SHOP));
    expect([302, 400, 200]).toContain(passed.statusCode);
    plainly(await post(mock, path, `${most}x`), 413, "413 Request body is too large\n");
  });

  const OTHER_TYPES = [
    "text/plain",
    "text/xml",
    "application/octet-stream",
    "application/jwt",
    "multipart/mixed; boundary=x",
  ];

  it.each([PATH.token, PATH.revoke])("of another type are an empty form at %s", async (path) => {
    const hint =
      path === PATH.token ? "The POST body can not be empty." : TEXT.invalid_request_hint;
    for (const type of [...OTHER_TYPES, undefined]) {
      const response = await mock.app.inject({
        method: "POST",
        url: path,
        headers: { host: HOST, ...basic(SHOP), ...(type && { "content-type": type }) },
        payload: Buffer.from("code=x"),
      });
      const body = errorBody("invalid_request", `${TEXT.invalid_request} ${hint}`);
      expect([response.statusCode, response.body]).toEqual([400, body]);
      const told = mock.log.map(({ msg }) => msg);
      expect(told).toContain(
        `the body ${type === undefined ? "has no Content-Type" : `is ${type}`}, which the endpoint reads as an empty form`,
      );
    }
  });

  it.each([PATH.backchannel, PATH.userExists, PATH.login, PATH.consent])(
    "of another type are 415 at %s",
    async (path) => {
      for (const type of [...OTHER_TYPES, "<script>"]) {
        const response = await post(mock, path, "code=x", { "content-type": type });
        plainly(response, 415, "415 Unsupported Media Type\n");
      }
    },
  );

  it.each(POSTS)("in parts, or of what is no type, are 415 at %s", async (path) => {
    for (const type of ["multipart/form-data; boundary=x", "<script>"]) {
      const response = await post(mock, path, "code=x", { "content-type": type });
      plainly(response, 415, "415 Unsupported Media Type\n");
    }
  });

  it.each(POSTS)("that are not UTF-8 are 400 at %s", async (path) => {
    const response = await mock.app.inject({
      method: "POST",
      url: path,
      headers: { host: HOST, ...FORM },
      payload: Buffer.from([0x61, 0x3d, 0xc3, 0x28]),
    });
    plainly(response, 400, "400 The body is not UTF-8\n");
  });

  it("with a byte order mark have it in the name of their first parameter, as in Go", async () => {
    const response = await post(mock, PATH.token, "\ufeffgrant_type=authorization_code&code=x");
    const body = errorBody(
      "invalid_request",
      `${TEXT.invalid_request} Request parameter 'grant_type' is missing`,
    );
    expect([response.statusCode, response.body]).toEqual([400, body]);
  });

  it("of a page with a control character lead to the error page", async () => {
    const { action, hidden } = formIn(await new Browser(mock).login());
    const form = `${formOf(hidden)}&phone_number=47%001`;
    const response = await post(mock, action, form);
    expect(response.statusCode).toBe(302);
    expect(response.headers.location).toContain("Unable+to+parse+HTTP+body");
    expectReason(mock, "parameters", "RFC 6749 appendix B", "phone_number contains a control");
  });

  it("of a page are in the request log as they came", async () => {
    const { action, hidden } = formIn(await new Browser(mock).login());
    const form = `${formOf(hidden)}&phone_number=+47+1&remember=`;
    expect((await post(mock, action, form)).statusCode).toBe(400);
    expect((await loggedRequests(mock)).at(-1)?.request.body).toEqual({ text: form });
  });

  it("of a charset in the type are forms all the same", async () => {
    const code = await codeFrom(mock);
    const type = { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" };
    const response = await requestToken(mock, code, {}, { ...basic(SHOP), ...type });
    expect(response.statusCode).toBe(200);
  });
});

describe("on a socket", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({}, { behindNginx: false });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    mock = { log: server.log } as Mock;
  });

  /** Sends bytes, then hangs up or waits for the other side to. */
  function talk(bytes: string, hangUp = false): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(server.port, "127.0.0.1");
      const heard: Buffer[] = [];
      socket.on("data", (chunk) => heard.push(chunk));
      socket.on("error", () => {});
      socket.on("close", () => resolve(Buffer.concat(heard).toString("latin1")));
      socket.write(Buffer.from(bytes, "latin1"), () => hangUp && socket.destroy());
    });
  }

  async function expectAlive(): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${server.port}${PATH.discovery}`);
    expect(response.status).toBe(200);
    expect(server.log.filter(({ msg }) => msg.includes("unexpected error"))).toEqual([]);
  }

  const request = (line: string, ...headers: string[]) =>
    `${[line, `Host: localhost:${server.port}`, "Connection: close", ...headers].join("\r\n")}\r\n\r\n`;

  it.each<[string, () => string, string]>([
    ["a garbage request line", () => "GARBAGE\r\n\r\n", "400 Bad Request"],
    ["the greeting of TLS", () => "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "400 Bad Request"],
    ["a method that nobody knows", () => request("BREW / HTTP/1.1"), "400 Bad Request"],
    ["a version that nobody knows", () => request("GET / HTTP/9.9"), "400 Bad Request"],
    ["NUL in the path", () => request("GET /a\0b HTTP/1.1"), "400 Bad Request"],
    ["NUL in a header", () => request("GET / HTTP/1.1", "X-A: \0"), "400 Bad Request"],
    ["a header without a name", () => request("GET / HTTP/1.1", ": a"), "400 Bad Request"],
    [
      "two lengths of one body",
      () =>
        request(`POST ${PATH.token} HTTP/1.1`, "Content-Length: 3", "Transfer-Encoding: chunked"),
      "400 Bad Request",
    ],
    [
      "a length that is no number",
      () => request(`POST ${PATH.token} HTTP/1.1`, "Content-Length: many"),
      "400 Bad Request",
    ],
    [
      "headers of 200 KB",
      () => request("GET / HTTP/1.1", `X-Large: ${"x".repeat(200_000)}`),
      "431 Request Header Fields Too Large",
    ],
  ])("%s is answered plainly, logged, and does no harm", async (_what, bytes, status) => {
    const before = server.log.length;
    const answer = await talk(bytes());
    expect(
      answer.startsWith(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n`),
    ).toBe(true);
    expect(answer).toContain("\r\nx-vipps-login-mock: 0.0.0-test\r\n");
    expect(answer.endsWith(`\r\n\r\n${status}\n`)).toBe(true);
    expect(
      server.log
        .slice(before)
        .map(({ msg }) => msg)
        .join(),
    ).toContain(`refused what is no HTTP request: ${status}`);
    await expectAlive();
  });

  it.each([
    ["/<script>alert(1)</script>", 404],
    ["/%zz<script>", 400],
    ["/caf\xe9<b>", 400],
    [`${PATH.error}?error=<script>&error_description=<b>`, 400],
    [`${PATH.error}?error=%zz<script>`, 400],
    [`${PATH.auth}?client_id=<script>`, 302],
    [`http://evil.example${PATH.discovery}`, 200],
    ["*", 400],
  ])("the unencoded target %s is not repeated", async (target, status) => {
    const answer = await talk(request(`GET ${target} HTTP/1.1`));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).not.toMatch(/<script|<b>|evil/);
    await expectAlive();
  });

  it.each([
    [`${PATH.error}?error=whole`, 400, "whole"],
    ["/mock/api/health", 200, '"status":"ok"'],
    ["/mock/api/users/ada", 200, '"givenName":"Ada"'],
    ["/s/default/mock/api/users/ada", 200, '"givenName":"Ada"'],
    ["/s/nobody/mock/api/users/ada", 404, "nobody"],
    ["/mock/api/usres", 404, "Nothing is at /mock/api/usres"],
    ["/vipps-userinfo-api/x", 404, "What exists"],
    [`${PATH.userinfo}/x`, 401, "Unauthorized"],
    [`${PATH.token}/x`, 404, "What exists"],
    ["", 200, "a mock for testing"],
    ["?error=x", 200, "a mock for testing"],
  ])("a whole URL as the target is as good as its path: %s", async (path, status, told) => {
    for (const base of ["http://localhost", "HTTP://user@localhost:80"]) {
      const answer = await talk(request(`GET ${base}${path} HTTP/1.1`));
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toContain(told);
    }
  });

  it("a request without a Host header is refused", async () => {
    expect(await talk("GET / HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    await expectAlive();
  });

  it("half a body and a hang-up do no harm", async () => {
    const headers = ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000"];
    const half = `${request(`POST ${PATH.token} HTTP/1.1`, ...headers)}grant_type=`;
    expect(await talk(half, true)).toBe("");
    await expectAlive();
  });

  it("a body without a length is counted as it comes", async () => {
    const headers = [
      "Content-Type: application/x-www-form-urlencoded",
      "Transfer-Encoding: chunked",
    ];
    const chunk = `11170\r\n${"x".repeat(0x11170)}\r\n0\r\n\r\n`;
    const answer = await talk(request(`POST ${PATH.token} HTTP/1.1`, ...headers) + chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await expectAlive();
  });

  it("many of them at once do no harm", async () => {
    const all = Array.from({ length: 50 }, (_, index) =>
      talk(index % 2 ? "\0\r\n\r\n" : request("GET /%zz HTTP/1.1")),
    );
    for (const answer of await Promise.all(all)) expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    await expectAlive();
  });
});
