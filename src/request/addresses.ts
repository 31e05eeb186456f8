/** Where everything is. The merchant-facing paths are the real service's, byte for byte. */
export const PATHS = {
  discovery: "/access-management-1.0/access/.well-known/openid-configuration",
  jwks: "/access-management-1.0/access/.well-known/jwks.json",
  authorize: "/access-management-1.0/access/oauth2/auth",
  token: "/access-management-1.0/access/oauth2/token",
  revocation: "/access-management-1.0/access/oauth2/revoke",
  logout: "/access-management-1.0/access/oauth2/sessions/logout",
  userinfo: "/vipps-userinfo-api/userinfo",
  userinfoBySubject: "/vipps-userinfo-api/userinfo/:sub",
  legacyUserinfo: "/access-management-1.0/access/userinfo",
  backchannelAuthentication: "/vipps-login-ciba/api/backchannel/authentication",
  webhooks: "/webhooks/v1/webhooks",
  userExists: "/vipps-login-ciba/api/v1/user-exists",
  platformToken: "/accesstoken/get",
  login: "/vipps-login-idp/login",
  loginStatus: "/vipps-login-idp/login/status",
  loginScript: "/vipps-login-idp/app.js",
  endedScript: "/vipps-login-idp/ended.js",
  resume: "/vipps-login-idp/index.html",
  consent: "/vipps-login-idp/consent",
  error: "/vipps-login-idp/error",
  stylesheet: "/vipps-login-idp/style.css",
  formPostScript: "/vipps-login-idp/form-post.js",
  control: "/mock/api",
} as const;

/** The path and query of a request; its host is the one in the Host header, even for a whole URL. */
export function targetOf(url: string): string {
  if (url.startsWith("/")) return url;
  const target = url.replace(/^https?:\/\/[^/?]*/i, "");
  return target.startsWith("?") || target === "" ? `/${target}` : target;
}

/** What every path of a sandbox begins with, except those of the default one. */
const SANDBOX_PREFIX = /^\/s\/([^/?]*)(?=[/?]|$)/;

/** The sandbox that a URL names in its prefix, and the URL without it; undefined without a prefix. */
export function splitSandbox(url: string): { id: string; rest: string } | undefined {
  if (!url.startsWith("/s/")) return undefined;
  const [prefix, id] = SANDBOX_PREFIX.exec(url) ?? [];
  if (prefix === undefined || id === undefined) return undefined;
  const rest = url.slice(prefix.length);
  return { id, rest: rest.startsWith("/") ? rest : `/${rest}` };
}

export function sandboxPrefix(sandbox: string | undefined): string {
  return sandbox === undefined ? "" : `/s/${sandbox}`;
}

/** Where the browser pages are. */
export const PAGES = "/vipps-login-idp/";

/** Where everything is that the real service does not have. */
export const OURS = "/mock";

/** Where people get in who need a control token. */
export const ENTER = `${OURS}/enter`;

/** Whether the URL is one that the real service does not have. */
export function isOurs(url: string): boolean {
  return url.startsWith(`${OURS}/`) || url === OURS || url.startsWith(`${OURS}?`);
}

/** The issuer's path; the trailing slash belongs to it. */
export const ISSUER_PATH = "/access-management-1.0/access/";

/** The absolute URLs, from the point of view of one request. */
export interface Endpoints {
  /** What every path begins with: the prefix of the sandbox, or nothing. */
  readonly prefix: string;
  /** Where browsers go: the public URL, or the host that asked. */
  readonly front: string;
  /** The path of that, for the cookies of browsers. */
  readonly cookiePath: string;
  /** Where backends go: the host that asked. */
  readonly back: string;
  readonly issuer: string;
}

/** What the operator pinned. */
export interface PinnedUrls {
  /** What browsers use; slashes at its end do not count. */
  readonly publicUrl?: string | undefined;
  /** `iss` for everyone. */
  readonly issuer?: string | undefined;
}

/**
 * A browser on localhost and a backend on http://vipps:4747 see one server under two names: the
 * authorization endpoint follows the public URL, the rest the address that was called.
 *
 * @param base the address that was called, as request/base.ts finds it
 */
export function endpointsFor(base: string, pinned: PinnedUrls, prefix = ""): Endpoints {
  const { publicUrl, issuer } = pinned;
  const front = `${publicUrl === undefined ? base : publicBase(publicUrl)}${prefix}`;
  const back = `${base}${prefix}`;
  return {
    prefix,
    front,
    cookiePath: new URL(front).pathname,
    back,
    issuer: issuer === undefined ? `${back}${ISSUER_PATH}` : pinnedIssuer(issuer, prefix),
  };
}

/** What stands before every path at the public URL, in the way in which everybody writes it. */
export function publicBase(publicUrl: string): string {
  const { origin, pathname } = new URL(publicUrl);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}

/** The prefix of a sandbox stands where it does in its other addresses, as far as the issuer shows where. */
function pinnedIssuer(issuer: string, prefix: string): string {
  const [origin = ""] = /^[^:]+:\/\/[^/]*/.exec(issuer) ?? [];
  const base = issuer.endsWith(ISSUER_PATH) ? issuer.slice(0, -ISSUER_PATH.length) : origin;
  return `${base}${prefix}${issuer.slice(base.length)}`;
}
