import { closest } from "../platform/closest.ts";
import { isUrl } from "../platform/url.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import { ONE_HOST } from "../records/vocabulary.ts";
import type { Rule } from "./rule.ts";
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
    "http is for localhost and loopback addresses only, and for hosts that httpRedirectHosts opens " +
    "one by one.",
  source: "FAQ; fosite 0.40.2; that http is for loopback only is derived",
  status: "documented",
};

/**
 * Schemes that lead no user back to an application: they run or carry content, open the browser's
 * own pages, call somebody, start any app at all, or use another protocol. The schemes of apps and of
 * browser extensions are not among them.
 */
const USELESS_SCHEMES: ReadonlySet<string> = new Set([
  ...["javascript", "vbscript", "data", "blob", "file", "filesystem", "jar"],
  ...["about", "chrome", "view-source", "intent"],
  ...["mailto", "tel", "sms", "smsto"],
  ...["ws", "wss", "ftp", "ftps", "sftp", "ssh", "telnet", "ldap"],
]);

/**
 * Why it cannot be registered and what to do, in a sentence; undefined when it can.
 *
 * @param httpHosts the setting `httpRedirectHosts`
 */
export function whyNotRegistrable(
  uri: string,
  httpHosts: readonly string[] = [],
): string | undefined {
  const reason = whyNotUri(uri);
  if (reason !== undefined) return reason;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase();
  if (!scheme) return "it is not absolute: begin with a scheme, as in https://example.com/callback";
  if (USELESS_SCHEMES.has(scheme)) return `${scheme}: is no scheme to redirect to: use https`;
  return scheme === "http" || scheme === "https"
    ? whyNotWebAddress(uri, scheme, httpHosts)
    : whyNotCustomScheme(uri, scheme);
}

/**
 * Why its characters cannot stand in an address to be called, and what to do; undefined when they can.
 * Without this, two programs read different addresses in it: some leave out line breaks and tabs, some
 * take a backslash for a slash.
 */
export function whyNotUri(uri: string): string | undefined {
  if (uri.includes("#")) return "it contains #: leave the fragment out";
  if (/[^\x21-\x7e]/.test(uri)) {
    return "it contains a space, a control character or a letter outside ASCII: percent-encode it";
  }
  if (/[<>"\\^`{|}]|%(?![0-9A-Fa-f]{2})/.test(uri)) {
    return "it contains a character that no URI may have: percent-encode it";
  }
  if (decoded(uri) === undefined) return "its percent-encoding is not UTF-8: encode it again";
  return undefined;
}

function whyNotWebAddress(
  uri: string,
  scheme: "http" | "https",
  httpHosts: readonly string[],
): string | undefined {
  const authority = /^https?:\/\/([^/?]+)/i.exec(uri)?.[1];
  if (authority === undefined || !isUrl(uri)) {
    return `it names no host: write ${scheme}://host/path`;
  }
  if (authority.includes("@")) return "it contains a user name or password: leave them out";
  const host = closedHost(uri, httpHosts);
  if (host === undefined) return undefined;
  const opening = canOpen(host)
    ? `, or add ${JSON.stringify(host)} to rules.httpRedirectHosts`
    : "";
  return `http is for localhost and loopback addresses only, not ${host}: use https${opening}`;
}

/** The host to which no redirect may lead on plain http; undefined for every other URI. */
export function closedHost(uri: string, httpHosts: readonly string[]): string | undefined {
  const authority = /^http:\/\/([^/?]+)/i.exec(uri)?.[1];
  if (authority === undefined || !isUrl(uri)) return undefined;
  const host = writtenHost(authority, uri);
  const isOpen = isLoopbackHost(host) || httpHosts.some((one) => one.toLowerCase() === host);
  return isOpen ? undefined : host;
}

/** Whether the setting can name it. */
function canOpen(host: string): boolean {
  return new RegExp(ONE_HOST).test(host);
}

/**
 * The host as it is written: a browser reads 0177.0.0.1 and 2130706433 as 127.0.0.1, but not every
 * program does. The forms of an IPv6 address all mean the same to everybody.
 */
function writtenHost(authority: string, uri: string): string {
  return authority.startsWith("[")
    ? new URL(uri).hostname
    : authority.replace(/:.*/, "").toLowerCase();
}

function whyNotCustomScheme(uri: string, scheme: string): string | undefined {
  const address = /^[^:]+:\d{1,5}(?=[/?]|$)/.exec(uri)?.[0];
  if (address !== undefined) {
    const missing = isLoopbackHost(scheme) ? "http" : "https";
    return `${address} is a host and a port without a scheme: put ${missing}:// before it`;
  }
  if (!/^\/*[^/?]/.test(uri.slice(scheme.length + 1))) {
    return `a custom scheme needs a path: write ${scheme}://path-to-something`;
  }
  return isUrl(uri)
    ? undefined
    : `what follows :// is no host that a browser can read: write ${scheme}://path-to-something`;
}

/** Whether only this machine answers to it (IsRedirectURISecure of fosite 0.40.2). */
export function isLoopbackHost(host: string): boolean {
  return (
    host === "[::1]" ||
    /^([a-z0-9_-]+\.)*localhost$/.test(host) ||
    /^127(\.(0|[1-9]\d{0,2})){3}$/.test(host)
  );
}

/**
 * How it differs from the closest registered one; undefined when it is registered.
 *
 * @param httpHosts the setting `httpRedirectHosts`, for what to do
 */
export function checkRedirectUri(
  requested: string,
  registered: readonly string[],
  httpHosts: readonly string[] = [],
): Diagnosis | undefined {
  if (registered.includes(requested)) return undefined;
  const listed = some(registered);
  if (requested === "") {
    return diagnose(
      redirectUriRule,
      "redirect_uri is missing",
      `Send one of those that are registered: ${listed || "there is none yet"}.`,
    );
  }
  const itself = `${requested} on the sales unit${needOf(requested, httpHosts)}`;
  if (registered.length === 0) {
    return diagnose(
      redirectUriRule,
      `redirect_uri ${requested} is not registered; the sales unit has no redirect URI at all`,
      `Register ${itself}.`,
    );
  }
  const meant =
    closest(requested, registered) ?? registered.find((uri) => onlyBy(requested, uri) !== "");
  if (meant === undefined) {
    return diagnose(
      redirectUriRule,
      `redirect_uri ${requested} is not registered`,
      `Register ${itself}, or send one that is registered: ${listed}.`,
    );
  }
  return diagnose(
    redirectUriRule,
    `redirect_uri ${requested} differs from the registered ${meant}${onlyBy(requested, meant)}`,
    `Send ${meant} exactly, or register ${itself}.`,
    { sent: requested, closest: meant },
  );
}

/** What it takes before that can be registered. */
function needOf(uri: string, httpHosts: readonly string[]): string {
  const host = closedHost(uri, httpHosts);
  return host !== undefined && canOpen(host)
    ? ` (on plain http that needs ${JSON.stringify(host)} in rules.httpRedirectHosts)`
    : "";
}

/** A list to read: the first few of it, and how many more there are. */
function some(uris: readonly string[]): string {
  const shown = uris.slice(0, 5).join(", ");
  return uris.length > 5 ? `${shown} and ${uris.length - 5} more` : shown;
}

/** The common slips, each found by undoing it on both sides. */
const SLIPS: readonly (readonly [string, (uri: string) => string])[] = [
  ["the trailing slash", (uri) => uri.replace(/\/(?=$|\?)/, "")],
  ["upper and lower case", (uri) => uri.toLowerCase()],
  ["the query", (uri) => uri.replace(/\?.*/s, "")],
  ["the fragment", (uri) => uri.replace(/#.*/s, "")],
  ["the scheme", (uri) => uri.replace(/[^:]*:/, "")],
  ["localhost against 127.0.0.1", (uri) => uri.replace("//127.0.0.1", "//localhost")],
  ["the port", (uri) => uri.replace(/^([^:]+:\/\/[^/:?]+):\d+/, "$1")],
  ["the percent-encoding", (uri) => decoded(uri) ?? uri],
];

/** The end of a sentence: ` only by the trailing slash`; empty when more differs. */
export function onlyBy(requested: string, closest: string): string {
  const slip = SLIPS.find(([, undo]) => undo(requested) === undo(closest));
  return slip ? ` only by ${slip[0]}` : "";
}

/** The URI without its percent-encoding; undefined when that is not UTF-8. */
function decoded(uri: string): string | undefined {
  try {
    return decodeURIComponent(uri);
  } catch {
    return undefined;
  }
}
