import { distance } from "fastest-levenshtein";

/**
 * The member of `known` that takes the fewest edits to reach, the first of equals; undefined when
 * there is none.
 */
export function nearest<Name extends string>(
  wanted: string,
  known: readonly Name[],
  edits: (wanted: string, name: Name) => number = distance,
): Name | undefined {
  let best: Name | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const count = edits(wanted, name);
    if (count < fewest) [best, fewest] = [name, count];
  }
  return best;
}
