import { FAQ } from "./faq.ts";
import { nearest } from "./nearest.ts";
import type { Diagnosis, Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/**
 * The whitelist of redirect URIs: what may be put on it, and that a request must name one of its
 * entries, letter by letter.
 */
export const redirectUriRule: Rule = {
  id: "redirect-uri",
  faq: [FAQ.redirectUris, FAQ.multipleUris, FAQ.customScheme, FAQ.azureB2c],
  enforces:
    "The redirect_uri equals one of the registered ones as a whole string: case, query, trailing " +
    "slash and encoding included. A registered one has no #, a custom scheme has a path, and " +
    "http is for localhost and loopback addresses only.",
  source: "FAQ; dossier §2.3",
  status: "documented",
};

/** Schemes that run or carry content instead of leading to an application. */
const DANGEROUS_SCHEMES = new Set([
  "javascript",
  "data",
  "vbscript",
  "file",
  "blob",
  "about",
  "view-source",
  "filesystem",
]);

/**
 * @param uri what somebody wants to register as a redirect URI
 * @returns why it cannot be registered and what to do, in a sentence; undefined when it can
 */
export function whyNotRegistrable(uri: string): string | undefined {
  if (uri.includes("#")) return "it contains #: leave the fragment out";
  if (/[^\x21-\x7e]/.test(uri)) {
    return "it contains a space, a control character or a letter outside ASCII: percent-encode it";
  }
  if (/[<>"\\^`{|}]|%(?![0-9A-Fa-f]{2})/.test(uri)) {
    return "it contains a character that no URI may have: percent-encode it";
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase();
  if (!scheme) return "it is not absolute: begin with a scheme, as in https://example.com/callback";
  if (DANGEROUS_SCHEMES.has(scheme)) return `${scheme}: is no scheme to redirect to: use https`;
  return scheme === "http" || scheme === "https"
    ? whyNotWebAddress(uri, scheme)
    : whyNotCustomScheme(uri, scheme);
}

function whyNotWebAddress(uri: string, scheme: "http" | "https"): string | undefined {
  if (!/^https?:\/\/[^/?]/i.test(uri) || !URL.canParse(uri)) {
    return `it names no host: write ${scheme}://host/path`;
  }
  const { hostname, username, password } = new URL(uri);
  if (username || password) return "it contains a user name or password: leave them out";
  if (scheme === "http" && !isLoopbackHost(hostname)) {
    return `http is for localhost and loopback addresses only, not ${hostname}: use https`;
  }
  return undefined;
}

function whyNotCustomScheme(uri: string, scheme: string): string | undefined {
  const path = uri.slice(scheme.length + 1).replace(/^\/\//, "");
  return /^\/*[^/?]/.test(path)
    ? undefined
    : `a custom scheme needs a path: write ${scheme}://path-to-something`;
}

/**
 * @param hostname a host as `URL` gives it: lower case, IPv6 in brackets
 * @returns whether only this machine answers to it (fosite's IsRedirectURISecure, dossier §2.3)
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/**
 * @param requested the redirect_uri of the request
 * @param registered the whitelist of the sales unit
 * @returns undefined when it is on the list; otherwise how it differs from the closest entry
 */
export function checkRedirectUri(
  requested: string,
  registered: readonly string[],
): Diagnosis | undefined {
  if (registered.includes(requested)) return undefined;
  const closest = nearest(requested, registered);
  if (closest === undefined) {
    return diagnose(
      redirectUriRule,
      `redirect_uri ${requested} is not registered; the sales unit has no redirect URI at all`,
      `Register ${requested} on the sales unit.`,
    );
  }
  return diagnose(
    redirectUriRule,
    `redirect_uri ${requested} differs from the registered ${closest}${onlyBy(requested, closest)}`,
    `Send ${closest} exactly, or register ${requested} on the sales unit.`,
    closest,
  );
}

/** The common slips, told apart by undoing each on both sides. */
const SLIPS: readonly (readonly [string, (uri: string) => string])[] = [
  ["the trailing slash", (uri) => uri.replace(/\/(?=$|\?)/, "")],
  ["upper and lower case", (uri) => uri.toLowerCase()],
  ["the query", (uri) => uri.replace(/\?.*$/s, "")],
  ["the fragment", (uri) => uri.replace(/#.*$/s, "")],
  ["the scheme", (uri) => uri.replace(/^[^:]*:/, "")],
  ["localhost against 127.0.0.1", (uri) => uri.replace("//127.0.0.1", "//localhost")],
  ["the port", (uri) => uri.replace(/^([a-z]+:\/\/[^/:?]+):\d+/i, "$1")],
  ["the percent-encoding", decoded],
];

function onlyBy(requested: string, closest: string): string {
  const slip = SLIPS.find(([, undo]) => undo(requested) === undo(closest));
  return slip ? ` only by ${slip[0]}` : "";
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
