import { describe, expect, test } from "vitest";
import type { Server } from "../support/server.ts";
import { serverForFile } from "../support/server.ts";
import type { ProviderOptions } from "./better-auth.js";
import { betterAuth, genericOAuth, memoryAdapter } from "./better-auth.js";
import type { Person } from "./walker.ts";
import { createWalker, walkLogin } from "./walker.ts";

/**
 * Better Auth with its generic OAuth plugin, configured by the discovery document. The walker is the
 * browser of both sides: what goes to the merchant is handed to Better Auth, the rest to our server.
 */

const app = "http://localhost:3000";

const server = await serverForFile();
const headless = await serverForFile({ autoLogin: "ada" });

/**
 * An application with Better Auth, and what its log says is wrong. Left alone, Better Auth sends the secret in
 * the body, as Post Office takes it.
 */
async function merchantAt(at: Server, options: Partial<ProviderOptions> = {}, salesUnit?: string) {
  const { clientId, clientSecret } = await at.salesUnit(salesUnit);
  const complaints: unknown[][] = [];
  const { handler } = betterAuth({
    baseURL: app,
    secret: "a secret of the application, long enough for it",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    telemetry: { enabled: false },
    logger: { log: (...told) => void complaints.push(told) },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: "vipps",
            discoveryUrl: `${at.issuer}.well-known/openid-configuration`,
            clientId,
            clientSecret,
            scopes: ["openid", "name", "email"],
            ...(salesUnit === undefined && { authentication: "basic" }),
            ...options,
          },
        ],
      }),
    ],
  });
  return { handler, complaints };
}

/** From the button to the session, or to the page that Better Auth shows instead. */
async function logIn(
  { handler }: Awaited<ReturnType<typeof merchantAt>>,
  person: Person = {},
  tamper: (callback: URL) => void = () => {},
) {
  const merchant = (url: URL) => url.origin === app;
  const browser = createWalker(merchant, (request) =>
    merchant(new URL(request.url)) ? handler(request) : fetch(request),
  );
  const button = new Request(`${app}/api/auth/sign-in/social`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: app },
    body: JSON.stringify({
      provider: "vipps",
      callbackURL: `${app}/welcome`,
      errorCallbackURL: `${app}/sorry`,
    }),
  });
  const pressed = await handler(button);
  for (const header of pressed.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    browser.cookies.set(name, decodeURIComponent(value));
  }
  const { url: start } = (await pressed.json()) as { url: string };
  const { url: callback } = await walkLogin(browser, start, person);
  tamper(callback);
  const { url: end } = await browser.open(callback);
  const { html } = await browser.open(`${app}/api/auth/get-session`);
  return { end, session: JSON.parse(html) as { user: object } | null };
}

describe("Better Auth's generic OAuth plugin", () => {
  test("logs in headlessly and has name and e-mail from userinfo", async () => {
    const merchant = await merchantAt(headless);
    const { end, session } = await logIn(merchant);
    expect(merchant.complaints).toEqual([]);
    expect(end.href).toBe(`${app}/welcome`);
    expect(session?.user).toMatchObject({
      name: "Ada Nordmann",
      email: "ada@example.com",
      emailVerified: true,
    });
  });

  test("logs in by the pages", async () => {
    const { session } = await logIn(await merchantAt(server), { phoneNumber: "4799000012" });
    expect(session?.user).toMatchObject({ name: "Bjørn Åge Sæther-Ødegård" });
  });

  test("logs in with its defaults at the built-in sales unit with client_secret_post", async () => {
    const merchant = await merchantAt(headless, {}, "Post Office");
    expect((await logIn(merchant)).session?.user).toMatchObject({ name: "Ada Nordmann" });
  });
});

describe("Better Auth's generic OAuth plugin reports", () => {
  async function errorOf(...login: Parameters<typeof logIn>) {
    const { end, session } = await logIn(...login);
    expect(session).toBeNull();
    return end;
  }

  test("the wrong secret: no token", async () => {
    const merchant = await merchantAt(headless, { clientSecret: "wrong" });
    const end = await errorOf(merchant);
    expect(end.pathname).toBe("/sorry");
    expect(end.searchParams.get("error")).toBe("invalid_code");
    expect(merchant.complaints).toEqual([
      [
        "error",
        "Failed to validate authorization code",
        expect.objectContaining({ error: "invalid_client", status: 401 }),
      ],
    ]);
  });

  test("a person who declines: access_denied, with its description", async () => {
    const end = await errorOf(await merchantAt(server), {
      phoneNumber: "12345678",
      consent: "decline",
    });
    expect(end.searchParams.get("error")).toBe("access_denied");
    expect(end.searchParams.get("error_description")).not.toBe("");
  });

  test("a scope without entitlement: invalid_scope", async () => {
    const end = await errorOf(await merchantAt(headless, { scopes: ["openid", "nin"] }));
    expect(end.searchParams.get("error")).toBe("invalid_scope");
  });

  test("a state that is not its own", async () => {
    const end = await errorOf(await merchantAt(headless), {}, (callback) => {
      callback.searchParams.set("state", "somebody-elses-state");
    });
    expect(end.searchParams.get("error")).toMatch(/state/);
  });

  test("a user who does not share the e-mail address, which Better Auth needs", async () => {
    const end = await errorOf(await merchantAt(headless, { scopes: ["openid", "name"] }));
    expect(end.searchParams.get("error")).toBe("email_not_found");
  });
});
