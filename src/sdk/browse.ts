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
    let at = start;
    let form: URLSearchParams | undefined;
    for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
      let response: Response;
      let text: string;
      try {
        response = await this.#send(at, form);
        text = await response.text();
      } catch (error) {
        // A browser shows a page of its own then.
        return { url: at.href, status: 0, text: `This page cannot be opened: ${messageOf(error)}` };
      }
      form = undefined;
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        at = new URL(location, at);
        continue;
      }
      const posted = formPostIn(text);
      if (!posted) return { url: at.href, status: response.status, text };
      at = new URL(posted.action, at);
      form = posted.fields;
    }
    return {
      url: at.href,
      status: 0,
      text: "This page cannot be opened: the redirects do not end.",
    };
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
