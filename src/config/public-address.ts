/** Why the mock does not take it, in a sentence; undefined when it is fine. */
export function whyNotPublicAddress(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#\s]/i.test(text) || /\s/.test(text) || !URL.canParse(text)) {
    return "expected an absolute http or https URL, as https://vipps.example.com";
  }
  if (/[?#]/.test(text)) return "it has a query or a fragment; leave it out";
  const { hostname, username, password } = new URL(text);
  if (username || password) return "it has a user name or password; leave them out";
  if (isVippsHost(hostname)) {
    return `a mock must not stand under the name of the real service (${hostname}); use a host of your own`;
  }
  return undefined;
}

/** Whether it belongs to the real service: vipps.no, vippsmobilepay.com, or a name below one. */
export function isVippsHost(hostname: string): boolean {
  return /(^|\.)(vipps\.no|vippsmobilepay\.com)\.?$/i.test(hostname);
}
