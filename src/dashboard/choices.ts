/** A list from which one value is chosen. */

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

/**
 * @param values each the value alone, or with its label
 * @param chosen one more where it is none of them: a form keeps what it was sent with
 */
export function choices(
  values: readonly (string | readonly [value: string, label: string])[],
  chosen: string | undefined,
): readonly Choice[] {
  const known = values.map((each) => {
    const [value, label] = typeof each === "string" ? [each, each] : each;
    return { value, label, isChosen: value === chosen };
  });
  const isOther = chosen !== undefined && chosen !== "" && !known.some(({ isChosen }) => isChosen);
  return isOther ? [...known, { value: chosen, label: chosen, isChosen: true }] : known;
}
