import { distance } from "fastest-levenshtein";

/**
 * @param wanted what was given
 * @param known what could have been meant
 * @param edits how far the one is from the other; infinitely far is out of the question
 * @returns the member of `known` that takes the fewest edits to reach, the first of equals;
 *   undefined when there is none
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
