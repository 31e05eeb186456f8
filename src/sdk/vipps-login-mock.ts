import type { SandboxFacts, SandboxOptions, SandboxSummary } from "../control/types.ts";
import { trustingFetch } from "../http/trusting-fetch.ts";
import { isUrl } from "../platform/url.ts";
import { ISSUER_PATH, PATHS } from "../request/addresses.ts";
import type { Connection } from "./connection.ts";
import { DEFAULT_ID } from "./connection.ts";
import { ControlApi } from "./control-api.ts";
import { checkOptions } from "./options.ts";
import { Sandbox } from "./sandbox.ts";

/** The sandboxes of a server. */
export class Sandboxes {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns all of them, the default one included, in the order in which they were made */
  list(): Promise<SandboxSummary[]> {
    return this.#api.list(["sandboxes"]);
  }
}

/**
 * A running mock: its default sandbox, and the door to others. It is the same whether the mock runs
 * in this process or elsewhere.
 */
export class VippsLoginMock extends Sandbox {
  /** Every sandbox of the server. */
  readonly sandboxes: Sandboxes;
  /** Reaches the mock: the global `fetch`, or one of its own where the mock has no socket. */
  readonly fetch: typeof globalThis.fetch;

  readonly #connection: Connection;
  readonly #api: ControlApi;
  readonly #close: () => Promise<void>;

  /**
   * @param connection how the server is reached
   * @param fetch what an application under test reaches it with
   * @param close gives back what belongs to the connection
   */
  constructor(
    connection: Connection,
    fetch: typeof globalThis.fetch,
    close: () => Promise<void> = async () => {},
  ) {
    super(connection, DEFAULT_ID);
    this.fetch = fetch;
    this.#connection = connection;
    this.#api = new ControlApi(
      `${connection.base}${PATHS.control}`,
      connection.fetch,
      connection.token,
    );
    this.#close = close;
    this.sandboxes = new Sandboxes(this.#api);
  }

  /**
   * Makes a sandbox.
   *
   * @param options what it is made of: `id`, `config` (what it leaves out is as on the server), `ttl`
   *   (how long it may be idle, an hour when left out, null for ever) and `seed`
   * @returns the sandbox; remove it with `delete()`, or hold it with `await using`
   * @throws ControlError when the id is taken or a value does not fit
   */
  async createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
    const facts = await this.#api.post<SandboxFacts>(["sandboxes"], options);
    return new Sandbox(this.#connection, facts.id, facts);
  }

  /**
   * @param id a sandbox's id
   * @returns the sandbox that somebody made
   * @throws ControlError when there is none
   */
  sandbox(id: string): Promise<Sandbox> {
    return new Sandbox(this.#connection, id).refresh();
  }

  /**
   * Stops a mock that runs in this process, when what is in flight is finished, and leaves nothing
   * open. A mock elsewhere goes on. Calling it again does nothing.
   */
  async close(): Promise<void> {
    await this.#close();
  }

  /** Closes at the end of an `await using` block. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** How a mock that runs elsewhere is called. */
export interface ConnectOptions {
  /** The control API's token, where the mock was started with `--control-token`. */
  readonly token?: string | undefined;
  /** Carries every request in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * The file of a CA to trust, as PEM, beside those that Node trusts: for a mock that is called over https,
   * the one that it printed at start. A `fetch` of your own knows itself whom to trust.
   */
  readonly caFile?: string | undefined;
}

/**
 * Takes hold of a mock that runs elsewhere. Nothing is sent yet; what the default sandbox consists of
 * (`issuer`, `salesUnits`, `users`) is known after `await mock.refresh()`.
 *
 * @param url the server's base URL, as `http://vipps:4747`
 * @param options how it is called
 * @returns the mock
 * @throws TypeError when the URL is none of a server
 * @throws OptionsError when an option is wrong
 */
export function connect(url: string, options: ConnectOptions = {}): VippsLoginMock {
  checkOptions("connect() cannot be called", options, {
    token: "string",
    fetch: "function",
    caFile: "string",
  });
  const { token, fetch, caFile } = options;
  const base = baseOf(url);
  const reach = fetch ?? (caFile === undefined ? globalThis.fetch : trustingFetch(caFile));
  return new VippsLoginMock({ base, fetch: reach, token }, reach);
}

function baseOf(url: string): string {
  const refuse = (remedy: string) => new TypeError(`${JSON.stringify(url)}: ${remedy}`);
  if (!isUrl(url) || !/^https?:/i.test(url)) {
    throw refuse("expected the base URL of a running mock, as http://localhost:4747");
  }
  const { origin, pathname, search, hash } = new URL(url);
  if (search !== "" || hash !== "") throw refuse("leave out the query and the fragment");
  // Behind a proxy the mock may have a path of its own before that of the sandbox.
  const [, before = "", sandbox] = /^(.*?)\/s\/([^/]*)/.exec(pathname) ?? [];
  if (sandbox !== undefined) {
    throw refuse(
      `connect to ${origin}${before} and take the sandbox from there: mock.sandbox("${sandbox}")`,
    );
  }
  const base = `${origin}${pathname.replace(/\/+$/, "")}`;
  const within = withinMock(base);
  if (within === undefined) return base;
  throw refuse(`this is an address of something in a mock; connect to the mock itself, ${within}`);
}

/** The base of the mock of which this is the issuer, or another address; undefined where it is none. */
function withinMock(url: string): string | undefined {
  const ends = [ISSUER_PATH.replace(/\/$/, ""), ...Object.values(PATHS)]
    .map((path) => `${url}/`.indexOf(`${path}/`))
    .filter((end) => end >= 0);
  return ends.length === 0 ? undefined : url.slice(0, Math.min(...ends));
}
