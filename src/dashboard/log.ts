import type { LoggedRequest } from "../control/types.ts";
import { ENDPOINT_NAMES } from "../records/vocabulary.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import { clientNames } from "./clients.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import type { Page, Visit } from "./page.ts";
import { isQueryRefused } from "./portal-list.ts";

/** The log: what was asked, what was said, and why it was refused. Each view of it is a link. */

/** So many requests a page has. */
const PAGE_SIZE = 100;

/** A request as a line of a list. */
export interface RequestLine {
  readonly id: string;
  readonly href: string;
  readonly at: Moment;
  /** `POST token`; the path where the endpoint has no name. */
  readonly what: string;
  /** `200`, or what became of it without a response. */
  readonly status: string;
  readonly isRefused: boolean;
  /** Why it was refused, or what was noticed; empty for nothing. */
  readonly reason: string;
  readonly remedy: string;
  /** The name of the sales unit, or the client_id as it was sent. */
  readonly client: string;
  readonly user: string;
}

interface LogView {
  readonly requests: readonly RequestLine[];
  /** The page with older ones; empty where there are none. */
  readonly older: string;
  readonly isFiltered: boolean;
  readonly isNewest: boolean;
  readonly filter: {
    readonly endpoints: readonly Choice[];
    readonly clients: readonly Choice[];
    readonly user: string;
    readonly status: string;
    readonly refused: boolean;
  };
}

/** The members of the filter that are handed to the API as they are. */
const FILTERS = ["endpoint", "clientId", "user", "status", "refused", "before"] as const;

export const logPage: Page = {
  async show(visit) {
    const { api, query } = visit;
    const given = FILTERS.flatMap((name) => {
      const value = query.get(name);
      return value ? [[name, value] as const] : [];
    });
    const filter = Object.fromEntries(given);
    const asked = { ...filter, last: PAGE_SIZE + 1 };
    const found = isQueryRefused(visit) ? [] : await api.list<LoggedRequest>(["requests"], asked);
    const newest = found.slice(-PAGE_SIZE).reverse();
    const names = await clientNames(visit);
    const model: LogView = {
      requests: newest.map((request) => requestLine(request, names, visit)),
      older: found.length > PAGE_SIZE ? linkTo({ ...filter, before: newest.at(-1)?.id ?? "" }) : "",
      isFiltered: given.some(([name]) => name !== "before"),
      isNewest: filter["before"] === undefined,
      filter: {
        endpoints: choices(ENDPOINT_NAMES, filter["endpoint"]),
        clients: choices([...names], filter["clientId"]),
        user: filter["user"] ?? "",
        status: filter["status"] ?? "",
        refused: filter["refused"] === "true",
      },
    };
    return { view: "log", title: "What was asked, and why was it refused?", section: "log", model };
  },
  async act({ api }) {
    const call = { method: "DELETE", path: "/requests" } as const;
    await api.send(call);
    return { to: "log", message: "The log is empty.", calls: [call] };
  },
};

function linkTo(filter: Readonly<Record<string, string>>): string {
  return `log?${new URLSearchParams(filter)}`;
}

export function requestLine(
  request: LoggedRequest,
  names: ReadonlyMap<string, string>,
  { exchange, root }: Pick<Visit, "exchange" | "root">,
): RequestLine {
  const { id, at, refused, diagnosis, notes, clientId, user } = request;
  return {
    id,
    href: `${root}log/${encodeURIComponent(id)}`,
    at: moment(at, exchange.now),
    what: whatOf(request),
    status: statusOf(request),
    isRefused: refused,
    reason: diagnosis?.message ?? notes.map(({ message }) => message).join("; "),
    remedy: diagnosis?.detail ?? "",
    client: clientId === undefined ? "" : (names.get(clientId) ?? clientId),
    user: user ?? "",
  };
}

export function whatOf({ method, endpoint, url }: LoggedRequest): string {
  return `${method} ${endpoint ?? new URL(url).pathname}`;
}

export function statusOf({ status }: LoggedRequest): string {
  return status === undefined ? "no response" : String(status);
}
