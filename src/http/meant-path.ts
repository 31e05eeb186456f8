import { closest } from "../platform/closest.ts";
import { OURS, PAGES, PATHS } from "../request/addresses.ts";

/** Which address somebody most likely meant who called one at which nothing is. */

/** An address that exists, and what is wrong with the one that was called. */
interface MeantPath {
  readonly path: string;
  /** In a sentence; left out where it cannot be said in one. */
  readonly slip?: string;
}

/** What other providers, and the texts about them, call the last part of a path. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  authorize: "auth",
  authorization: "auth",
  certs: "jwks.json",
  jwks: "jwks.json",
  keys: "jwks.json",
  "oauth-authorization-server": "openid-configuration",
  revocation: "revoke",
  end_session: "logout",
  endsession: "logout",
  "bc-authorize": "authentication",
};

/** The end of a path that anything can have. */
const VAGUE = "get";

/** What names a sandbox, but for the case of its first letter. */
const CAPITAL_S = /^\/S(?=(\/[\w-]+)(\/.*)?$)/;

/**
 * Whole parts of a path count, from its end: `/oauth2/token` has two of them in common with the token
 * endpoint, however much stands before those.
 *
 * @param called the path that was called, without its query
 * @param paths those that there are, as routes have them; of the control API only where it was meant
 * @returns the one with which it has most in common at its end; undefined where that is nothing
 */
export function meantPath(called: string, paths: readonly string[]): MeantPath | undefined {
  const [, sandbox, rest = ""] = CAPITAL_S.exec(called) ?? [];
  if (sandbox !== undefined) {
    const path = `/s${sandbox}${meantPath(rest, paths)?.path ?? ""}`;
    return { path, slip: "The prefix of a sandbox is /s/, with a small letter." };
  }
  const ours = isBelowMock(called) ? nearest(called, paths.filter(isOfControlApi)) : undefined;
  // The pages are for browsers, which the mock itself sends there.
  const others = paths.filter((path) => !path.startsWith(PAGES) || called.startsWith(PAGES));
  return (
    ours ??
    nearest(called, [...others.filter((path) => !isOfControlApi(path)), `${PATHS.control}/health`])
  );
}

/** Whether nothing of the real service was called, but something of the mock's own. */
export function isBelowMock(called: string): boolean {
  return segmentsOf(called)[0]?.toLowerCase() === OURS.slice(1);
}

function isOfControlApi(path: string): boolean {
  return path.startsWith(PATHS.control);
}

function nearest(called: string, paths: readonly string[]): MeantPath | undefined {
  const wanted = segmentsOf(called);
  let best: { path: string; common: Common } | undefined;
  for (const path of paths) {
    const common = commonEnd(wanted, segmentsOf(path));
    if (common.count > 0 && (!best || isCloser(common, best.common))) best = { path, common };
  }
  if (!best) return undefined;
  const slip = slipBetween(called, best.path, best.common);
  return { path: best.path, ...(slip !== undefined && { slip }) };
}

/** What two paths have in common at their ends. */
interface Common {
  /** How many parts. */
  readonly count: number;
  /** How many of them are the same but for upper and lower case; whatever a parameter stands for is. */
  readonly exact: number;
  /** What of each path stands before them. */
  readonly before: { readonly wanted: string; readonly known: string };
}

function commonEnd(wanted: readonly string[], known: readonly string[]): Common {
  let [count, exact, isTelling] = [0, 0, false];
  const most = Math.min(wanted.length, known.length);
  for (; count < most; count += 1) {
    const [one = "", other = ""] = [wanted.at(-1 - count), known.at(-1 - count)];
    const isSame = other.startsWith(":") || one.toLowerCase() === other.toLowerCase();
    if (!isSame && !isAlike(one, other, count === 0)) break;
    if (isSame) exact += 1;
    isTelling ||= !other.startsWith(":") && other !== VAGUE;
  }
  const pathBefore = (segments: readonly string[]) =>
    segments
      .slice(0, segments.length - count)
      .map((segment) => `/${segment}`)
      .join("");
  const before = { wanted: pathBefore(wanted), known: pathBefore(known) };
  return isTelling ? { count, exact, before } : { count: 0, exact: 0, before };
}

function isAlike(wanted: string, known: string, isLast: boolean): boolean {
  const name = wanted.toLowerCase();
  const meant = isLast && Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : name;
  return meant === known || closest(wanted, [known]) !== undefined;
}

/** With more in common; or else with less that must be put before. */
function isCloser(one: Common, other: Common): boolean {
  if (one.count !== other.count) return one.count > other.count;
  if (one.exact !== other.exact) return one.exact > other.exact;
  return one.before.known.length < other.before.known.length;
}

function slipBetween(called: string, path: string, { count, exact, before }: Common) {
  if (exact < count) return undefined;
  const { wanted, known } = before;
  if (wanted !== "" && known.startsWith(`${wanted}/`)) {
    return `${known.slice(wanted.length)} is missing after ${wanted}.`;
  }
  if (wanted !== "" && known !== "") return undefined;
  if (known !== "") return `${known} is missing before it.`;
  if (wanted !== "") return `${wanted} is too much before it.`;
  const parts = segmentsOf(path);
  const isSame = segmentsOf(called).every(
    (part, at) => parts[at]?.startsWith(":") || part === parts[at],
  );
  return isSame ? "Only the slashes differ." : "Only upper and lower case differ.";
}

/** Slashes that are doubled, or at the end, make none. */
function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}
