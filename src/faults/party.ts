import { expectedUser, rememberedBrowser } from "../login/browser-login.ts";
import { readBearer, readCredentials } from "../oidc/client-auth.ts";
import { JsonRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { MalformedParameters, parseParameters } from "../oidc/params.ts";
import type { Login } from "../records/login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import { readPhoneHint } from "../rules/phone-number.ts";
import { sharedSessionOf } from "../sandbox/users.ts";
import type { SandboxStore } from "../store/store.ts";

/**
 * Whom an exchange is about, before its endpoint was asked. Nothing is checked here and nothing used
 * up: a wrong secret still comes from the client that it names.
 */

/** A client and a user, as far as they can be known. */
export interface Party {
  readonly clientId?: string | undefined;
  /** The user's id. */
  readonly user?: string | undefined;
}

/** What was sent, as it came. */
export interface Sent {
  readonly endpoint: EndpointName;
  /** Without the `?`. */
  readonly query: string;
  /** The form; undefined without one. */
  readonly body: string | undefined;
  readonly authorization: string | undefined;
  /** The header client_id, by which platform tokens are asked for. */
  readonly clientId: string | undefined;
  /** Merchant-Serial-Number: for whom a platform token is used. */
  readonly msn: string | undefined;
  /** The `sub` in the path, where userinfo is asked for by one. */
  readonly subject: string | undefined;
  /** The cookie of a browser that may be remembered. */
  readonly browser: string | undefined;
}

/** Where a phone number says whose login it is. */
const BY_NUMBER: readonly EndpointName[] = ["backchannel-authentication", "user-exists"];

/**
 * The client by its credentials or by whom a partner acts for, else by what it brings; the user by
 * the code, the access token or the login on its way; where a login begins, whose it will be, else
 * the browser's user.
 */
export async function partyOf(
  exchange: Pick<Exchange, "sandbox" | "now">,
  sent: Sent,
): Promise<Party> {
  const { sandbox } = exchange;
  const { store } = sandbox;
  const parameters = readParameters(sent.body ?? sent.query);
  if (sent.endpoint === "access-token") return { clientId: sent.clientId };
  const actedFor = await actedForBy(store, sent);
  const [session, login, phoneLogin, browser] = await Promise.all([
    sessionOf(exchange, parameters, sent, actedFor?.msn),
    loginOf(store, parameters),
    store.phoneLogins.find("authReqId", parameters.get("auth_req_id") ?? ""),
    rememberedBrowser(exchange, sent.browser),
  ]);
  const clientId =
    clientIdOf(parameters, sent.authorization) ??
    actedFor?.clientId ??
    session?.clientId ??
    login?.request.clientId;
  const known = session ?? login ?? phoneLogin;
  if (known) return { clientId, user: known.user };
  if (BY_NUMBER.includes(sent.endpoint))
    return { clientId, user: await numberedUser(store, parameters) };
  if (sent.endpoint !== "auth") return { clientId, user: browser?.user };
  return { clientId, user: await expectedUser(sandbox, parameters.get("login_hint"), browser) };
}

async function numberedUser(
  { users }: SandboxStore,
  parameters: Parameters,
): Promise<string | undefined> {
  const hint = readPhoneHint(parameters.get("login_hint"));
  return "msisdn" in hint ? (await users.find("phoneNumber", hint.msisdn))?.id : undefined;
}

function readParameters(text: string): Parameters {
  try {
    return parseParameters(text);
  } catch (error) {
    if (error instanceof MalformedParameters) return parseParameters("");
    throw error;
  }
}

function clientIdOf(parameters: Parameters, authorization: string | undefined): string | undefined {
  try {
    return readCredentials(authorization, parameters).clientId;
  } catch (error) {
    if (error instanceof JsonRefusal) return undefined;
    throw error;
  }
}

/** The sales unit that a platform token is used for, whether its holder may or not. */
async function actedForBy(
  { platformTokens, salesUnits }: SandboxStore,
  { authorization, msn }: Sent,
): Promise<SalesUnit | undefined> {
  const token = await platformTokens.get(readBearer(authorization) ?? "");
  return token && salesUnits.get(msn ?? token.holder.id);
}

/** By a code at the token endpoint, by an access token or the `sub` at userinfo and revocation. */
async function sessionOf(
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  parameters: Parameters,
  { authorization, subject }: Sent,
  msn: string | undefined,
): Promise<Session | undefined> {
  const { codes, accessTokens, sessions } = sandbox.store;
  if (subject !== undefined && msn !== undefined) {
    return sharedSessionOf(sandbox, subject, msn, now);
  }
  const value = parameters.get("token") ?? readBearer(authorization);
  const holder =
    (await codes.get(parameters.get("code") ?? "")) ?? (await accessTokens.get(value ?? ""));
  return holder && sessions.get(holder.session);
}

/** By what a page carries, and by what the browser brings back from it. */
async function loginOf(
  { logins }: SandboxStore,
  parameters: Parameters,
): Promise<Login | undefined> {
  const given = (name: string) => parameters.get(name) ?? "";
  return (
    (await logins.get(given("login_challenge"))) ??
    (await logins.find("consentChallenge", given("consent_challenge"))) ??
    (await logins.find("loginVerifier", given("login_verifier"))) ??
    (await logins.find("consentVerifier", given("consent_verifier")))
  );
}
