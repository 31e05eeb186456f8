import { parseSetCookie } from "cookie";

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
      const { name, value, maxAge } = parseSetCookie(header);
      if (value === undefined || value === "" || maxAge === 0) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}
