/**
 * Encodings as the real service's Go and Java programs write them. JavaScript's own
 * differ in small ways that a byte-true comparison sees.
 */

/**
 * Go's url.QueryEscape: letters, digits and `-_.~` stay, a space becomes `+`, every other byte of the
 * UTF-8 form an upper-case `%XX`.
 */
export function escapeQuery(text: string): string {
  if (/^[\w.~ -]*$/.test(text)) return text.replaceAll(" ", "+");
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/**
 * The way back of {@link escapeQuery}, for every writer of forms: a `+` is a space.
 *
 * @throws URIError when a `%` starts nothing, or the bytes are not UTF-8
 */
export function unescapeQuery(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? decodeURIComponent(spaced) : spaced;
}

/** Go's url.Values.Encode: sorted by name, the values of one name in their order. */
export function encodeQuery(pairs: Iterable<readonly [string, string]>): string {
  return [...pairs]
    .sort(([one], [other]) => compareBytes(one, other))
    .map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`)
    .join("&");
}

/** Names are nearly always ASCII, whose characters are its bytes. */
function compareBytes(one: string, other: string): number {
  const isAscii = !/[^ -~]/.test(one) && !/[^ -~]/.test(other);
  if (!isAscii) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : Number(one > other);
}

/**
 * Go's json.Marshal: `<`, `>`, `&` and the two line separators are escaped. Give the object its keys
 * in the order wanted; see {@link sortKeys} for the alphabetical one of Go's maps.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The JSON of Vipps' own programs, which are in Java (documentation 2023): a slash is escaped. */
export function javaJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("/", "\\/");
}

/** The record with its keys in alphabetical order, without those that are undefined. */
export function sortKeys(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(record).sort()) {
    if (record[name] !== undefined) sorted[name] = record[name];
  }
  return sorted;
}

/** The text decoded; as it is, where it is not percent-encoded UTF-8. */
export function decodeLeniently(text: string): string {
  try {
    return unescapeQuery(text);
  } catch {
    return text;
  }
}
