import { distance } from "fastest-levenshtein";

/**
 * The name that somebody most likely meant, the first of equals; undefined when none is near. A
 * suggestion that is far off misleads more than it helps, so of a name's letters one in three may be
 * wrong, of a short name one, and never more than half. Two letters in the wrong order are one slip.
 * Case, `-` and `_` do not count: `redirect_uris` and `--redirect-uris` mean `redirectUris`.
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
    const letters = Math.min(wanted.length, candidate.length);
    const most = Math.min(Math.max(1, Math.floor(letters / 3)), Math.floor(letters / 2));
    const slips = slipsBetween(wanted, candidate, most);
    if (slips <= most && slips < fewest) [best, fewest] = [name, slips];
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** In longer texts two edits for one slip make no difference. */
const LONGEST_SWAPPED = 12;

/** How many letters are wrong, missing, too many or in the wrong order; what is over `most` is not exact. */
function slipsBetween(word: string, name: string, most: number): number {
  const edits = distance(word, name);
  if (edits !== most + 1 || word.length > LONGEST_SWAPPED) return edits;
  const swapped = Array.from(
    { length: word.length - 1 },
    (_, at) => `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`,
  );
  return Math.min(edits, ...swapped.map((one) => distance(one, name) + 1));
}
