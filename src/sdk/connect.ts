import { splitSandbox } from "../request/addresses.ts";
import { VippsLoginMock } from "./vipps-login-mock.ts";

/** How a mock that runs elsewhere is called. */
export interface ConnectOptions {
  /** The control API's token, where the mock was started with `--control-token`. */
  readonly token?: string | undefined;
  /** Carries every request in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Takes hold of a mock that runs elsewhere. Nothing is sent yet; what the default sandbox consists of
 * (`issuer`, `salesUnits`, `users`) is known after `await mock.refresh()`.
 *
 * @param url the server's base URL, as `http://vipps:4747`
 * @param options how it is called
 * @returns the mock
 * @throws TypeError when the URL is none of a server
 */
export function connect(url: string, { token, fetch }: ConnectOptions = {}): VippsLoginMock {
  const base = baseOf(url);
  const reach = fetch ?? globalThis.fetch;
  return new VippsLoginMock({ base, fetch: reach, token }, reach);
}

function baseOf(url: string): string {
  const refuse = (remedy: string) => new TypeError(`${JSON.stringify(url)}: ${remedy}`);
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw refuse("expected the base URL of a running mock, as http://localhost:4747");
  }
  const { origin, pathname, search, hash } = new URL(url);
  if (search !== "" || hash !== "") throw refuse("leave out the query and the fragment");
  const sandbox = splitSandbox(pathname)?.id;
  if (sandbox !== undefined) {
    throw refuse(
      `connect to ${origin} and take the sandbox from there: mock.sandbox("${sandbox}")`,
    );
  }
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}
