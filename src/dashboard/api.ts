import type { ControlContext } from "../control/api/operation.ts";
import { Problem } from "../control/api/problem.ts";
import { dispatch } from "../control/dispatch.ts";
import { jsonPieces } from "../platform/json.ts";
import type { Exchange } from "../request/exchange.ts";

/**
 * The control API as the pages call it: the operations that a test or curl calls, without a socket between.
 * What a page shows and does, a program can read and do as well.
 */

/** A call, as it is shown to people. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the API's root, percent-encoded, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** What a file is called whose bytes are the body, in place of it. */
  readonly file?: string;
}

/** What a query can say; undefined members are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The path of a call, of steps that are not encoded yet.
 *
 * @throws Problem 404 where a step is empty: it would be the path of something else
 */
export function apiPath(steps: readonly string[], query: Query = {}): string {
  if (steps.includes("")) throw new Problem(404, "Nothing is asked for: there is no name.");
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const path = `/${steps.map(encodeURIComponent).join("/")}`;
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** A part of a list. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Where the next one continues; left out where there is none. */
  readonly next?: string;
}

export class Api {
  readonly #context: ControlContext;
  readonly #exchange: Exchange;
  readonly #hangUp: AbortSignal;

  constructor(context: ControlContext, exchange: Exchange, hangUp: AbortSignal) {
    this.#context = context;
    this.#exchange = exchange;
    this.#hangUp = hangUp;
  }

  /** @throws Problem as the API does */
  get<Result>(steps: readonly string[], query?: Query): Promise<Result> {
    return this.send({ method: "GET", path: apiPath(steps, query) });
  }

  /** A page of a list. */
  page<Item>(steps: readonly string[], query?: Query): Promise<ListPage<Item>> {
    return this.get<ListPage<Item>>(steps, query);
  }

  /** What is on the first page of a list. */
  async list<Item>(steps: readonly string[], query?: Query): Promise<readonly Item[]> {
    return (await this.page<Item>(steps, query)).items;
  }

  /** @throws Problem as the API does; nothing was changed then */
  async send<Result>(call: ApiCall): Promise<Result> {
    const { body } = call;
    const response = await this.#dispatch(call, body === undefined ? [] : [JSON.stringify(body)]);
    if (typeof response.body !== "object") return response.body as Result;
    return JSON.parse([...jsonPieces(response.body)].join("")) as Result;
  }

  /**
   * Sends bytes as they came, for the API to read.
   *
   * @throws Problem as the API does; nothing was changed then
   */
  async sendBytes(call: ApiCall, bytes: Uint8Array): Promise<void> {
    await this.#dispatch(call, [bytes]);
  }

  /** What an operation gives, before it is written down: it may be long. */
  async whole(path: string): Promise<object> {
    const { body } = await this.#dispatch({ method: "GET", path }, []);
    return typeof body === "object" ? body : {};
  }

  #dispatch({ method, path }: ApiCall, body: readonly (string | Uint8Array)[]) {
    const [below = "", query = ""] = path.split("?");
    return dispatch({
      ...this.#context,
      method,
      path: below,
      query,
      contentType: "application/json",
      body: body.length === 0 ? undefined : body.map((part) => Buffer.from(part)),
      exchange: this.#exchange,
      hangUp: this.#hangUp,
    });
  }
}

/** What of a body is shown to nobody who has not asked for it. */
const SECRETS = ["clientSecret", "subscriptionKey"];

/** Whether the command of a call has signs in the place of secrets. */
export function hasSecrets({ body }: ApiCall): boolean {
  return JSON.stringify(body) !== masked(body);
}

function masked(body: unknown): string | undefined {
  return JSON.stringify(body, (name, value) => (SECRETS.includes(name) ? "***" : value));
}

/** For what may be gone: undefined in place of a refusal. */
export function unlessProblem(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}

/** The command that makes the same call. */
export function asCurl(
  { method, path, body, file }: ApiCall,
  root: string,
  needsToken: boolean,
): string {
  const words = ["curl"];
  if (method !== "GET") words.push("-X", method);
  words.push(shellQuoted(`${root}${path}`));
  if (needsToken) words.push("-H", '"Authorization: Bearer $TOKEN"');
  if (body === undefined && file === undefined) return words.join(" ");
  words.push("-H", shellQuoted("Content-Type: application/json"));
  if (file !== undefined) words.push("--data-binary", shellQuoted(`@${file}`));
  else words.push("-d", shellQuoted(masked(body) ?? ""));
  return words.join(" ");
}

/** For a shell; plain where it needs no quotes. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
