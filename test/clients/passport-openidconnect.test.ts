import { describe, expect, test } from "vitest";
import type { Server } from "../support/server.ts";
import { serverForFile } from "../support/server.ts";
import type { Application } from "./application.ts";
import { logInAt, startApplication } from "./application.ts";
import type { Handler, StrategyOptions } from "./express.js";
import { express, OpenIdConnectStrategy, passport, session } from "./express.js";

/**
 * passport-openidconnect in an Express application. It authenticates with client_secret_post and knows
 * no other method, so it is at home at a sales unit that is set to that.
 */

const server = await serverForFile();
const headless = await serverForFile({ autoLogin: "ada" });

const shop = "Post Office";

/** An application that answers `/callback` with what passport made of the login. */
function applicationAt(
  at: Server,
  salesUnit: string = shop,
  options: Partial<StrategyOptions> = {},
): Promise<Application> {
  return startApplication(at, salesUnit, async ({ unit }) => {
    const discovered = await fetch(`${at.issuer}.well-known/openid-configuration`);
    const metadata = (await discovered.json()) as Record<string, string>;
    const here = new passport.Passport();
    here.use(
      "vipps",
      new OpenIdConnectStrategy(
        {
          issuer: metadata["issuer"] ?? "",
          authorizationURL: metadata["authorization_endpoint"] ?? "",
          tokenURL: metadata["token_endpoint"] ?? "",
          userInfoURL: metadata["userinfo_endpoint"] ?? "",
          clientID: unit.clientId,
          clientSecret: unit.clientSecret,
          callbackURL: "/callback",
          scope: ["name", "email"],
          nonce: true,
          ...options,
        },
        (issuer, profile, _idProfile, _context, _idToken, _accessToken, _refresh, _all, done) =>
          done(null, { issuer, ...profile }),
      ),
    );
    const app = express();
    app.use(session({ secret: "of the test", resave: false, saveUninitialized: false }));
    const login: Handler = (request, response, next) =>
      here.authenticate("vipps", (error, user, info, status) => {
        if (error instanceof Error) {
          const { name, message } = error;
          response.status(500).json({ ...error, name, message });
        } else if (user) response.json(user);
        else response.status(401).json({ info, status });
      })(request, response, next);
    app.use(login);
    return app;
  });
}

describe("passport-openidconnect", () => {
  test("logs in headlessly and reads userinfo", async () => {
    expect((await logInAt(await applicationAt(headless))).body).toMatchObject({
      issuer: headless.issuer,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      displayName: "Ada Nordmann",
      emails: [{ value: "ada@example.com" }],
    });
  });

  test("logs in by the pages", async () => {
    const { body } = await logInAt(await applicationAt(server), { phoneNumber: "4799000012" });
    expect(body).toMatchObject({ displayName: "Bjørn Åge Sæther-Ødegård" });
  });
});

describe("passport-openidconnect reports", () => {
  test("client_secret_post at a sales unit that wants Basic: invalid_client", async () => {
    const { body } = await logInAt(await applicationAt(headless, "Demo Shop"));
    expect(body).toMatchObject({
      name: "TokenError",
      code: "invalid_client",
      message: expect.stringContaining("client_secret_basic"),
    });
  });

  test("the wrong secret: invalid_client", async () => {
    const { body } = await logInAt(await applicationAt(headless, shop, { clientSecret: "wrong" }));
    expect(body).toMatchObject({ name: "TokenError", code: "invalid_client" });
  });

  test("a scope without entitlement: invalid_scope", async () => {
    const { body } = await logInAt(await applicationAt(headless, shop, { scope: ["nin"] }));
    expect(body).toMatchObject({
      name: "AuthorizationError",
      code: "invalid_scope",
      message: expect.stringContaining("'nin'"),
    });
  });

  test("a person who declines: a failure, not an error", async () => {
    const person = { phoneNumber: "12345678", consent: "decline" } as const;
    expect(await logInAt(await applicationAt(server), person)).toMatchObject({
      status: 401,
      body: { info: { message: "User cancelled the login" } },
    });
  });

  test("a state that is not its own", async () => {
    const { body } = await logInAt(await applicationAt(headless), {}, (callback) => {
      callback.searchParams.set("state", "somebody-elses-state");
    });
    expect(body).toMatchObject({
      info: { message: expect.stringContaining("state") },
      status: 403,
    });
  });

  test("an issuer without its trailing slash", async () => {
    const issuer = headless.issuer.slice(0, -1);
    const { body } = await logInAt(await applicationAt(headless, shop, { issuer }));
    expect(body).toMatchObject({
      info: { message: "ID token not issued by expected OpenID provider." },
      status: 403,
    });
  });
});
