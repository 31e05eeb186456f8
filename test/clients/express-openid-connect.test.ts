import { describe, expect, test } from "vitest";
import type { Server } from "../support/server.ts";
import { serverForFile } from "../support/server.ts";
import type { Application } from "./application.ts";
import { logInAt, startApplication } from "./application.ts";
import type { AuthOptions } from "./express.js";
import { auth, express } from "./express.js";

/** Auth0's express-openid-connect, which finds everything by discovery. */

const server = await serverForFile();
const headless = await serverForFile({ autoLogin: "ada" });

/** An application whose front page is what userinfo says; an error is told as its own handler sees it. */
function applicationAt(
  at: Server,
  options: Partial<AuthOptions> = {},
  salesUnit?: string,
): Promise<Application> {
  return startApplication(at, salesUnit, ({ url, unit }) => {
    const app = express();
    app.use(
      auth({
        issuerBaseURL: at.issuer,
        baseURL: url,
        clientID: unit.clientId,
        clientSecret: unit.clientSecret,
        clientAuthMethod: "client_secret_basic",
        secret: "a secret of the application, long enough",
        authRequired: false,
        authorizationParams: { response_type: "code", scope: "openid name email" },
        ...options,
      }),
    );
    app.get("/", async (request, response) => response.json(await request.oidc.fetchUserInfo()));
    app.use((error, _request, response, _next) => {
      if (!(error instanceof Error)) throw error;
      const { name, message } = error;
      response.status(500).json({ ...error, name, message });
    });
    return app;
  });
}

describe("express-openid-connect", () => {
  test("logs in headlessly and reads userinfo", async () => {
    expect(await logInAt(await applicationAt(headless))).toMatchObject({
      status: 200,
      body: {
        sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "Ada Nordmann",
        email: "ada@example.com",
      },
    });
  });

  test("logs in by the pages", async () => {
    const { body } = await logInAt(await applicationAt(server), { phoneNumber: "4799000012" });
    expect(body).toMatchObject({ name: "Bjørn Åge Sæther-Ødegård" });
  });

  test("logs in at a sales unit with client_secret_post", async () => {
    const method = { clientAuthMethod: "client_secret_post" } as const;
    const { body } = await logInAt(await applicationAt(headless, method, "Post Office"));
    expect(body).toMatchObject({ name: "Ada Nordmann" });
  });
});

describe("express-openid-connect reports", () => {
  test("the wrong secret: invalid_client", async () => {
    const { body } = await logInAt(await applicationAt(headless, { clientSecret: "wrong" }));
    expect(body).toMatchObject({ name: "BadRequestError", error: "invalid_client" });
  });

  test("its own default, client_secret_post, where Basic is wanted: invalid_client", async () => {
    const method = { clientAuthMethod: "client_secret_post" } as const;
    const { body } = await logInAt(await applicationAt(headless, method));
    expect(body).toMatchObject({
      error: "invalid_client",
      error_description: expect.stringContaining("client_secret_basic"),
    });
  });

  test("a person who declines: access_denied", async () => {
    const person = { phoneNumber: "12345678", consent: "decline" } as const;
    const { body } = await logInAt(await applicationAt(server), person);
    expect(body).toMatchObject({ error: "access_denied" });
  });

  test("a scope without entitlement: invalid_scope", async () => {
    const authorizationParams = { response_type: "code", scope: "openid nin" } as const;
    const { body } = await logInAt(await applicationAt(headless, { authorizationParams }));
    expect(body).toMatchObject({ error: "invalid_scope" });
  });

  test("a state that is not its own", async () => {
    const { body } = await logInAt(await applicationAt(headless), {}, (callback) => {
      callback.searchParams.set("state", "somebody-elses-state");
    });
    expect(body).toMatchObject({
      name: "BadRequestError",
      message: "invalid response encountered",
    });
  });
});
