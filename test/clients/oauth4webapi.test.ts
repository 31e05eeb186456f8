import * as oauth from "oauth4webapi";
import { describe, expect, test } from "vitest";
import type { Server } from "../support/server.ts";
import { serverForFile } from "../support/server.ts";
import type { Person } from "./walker.ts";
import { createWalker, walkLogin } from "./walker.ts";

/** Whole logins by oauth4webapi, every step by hand and every answer validated. */

const redirectUri = "https://example.com/callback";
const insecure = { [oauth.allowInsecureRequests]: true } as const;

const server = await serverForFile();
const headless = await serverForFile({ autoLogin: "ada" });

async function discover(at: Server): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(at.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
}

interface Attempt {
  readonly at: Server;
  readonly salesUnit?: string;
  readonly secret?: string;
  readonly person?: Person;
  /** What to change on the way out. */
  readonly tamper?: Readonly<Record<string, string>>;
}

/** Up to the redirect back to the merchant. */
async function authorize({ at, salesUnit, secret, person = {}, tamper = {} }: Attempt) {
  const as = await discover(at);
  const unit = await at.salesUnit(salesUnit);
  const client: oauth.Client = { client_id: unit.clientId };
  const authenticate =
    unit.tokenEndpointAuthMethod === "client_secret_post"
      ? oauth.ClientSecretPost(secret ?? unit.clientSecret)
      : oauth.ClientSecretBasic(secret ?? unit.clientSecret);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(as.authorization_endpoint ?? "");
  url.search = String(
    new URLSearchParams({
      client_id: unit.clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid name email",
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...tamper,
    }),
  );
  const walker = createWalker(({ hostname }) => hostname === "example.com");
  const { url: callback, pages } = await walkLogin(walker, url, person);
  return { as, client, authenticate, verifier, state, nonce, callback, pages };
}

type Login = Awaited<ReturnType<typeof authorize>>;

/** Exchanges the code; the answer is not looked at. */
function requestTokens({ as, client, authenticate, verifier, state, callback }: Login) {
  const parameters = oauth.validateAuthResponse(as, client, callback, state);
  return oauth.authorizationCodeGrantRequest(
    as,
    client,
    authenticate,
    parameters,
    redirectUri,
    verifier,
    insecure,
  );
}

/** Takes the tokens out of an answer, with every check that there is. */
async function acceptTokens({ as, client, nonce }: Login, response: Response) {
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(as, response, insecure);
  return tokens;
}

/** From the redirect back to the tokens. */
async function redeem(login: Login) {
  return acceptTokens(login, await requestTokens(login));
}

async function readUserinfo(
  { as, client }: Pick<Login, "as" | "client">,
  tokens: oauth.TokenEndpointResponse,
) {
  const response = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
  const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? "";
  return oauth.processUserInfoResponse(as, client, sub, response);
}

describe("oauth4webapi", () => {
  test.each(["Demo Shop", "Post Office"])(
    "logs in headlessly at %s; the ID token's signature is valid; userinfo has the same sub",
    async (salesUnit) => {
      const login = await authorize({ at: headless, salesUnit });
      expect(login.pages).toEqual([]);
      const tokens = await redeem(login);
      expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ iss: headless.issuer });
      expect(await readUserinfo(login, tokens)).toMatchObject({
        name: "Ada Nordmann",
        email: "ada@example.com",
      });
    },
  );

  test("logs in by the pages, as a fixture user chosen with one click", async () => {
    const login = await authorize({ at: server, person: { fixtureUser: "norwegian-letters" } });
    expect(login.pages).toEqual(["phone", "app", "consent"]);
    const userinfo = await readUserinfo(login, await redeem(login));
    expect(userinfo.name).toBe("Bjørn Åge Sæther-Ødegård");
  });
});

describe("oauth4webapi is refused", () => {
  test("with the wrong secret: invalid_client", async () => {
    const refused = redeem(await authorize({ at: headless, secret: "wrong" }));
    await expect(refused).rejects.toBeInstanceOf(oauth.ResponseBodyError);
    await expect(refused).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  });

  test("by a person who declines: access_denied", async () => {
    const person = { phoneNumber: "12345678", consent: "decline" } as const;
    const refused = redeem(await authorize({ at: server, person }));
    await expect(refused).rejects.toBeInstanceOf(oauth.AuthorizationResponseError);
    await expect(refused).rejects.toMatchObject({ error: "access_denied" });
  });

  test("with a code used before: invalid_grant, and the first one's token is worthless", async () => {
    const login = await authorize({ at: headless });
    const tokens = await redeem(login);
    await expect(redeem(login)).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
    await expect(readUserinfo(login, tokens)).rejects.toBeInstanceOf(
      oauth.WWWAuthenticateChallengeError,
    );
  });

  test("with a state too short: invalid_state", async () => {
    const login = await authorize({ at: headless, tamper: { state: "short" } });
    await expect(redeem({ ...login, state: "short" })).rejects.toMatchObject({
      error: "invalid_state",
    });
  });
});

describe("oauth4webapi refuses", () => {
  test("a nonce that is not its own", async () => {
    const tamper = { nonce: "somebody-elses-nonce" };
    const refused = redeem(await authorize({ at: headless, tamper }));
    await expect(refused).rejects.toThrow('unexpected ID Token "nonce" claim value');
  });

  test("an ID token that somebody changed on the way", async () => {
    const login = await authorize({ at: headless });
    const response = await requestTokens(login);
    const answer = (await response.json()) as Record<string, string>;
    const [header, payload, signature = ""] = answer["id_token"]?.split(".") ?? [];
    const flipped = signature.startsWith("A") ? "B" : "A";
    const forged = Response.json({
      ...answer,
      id_token: `${header}.${payload}.${flipped}${signature.slice(1)}`,
    });
    await expect(acceptTokens(login, forged)).rejects.toThrow("JWT signature verification failed");
  });
});
