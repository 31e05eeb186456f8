import { distance } from "fastest-levenshtein";

/**
 * @param wanted what was given
 * @param known what could have been meant
 * @returns the member of `known` that takes the fewest edits to reach, the first of equals;
 *   undefined when there is none
 */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  let best: { value: string; edits: number } | undefined;
  for (const value of known) {
    const edits = distance(wanted, value);
    if (!best || edits < best.edits) best = { value, edits };
  }
  return best?.value;
}
