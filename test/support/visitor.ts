import type { Got } from "./dashboard.ts";
import { page } from "./dashboard.ts";
import type { Mock } from "./mock.ts";
import { BASE, challengeOf, formIn } from "./wire.ts";

/** Somebody at the dashboard without scripts, whose browser keeps cookies and follows redirects. */

export interface Seen extends Got {
  /** Where the browser is now. */
  readonly url: URL;
}

/** More redirects than any way through the pages has. */
const MOST_REDIRECTS = 20;

export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #mock: Mock;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param base where the mock is for this browser; what a proxy adds is in the headers */
  constructor(mock: Mock, base: string = BASE, headers: Readonly<Record<string, string>> = {}) {
    this.#mock = mock;
    this.#base = base;
    this.#headers = headers;
  }

  /** @param path below the base, or a whole address of the mock */
  async go(path: string, form?: Readonly<Record<string, string>>): Promise<Seen> {
    let url = new URL(path.startsWith("/") ? `${this.#base}${path}` : path);
    let sent = form;
    for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
      const got = await this.#ask(url, sent);
      const { location } = got.headers;
      const next = location === undefined ? undefined : new URL(location, url);
      if (!next?.href.startsWith(this.#base)) return { ...got, url: next ?? url };
      url = next;
      sent = undefined;
    }
    throw new Error(`redirected without end, last to ${url}`);
  }

  /** One request, without following where it leads. */
  async ask(path: string, form?: Readonly<Record<string, string>>): Promise<Got> {
    return this.#ask(new URL(`${this.#base}${path}`), form);
  }

  /** Goes through the pages of a login as a person does. */
  async login(seen: Seen, user: string): Promise<Seen> {
    const submit = (at: Seen, fields: Readonly<Record<string, string>>) => {
      const { action, hidden } = formIn({ body: at.html } as Parameters<typeof formIn>[0]);
      const whole = new URL(action.replaceAll("&amp;", "&"), at.url).href;
      return this.go(whole, { ...(hidden as Record<string, string>), ...fields });
    };
    const app = await submit(seen, { fixture_user: user });
    const { right } = challengeOf({ body: app.html } as Parameters<typeof challengeOf>[0]);
    const consent = await submit(app, { choice: right });
    return consent.html.includes('class="consent"')
      ? submit(consent, { action: "accept" })
      : consent;
  }

  async #ask(url: URL, form?: Readonly<Record<string, string>>): Promise<Got> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const got = await page(this.#mock, url.pathname + url.search, {
      ...(form && { form }),
      headers: {
        host: url.host,
        ...(form && { origin: url.origin }),
        ...(cookie !== "" && { cookie }),
        ...this.#headers,
      },
    });
    const set = [got.headers["set-cookie"] ?? []].flat();
    for (const one of set) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return got;
  }
}
