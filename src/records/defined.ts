/** The same without the members that are undefined: in a record they are left out. */
export function defined<Members extends object>(members: Members) {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) kept[name] = value;
  }
  return kept as { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
}
