import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { authenticateClient } from "../client-auth/authenticate.ts";
import type { CibaErrorCode, CibaText } from "../oidc/ciba-errors.ts";
import { CibaRefusal, cibaError, cibaText } from "../oidc/ciba-errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { words } from "../oidc/params.ts";
import { defined } from "../records/defined.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Seconds } from "../records/time.ts";
import { MINUTE } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseMissingOpenid, diagnoseScope, splitByEntitlement } from "../rules/entitlement.ts";
import {
  BINDING_MESSAGE,
  diagnoseBindingMessage,
  diagnoseIgnored,
  diagnoseIgnoredExpiry,
  diagnoseMisspelled,
  diagnoseNnin,
  diagnoseNoPhoneLogin,
  diagnoseNoScope,
  diagnoseRequestedExpiry,
  REQUESTED_EXPIRY,
  readPhoneHint,
} from "../rules/phone-number.ts";
import { diagnoseEmptyBody, diagnoseRepeated } from "../rules/protocol.ts";
import { checkRedirectUri } from "../rules/redirect-uri.ts";

/** Who asks, and what of the request is not about the user: each parameter is validated here. */

/** How long a user has where the merchant does not say, in seconds (documentation 2023). */
const LIFETIME = 10 * MINUTE;

/** The `requested_flow` of the redirect variant. */
const TO_WEBPAGE = "login_to_webpage";

/** What a request asks for. */
export interface PhoneLoginRequest
  extends Pick<
    PhoneLogin,
    "scopes" | "grantedScopes" | "bindingMessage" | "state" | "nonce" | "redirectUri"
  > {
  /** The phone number of the user. */
  readonly msisdn: string;
  readonly lifetime: Seconds;
}

/**
 * Finds out who calls one of the two endpoints.
 *
 * @throws CibaRefusal invalid_request without parameters or with a repeated one,
 *   unauthorized_client without the feature
 * @throws JsonRefusal as at the token endpoint, for wrong credentials
 */
export async function authenticateCaller(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  headers: ClientHeaders,
  parameters: Parameters,
): Promise<SalesUnit> {
  const { sandbox, trace } = exchange;
  if (parameters.isEmpty) refuse("invalid_request", diagnoseEmptyBody());
  const [repeated] = parameters.repeated;
  if (repeated !== undefined) {
    const description = cibaText("repeated", { name: repeated.name });
    refuse("invalid_request", diagnoseRepeated(repeated.name), description);
  }
  const salesUnit = await authenticateClient(exchange, headers, parameters, "phone-number");
  trace.clientId = salesUnit.clientId;
  const { loginFromPhoneNumber } = salesUnit.features;
  if (sandbox.switches.loginFromPhoneNumber === "entitled" && !loginFromPhoneNumber) {
    refuse("unauthorized_client", diagnoseNoPhoneLogin(salesUnit.clientId));
  }
  return salesUnit;
}

/** @throws CibaRefusal invalid_request */
export function msisdnOf(parameters: Parameters): string {
  const misspelled = parameters.misspelled("login_hint");
  const hint = readPhoneHint(parameters.get("login_hint"), misspelled);
  if ("failure" in hint) refuse("invalid_request", hint.failure, cibaText("login_hint"));
  return hint.msisdn;
}

/** What a request may leave out, so that nothing but a note tells of another spelling. */
const OPTIONAL = [
  "binding_message",
  "redirect_uri",
  "requested_expiry",
  "requested_flow",
  "state",
  "nonce",
] as const;

/** @throws CibaRefusal for the first parameter that is wrong */
export function validatePhoneLoginRequest(
  exchange: Pick<Exchange, "sandbox" | "trace">,
  salesUnit: SalesUnit,
  parameters: Parameters,
): PhoneLoginRequest {
  const msisdn = msisdnOf(parameters);
  for (const name of OPTIONAL) {
    const sent = parameters.misspelled(name);
    if (sent !== undefined) exchange.trace.notes.push(diagnoseMisspelled(name, sent));
  }
  return {
    msisdn,
    ...scopesOf(exchange, salesUnit, parameters),
    ...bindingMessageOf(parameters),
    ...redirectOf(exchange, salesUnit, parameters),
    ...defined({ state: parameters.get("state"), nonce: parameters.get("nonce") }),
    lifetime: lifetimeOf(exchange, parameters),
  };
}

function scopesOf(
  { sandbox }: Pick<Exchange, "sandbox">,
  salesUnit: SalesUnit,
  parameters: Parameters,
): Pick<PhoneLogin, "scopes" | "grantedScopes"> {
  const scopes = [...new Set(words(parameters.get("scope")))];
  if (scopes.length === 0) {
    refuse("invalid_request", diagnoseNoScope(), cibaText("no_scope"));
  }
  if (scopes.includes("nnin")) refuse("invalid_scope", diagnoseNnin());
  const asker = { salesUnit, flow: "phone-number", sandbox } as const;
  const { granted, refused } = splitByEntitlement(scopes, asker);
  if (refused !== undefined && sandbox.switches.scopeWithoutEntitlement === "invalid_scope") {
    refuse("invalid_scope", diagnoseScope(refused, asker));
  }
  // The documentation requires openid of the redirect variant only.
  const isRedirected = parameters.get("requested_flow") === TO_WEBPAGE;
  if (isRedirected && !granted.includes("openid")) {
    refuse("invalid_scope", diagnoseMissingOpenid(scopes));
  }
  return { scopes, grantedScopes: granted };
}

function bindingMessageOf(parameters: Parameters): Pick<PhoneLogin, "bindingMessage"> {
  const message = parameters.get("binding_message");
  if (message !== undefined && !BINDING_MESSAGE.test(message)) {
    refuse("invalid_binding_message", diagnoseBindingMessage(message));
  }
  return defined({ bindingMessage: message });
}

/** Only both parameters together make the redirect variant. */
function redirectOf(
  { sandbox, trace }: Pick<Exchange, "sandbox" | "trace">,
  { redirectUris }: SalesUnit,
  parameters: Parameters,
): Pick<PhoneLogin, "redirectUri"> {
  const [flow, redirectUri] = [parameters.get("requested_flow"), parameters.get("redirect_uri")];
  if (flow === TO_WEBPAGE) {
    const { httpRedirectHosts } = sandbox.switches;
    const diagnosis = checkRedirectUri(redirectUri ?? "", redirectUris, httpRedirectHosts);
    if (diagnosis) refuse("invalid_request", diagnosis, cibaText("redirect_uri"));
    return defined({ redirectUri });
  }
  if (flow !== undefined) trace.notes.push(diagnoseIgnored("requested_flow", flow));
  if (redirectUri !== undefined) trace.notes.push(diagnoseIgnored("redirect_uri", redirectUri));
  return {};
}

function lifetimeOf(
  { sandbox, trace }: Pick<Exchange, "sandbox" | "trace">,
  parameters: Parameters,
): Seconds {
  const sent = parameters.get("requested_expiry");
  if (sent === undefined) return LIFETIME;
  if (!sandbox.switches.requestedExpiry) {
    trace.notes.push(diagnoseIgnoredExpiry());
    return LIFETIME;
  }
  const { least, most } = REQUESTED_EXPIRY;
  const seconds = /^\d{1,4}$/.test(sent) ? Number(sent) : Number.NaN;
  if (seconds >= least && seconds <= most) return seconds;
  const description = cibaText("requested_expiry", { least, most });
  return refuse("invalid_request", diagnoseRequestedExpiry(sent), description);
}

function refuse<Code extends CibaErrorCode>(
  code: Code,
  diagnosis: Diagnosis,
  description?: CibaText<NoInfer<Code>>,
): never {
  throw new CibaRefusal(cibaError(code, description), diagnosis);
}
