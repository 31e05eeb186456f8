/** What a JSON Merge Patch (RFC 7386) may say of the members. */
type MergePatch<Members> = { readonly [Name in keyof Members]?: Members[Name] | null | undefined };

/**
 * The members as the patch makes them: null takes one away. A member that is an object is one thing
 * and replaced as a whole; where its own members can be patched, patch it by itself.
 */
export function mergePatch<Members extends object>(
  members: Members,
  patch: MergePatch<Members>,
): Members {
  const entries = Object.entries({ ...members, ...patch });
  const there = entries.filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(there) as Members;
}
