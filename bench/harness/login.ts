import type { Connection, Response } from "./connection.ts";
import { header } from "./connection.ts";

/** One login as a merchant's application and its user's browser make it: authorize, token, userinfo. */

/** The requests of a login, put together beforehand: the load generator should do as little as it can. */
export interface Target {
  readonly port: number;
  /** What stands before each path; login n uses number n of them, in a circle. */
  readonly prefixes: readonly string[];
  /** The authorization request; `state` and `nonce` are added. */
  readonly authorize: { readonly path: string; readonly form?: string };
  /** Added to the authorization request as login_hint, in a circle. */
  readonly users?: readonly string[];
  readonly token: { readonly path: string; readonly authorization: string; readonly form: string };
  /** Left out where the server has none. */
  readonly userinfo?: string;
  readonly redirectUri: string;
  /** Whether the browser has to bring back its cookies. */
  readonly cookies: boolean;
}

const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

/** A browser, and the application that it logs in to; both use one connection. */
export class Visitor {
  readonly #connection: Connection;
  readonly #target: Target;
  readonly #cookies = new Map<string, string>();

  constructor(connection: Connection, target: Target) {
    this.#connection = connection;
    this.#target = target;
  }

  /** @throws Error when a response is not what it should be */
  async login(n: number): Promise<void> {
    const { prefixes, token, userinfo } = this.#target;
    const prefix = prefixes[n % prefixes.length];
    const code = await this.#authorize(prefix ?? "", n);
    const tokens = await this.#connection.request({
      method: "POST",
      path: `${prefix}${token.path}`,
      headers: `${FORM}Authorization: ${token.authorization}\r\n`,
      body: `${token.form}&code=${code}`,
    });
    const accessToken = /"access_token"\s*:\s*"([^"]+)"/.exec(tokens.body)?.[1];
    if (accessToken === undefined || !tokens.body.includes('"id_token"')) throw unexpected(tokens);
    if (userinfo === undefined) return;
    const user = await this.#connection.request({
      path: `${prefix}${userinfo}`,
      headers: `Authorization: Bearer ${accessToken}\r\n`,
    });
    if (user.status !== 200 || !user.body.includes('"sub"')) throw unexpected(user);
  }

  async #authorize(prefix: string, n: number): Promise<string> {
    const { authorize, users, redirectUri } = this.#target;
    const hint = users === undefined ? "" : `&login_hint=${users[n % users.length]}`;
    const own = `state=state-of-${n}-is-here&nonce=nonce-of-${n}-is-here${hint}`;
    const path = `${prefix}${authorize.path}`;
    let response = await (authorize.form === undefined
      ? this.#browse(`${path}&${own}`)
      : this.#connection.request({
          method: "POST",
          path,
          headers: FORM,
          body: `${authorize.form}&${own}`,
        }));
    for (;;) {
      const location = header(response, "location");
      if (location === undefined) throw unexpected(response);
      if (location.startsWith(redirectUri)) {
        const code = /[?&]code=([^&]+)/.exec(location)?.[1];
        if (code === undefined) throw unexpected(response);
        return code;
      }
      const { pathname, search } = new URL(location, "http://127.0.0.1");
      response = await this.#browse(`${pathname}${search}`);
    }
  }

  async #browse(path: string): Promise<Response> {
    if (!this.#target.cookies) return this.#connection.request({ path });
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await this.#connection.request({ path, headers: `Cookie: ${cookies}\r\n` });
    for (const [, name = "", value = ""] of response.head.matchAll(
      /\r\nset-cookie: ([^=]+)=([^;\r]*)/gi,
    )) {
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

function unexpected({ head, body }: Response): Error {
  return new Error(`the server answered\n${head}\n\n${body.slice(0, 1000)}`);
}
