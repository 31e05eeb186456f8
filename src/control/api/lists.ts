import type { TSchema } from "typebox";
import Type from "typebox";
import { closed } from "../../records/schema-parts.ts";

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

/** The page; empty behind a record that is gone. */
export function filteredPage<Item extends { readonly id: string }, Written>(
  items: readonly Item[],
  query: PageRequest,
  write: (item: Item) => Written,
): { items: Written[]; next?: string } {
  const { limit, after } = pageOf(query);
  const before = items.findIndex(({ id }) => id === after);
  if (after !== undefined && before < 0) return { items: [] };
  const page = items.slice(before + 1, before + 1 + limit);
  const next = before + 1 + limit < items.length ? page.at(-1)?.id : undefined;
  return { items: page.map(write), ...(next !== undefined && { next }) };
}

/** A moment in an answer: ISO 8601 in UTC. */
export const MomentSchema = Type.String({ description: "ISO 8601 in UTC: 2023-05-17T10:00:00Z." });
