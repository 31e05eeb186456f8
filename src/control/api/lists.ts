import type { TSchema } from "typebox";
import Type from "typebox";
import { closed } from "../../records/schema-parts.ts";
import { batches } from "../../store/batches.ts";
import type { Collection, Page, PageRequest as StorePageRequest } from "../../store/store.ts";
import { MOST_RECORDS } from "../../store/store.ts";

/** What the operations on records have in common. */

/** How many records a list answers unless it is asked for another number, and at most. */
const PAGE_SIZE = 100;
const LARGEST_PAGE = 1000;

/** The query parameters of every list. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LARGEST_PAGE,
      description: `How many at most; ${PAGE_SIZE} when left out.`,
    }),
  ),
  after: Type.Optional(
    Type.String({ description: "The `next` of the page before, to continue behind it." }),
  ),
};

/** Which part of a list is asked for. */
export interface PageRequest {
  readonly limit?: number;
  readonly after?: string;
}

/** The same, with the default limit where it names none. */
export function pageOf(query: PageRequest): { limit: number; after?: string | undefined } {
  return { limit: query.limit ?? PAGE_SIZE, after: query.after };
}

/** The schema of a list of them, named after it. */
export function listOf<Item extends TSchema>(item: Item) {
  const { title } = item as { readonly title?: string };
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Optional(Type.String({ description: "Where the next page continues." })),
    },
    { ...closed, ...(title !== undefined && { title: `${title}List` }) },
  );
}

/** A page of a list, as the control API answers it. */
export interface ListPage<Written> {
  readonly items: readonly Written[];
  readonly next?: string;
}

/** Which records a list has, and how they are written: all of them, as they are, when left out. */
interface Listing<Item, Written> {
  readonly write?: (item: Item) => Written;
  readonly fits?: (item: Item) => boolean;
  /** Where they are read, if not in the whole collection: in one of its groups. */
  readonly read?: ((page: StorePageRequest) => Promise<Page<Item>>) | undefined;
}

/**
 * A page of a collection, empty behind a record that is gone. It is read in batches, and no more of
 * them than fill the page.
 */
export async function readPage<Item, Written = Item>(
  collection: Pick<Collection<Item>, "keyOf" | "list" | "cursorAt">,
  query: PageRequest,
  listing: Listing<Item, Written> = {},
): Promise<ListPage<Written>> {
  const { write = (item: Item) => item as unknown as Written, fits } = listing;
  const { limit, after } = pageOf(query);
  const start = after === undefined ? undefined : await collection.cursorAt(after);
  if (after !== undefined && start === undefined) return { items: [] };
  const read = listing.read ?? ((page: StorePageRequest) => collection.list(page));
  const size = fits ? MOST_RECORDS : Math.min(limit + 1, MOST_RECORDS);
  const found: Item[] = [];
  for await (const items of batches(read, { after: start, limit: size })) {
    found.push(...(fits ? items.filter(fits) : items));
    if (found.length > limit) break;
  }
  return cutPage(found, limit, (item) => collection.keyOf(item), write);
}

/** The page, of records of which there may be some more. */
export function cutPage<Item, Written>(
  found: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
  write: (item: Item) => Written,
): ListPage<Written> {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { items: page.map(write), ...(last !== undefined && { next: keyOf(last) }) };
}

/** A moment in an answer: ISO 8601 in UTC. */
export const MomentSchema = Type.String({ description: "ISO 8601 in UTC: 2023-05-17T10:00:00Z." });
