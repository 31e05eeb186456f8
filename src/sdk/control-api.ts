import type { Problem } from "../config/problem.ts";
import { isUntrusted } from "../http/trusting-fetch.ts";

/** What carries the requests: the global `fetch`, or one that needs no network. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What a query can say; undefined members are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The steps of a path below the API's root, not encoded: `["users", "ada"]`. */
type Path = readonly string[];

/** What a request has beyond method and path. */
interface Sent {
  readonly body?: unknown;
  readonly query?: Query | undefined;
}

/** A part of a list, and where the next one continues. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** What to do where the certificate of a mock is not trusted. */
const TRUST_IT =
  "Trust the mock's CA: give its file to connect() as caFile, or to Node in NODE_EXTRA_CA_CERTS.";

/** The largest page of a list. */
const LARGEST_PAGE = 1000;

/**
 * The control API of one sandbox as functions: paths, JSON and problem documents are known here, the
 * resources beside this file know only names.
 */
export class ControlApi {
  readonly #root: string;
  readonly #fetch: Fetch;
  readonly #token: string | undefined;

  /**
   * @param root the API's own address, without a trailing slash
   * @param fetch what carries the requests
   * @param token the bearer token, if the server asks for one
   */
  constructor(root: string, fetch: Fetch, token: string | undefined) {
    this.#root = root;
    this.#fetch = fetch;
    this.#token = token;
  }

  get<Result>(path: Path, query?: Query): Promise<Result> {
    return this.#call("GET", path, { query });
  }

  /** What is there as plain text. */
  text(path: Path, query?: Query): Promise<string> {
    return this.#send("GET", path, { query });
  }

  post<Result>(path: Path, body?: unknown, query?: Query): Promise<Result> {
    return this.#call("POST", path, { body, query });
  }

  put<Result>(path: Path, body: unknown): Promise<Result> {
    return this.#call("PUT", path, { body });
  }

  patch<Result>(path: Path, body: unknown, query?: Query): Promise<Result> {
    return this.#call("PATCH", path, { body, query });
  }

  delete<Result = void>(path: Path, query?: Query): Promise<Result> {
    return this.#call("DELETE", path, { query });
  }

  /**
   * A whole list, page after page.
   *
   * @param path where the list is
   * @param query the filter; with a `limit` the list ends there
   */
  async list<Item>(path: Path, { limit, ...filter }: Query = {}): Promise<Item[]> {
    const items: Item[] = [];
    const wanted = typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
    const first: Query = { ...filter, limit };
    let query = first;
    for (;;) {
      const page = await this.#page<Item>(path, query);
      if (page === undefined) {
        items.length = 0;
        query = first;
        continue;
      }
      items.push(...page.items);
      if (page.next === undefined || items.length >= wanted) return items;
      const left = Math.min(LARGEST_PAGE, wanted - items.length);
      query = { ...filter, limit: left, after: page.next };
    }
  }

  /** Undefined where the record after which the page begins is gone: the list has to be read from the start. */
  async #page<Item>(path: Path, query: Query): Promise<Page<Item> | undefined> {
    if (query["after"] === undefined) return this.get(path, query);
    const page = await this.get<Page<Item>>(path, query).catch((error: unknown) => {
      if (error instanceof ControlError && error.status === 404) return undefined;
      throw error;
    });
    // There was more when this page was announced; some lists refuse then, others are empty.
    return page?.items.length === 0 ? undefined : page;
  }

  async #call<Result>(method: string, path: Path, sent: Sent): Promise<Result> {
    const text = await this.#send(method, path, sent);
    return (text === "" ? undefined : JSON.parse(text)) as Result;
  }

  /** The body of the response. */
  async #send(method: string, path: Path, { body, query = {} }: Sent): Promise<string> {
    const url = `${this.#root}/${path.map(encodeURIComponent).join("/")}${queryOf(query)}`;
    const response = await this.#fetch(url, {
      method,
      headers: {
        accept: "application/json, text/plain",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const reason = `vipps-login-mock cannot be reached at ${url}: ${reasonOf(error)}`;
      throw new Error(isUntrusted(error) ? `${reason}. ${TRUST_IT}` : reason, { cause: error });
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response, text, `${method} ${url}`);
    return text;
  }
}

function queryOf(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.append(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}

/** What `fetch` has to say is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return message || code || String(cause);
}

function errorOf(response: Response, text: string, call: string): ControlError {
  const { status } = response;
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) {
    const detail = `${call} answered ${status}, not as vipps-login-mock does: ${text.slice(0, 200)}`;
    return new ControlError(status, detail);
  }
  const { detail, errors } = JSON.parse(text) as { detail: string; errors?: Problem[] };
  return new ControlError(status, detail, errors);
}

/** The mock ran in this process, and was closed. */
export class MockClosed extends TypeError {
  constructor() {
    super("it was closed by close(); start another one");
  }
}

/** A part of the control API, under the name that it has in a sandbox. */
export abstract class Resource {
  protected readonly api: ControlApi;

  constructor(api: ControlApi) {
    this.api = api;
  }
}

/** The control API refused a call, or something else answered in its place. Nothing was changed. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  /** The HTTP status. */
  readonly status: number;
  /** What was wrong, with the value, and what to do: the same as the message. */
  readonly detail: string;
  /** Every problem, where there can be several; each names its property. */
  readonly errors: readonly Problem[];

  /**
   * @param status the HTTP status
   * @param detail what was wrong and what to do
   * @param errors every problem, if there are several
   */
  constructor(status: number, detail: string, errors: readonly Problem[] = []) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.errors = errors;
  }
}
