import type { GenerationId } from "../../records/ids.ts";
import type { CollectionName } from "../collections.ts";
import { COLLECTIONS } from "../collections.ts";

/** What the keys in Redis are called. All of a generation have one hash tag, so that a cluster would keep them together. */

/** The values of a generation that are no records. */
export const CELLS = ["sequences", "openPhones", "undos", "checklist", "checks"] as const;

/** The letters of a collection's own keys, in the order in which the scripts get them. */
const OWN_KEYS = ["r", "o", "x", "g", "e", "f", "d", "n"] as const;

/** What the keys begin with of all that is no sandbox's. */
export function serversKey(prefix: string): string {
  return `${prefix}{servers}`;
}

/** Written to see whether anything can be. */
export function checkKey(prefix: string): string {
  return `${serversKey(prefix)}:check`;
}

/** What the keys of a generation begin with. A hash tag ends with a brace, and names of generations may have some. */
export function generationKey(prefix: string, id: GenerationId): string {
  return `${prefix}{of ${encodeURIComponent(id.toWellFormed())}}`;
}

/** The letters of a collection's own keys, and of the counter of its generation. */
export type KeyLetter = (typeof OWN_KEYS)[number] | "v";

/** The keys of a collection by their letters. */
export type CollectionKeys = Readonly<Record<KeyLetter, string>>;

/** In the order in which the scripts get them. */
export function keysOf(generation: string, name: string): CollectionKeys {
  const own = OWN_KEYS.map((letter) => [letter, `${generation}:${name}:${letter}`]);
  return Object.fromEntries([...own, ["v", revisionOf(generation)]]);
}

export function cellKey(generation: string, name: string): string {
  return `${generation}:${name}`;
}

/** Counts what was written in a generation. */
export function revisionOf(generation: string): string {
  return `${generation}:revision`;
}

/** Every key that a generation may have; its counter is the first. */
export function allKeys(generation: string): readonly string[] {
  const names = Object.keys(COLLECTIONS) as CollectionName[];
  return [
    ...new Set([
      revisionOf(generation),
      ...names.flatMap((name) => Object.values(keysOf(generation, name))),
      ...CELLS.map((name) => cellKey(generation, name)),
    ]),
  ];
}
