import type { SeedConfig } from "../records/config.ts";
import { pathTo } from "./problem.ts";

/**
 * A config may leave lists empty, to be filled while the mock runs. Somebody who did not mean that
 * would search long for why nobody can log in.
 */
export function findGaps({ users, salesUnits }: SeedConfig): string[] {
  const gaps: string[] = [];
  if (users.length === 0) {
    gaps.push("users: the list is empty, so nobody can log in until one is added");
  }
  if (salesUnits.length === 0) {
    gaps.push("salesUnits: the list is empty, so no application can log anybody in");
  }
  for (const [index, { name, redirectUris }] of salesUnits.entries()) {
    if (redirectUris.length > 0) continue;
    const path = pathTo(pathTo("salesUnits", index), "redirectUris");
    gaps.push(`${path}: the list is empty, so no login can go back to ${name}`);
  }
  return gaps;
}
