import type { Counts } from "../control/types.ts";
import type { ListPage } from "./api.ts";
import type { Visit } from "./page.ts";

/** What the lists of the portal have in common: the portal's own tabs, a search, and pages. */

/** So many entries a page has. */
const PAGE_SIZE = 50;

export interface Tab {
  readonly label: string;
  readonly href: string;
  readonly count: number;
  readonly isCurrent: boolean;
}

type TabName = "units" | "people" | "partners" | "webhooks";

export async function tabsOf({ api, root }: Visit, current: TabName): Promise<readonly Tab[]> {
  const counts = await api.get<Counts>(["counts"]);
  const tabs: readonly (readonly [TabName, string, string, number])[] = [
    ["units", "Sales units", "portal", counts.salesUnits],
    ["people", "People", "portal/people", counts.users],
    ["partners", "Partners", "portal/partners", counts.partners],
    ["webhooks", "Webhooks", "portal/webhooks", counts.webhookDeliveries],
  ];
  return tabs.map(([name, label, path, count]) => ({
    label,
    href: `${root}${path}`,
    count,
    isCurrent: name === current,
  }));
}

/** A part of a list, with the way to the rest of it. */
export interface ListView<Row> {
  readonly rows: readonly Row[];
  readonly search: string;
  /** Where the list is. */
  readonly href: string;
  /** The next part; empty where there is none. */
  readonly next: string;
  /** Whether there are entries before these. */
  readonly isContinued: boolean;
}

/** Whether the query of a page was refused: it has nothing to show then, but the query to be corrected. */
export function isQueryRefused({ problem, form }: Pick<Visit, "problem" | "form">): boolean {
  return problem !== undefined && form.size === 0;
}

/** @param path where the page is, below the dashboard's folder */
export async function listPage<Item, Row>(
  visit: Visit,
  resource: string,
  path: string,
  rowOf: (item: Item) => Row,
): Promise<ListView<Row>> {
  const { api, query, root } = visit;
  const search = query.get("search") ?? "";
  const after = query.get("after") ?? "";
  const asked = { limit: PAGE_SIZE, search: search || undefined, after: after || undefined };
  const { items, next }: ListPage<Item> = isQueryRefused(visit)
    ? { items: [] }
    : await api.page<Item>([resource], asked);
  const more = new URLSearchParams(search === "" ? {} : { search });
  if (next !== undefined) more.set("after", next);
  return {
    rows: items.map(rowOf),
    search,
    href: `${root}${path}`,
    next: next === undefined ? "" : `${root}${path}?${more}`,
    isContinued: after !== "",
  };
}
