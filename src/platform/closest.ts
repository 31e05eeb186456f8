import { distance } from "fastest-levenshtein";

/**
 * The name that somebody most likely meant, the first of equals; undefined when none is near. A
 * suggestion that is far off misleads more than it helps, so a name may take three edits, or a third
 * of its letters when it is long, and never more than half of them. Case, `-` and `_` do not count:
 * `redirect_uris` and `--redirect-uris` mean `redirectUris`.
 */
export function closest<Name extends string>(
  word: string,
  names: readonly Name[],
): Name | undefined {
  const wanted = plain(word);
  let best: Name | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const candidate = plain(name);
    const letters = Math.max(wanted.length, candidate.length);
    const most = Math.min(Math.max(3, Math.floor(letters / 3)), Math.floor(letters / 2));
    const edits = distance(wanted, candidate);
    if (edits <= most && edits < fewest) [best, fewest] = [name, edits];
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}
