import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as jose from "jose";
import type { Settings, Shop } from "./shop.ts";

/**
 * A shop that logs its customers in as long as all goes well, and makes four mistakes: it does not compare the
 * state, it sends neither a nonce nor a code challenge, it does not compare the subject of userinfo with that of the
 * ID token, and it never fetches the keys again. Do not copy it: it is here to show what checkClient() finds.
 */

interface Vipps extends Settings {
  readonly keys: jose.JWTVerifyGetKey;
  readonly endpoints: Readonly<
    Record<"authorization_endpoint" | "token_endpoint" | "userinfo_endpoint", string>
  >;
}

/** Opens the shop on a free port. */
export async function openCarelessShop(): Promise<Shop> {
  let vipps: Vipps | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!vipps) throw new Error("the shop is not configured");
    const at = new URL(request.url ?? "/", url);
    if (at.pathname === "/login") {
      response.writeHead(302, { location: loginAt(vipps) }).end();
      return;
    }
    const body = at.pathname === "/callback" ? await finish(vipps, at) : "Not found.";
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(body);
  }

  function loginAt({ clientId, endpoints }: Vipps): string {
    const target = new URL(endpoints.authorization_endpoint);
    target.search = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: `${url}/callback`,
      scope: "openid name email",
      state: randomBytes(16).toString("base64url"),
    }).toString();
    return target.href;
  }

  async function finish(vipps: Vipps, at: URL): Promise<string> {
    const { clientId, clientSecret, issuer, endpoints, keys } = vipps;
    try {
      const redeemed = await fetch(endpoints.token_endpoint, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: at.searchParams.get("code") ?? "",
          redirect_uri: `${url}/callback`,
        }),
      });
      const tokens = (await redeemed.json()) as Record<"id_token" | "access_token", string>;
      await jose.jwtVerify(tokens.id_token, keys, {
        issuer,
        audience: clientId,
        algorithms: ["RS256"],
      });
      const read = await fetch(endpoints.userinfo_endpoint, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      const user = (await read.json()) as { readonly name?: string };
      return user.name === undefined ? "You did not log in." : `Hello, ${user.name}!`;
    } catch {
      return "You did not log in.";
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;

  return {
    url,
    async configure(settings) {
      const discovery = `${settings.issuer}.well-known/openid-configuration`;
      const endpoints = (await (await fetch(discovery)).json()) as Vipps["endpoints"] & {
        readonly jwks_uri: string;
      };
      const jwks = (await (await fetch(endpoints.jwks_uri)).json()) as jose.JSONWebKeySet;
      vipps = { ...settings, endpoints, keys: jose.createLocalJWKSet(jwks) };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
