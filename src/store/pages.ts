import type { Place, Ranking } from "./ranking.ts";
import type { Page, PageRequest } from "./store.ts";
import { MOST_RECORDS } from "./store.ts";

/** The pages of the memory store, and the cursors behind which they go on. */

/** A record, and how many were inserted before it. */
export interface Entry<Item> {
  item: Item;
  readonly position: number;
}

/** @throws RangeError when one operation would carry more than it may */
export function refuseTooMany(count: number): void {
  if (count > MOST_RECORDS) {
    throw new RangeError(`one operation carries at most ${MOST_RECORDS} records, not ${count}`);
  }
}

/** A page of an order, or of the part of it behind `start` and up to that rank. */
export function pageOf<Item>(
  ranking: Ranking<Entry<Item>> | undefined,
  { after, limit }: PageRequest,
  part: { readonly start?: Place | undefined; readonly upTo?: number } = {},
): Page<Item> {
  refuseTooMany(limit);
  if (limit < 1) throw new RangeError(`a page has at least one record, not ${limit}`);
  const items: Item[] = [];
  let last: Place | undefined;
  for (const each of ranking?.from(after === undefined ? part.start : placeOf(after)) ?? []) {
    if (part.upTo !== undefined && each.rank > part.upTo) break;
    if (last && items.length === limit) return { items, next: cursorOf(last) };
    items.push(each.ranked.item);
    last = each;
  }
  return { items };
}

export function cursorOf({ rank, position }: Place): string {
  return `${rank}:${position}`;
}

function placeOf(cursor: string): Place {
  const [rank, position] = cursor.split(":").map(Number);
  return { rank: rank ?? Number.NaN, position: position ?? Number.NaN };
}
