import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openShop } from "../../../examples/vitest/src/shop.ts";
import type { LoginDriver, SalesUnit, Sandbox } from "../../../src/index.ts";
import { freePort } from "../../support/free-port.ts";
import { Auth, Vipps } from "../auth-core.js";
import { betterAuth, genericOAuth, memoryAdapter } from "../better-auth.js";
import type { Handler } from "../express.js";
import { auth, express, OpenIdConnectStrategy, passport, session } from "../express.js";
import type { SitePrograms } from "../site.ts";
import { navigate, startSite } from "../site.ts";
import type { Walker } from "../walker.ts";
import { createWalker } from "../walker.ts";

/** An application for each client, written as its documentation does it, and how a login of it is driven. */

interface Checked {
  readonly login: LoginDriver;
  close(): Promise<void>;
}

/** An application at a sandbox of its own. */
export type OpenApplication = (box: Sandbox) => Promise<Checked>;

const SCOPES = ["openid", "name", "email", "phoneNumber", "address"];
const scope = SCOPES.join(" ");

/** A sales unit for an application at that address. */
function unitFor(box: Sandbox, redirectUri: string, method?: SalesUnit["tokenEndpointAuthMethod"]) {
  return box.addSalesUnit({
    name: "Shop",
    redirectUris: [redirectUri],
    ...(method && { tokenEndpointAuthMethod: method }),
  });
}

export const openidClient: OpenApplication = async (box) => {
  const shop = await openShop();
  const { clientId, clientSecret } = await unitFor(box, `${shop.url}/callback`);
  await shop.configure({ issuer: box.issuer, clientId, clientSecret });
  return {
    close: shop.close,
    login: async ({ open }) => {
      const { text } = await open(`${shop.url}/login`);
      return outcomeOf(/^Hello, (.*)!$/.exec(text)?.[1]);
    },
  };
};

const APP = "http://localhost:3000";

/** A browser for an application that is no server, but a function. */
function browserOf(handle: (request: Request) => Promise<Response>): Walker {
  return createWalker(
    () => false,
    (request) =>
      !request.url.startsWith(APP)
        ? fetch(request)
        : request.url.includes("/api/auth/")
          ? handle(request)
          : Promise.resolve(new Response("a page of the shop")),
  );
}

export const authJs: OpenApplication = async (box) => {
  const { clientId, clientSecret } = await unitFor(box, `${APP}/api/auth/callback/vipps`);
  const config = {
    basePath: "/api/auth",
    secret: "a secret of the application, long enough",
    trustHost: true,
    providers: [
      Vipps({ clientId, clientSecret, issuer: box.issuer, authorization: { params: { scope } } }),
    ],
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
  };
  return {
    close: async () => {},
    login: async () => {
      const browser = browserOf((request) => Auth(request, config));
      const { html } = await browser.open(`${APP}/api/auth/csrf`);
      const { csrfToken } = JSON.parse(html) as { csrfToken: string };
      const form = { csrfToken, callbackUrl: `${APP}/welcome` };
      await browser.open(`${APP}/api/auth/signin/vipps`, form);
      return sessionIn((await browser.open(`${APP}/api/auth/session`)).html);
    },
  };
};

export const betterAuthPlugin: OpenApplication = async (box) => {
  const { clientId, clientSecret } = await unitFor(box, `${APP}/api/auth/callback/vipps`);
  const { handler } = betterAuth({
    baseURL: APP,
    secret: "a secret of the application, long enough for it",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    telemetry: { enabled: false },
    logger: { log: () => {} },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: "vipps",
            discoveryUrl: `${box.issuer}.well-known/openid-configuration`,
            clientId,
            clientSecret,
            scopes: SCOPES,
            authentication: "basic",
            pkce: true,
          },
        ],
      }),
    ],
  });
  return {
    close: async () => {},
    login: async () => {
      const browser = browserOf(handler);
      const pressed = await handler(
        new Request(`${APP}/api/auth/sign-in/social`, {
          method: "POST",
          headers: { "content-type": "application/json", origin: APP },
          body: JSON.stringify({ provider: "vipps", callbackURL: `${APP}/welcome` }),
        }),
      );
      for (const header of pressed.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
        browser.cookies.set(name, decodeURIComponent(value));
      }
      const { url } = (await pressed.json()) as { url?: string };
      if (url !== undefined) await browser.open(url);
      return sessionIn((await browser.open(`${APP}/api/auth/get-session`)).html);
    },
  };
};

/** Who is logged in, as both of these say it. */
function sessionIn(text: string) {
  const { user } = (JSON.parse(text) ?? {}) as { readonly user?: { readonly name?: string } };
  return outcomeOf(user?.name);
}

export const passportOpenidconnect: OpenApplication = (box) =>
  served(async (url) => {
    const { clientId, clientSecret } = await unitFor(box, `${url}/callback`, "client_secret_post");
    const discovered = await fetch(`${box.issuer}.well-known/openid-configuration`);
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
          clientID: clientId,
          clientSecret,
          callbackURL: "/callback",
          scope: SCOPES.slice(1),
          nonce: true,
        },
        (issuer, profile, _idProfile, _context, _idToken, _accessToken, _refresh, _all, done) =>
          done(null, { issuer, ...profile }),
      ),
    );
    const app = express();
    app.use(session({ secret: "of the test", resave: false, saveUninitialized: false }));
    const login: Handler = (request, response, next) =>
      here.authenticate("vipps", (error, user) => {
        if (user && !error) response.json(user);
        else response.status(401).json({ refused: true });
      })(request, response, next);
    app.use(login);
    return app;
  }, "displayName");

export const expressOpenidConnect: OpenApplication = (box) =>
  served(async (url) => {
    const { clientId, clientSecret } = await unitFor(box, `${url}/callback`);
    const app = express();
    app.use(
      auth({
        issuerBaseURL: box.issuer,
        baseURL: url,
        clientID: clientId,
        clientSecret,
        clientAuthMethod: "client_secret_basic",
        secret: "a secret of the application, long enough",
        authRequired: false,
        authorizationParams: { response_type: "code", scope },
      }),
    );
    app.get("/", async (request, response) => response.json(await request.oidc.fetchUserInfo()));
    app.use((_error, _request, response, _next) => {
      response.status(401).json({ refused: true });
    });
    return app;
  }, "name");

/** An application on a socket of its own, which shows its user as JSON. */
async function served(
  build: (url: string) => Promise<RequestListener>,
  name: string,
): Promise<Checked> {
  const server = createServer();
  server.listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  server.on("request", await build(url));
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    login: async ({ open }) => {
      const { text } = await open(`${url}/login`);
      // A page of the mock is none of the application.
      const user = text.startsWith("{") ? JSON.parse(text) : {};
      return outcomeOf((user as Readonly<Record<string, string>>)[name]);
    },
  };
}

const WELCOME = /Logged in as (.*) \(\S+@example\.com\)/;

/** A site in another language. */
export function site(programs: SitePrograms): OpenApplication {
  return async (box) => {
    const port = await freePort("localhost");
    const unit = await unitFor(box, `http://localhost:${port}${programs.callback}`);
    const directory = await mkdtemp(join(tmpdir(), "vipps-login-mock-go-live-"));
    // A server that is started by root reads as another user.
    await chmod(directory, 0o755);
    const { url, program } = await startSite({ server: box, unit, port, directory }, programs);
    return {
      close: async () => {
        program.child.kill();
        await program.ended;
        await rm(directory, { recursive: true });
      },
      login: async () => {
        const { html } = await createWalker(() => false, navigate).open(`${url}${programs.login}`);
        return outcomeOf(WELCOME.exec(html)?.[1]);
      },
    };
  };
}

function outcomeOf(user: string | undefined) {
  return { loggedIn: user !== undefined, user };
}
