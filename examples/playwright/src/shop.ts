import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as client from "openid-client";

/** A shop whose customers log in with Vipps. Only its settings say that they do it at a mock. */

export interface Settings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Shop {
  readonly url: string;
  /** What it has to be told before somebody can log in. */
  configure(settings: Settings): Promise<void>;
  close(): Promise<void>;
}

/** A login that has begun, by its state. */
interface Begun {
  readonly nonce: string;
  readonly verifier: string;
}

/** Opens the shop on a free port. */
export async function openShop(): Promise<Shop> {
  const begun = new Map<string, Begun>();
  let config: client.Configuration | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!config) throw new Error("the shop is not configured");
    const at = new URL(request.url ?? "/", url);
    if (at.pathname === "/") return page(response, '<a href="/login">Log in with Vipps</a>');
    if (at.pathname === "/login") {
      return redirect(response, await begin(config));
    }
    if (at.pathname === "/callback") return page(response, await finish(config, at));
    response.writeHead(404).end();
  }

  async function begin(config: client.Configuration): Promise<URL> {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    begun.set(state, { nonce, verifier });
    return client.buildAuthorizationUrl(config, {
      redirect_uri: `${url}/callback`,
      scope: "openid name email",
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
  }

  /** A shop of one customer's browser: a real one would keep the state in a cookie. */
  async function finish(config: client.Configuration, at: URL): Promise<string> {
    const state = at.searchParams.get("state") ?? "";
    const login = begun.get(state);
    if (!login) return "This login was not begun here.";
    begun.delete(state);
    try {
      const tokens = await client.authorizationCodeGrant(config, at, {
        expectedState: state,
        expectedNonce: login.nonce,
        pkceCodeVerifier: login.verifier,
      });
      const { sub } = tokens.claims() ?? {};
      const user = await client.fetchUserInfo(config, tokens.access_token, sub ?? "");
      return `Hello, ${user.name}!`;
    } catch (error) {
      if (error instanceof client.AuthorizationResponseError) return "You did not log in.";
      return "Vipps has a problem. Try again later.";
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;

  return {
    url,
    async configure({ issuer, clientId, clientSecret }) {
      config = await client.discovery(
        new URL(issuer),
        clientId,
        undefined,
        client.ClientSecretBasic(clientSecret),
        { execute: [client.allowInsecureRequests] },
      );
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function page(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(body);
}

function redirect(response: ServerResponse, to: URL): void {
  response.writeHead(302, { location: to.href }).end();
}
