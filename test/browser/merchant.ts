import type { Server as HttpServer, IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import * as client from "openid-client";
import type { Server } from "../support/server.ts";

/**
 * A merchant's web shop on a socket of its own. Its backend is openid-client; its pages say who came
 * in, or why nobody did. It is at 127.0.0.1, to a browser another site than the mock's localhost, as
 * a real merchant is another site than Vipps.
 */
export interface Merchant {
  /**
   * The page with the link "Log in". A query on it goes into the authorization request: other values
   * than the merchant's own, or parameters besides.
   */
  readonly url: string;
  /** The redirect URI that it has registered. */
  readonly callback: string;
  /** Where its app is called, registered likewise; the app leads back to the browser by a link. */
  readonly app: string;
  close(): Promise<void>;
}

/** What the merchant keeps of a login on its way, found again by its state. */
interface Pending {
  readonly expectedState: string;
  readonly expectedNonce: string;
  readonly pkceCodeVerifier: string;
}

export async function openMerchant(server: Server, salesUnit: string): Promise<Merchant> {
  const { clientId, clientSecret } = await server.salesUnit(salesUnit);
  const config = await client.discovery(
    new URL(server.issuer),
    clientId,
    undefined,
    client.ClientSecretBasic(clientSecret),
    { execute: [client.allowInsecureRequests] },
  );
  const pending = new Map<string, Pending>();

  async function begin(callback: string, query: URLSearchParams): Promise<URL> {
    const checks: Pending = {
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
    };
    pending.set(checks.expectedState, checks);
    return client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: "openid name email",
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: "S256",
      ...Object.fromEntries(query),
    });
  }

  async function welcome(callback: URL | Request, state: string | null): Promise<string> {
    const checks = pending.get(state ?? "");
    if (!checks) return "Not logged in: nobody began this login here";
    try {
      const tokens = await client.authorizationCodeGrant(config, callback, checks);
      const { sub = "" } = tokens.claims() ?? {};
      const { name } = await client.fetchUserInfo(config, tokens.access_token, sub);
      return `Welcome, ${name}`;
    } catch (error) {
      if (!(error instanceof client.AuthorizationResponseError)) throw error;
      return `Not logged in: ${error.error}: ${error.error_description}`;
    }
  }

  /** The response comes in the query, or as a form (response_mode=form_post). */
  async function arrive(request: IncomingMessage, url: URL): Promise<string> {
    if (request.method !== "POST") return welcome(url, url.searchParams.get("state"));
    const body = await text(request);
    const headers = { "content-type": String(request.headers["content-type"]) };
    const posted = new Request(url, { method: "POST", headers, body });
    return welcome(posted, new URLSearchParams(body).get("state"));
  }

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? "/", address(http));
    const answer = async () => {
      switch (url.pathname) {
        case "/":
          response.setHeader("content-type", "text/html");
          return response.end(`<a href="/login${url.search}">Log in</a>`);
        case "/login": {
          const location = await begin(`${url.origin}/callback`, url.searchParams);
          return response.writeHead(302, { location: location.href }).end();
        }
        case "/callback":
          response.setHeader("content-type", "text/plain; charset=utf-8");
          return response.end(await arrive(request, url));
        case "/app":
          response.setHeader("content-type", "text/html");
          return response.end(appPage(url.searchParams));
        default:
          return response.writeHead(404).end();
      }
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const callback = `${address(http)}/callback`;
  const app = `${address(http)}/app`;
  for (const uri of [callback, app]) await server.register(uri, salesUnit);
  return {
    url: address(http),
    callback,
    app,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** What the merchant's app shows: the way back to the browser, or why there is none. */
function appPage(answer: URLSearchParams): string {
  const resumeUri = answer.get("resume_uri");
  return resumeUri === null
    ? `<p>The app heard ${answer.get("error")}</p>`
    : `<a href="${resumeUri}">Back to the browser</a>`;
}

function address(http: HttpServer): string {
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}
