import type { Switches } from "../profiles/profile.ts";
import type { Endpoints } from "../request/addresses.ts";
import { PATHS } from "../request/addresses.ts";

/** What differs between the dated variants; the order and everything else is variant (c)'s. */
const VARIANTS = {
  "2023": {
    scopes: [
      "offline_access",
      "offline",
      "openid",
      "address",
      "name",
      "email",
      "phoneNumber",
      "nnin",
      "nin",
      "birthDate",
      "accountNumbers",
      "api_version_2",
      "promotions",
    ],
    codeChallengeMethods: ["plain", "S256"],
  },
  "2026": {
    scopes: [
      "openid",
      "name",
      "phoneNumber",
      "nin",
      "address",
      "birthDate",
      "delegatedConsents",
      "email",
      "gender",
    ],
    codeChallengeMethods: ["S256"],
  },
} as const;

/**
 * The discovery document in the real one's order (Expo sample). It lists what the real service
 * lists, which is more than it does: docs/fidelity.md says what is refused all the same.
 */
export function discoveryDocument(
  { issuer, front, back }: Endpoints,
  variant: Switches["discovery"],
): object {
  const { scopes, codeChallengeMethods } = VARIANTS[variant];
  return {
    issuer,
    authorization_endpoint: `${front}${PATHS.authorize}`,
    token_endpoint: `${back}${PATHS.token}`,
    jwks_uri: `${back}${PATHS.jwks}`,
    subject_types_supported: ["public", "pairwise"],
    response_types_supported: [
      "code",
      "code id_token",
      "id_token",
      "token id_token",
      "token",
      "token id_token code",
    ],
    claims_supported: ["sub"],
    grant_types_supported: ["authorization_code", "client_credentials"],
    response_modes_supported: ["query", "fragment"],
    userinfo_endpoint: `${back}${PATHS.userinfo}`,
    scopes_supported: scopes,
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    userinfo_signing_alg_values_supported: ["none"],
    id_token_signing_alg_values_supported: ["RS256"],
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    claims_parameter_supported: false,
    revocation_endpoint: `${back}${PATHS.revocation}`,
    backchannel_logout_supported: false,
    backchannel_logout_session_supported: false,
    frontchannel_logout_supported: false,
    frontchannel_logout_session_supported: false,
    end_session_endpoint: `${front}${PATHS.logout}`,
    request_object_signing_alg_values_supported: ["none"],
    code_challenge_methods_supported: codeChallengeMethods,
    backchannel_token_delivery_modes_supported: ["poll"],
    backchannel_authentication_endpoint: `${back}${PATHS.backchannelAuthentication}`,
  };
}
