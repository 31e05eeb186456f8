/** A list from which one value is chosen. */

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

/** @param values each the value alone, or with its label */
export function choices(
  values: readonly (string | readonly [value: string, label: string])[],
  chosen: string | undefined,
): readonly Choice[] {
  return values.map((each) => {
    const [value, label] = typeof each === "string" ? [each, each] : each;
    return { value, label, isChosen: value === chosen };
  });
}
