import { distance } from "fastest-levenshtein";

/**
 * What somebody most likely meant. A suggestion that is far off misleads more than it helps, so
 * only near names count: three edits at most, and no more than half the letters. Case, `-` and `_`
 * are left aside, for `redirect_uris` and `--redirect-uris` mean `redirectUris`.
 *
 * @param word what was given
 * @param names what would have been valid
 * @returns the nearest of `names`, the first of equals; undefined when none is near
 */
export function closest<Name extends string>(
  word: string,
  names: readonly Name[],
): Name | undefined {
  let best: { name: Name; edits: number } | undefined;
  for (const name of names) {
    const edits = distance(plain(word), plain(name));
    const letters = Math.max(plain(word).length, plain(name).length);
    const near = edits <= Math.min(3, Math.floor(letters / 2));
    if (near && (!best || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}
