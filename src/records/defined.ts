/** The same without the members that are undefined: in a record they are left out. */
export function defined<Members extends object>(members: Members) {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
}
