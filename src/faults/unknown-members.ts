/** No standard has a member of this name, and no client may mind it (RFC 6749 §5.1, RFC 7517 §5, OpenID Connect Core §2). */
const UNKNOWN = "x_added_by_a_fault";

/** With a member that nobody knows. Where names are sorted, this one comes last. */
export function withUnknownMember(object: Readonly<Record<string, unknown>>) {
  return { ...object, [UNKNOWN]: { "of another version": [null, 1, "æøå"] } };
}

/** The same of a text in JSON, and of each object in its lists; any other text is as it was. */
export function withUnknownMembers(text: string): string {
  if (!text.trimStart().startsWith("{")) return text;
  const object = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const members = Object.entries(object).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(ofList) : value,
  ]);
  return JSON.stringify(withUnknownMember(Object.fromEntries(members)));
}

function ofList(item: unknown): unknown {
  const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
  return isObject ? withUnknownMember(item as Readonly<Record<string, unknown>>) : item;
}
