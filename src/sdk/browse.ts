import { inspect } from "node:util";
import type { Fetch } from "./control-api.ts";
import { CookieJar } from "./cookie-jar.ts";

/** A browser that shows nothing: it follows redirects, and has cookies. */

/** Where a browser has come to. */
export interface OpenedPage {
  /** The address after all redirects. */
  readonly url: string;
  /** The HTTP status; 0 where the page cannot be opened: nobody responds, or the redirects do not end. */
  readonly status: number;
  /** The body of the response; why the page cannot be opened, where it cannot. */
  readonly text: string;
}

/** A login has fewer redirects than this, also with those of the application. */
const MOST_REDIRECTS = 30;

/** What to ask for next. */
interface Hop {
  readonly at: URL;
  readonly form?: URLSearchParams;
}

/** One browser, without any cookie before. */
export class PlainBrowser {
  /** Where it is. */
  page: OpenedPage | undefined;
  readonly #jars = new Map<string, CookieJar>();
  readonly #fetch: Fetch;
  readonly #signal: AbortSignal;

  /**
   * @param fetch what carries the requests
   * @param signal ends them
   */
  constructor(fetch: Fetch, signal: AbortSignal) {
    this.#fetch = fetch;
    this.#signal = signal;
  }

  /**
   * @param url where to begin
   * @returns the page that it has come to; with response_mode=form_post it sends the form as well
   * @throws TypeError when that is no URL
   */
  async open(url: string | URL): Promise<OpenedPage> {
    const page = await this.#follow(new URL(url));
    this.page = page;
    return page;
  }

  async #follow(start: URL): Promise<OpenedPage> {
    let hop: Hop = { at: start };
    for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
      try {
        const next = await this.#hop(hop);
        if ("status" in next) return next;
        hop = next;
      } catch (error) {
        return unopened(hop.at, messageOf(error));
      }
    }
    return unopened(hop.at, "the redirects do not end.");
  }

  /** The page that is there, or where it leads to. */
  async #hop({ at, form }: Hop): Promise<OpenedPage | Hop> {
    const response = await this.#send(at, form);
    const { status, headers } = response;
    const text = await response.text();
    const location = headers.get("location");
    if (status >= 300 && status < 400 && location !== null) return { at: new URL(location, at) };
    const posted = formPostIn(text);
    return posted
      ? { at: new URL(posted.action, at), form: posted.fields }
      : { url: at.href, status, text };
  }

  async #send(at: URL, form: URLSearchParams | undefined): Promise<Response> {
    // Cookies know no ports.
    const jar = this.#jars.get(at.hostname) ?? new CookieJar();
    this.#jars.set(at.hostname, jar);
    const response = await this.#fetch(at.href, {
      method: form ? "POST" : "GET",
      redirect: "manual",
      headers: {
        accept: "text/html",
        "accept-language": "en",
        ...(jar.header !== "" && { cookie: jar.header }),
      },
      signal: this.#signal,
      ...(form && { body: form }),
    });
    jar.take(response);
    return response;
  }
}

/** A browser shows a page of its own then. */
function unopened(at: URL, why: string): OpenedPage {
  return { url: at.href, status: 0, text: `This page cannot be opened: ${why}` };
}

/** With the cause, which says more where a server cannot be reached. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
}

/** The form in which the mock hands the code over with response_mode=form_post, where a page is that one. */
function formPostIn(
  text: string,
): { readonly action: string; readonly fields: URLSearchParams } | undefined {
  const form = /<form[^>]* action="([^"]*)"[^>]* data-testid="form-post">(.*?)<\/form>/s.exec(text);
  if (!form) return undefined;
  const [, action = "", body = ""] = form;
  const fields = new URLSearchParams();
  for (const [, name = "", value = ""] of body.matchAll(/name="([^"]*)" value="([^"]*)"/g)) {
    fields.append(unescaped(name), unescaped(value));
  }
  return { action: unescaped(action), fields };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
  "&#x60;": "`",
  "&#x3D;": "=",
};

/** As the pages' templates escape it. */
function unescaped(html: string): string {
  return html.replace(/&[#\w]+;/g, (entity) => ENTITIES[entity] ?? entity);
}
