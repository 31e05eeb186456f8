import { describe, expect, test } from "vitest";
import type { Server } from "../support/server.ts";
import { serverForFile } from "../support/server.ts";
import type { AuthConfig, VippsOptions } from "./auth-core.js";
import { Auth, Vipps } from "./auth-core.js";
import type { Person, Walker } from "./walker.ts";
import { createWalker, walkLogin } from "./walker.ts";

/**
 * Auth.js with its own Vipps provider, of which only the issuer is overridden. The walker is the
 * browser of both sides: what goes to the merchant is handed to Auth.js, the rest to our server.
 */

const app = "http://localhost:3000";
const callbackPath = "/api/auth/callback/vipps";

const server = await serverForFile();
const headless = await serverForFile({ autoLogin: "ada" });

/** An application with Auth.js, and what Auth.js complained about. */
interface Merchant {
  readonly handle: (request: Request) => Promise<Response>;
  readonly errors: Error[];
  /** What the provider answered instead of a code; Auth.js drops it from the error itself. */
  readonly refusals: unknown[];
}

async function merchantAt(at: Server, options: Partial<VippsOptions> = {}): Promise<Merchant> {
  const unit = await at.salesUnit();
  const errors: Error[] = [];
  const refusals: unknown[] = [];
  const config: AuthConfig = {
    basePath: "/api/auth",
    secret: "a secret of the application, long enough",
    trustHost: true,
    providers: [
      Vipps({
        clientId: unit.clientId,
        clientSecret: unit.clientSecret,
        issuer: at.issuer,
        ...options,
      }),
    ],
    logger: {
      error: (error) => void errors.push(error),
      warn: () => {},
      debug: (message, details) => {
        if (message === "OAuthCallbackError") refusals.push(details);
      },
    },
  };
  return { handle: (request) => Auth(request, config), errors, refusals };
}

/** The person's browser, which reaches the application and our server. */
function browserOf({ handle }: Merchant): Walker {
  return createWalker(
    (url) => url.origin === app && url.pathname === callbackPath,
    (request) => (request.url.startsWith(app) ? handle(request) : fetch(request)),
  );
}

/** From the button to where our server sends the browser back; not yet handed to Auth.js. */
async function signIn(browser: Walker, person: Person = {}) {
  const { html } = await browser.open(`${app}/api/auth/csrf`);
  const { csrfToken } = JSON.parse(html) as { csrfToken: string };
  const button = `${app}/api/auth/signin/vipps`;
  const form = { csrfToken, callbackUrl: `${app}/welcome` };
  const open: Walker["open"] = (url, fields) => browser.open(url, url === button ? form : fields);
  return walkLogin({ ...browser, open }, button, person);
}

/** Hands the answer to Auth.js, as the browser would, and reads the session. */
async function comeBack(merchant: Merchant, browser: Walker, callback: URL) {
  const arrived = createWalker(
    (url) => url.origin === app,
    (request) => merchant.handle(request),
  );
  for (const [name, value] of browser.cookies) arrived.cookies.set(name, value);
  const { url } = await arrived.open(callback);
  const { html } = await arrived.open(`${app}/api/auth/session`);
  return { url, session: JSON.parse(html) as { user: object } | null };
}

describe("Auth.js' Vipps provider", () => {
  test("logs in headlessly and has name and e-mail from userinfo", async () => {
    const merchant = await merchantAt(headless);
    const browser = browserOf(merchant);
    const { url: callback, pages } = await signIn(browser);
    expect(pages).toEqual([]);
    const { url, session } = await comeBack(merchant, browser, callback);
    expect(merchant.errors).toEqual([]);
    expect(url.href).toBe(`${app}/welcome`);
    expect(session?.user).toMatchObject({ name: "Ada Nordmann", email: "ada@example.com" });
  });

  test("logs in by the pages", async () => {
    const merchant = await merchantAt(server);
    const browser = browserOf(merchant);
    const { url: callback, pages } = await signIn(browser, { phoneNumber: "4799000012" });
    expect(pages).toEqual(["phone", "app", "consent"]);
    const { session } = await comeBack(merchant, browser, callback);
    expect(merchant.errors).toEqual([]);
    expect(session?.user).toMatchObject({
      name: "Bjørn Åge Sæther-Ødegård",
      email: "norwegian-letters@example.com",
    });
  });

  test("logs in at a sales unit with client_secret_post", async () => {
    const { clientId, clientSecret } = await headless.salesUnit("Post Office");
    const client = { token_endpoint_auth_method: "client_secret_post" } as const;
    const merchant = await merchantAt(headless, { clientId, clientSecret, client });
    const browser = browserOf(merchant);
    const { url: callback } = await signIn(browser);
    const { session } = await comeBack(merchant, browser, callback);
    expect(merchant.errors).toEqual([]);
    expect(session?.user).toMatchObject({ name: "Ada Nordmann" });
  });
});

describe("Auth.js' Vipps provider reports", () => {
  async function failAt(
    at: Server,
    options: Partial<VippsOptions> = {},
    person: Person = {},
    tamper: (callback: URL) => void = () => {},
  ) {
    const merchant = await merchantAt(at, options);
    const browser = browserOf(merchant);
    const { url: callback } = await signIn(browser, person);
    tamper(callback);
    const { url, session } = await comeBack(merchant, browser, callback);
    expect(session).toBeNull();
    expect(url.href).not.toBe(`${app}/welcome`);
    expect(merchant.errors).toHaveLength(1);
    const error = merchant.errors[0] as Error & { cause?: { err?: Error } };
    return { name: error.name, cause: error.cause?.err, refusal: merchant.refusals[0] };
  }

  test("the wrong secret: invalid_client", async () => {
    const error = await failAt(headless, { clientSecret: "wrong" });
    expect(error.name).toBe("CallbackRouteError");
    expect(error.cause).toMatchObject({ error: "invalid_client", status: 401 });
  });

  test("the wrong authentication method: invalid_client", async () => {
    const client = { token_endpoint_auth_method: "client_secret_post" } as const;
    const error = await failAt(headless, { client });
    expect(error.cause).toMatchObject({ error: "invalid_client" });
  });

  test("a person who declines: access_denied", async () => {
    const error = await failAt(server, {}, { phoneNumber: "12345678", consent: "decline" });
    expect(error.name).toBe("OAuthCallbackError");
    expect(error.refusal).toMatchObject({ error: "access_denied" });
  });

  test("a person who picks the wrong number: wrong_challenge", async () => {
    const error = await failAt(server, {}, { phoneNumber: "12345678", challenge: "wrong" });
    expect(error.refusal).toMatchObject({ error: "wrong_challenge" });
  });

  test("a state that is not its own", async () => {
    const error = await failAt(headless, {}, {}, (callback) => {
      callback.searchParams.set("state", "somebody-elses-state");
    });
    expect(error.cause?.message).toContain('unexpected "state" response parameter value');
  });

  test("an issuer without its trailing slash, before the browser is sent anywhere", async () => {
    const merchant = await merchantAt(headless, { issuer: headless.issuer.slice(0, -1) });
    const refused = signIn(browserOf(merchant));
    await expect(refused).rejects.toThrow(`${app}/api/auth/error?error=Configuration`);
    expect(merchant.errors).toMatchObject([
      { code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED", cause: { attribute: "issuer" } },
    ]);
  });
});
