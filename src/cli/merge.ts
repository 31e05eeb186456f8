import { isDeepStrictEqual } from "node:util";
import { pathTo } from "../config/problem.ts";

/** Two versions of something, and what somebody else has made of the first one. */

type Members = Readonly<Record<string, unknown>>;

/**
 * What somebody has, with what differs between the two versions; what is the same in both stays as somebody
 * has it. Of objects each member counts by itself, of lists the whole.
 */
export function merged<Whole extends object>(current: Whole, before: Whole, after: Whole): Whole {
  const result: Record<string, unknown> = { ...(current as Members) };
  const [old, next] = [before as Members, after as Members];
  for (const key of keysOf(old, next)) {
    const [was, is, own] = [old[key], next[key], result[key]];
    if (isDeepStrictEqual(was, is)) continue;
    if (isMembers(own) && (isMembers(was) || isMembers(is)) && isPartOf(was) && isPartOf(is)) {
      result[key] = merged(own, was ?? {}, is ?? {});
    } else if (is === undefined) {
      delete result[key];
    } else {
      result[key] = is;
    }
  }
  return result as Whole;
}

/** The paths of what differs between the two versions. */
export function changedPaths(before: object, after: object, path = ""): string[] {
  const [old, next] = [before as Members, after as Members];
  return keysOf(old, next).flatMap((key) => {
    const [was, is] = [old[key], next[key]];
    if (isDeepStrictEqual(was, is)) return [];
    const at = pathTo(path, key);
    const isWhole = !(isMembers(was) || isMembers(is)) || !isPartOf(was) || !isPartOf(is);
    return isWhole ? [at] : changedPaths(was ?? {}, is ?? {}, at);
  });
}

function keysOf(one: Members, other: Members): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object, or one that is left out. */
function isPartOf(value: unknown): value is Members | undefined {
  return value === undefined || isMembers(value);
}
