import { distance } from "fastest-levenshtein";
import { nearest } from "./nearest.ts";

/**
 * What somebody most likely meant. A suggestion that is far off misleads more than it helps, so
 * only near names count: three edits at most, and no more than half the letters. Case, `-` and `_`
 * are left aside, for `redirect_uris` and `--redirect-uris` mean `redirectUris`.
 */
export function closest<Name extends string>(
  word: string,
  names: readonly Name[],
): Name | undefined {
  return nearest(word, names, editsIfNear);
}

function editsIfNear(word: string, name: string): number {
  const [one, other] = [plain(word), plain(name)];
  const edits = distance(one, other);
  const letters = Math.max(one.length, other.length);
  return edits <= Math.min(3, Math.floor(letters / 2)) ? edits : Number.POSITIVE_INFINITY;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}
