import type { Static } from "typebox";
import Type from "typebox";
import { validateAuthorizationRequest } from "../../authorize/request.ts";
import { END_OF_TIME } from "../../config/semantics.ts";
import { loginAs, progressOf } from "../../login/browser-login.ts";
import { Refusal } from "../../oidc/errors.ts";
import type { Parameters } from "../../oidc/params.ts";
import type { Diagnosis } from "../../records/diagnosis.ts";
import { closed, LengthSchema } from "../../records/schema-parts.ts";
import type { Seconds } from "../../records/time.ts";
import { after } from "../../records/time.ts";
import type { User } from "../../records/user.ts";
import type { Exchange } from "../../request/exchange.ts";
import { consentRule, diagnoseDecline } from "../../rules/consent.ts";
import { activationRule, credentialsRule, inactiveRule } from "../../rules/credentials.ts";
import { delegatedConsentsRule } from "../../rules/delegated-consents.ts";
import { ageRule, appRule } from "../../rules/eligibility.ts";
import { entitlementRule, ninRule } from "../../rules/entitlement.ts";
import { redirectUriRule } from "../../rules/redirect-uri.ts";
import { diagnoseTooShort, isTooShort, stateRule } from "../../rules/state.ts";
import { findUserByName, userCheck } from "../../sandbox/users.ts";
import { beginSession, grantCode } from "../../sessions/issue.ts";
import { issueTokens } from "../../token/tokens.ts";
import { readLength } from "../api/lengths.ts";
import { operation } from "../api/operation.ts";
import { badRequest, type Problem, problemAt, refusedByRule } from "../api/problem.ts";

/**
 * `tokens`: the code and the tokens of a login, without the login. The request is checked by the same
 * rules, and leaves the same records, as one that a browser brings.
 */

export const MintSchema = Type.Object(
  {
    user: Type.String({ description: "Who logs in: id or MSISDN." }),
    clientId: Type.String({ description: "The sales unit." }),
    scope: Type.String({ description: "Separated by spaces: openid name." }),
    nonce: Type.Optional(
      Type.String({
        pattern: "^[^\\x00-\\x1f\\x7f]+$",
        description: "For the ID token; at least 8 bytes, without control characters.",
      }),
    ),
    redirectUri: Type.Optional(
      Type.String({
        description: "What the code is bound to; the first registered one if left out.",
      }),
    ),
    codeChallenge: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_-]{43}$",
        description: "The SHA-256 of the code verifier in base64url: 43 characters.",
      }),
    ),
    codeChallengeMethod: Type.Optional(
      Type.Literal("S256", { description: "Nothing else is taken, so it can be left out." }),
    ),
    expiresIn: Type.Optional(LengthSchema),
  },
  { ...closed, title: "Mint" },
);

type Mint = Static<typeof MintSchema>;

export const MintedSchema = Type.Object(
  {
    accessToken: Type.String({ description: "Works at userinfo." }),
    idToken: Type.String(),
    code: Type.String({ description: "Works once at the token endpoint, with redirectUri." }),
    sub: Type.String(),
    scope: Type.String({ description: "What was granted." }),
    expiresIn: Type.Integer({ description: "How long the access token lives, in seconds." }),
    redirectUri: Type.String(),
  },
  { ...closed, title: "Minted" },
);

export const tokenOperations = [
  operation({
    method: "POST",
    path: "/tokens",
    summary: "Makes an access token, an ID token and a code, as a login of the user would.",
    body: MintSchema,
    status: 201,
    response: MintedSchema,
    refusals: [422],
    run: async ({ body, exchange }) => ({ body: await mint(body, exchange) }),
  }),
];

async function mint(given: Mint, exchange: Exchange): Promise<Static<typeof MintedSchema>> {
  const lifetime = lifetimeOf(given, exchange);
  const login = await completedLogin(given, exchange);
  const session = await beginSession(exchange.sandbox, login, exchange.now, lifetime);
  const grant = await grantCode(exchange.sandbox, login, session, exchange.now);
  const tokens = await issueTokens(exchange, grant, session, { lifetime, expiresIn: lifetime });
  return {
    accessToken: tokens.access_token,
    idToken: tokens.id_token,
    code: grant.code,
    sub: session.subject,
    scope: tokens.scope,
    expiresIn: tokens.expires_in,
    redirectUri: grant.redirectUri,
  };
}

function lifetimeOf({ expiresIn }: Mint, { sandbox, now }: Exchange): Seconds {
  if (expiresIn === undefined) return sandbox.switches.accessTokenLifetime;
  const seconds = readLength(expiresIn, "expiresIn", { whole: true });
  if (after(now, seconds) < END_OF_TIME) return seconds;
  const message = `${expiresIn} leads beyond 2049; choose less`;
  throw badRequest([{ path: "expiresIn", message, value: expiresIn }]);
}

/** Goes the way of an automatic login, up to the point where a code is issued. */
async function completedLogin(given: Mint, exchange: Exchange) {
  const { now } = exchange;
  const { request, salesUnit } = await validated(given, exchange);
  if (request.nonce !== undefined && isTooShort(request.nonce)) {
    throw refused(given, diagnoseTooShort("nonce", request.nonce));
  }
  const user = await userOf(given, exchange);
  const begun = loginAs(exchange, request, user);
  const { login, step, answers } = await progressOf(exchange, begun, salesUnit);
  if (login.failure?.reason === "consent_declined") throw refused(given, diagnoseDecline(user.id));
  if (step.kind === "fail") throw refused(given, step.diagnosis);
  const { merchant } = salesUnit;
  return { request, merchant, user, startedAt: now, authenticatedAt: now, answers };
}

async function validated(given: Mint, { sandbox }: Exchange) {
  const unit = await sandbox.store.salesUnits.find("clientId", given.clientId);
  const redirectUri = given.redirectUri ?? unit?.redirectUris[0];
  if (unit && redirectUri === undefined) {
    const message = `the sales unit ${unit.msn} has no redirect URI; register one with PATCH sales-units/${unit.msn}`;
    throw problemAt(422, { path: "redirectUri", message });
  }
  const parameters = parametersOf({
    client_id: given.clientId,
    redirect_uri: redirectUri,
    scope: given.scope,
    response_type: "code",
    state: sandbox.ids.challenge(),
    nonce: given.nonce,
    code_challenge: given.codeChallenge,
    code_challenge_method: given.codeChallenge && "S256",
  });
  try {
    // Only the pages of a login repeat the query.
    return await validateAuthorizationRequest(sandbox, parameters, "");
  } catch (error) {
    throw error instanceof Refusal ? refused(given, error.diagnosis) : error;
  }
}

function parametersOf(values: Readonly<Record<string, string | undefined>>): Parameters {
  return {
    get: (name) => values[name] || undefined,
    repeated: [],
    misspelled: () => undefined,
    isEmpty: false,
  };
}

async function userOf(given: Mint, { sandbox }: Exchange): Promise<User> {
  const found = await findUserByName(sandbox, given.user);
  if ("user" in found) return found.user;
  throw refused(given, found.failure);
}

/** Which property breaks which rule. */
const PROPERTIES: ReadonlyMap<string, keyof Mint> = new Map<string, keyof Mint>([
  [credentialsRule.id, "clientId"],
  [activationRule.id, "clientId"],
  [inactiveRule.id, "clientId"],
  [redirectUriRule.id, "redirectUri"],
  [entitlementRule.id, "scope"],
  [ninRule.id, "scope"],
  [delegatedConsentsRule.id, "scope"],
  [stateRule.id, "nonce"],
  [ageRule.id, "user"],
  [appRule.id, "user"],
  [userCheck.id, "user"],
  [consentRule.id, "user"],
]);

function refused(given: Mint, diagnosis: Diagnosis): Problem {
  return refusedByRule(given, PROPERTIES.get(diagnosis.rule) ?? "", diagnosis);
}
