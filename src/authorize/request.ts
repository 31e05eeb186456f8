import { checkActive, findClient } from "../client-auth/authenticate.ts";
import { decodeLeniently, encodeQuery } from "../oidc/encoding.ts";
import type { ErrorCode } from "../oidc/errors.ts";
import { oauthError, PageRefusal, RedirectRefusal } from "../oidc/errors.ts";
import type { Hint } from "../oidc/hints.ts";
import { hintOf } from "../oidc/hints.ts";
import type { Parameters } from "../oidc/params.ts";
import { words } from "../oidc/params.ts";
import type { Switches } from "../profiles/profile.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import { defined } from "../records/defined.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { RequestedFlow } from "../records/vocabulary.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { checkAppCallbackUri, missingAppCallbackUri } from "../rules/app-callback-uri.ts";
import { readRequestedOptions } from "../rules/app-flows.ts";
import type { Asker } from "../rules/entitlement.ts";
import { diagnoseMissingOpenid, diagnoseScope, splitByEntitlement } from "../rules/entitlement.ts";
import { diagnoseMsnInsteadOfClient, diagnoseUnknownMsn } from "../rules/partner-keys.ts";
import {
  diagnoseAudience,
  diagnoseRegistration,
  diagnoseRequestObject,
  diagnoseResponseMode,
  diagnoseResponseType,
  noteFormPost,
} from "../rules/protocol.ts";
import { checkRedirectUri } from "../rules/redirect-uri.ts";
import { diagnoseTooShort, isTooShort } from "../rules/state.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readSome } from "../store/batches.ts";

/**
 * Validates an authorization request in the real service's order (fosite 0.40.2): client, request
 * object, response mode, redirect URI; from there on every error goes to the merchant by redirect:
 * scope, audience, registration, response type, and state last.
 *
 * @throws PageRefusal while it is not known where to send the browser
 * @throws RedirectRefusal once it is
 */
export async function validateAuthorizationRequest(
  sandbox: Pick<Sandbox, "store" | "profile" | "switches">,
  parameters: Parameters,
  query: string,
): Promise<{
  request: AuthorizationRequest;
  salesUnit: SalesUnit;
  notes: readonly Diagnosis[];
}> {
  const salesUnit = await clientOf(sandbox, parameters);
  refuseRequestObject(parameters);
  const to = {
    responseMode: responseModeOf(parameters, sandbox.switches),
    redirectUri: redirectUriOf(parameters, salesUnit, sandbox.switches),
    state: parameters.get("state") ?? "",
  };
  const refuse: Refuse = (code, diagnosis, hint) => {
    const error = oauthError(code, hint, sandbox.switches.errorTexts);
    throw new RedirectRefusal(error, to, diagnosis);
  };
  const { notes, ...options } = readRequestedOptions(parameters, sandbox.switches);
  const appCallback = checkAppCallback(parameters, options.flow, salesUnit, sandbox, refuse);
  const scopes = scopesOf(parameters);
  const grantedScopes = grantScopes(
    scopes,
    { salesUnit, flow: "browser", sandbox },
    sandbox.switches,
    refuse,
  );
  checkExtensions(parameters, refuse);
  checkResponseType(parameters, refuse);
  if (isTooShort(to.state)) {
    refuse("invalid_state", diagnoseTooShort("state", to.state), hintOf("short_state"));
  }
  const request = {
    ...to,
    clientId: salesUnit.clientId,
    msn: salesUnit.msn,
    scopes,
    grantedScopes,
    prompt: words(parameters.get("prompt")),
    query,
    ...options,
    ...appCallback,
    ...defined({
      nonce: parameters.get("nonce"),
      codeChallenge: parameters.get("code_challenge"),
      codeChallengeMethod: parameters.get("code_challenge_method"),
      loginHint: parameters.get("login_hint"),
    }),
  };
  const modeNotes = to.responseMode === "form_post" ? [noteFormPost()] : [];
  return { request, salesUnit, notes: [...modeNotes, ...notes] };
}

/** Ends the request with an error that goes to the merchant. */
type Refuse = <Code extends ErrorCode>(
  code: Code,
  diagnosis: Diagnosis,
  hint?: Hint<NoInfer<Code>>,
) => never;

/** As fosite collects them: in the order of the request, each once. */
function scopesOf(parameters: Parameters): string[] {
  return [...new Set(words(parameters.get("scope")))];
}

async function clientOf(
  sandbox: Pick<Sandbox, "store">,
  parameters: Parameters,
): Promise<SalesUnit> {
  const found = await findClient(sandbox, parameters.get("client_id") ?? "");
  if ("failure" in found) {
    const error = oauthError("invalid_client", hintOf("unknown_client"));
    throw new PageRefusal(error, found.failure);
  }
  const failure = checkActive(found.salesUnit);
  if (failure) throw new PageRefusal(failure.error, failure.diagnosis);
  return found.salesUnit;
}

/** Sales units have no keys for request objects, and fosite looks at these before the redirect URI. */
function refuseRequestObject(parameters: Parameters): void {
  if (!parameters.get("request") && !parameters.get("request_uri")) return;
  throw new PageRefusal(
    oauthError("invalid_request", hintOf("request_object")),
    diagnoseRequestObject(),
  );
}

function responseModeOf(
  parameters: Parameters,
  { formPost }: Switches,
): AuthorizationRequest["responseMode"] {
  const mode = parameters.get("response_mode") ?? "query";
  if (mode === "query" || mode === "fragment" || (mode === "form_post" && formPost)) return mode;
  throw new PageRefusal(
    oauthError("unsupported_response_mode", hintOf("unsupported_response_mode", { mode })),
    diagnoseResponseMode(mode),
  );
}

function redirectUriOf(
  parameters: Parameters,
  { redirectUris }: SalesUnit,
  { httpRedirectHosts }: Switches,
): string {
  const redirectUri = parameters.get("redirect_uri") ?? "";
  const diagnosis = checkRedirectUri(redirectUri, redirectUris, httpRedirectHosts);
  if (!diagnosis) return redirectUri;
  throw new PageRefusal(oauthError("invalid_request", hintOf("redirect_uri_mismatch")), diagnosis);
}

/** The URI must be valid in every flow, but only `app_to_app` calls it. */
function checkAppCallback(
  parameters: Parameters,
  flow: RequestedFlow | undefined,
  { redirectUris }: SalesUnit,
  { switches }: Pick<Sandbox, "switches">,
  refuse: Refuse,
): Pick<AuthorizationRequest, "appCallbackUri"> {
  const uri = parameters.get("app_callback_uri");
  const failure =
    uri === undefined
      ? flow === "app_to_app" && missingAppCallbackUri()
      : checkAppCallbackUri(uri, redirectUris, switches.httpRedirectHosts);
  if (failure) refuse(failure.code, failure.diagnosis);
  return uri !== undefined && flow === "app_to_app" ? { appCallbackUri: uri } : {};
}

function grantScopes(
  scopes: readonly string[],
  asker: Asker,
  { scopeWithoutEntitlement }: Switches,
  refuse: Refuse,
): readonly string[] {
  const { granted, refused } = splitByEntitlement(scopes, asker);
  if (refused !== undefined && scopeWithoutEntitlement === "invalid_scope") {
    refuse(
      "invalid_scope",
      diagnoseScope(refused, asker),
      hintOf("scope_not_allowed", { scope: refused }),
    );
  }
  if (!granted.includes("openid")) {
    refuse("invalid_scope", diagnoseMissingOpenid(scopes), hintOf("no_openid"));
  }
  return granted;
}

function checkExtensions(parameters: Parameters, refuse: Refuse): void {
  const audience = parameters.get("audience");
  if (audience !== undefined) {
    refuse("invalid_request", diagnoseAudience(audience), hintOf("audience", { audience }));
  }
  if (parameters.get("registration") !== undefined) {
    refuse("registration_not_supported", diagnoseRegistration());
  }
}

function checkResponseType(parameters: Parameters, refuse: Refuse): void {
  const responseType = parameters.get("response_type");
  if (responseType === "code") return;
  refuse(
    "unsupported_response_type",
    diagnoseResponseType(responseType),
    responseType === undefined
      ? hintOf("no_response_type")
      : hintOf("response_type_not_allowed", { responseType }),
  );
}

/**
 * The same request with a client_id. A partner need not know that of a sales unit: it sends `msn`
 * instead, and the browser is redirected to the same address with the client_id (documentation 2023). The
 * request itself is validated there.
 *
 * @throws PageRefusal where partner keys are not for the browser flow, or no sales unit has the msn
 */
export async function locationWithClient(
  { sandbox, endpoints, trace }: Exchange,
  msn: string,
  query: string,
): Promise<string> {
  const unknown = () => oauthError("invalid_client", hintOf("unknown_client"));
  if (sandbox.switches.partnerKeys !== "everywhere") {
    throw new PageRefusal(unknown(), diagnoseMsnInsteadOfClient(msn));
  }
  const salesUnit = await sandbox.store.salesUnits.get(msn);
  if (!salesUnit) {
    const items = await readSome(sandbox.store.salesUnits);
    const known = items.map((item) => item.msn);
    throw new PageRefusal(unknown(), diagnoseUnknownMsn(msn, known));
  }
  const { clientId } = salesUnit;
  trace.clientId = clientId;
  const pairs = query.split("&").filter((pair) => nameIn(pair) !== "client_id");
  const replaced = pairs.map((pair) =>
    nameIn(pair) === "msn" ? encodeQuery([["client_id", clientId]]) : pair,
  );
  return `${endpoints.front}${PATHS.authorize}?${replaced.join("&")}`;
}

function nameIn(pair: string): string {
  return decodeLeniently(pair.replace(/=.*$/s, ""));
}
