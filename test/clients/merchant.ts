import * as client from "openid-client";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import type { Server } from "../support/server.ts";
import type { Person } from "./walker.ts";
import { createWalker, walkLogin } from "./walker.ts";

/** A merchant's backend that uses openid-client. */

const redirectUri = "http://localhost:3000/callback";
const scope = "openid name phoneNumber email address birthDate";

/** What is otherwise than at an ordinary merchant. */
interface Overrides {
  readonly issuer?: string;
  readonly salesUnit?: string;
  readonly secret?: string;
  readonly method?: SalesUnit["tokenEndpointAuthMethod"];
  readonly redirectUri?: string;
  readonly scope?: string;
  readonly extra?: Readonly<Record<string, string>>;
  /** Reaches the mock, where the global `fetch` does not. */
  readonly fetch?: (url: string, init: object) => Promise<Response>;
}

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

/** A merchant's backend, configured for a sales unit. */
export async function merchantAt(at: Server, overrides: Overrides = {}) {
  const unit = await at.salesUnit(overrides.salesUnit);
  const secret = overrides.secret ?? unit.clientSecret;
  const config = await client.discovery(
    new URL(overrides.issuer ?? at.issuer),
    unit.clientId,
    undefined,
    (overrides.method ?? unit.tokenEndpointAuthMethod) === "client_secret_post"
      ? client.ClientSecretPost(secret)
      : client.ClientSecretBasic(secret),
    {
      execute: [client.allowInsecureRequests],
      ...(overrides.fetch && { [client.customFetch]: overrides.fetch }),
    },
  );
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const authorizationUrl = client.buildAuthorizationUrl(config, {
    redirect_uri: overrides.redirectUri ?? redirectUri,
    scope: overrides.scope ?? scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    ...overrides.extra,
  });
  return {
    config,
    checks,
    authorizationUrl,
    /** From the redirect back to the tokens. */
    finish: (callback: URL) => client.authorizationCodeGrant(config, callback, checks),
    readUserinfo: (tokens: Tokens) =>
      client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? ""),
  };
}

/** Where the merchant is called back when a person goes through the pages. */
export async function comeBack(authorizationUrl: URL, person: Person = {}): Promise<URL> {
  const walker = createWalker((url) => url.port === "3000");
  return (await walkLogin(walker, authorizationUrl, person)).url;
}
