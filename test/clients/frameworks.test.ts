import { describe, expect, test } from "vitest";
import { serverForFile } from "../support/server.ts";

/**
 * The redirect URIs that the frameworks have unless they are told otherwise: the built-in sales units
 * have them registered, one that takes Basic and one that takes client_secret_post.
 */

const ASP_NET = [5000, 5001, 7001].flatMap((port) =>
  ["http", "https"].flatMap((scheme) =>
    ["signin-vipps", "signin-oidc"].map((path) => `${scheme}://localhost:${port}/${path}`),
  ),
);

const REDIRECT_URIS = [
  ["Auth.js, Better Auth", "http://localhost:3000/api/auth/callback/vipps"],
  ["older Better Auth", "http://localhost:3000/api/auth/oauth2/callback/vipps"],
  ["Auth.js outside Next.js", "http://localhost:3000/auth/callback/vipps"],
  ["OmniAuth, Passport", "http://localhost:3000/auth/vipps/callback"],
  ["django-allauth", "http://localhost:8000/accounts/vipps/login/callback/"],
  ["Laravel Socialite", "http://localhost:8000/auth/vipps/callback"],
  ["Spring Security", "http://localhost:8080/login/oauth2/code/vipps"],
  ...ASP_NET.map((uri) => ["ASP.NET Core", uri] as const),
] as const;

const server = await serverForFile({ autoLogin: "ada" });

async function codeFor(clientId: string, redirectUri: string): Promise<string> {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "openid",
    state: "state-of-the-test",
  });
  const { headers } = await fetch(`${server.issuer}oauth2/auth?${query}`, { redirect: "manual" });
  const location = headers.get("location") ?? "";
  expect(location.startsWith(`${redirectUri}?code=`), location).toBe(true);
  return new URL(location).searchParams.get("code") ?? "";
}

describe.each(REDIRECT_URIS)("%s at %s", (_, redirectUri) => {
  test.each(["Demo Shop", "Post Office"])("logs in with the keys of %s", async (name) => {
    const { clientId, clientSecret, tokenEndpointAuthMethod } = await server.salesUnit(name);
    const code = await codeFor(clientId, redirectUri);
    const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    const isPost = tokenEndpointAuthMethod === "client_secret_post";
    const { status } = await fetch(`${server.issuer}oauth2/token`, {
      method: "POST",
      headers: isPost ? {} : { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({
        ...grant,
        ...(isPost && { client_id: clientId, client_secret: clientSecret }),
      }),
    });
    expect([tokenEndpointAuthMethod, status]).toEqual([
      name === "Demo Shop" ? "client_secret_basic" : "client_secret_post",
      200,
    ]);
  });
});
