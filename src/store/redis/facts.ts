import type { CollectionSpec } from "../collections.ts";

/** What Redis has to know about a record, beside the record itself: see scripts.ts. */

interface Facts {
  /** Fields of the indexes. */
  readonly x: readonly string[];
  /** What stands in the groups before the record's place. */
  readonly g: readonly string[];
  /** Its endings, in an order that texts have too. */
  readonly e: readonly string[];
  readonly f?: string;
  readonly d?: true;
}

/** How the records of one kind are kept, whatever their indexes and groups are called. */
export type SpecOf<Item> = CollectionSpec<Item, string, string, string>;

export function factsOf<Item>(spec: SpecOf<Item>, item: Item): Facts {
  const { groups = {}, endings, forgetAt, whenFull, isDispensable } = spec;
  return {
    x: fieldsOf(spec, item),
    g: valuesIn(groups, item).map(([name, value]) => groupOf(name, value)),
    e: [...new Set(endings?.(item) ?? [])].map(sortable),
    ...(forgetAt && { f: numberOf(forgetAt(item)) }),
    ...(whenFull === "evict" && isDispensable?.(item) && { d: true }),
  };
}

/** The fields of the unique indexes that the record has values in. */
export function fieldsOf<Item>({ indexes }: SpecOf<Item>, item: Item): readonly string[] {
  return valuesIn(indexes, item).map(([name, value]) => fieldOf(name, value));
}

function valuesIn<Item>(
  pickers: Readonly<Record<string, (item: Item) => string | undefined>>,
  item: Item,
): [name: string, value: string][] {
  return Object.entries(pickers).flatMap(([name, pick]): [string, string][] => {
    const value = pick(item);
    return value === undefined ? [] : [[name, value]];
  });
}

/** A name has no such sign. */
const BEHIND_NAME = "\0";

export function fieldOf(index: string, value: string): string {
  return `${index}${BEHIND_NAME}${value.toWellFormed()}`;
}

/** The index and the value of a field. */
export function splitField(field: string): [index: string, value: string] {
  const end = field.indexOf(BEHIND_NAME);
  return [field.slice(0, end), field.slice(end + 1)];
}

/** JSON has no such sign, so that no value begins as another one does. */
export function groupOf(group: string, value: string): string {
  return `${group}${BEHIND_NAME}${JSON.stringify(value.toWellFormed())}${BEHIND_NAME}`;
}

/** A number as Redis reads it. */
export function numberOf(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? "+inf" : "-inf";
}

/** A number in 16 digits, so that texts are in the order of the numbers (IEEE 754, in the order of its bits). */
export function sortable(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  // Zero has two signs.
  view.setFloat64(0, value + 0);
  const bits = view.getBigUint64(0);
  const ordered = bits >> 63n ? ~bits & 0xffff_ffff_ffff_ffffn : bits | (1n << 63n);
  return ordered.toString(16).padStart(16, "0");
}
