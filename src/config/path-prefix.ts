/**
 * The path that a proxy puts before all paths of the mock. It goes into every address, and the mock
 * recognises by it what the proxy left on.
 */

/** What the mock's own paths begin with. */
const OWN: ReadonlySet<string> = new Set([
  ...["access-management-1.0", "accesstoken", "vipps-login-ciba", "vipps-login-idp"],
  ...["vipps-userinfo-api", "webhooks"],
  ...["mock", "s"],
]);

/** Why a path cannot stand before the mock's own; undefined when it can. Slashes at its end do not count. */
export function whyNotPathPrefix(path: string): string | undefined {
  const [before, ...segments] = path.replace(/\/+$/, "").split("/");
  if (before !== "") return "a path begins with /";
  const isPlain = (segment: string) => /^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.+$/.test(segment);
  if (!segments.every(isPlain)) {
    return (
      "a path between the host and the mock's own paths has letters, digits, - . _ ~ and single slashes " +
      "only, because a proxy may write anything else in another way"
    );
  }
  const [first] = segments;
  if (first === undefined || !OWN.has(first)) return undefined;
  return `the mock's own paths begin with /${first}, so no proxy can put that before them; choose another path`;
}
