/**
 * The parameters, JSON members and form fields whose values are secrets, and headers so called. The
 * login_challenge is none: it is the login's id in the control API and ties its requests together,
 * and without the browser's cookie it opens nothing, save in the flows in which the app may come back to
 * any browser (rules/app-flows.ts).
 */
export const SECRET_NAMES: readonly string[] = [
  "access_token",
  "assertion",
  "auth_req_id",
  "client_assertion",
  "client_notification_token",
  "client_secret",
  "code",
  "code_verifier",
  "consent_challenge",
  "consent_verifier",
  "id_token",
  "id_token_hint",
  "login_verifier",
  "ocp_apim_subscription_key",
  "password",
  "refresh_token",
  "secret",
  "token",
];

/**
 * Whether what it carries is a secret; also where a developer wrote the name in other cases, or
 * with hyphens.
 */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.includes(name.toLowerCase().replaceAll("-", "_"));
}
