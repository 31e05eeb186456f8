/** The country whose users type eight digits. */
const NORWAY = "47";

/** The number for a person to read: a Norwegian one in the usual groups, `+47 123 45 678`. */
export function groupedNumber(msisdn: string): string {
  return `+${msisdn.replace(/^(47)(\d{3})(\d{2})(\d{3})$/, "$1 $2 $3 $4")}`;
}

/**
 * Understands a phone number as people type it: with spaces and hyphens, `+` or `00` before the
 * country code, or a Norwegian one without country code.
 */
export function toMsisdn(typed: string): string | undefined {
  const compact = typed.replace(/[\s().-]/g, "").replace(/^(\+|00)/, "");
  // No Norwegian number begins with 1, but a fixture's may: 4712345678.
  if (/^[1-9]\d{7}$/.test(compact)) return `${NORWAY}${compact}`;
  return /^[1-9]\d{8,14}$/.test(compact) ? compact : undefined;
}
