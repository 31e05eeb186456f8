import { parseSetCookie } from "cookie";

/** A browser sends back what it got; only the application knows how that is encoded. */
const AS_IT_IS = { decode: (value: string) => value };

/** Whoever drops a cookie by a time takes one long ago, mostly 1970. */
const LONG_AGO = 2000;

/** The cookies of one browser at one server. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** As the Cookie header; empty without any. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** @param response a response, whose cookies are kept or dropped */
  take(response: Response): void {
    for (const header of response.headers.getSetCookie()) {
      const { name, value, maxAge, expires } = parseSetCookie(header, AS_IT_IS);
      const isPast = expires !== undefined && expires.getUTCFullYear() < LONG_AGO;
      const isOver = maxAge === undefined ? isPast : maxAge <= 0;
      if (value === undefined || value === "" || isOver) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}
