import type { TSchema } from "typebox";
import Type from "typebox";
import { WrittenJson } from "../../platform/json.ts";
import { takeTurns } from "../../platform/timers.ts";
import { closed } from "../../records/schema-parts.ts";
import { batches, readAll, readSome } from "../../store/batches.ts";
import type { Collection, Page, PageRequest as StorePageRequest } from "../../store/store.ts";
import { ConflictError, MOST_RECORDS } from "../../store/store.ts";
import { badRequest, notFound, Problem } from "./problem.ts";

/** What operations on records have in common: pages of lists, and records with unique values. */

/** How many records a page has unless it is asked for another number, and at most. */
const PAGE_SIZE = 100;
const LARGEST_PAGE = 1000;

/**
 * After how many bytes a page ends, however many records were asked for: a thousand of the largest would
 * be more than a text can have.
 */
export const PAGE_BYTES = 4 * 1024 * 1024;

/** The parameters of a path that ends in an id. */
export const IdParams = Type.Object({ id: Type.String() }, closed);

/** The query parameters of every list. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LARGEST_PAGE,
      description:
        `How many at most; ${PAGE_SIZE} when left out. ` +
        `A page ends before it has ${PAGE_BYTES / 1024 / 1024} MiB too, but has one record at least.`,
    }),
  ),
  after: Type.Optional(
    Type.String({ description: "The `next` of the page before, to continue behind it." }),
  ),
};

/** The query parameter of a list that begins at its end. */
export const lastSchema = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: LARGEST_PAGE,
    description: "Only the newest so many of them, in place of limit; the oldest first as well.",
  }),
);

/** The query parameter of a list that can be searched; `where` says which members are. */
export function searchQuery(where: string) {
  const description = `Only those that have each of these words somewhere in ${where}; upper and lower case are the same.`;
  return { search: Type.Optional(Type.String({ maxLength: 200, description })) };
}

/** Which records a search is for, by what they have to be found by: those with every word of it. */
export function searching<Item>(
  search: string | undefined,
  textsOf: (item: Item) => readonly string[],
): { readonly fits?: (item: Item) => boolean } {
  const words = folded(search ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return {};
  return {
    fits: (item) => {
      const text = folded(textsOf(item).join("\n"));
      return words.every((word) => text.includes(word));
    },
  };
}

/** The same for all ways to write a letter. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

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

/** The refusal of a name that no record of the collection has; it may name one that was meant. */
export async function notFoundIn<Item>(
  collection: Pick<Collection<Item>, "keyOf" | "list">,
  what: string,
  name: string,
  remedy?: string,
): Promise<Problem> {
  const known = (await readSome(collection)).map((item) => collection.keyOf(item));
  return notFound(what, name, known, remedy);
}

/** A page of a list, as the control API shows it. */
export interface ListPage {
  readonly items: readonly WrittenJson[];
  readonly next?: string;
}

/** Which records a list has, and how it shows them: all of them, as they are, when left out. */
interface Listing<Item> {
  readonly toJson?: (item: Item) => unknown;
  readonly fits?: (item: Item) => boolean;
  /** Where they are read, if not in the whole collection: in one of its groups. */
  readonly read?: ((page: StorePageRequest) => Promise<Page<Item>>) | undefined;
}

/**
 * A page of a collection, empty behind a record that is gone. It is read in batches, and no more of
 * them than fill the page.
 */
export async function readPage<Item>(
  collection: Pick<Collection<Item>, "keyOf" | "list" | "cursorAt">,
  query: PageRequest,
  listing: Listing<Item> = {},
): Promise<ListPage> {
  const { toJson = (item: Item) => item, fits } = listing;
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
  return cutPage(found, limit, (item) => collection.keyOf(item), toJson);
}

/** The page, of records of which there may be some more. */
export async function cutPage<Item>(
  found: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
  toJson: (item: Item) => unknown,
): Promise<ListPage> {
  const turn = takeTurns();
  const items: WrittenJson[] = [];
  let bytes = 0;
  for (const item of found.slice(0, limit)) {
    const written = new WrittenJson(toJson(item));
    bytes += Buffer.byteLength(written.text);
    if (items.length > 0 && bytes > PAGE_BYTES) break;
    items.push(written);
    await turn();
  }
  const last = found.length > items.length ? found[items.length - 1] : undefined;
  return { items, ...(last !== undefined && { next: keyOf(last) }) };
}

/** A moment in a response: ISO 8601 in UTC. */
export const MomentSchema = Type.String({ description: "ISO 8601 in UTC: 2023-05-17T10:00:00Z." });

/** What a record is called in a sentence. */
export type RecordName = "user" | "sales unit" | "partner";

/**
 * Makes a record whole and adds it. Where a made-up value is taken, another one is made up, of those that
 * no record has.
 *
 * @throws Problem 409 when a value that was given is taken
 */
export async function insertCompleted<Item>(
  collection: Pick<Collection<Item>, "list" | "insert">,
  name: RecordName,
  input: object,
  complete: (others: readonly Item[]) => Item,
  others: readonly Item[] = [],
): Promise<Item> {
  const item = complete(others);
  try {
    await collection.insert(item);
    return item;
  } catch (error) {
    const madeUp = error instanceof ConflictError && !Object.values(input).includes(error.value);
    if (madeUp) {
      return insertCompleted(collection, name, input, complete, await readAll(collection));
    }
    throw asProblem(error, name);
  }
}

/** @throws Problem 409 when a new value is taken */
export async function sayingWhatIsTaken<Result>(
  name: RecordName,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    throw asProblem(error, name);
  }
}

function asProblem(error: unknown, name: RecordName): unknown {
  if (!(error instanceof ConflictError)) return error;
  const { index, value } = error;
  const what = index === "key" ? "There is already" : `The ${index} belongs to another ${name}:`;
  const which = index === "key" ? `a ${name} ${value}` : value;
  const detail = `${what} ${which}. Choose another, or change the one that is there.`;
  const key = name === "sales unit" ? "msn" : "id";
  const path = index === "key" ? key : index;
  return new Problem(409, detail, [{ path, message: detail, value }]);
}

/** @throws Problem 400 when it should become another */
export function refuseNewKey(property: string, current: string, given: string | undefined): void {
  if (given === undefined || given === current) return;
  const message = `stays ${JSON.stringify(current)}; to rename, remove the record and add another`;
  throw badRequest([{ path: property, message, value: given }]);
}
