import { parseSetCookie } from "cookie";

/**
 * Plays a browser without one: keeps cookies, follows redirects, reads a page's form and sends it.
 * It stands still where a redirect leaves for the merchant, as nobody listens there.
 */
export interface Walker {
  /** Every cookie it holds, by name. */
  readonly cookies: Map<string, string>;
  /** Where it ended: a page, or the merchant's address that it was sent to. */
  open(url: string | URL, form?: Readonly<Record<string, string>>): Promise<Stop>;
}

interface Stop {
  /** The page's address, or the merchant's with the answer in its query. */
  readonly url: URL;
  /** The page's status; a redirect's when it leaves for the merchant. */
  readonly status: number;
  /** The page; empty when it leaves for the merchant. */
  readonly html: string;
}

export function createWalker(
  merchant: (url: URL) => boolean,
  fetcher: (request: Request) => Promise<Response> = fetch,
): Walker {
  const cookies = new Map<string, string>();

  async function send(url: URL, form?: Readonly<Record<string, string>>): Promise<Response> {
    const response = await fetcher(
      new Request(url, {
        redirect: "manual",
        headers: {
          accept: "text/html,application/xhtml+xml,*/*;q=0.8",
          "accept-language": "en",
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        },
        ...(form && { method: "POST", body: new URLSearchParams(form) }),
      }),
    );
    for (const header of response.headers.getSetCookie()) {
      // A browser sends back what it got, encoded or not.
      const { name, value, maxAge } = parseSetCookie(header, { decode: (text) => text });
      if (maxAge === 0 || value === undefined || value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  return {
    cookies,
    async open(start, form) {
      let url = new URL(start);
      let response = await send(url, form);
      for (let hops = 0; hops < 10; hops += 1) {
        const location = response.headers.get("location");
        if (location === null) return { url, status: response.status, html: await response.text() };
        await response.body?.cancel();
        url = new URL(location, url);
        if (merchant(url)) return { url, status: response.status, html: "" };
        response = await send(url);
      }
      throw new Error(`redirected without end, last to ${url}`);
    },
  };
}

/** What a person does on the pages of one login. */
export interface Person {
  readonly phoneNumber?: string;
  readonly fixtureUser?: string;
  readonly remember?: boolean;
  readonly challenge?: "right" | "wrong";
  readonly consent?: "accept" | "decline";
}

/** Walks the pages that a login shows, whichever they are, until it is back at the merchant. */
export async function walkLogin(
  walker: Walker,
  authorizationUrl: string | URL,
  person: Person,
): Promise<{ readonly url: URL; readonly pages: readonly string[] }> {
  let stop = await walker.open(authorizationUrl);
  const pages: string[] = [];
  while (stop.html !== "") {
    const page = pageOf(stop);
    pages.push(page);
    if (pages.length > 5) throw new Error(`a login of ever more pages: ${pages.join(", ")}`);
    stop = await walker.open(actionOf(stop), {
      ...hiddenFields(stop),
      ...answer(page, stop, person),
    });
  }
  return { url: stop.url, pages };
}

function pageOf({ html, status, url }: Stop): string {
  const page = /<main class="(\w+)"/.exec(html)?.[1];
  if (page !== undefined && page !== "error") return page;
  throw new Error(`no page of a login at ${url}: ${status} ${html}`);
}

function actionOf({ html, url }: Stop): URL {
  return new URL(/<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? "", url);
}

/** What a form of a page sends besides what is typed or pressed. */
export function hiddenFields({ html }: Pick<Stop, "html">): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]));
}

function answer(page: string, { html }: Stop, person: Person): Record<string, string> {
  switch (page) {
    case "phone":
      return {
        ...(person.fixtureUser === undefined
          ? { phone_number: person.phoneNumber ?? "", action: "continue" }
          : { phone_number: "", fixture_user: person.fixtureUser }),
        ...(person.remember && { remember: "yes" }),
      };
    case "app": {
      const yes = /name="choice" value="(\d+)" data-testid="confirm"/.exec(html)?.[1];
      const shown = yes ?? /data-testid="challenge">(\d+)</.exec(html)?.[1] ?? "";
      const offered = [...html.matchAll(/name="choice" value="(\d+)"/g)].map(
        ([, one]) => one ?? "",
      );
      const wrong = offered.find((one) => one !== shown) ?? "";
      return { choice: person.challenge === "wrong" ? wrong : shown };
    }
    default:
      return { action: person.consent ?? "accept" };
  }
}
