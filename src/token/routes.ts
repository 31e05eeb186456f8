import type { FastifyInstance } from "fastify";
import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { authenticateClient } from "../client-auth/authenticate.ts";
import { clientHeaders, noStore, noteRepetitions, parametersOr } from "../http/messages.ts";
import { goJson } from "../oidc/encoding.ts";
import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import { hintOf } from "../oidc/hints.ts";
import type { Parameters } from "../oidc/params.ts";
import { unreadableRequest } from "../oidc/params.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import { GRANT_TYPES } from "../records/vocabulary.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import {
  diagnoseEmptyBody,
  diagnoseGrantNotAllowed,
  diagnoseGrantType,
  diagnoseMalformed,
} from "../rules/protocol.ts";
import { exchangeCode } from "./code-grant.ts";
import { exchangePhoneCode } from "./phone-code-grant.ts";
import { pollForTokens } from "./poll-grant.ts";
import type { PhoneTokenResponse, TokenResponse } from "./tokens.ts";

/**
 * The token endpoint. Good or bad, its responses are JSON in fosite's form: not to be stored, no line
 * break at the end, no WWW-Authenticate (fosite 0.40.2).
 */
export function tokenRoutes(app: FastifyInstance): void {
  app.post<{ Body: string | undefined }>(
    PATHS.token,
    { config: { failure: "json", endpoint: "token" } },
    async (request, reply) => {
      const { exchange, headers, body } = request;
      const refuse = (what: string) =>
        new JsonRefusal(unreadableRequest(), diagnoseMalformed(what));
      const parameters = parametersOr(body ?? "", refuse);
      noteRepetitions(request, parameters);
      const tokens = await requestTokens(exchange, clientHeaders(headers), parameters);
      noStore(reply).type("application/json;charset=UTF-8");
      return goJson(tokens);
    },
  );
}

/** What a grant gives, in its own order; login from phone number has no scope. */
type Tokens = TokenResponse | PhoneTokenResponse;

interface Grant {
  /** Which flow it ends: partner keys are not for every one. */
  readonly flow: LoginFlow;
  /** Left out where no sales unit may use it. */
  readonly redeem?: (
    exchange: Exchange,
    salesUnit: SalesUnit,
    parameters: Parameters,
  ) => Promise<Tokens>;
}

/**
 * The grants that Hydra knows, of which a sales unit may use only those with a handler here; and those
 * of login from phone number, which no discovery document lists.
 */
const GRANTS: ReadonlyMap<string, Grant> = new Map<string, Grant>([
  [GRANT_TYPES.code, { flow: "browser", redeem: exchangeCode }],
  ["refresh_token", { flow: "browser" }],
  ["client_credentials", { flow: "browser" }],
  [GRANT_TYPES.phone, { flow: "phone-number", redeem: pollForTokens }],
  [GRANT_TYPES.phoneRedirect, { flow: "phone-number", redeem: exchangePhoneCode }],
]);

/** What a grant type that does not exist may have been meant to be. */
const USABLE = [...GRANTS].flatMap(([name, { redeem }]) => (redeem ? [name] : []));

/**
 * A token request in the order of fosite 0.40.2: is there a body and a grant type, does the grant
 * exist (this is reported before a failed authentication), who is the client, may it use the grant.
 *
 * @throws JsonRefusal or CibaRefusal for every reason not to give any
 */
async function requestTokens(
  exchange: Exchange,
  headers: ClientHeaders,
  parameters: Parameters,
): Promise<Tokens> {
  if (parameters.isEmpty) {
    const error = oauthError("invalid_request", hintOf("empty_body"));
    throw new JsonRefusal(error, diagnoseEmptyBody());
  }
  const grantType = parameters.get("grant_type");
  if (grantType === undefined) {
    const error = oauthError("invalid_request", hintOf("no_grant_type"));
    throw new JsonRefusal(error, diagnoseGrantType(undefined, USABLE));
  }
  const grant = GRANTS.get(grantType);
  // Asked before the client authenticates: fosite only remembers a failed authentication here.
  if (grant === undefined) {
    throw new JsonRefusal(oauthError("invalid_request"), diagnoseGrantType(grantType, USABLE));
  }
  const salesUnit = await authenticateClient(exchange, headers, parameters, grant.flow);
  if (grant.redeem) return await grant.redeem(exchange, salesUnit, parameters);
  throw new JsonRefusal(
    oauthError("unauthorized_client", hintOf("forbidden_grant", { grantType })),
    diagnoseGrantNotAllowed(grantType),
  );
}
