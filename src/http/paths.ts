/** Where everything is. The merchant-facing paths are the real service's, byte for byte. */
export const PATHS = {
  discovery: "/access-management-1.0/access/.well-known/openid-configuration",
  jwks: "/access-management-1.0/access/.well-known/jwks.json",
  authorize: "/access-management-1.0/access/oauth2/auth",
  token: "/access-management-1.0/access/oauth2/token",
  revocation: "/access-management-1.0/access/oauth2/revoke",
  logout: "/access-management-1.0/access/oauth2/sessions/logout",
  userinfo: "/vipps-userinfo-api/userinfo",
  legacyUserinfo: "/access-management-1.0/access/userinfo",
  backchannelAuthentication: "/vipps-login-ciba/api/backchannel/authentication",
  login: "/vipps-login-idp/login",
  consent: "/vipps-login-idp/consent",
  error: "/vipps-login-idp/error",
  stylesheet: "/vipps-login-idp/style.css",
  control: "/mock/api",
} as const;

/** Where the browser pages are. */
export const PAGES = "/vipps-login-idp/";

/** Where everything is that the real service does not have. */
export const OURS = "/mock";

/** The issuer's path; the trailing slash belongs to it. */
const ISSUER_PATH = "/access-management-1.0/access/";

/** The absolute URLs of one request's point of view. */
export interface Endpoints {
  /** Where browsers go: the public URL, or the host that asked. */
  readonly front: string;
  /** Where backends go: the host that asked. */
  readonly back: string;
  readonly issuer: string;
}

/** What the operator pinned. */
export interface PinnedUrls {
  /** What browsers use, without a trailing slash. */
  readonly publicUrl?: string | undefined;
  /** `iss` for everyone. */
  readonly issuer?: string | undefined;
}

/**
 * A browser on localhost and a backend on http://vipps:4747 see one server under two names: the
 * authorization endpoint follows the public URL, the rest the host that asked (contract §4).
 *
 * @param base scheme and host of the request
 * @param pinned what the operator pinned
 * @returns the URLs to put into answers
 */
export function endpointsFor(base: string, pinned: PinnedUrls): Endpoints {
  const front = pinned.publicUrl ?? base;
  return { front, back: base, issuer: pinned.issuer ?? `${base}${ISSUER_PATH}` };
}
