import { expect } from "vitest";
import type { Mock } from "./mock.ts";
import { HOST } from "./wire.ts";

/** Pages of the dashboard, as a browser without scripts gets them. */

export interface Got {
  readonly status: number;
  readonly html: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The text of the first element with this data-testid, its white space folded; undefined without one. */
  readonly text: (testid: string) => string | undefined;
  /** The texts of all of them. */
  readonly texts: (testid: string) => readonly string[];
}

/** The fields of a form; one that is there several times has all its values. */
type Form = Readonly<Record<string, string | readonly string[]>>;

interface PageRequest {
  /** What is posted; the page is only read without it. */
  readonly form?: Form;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

/** @param path below the host: `/mock/log` */
export async function page(
  mock: Mock,
  path: string,
  { form, headers = {}, remoteAddress = "127.0.0.1" }: PageRequest = {},
): Promise<Got> {
  const response = await mock.app.inject({
    method: form ? "POST" : "GET",
    url: path,
    remoteAddress,
    headers: {
      host: HOST,
      accept: "text/html,application/xhtml+xml",
      ...(form && {
        "content-type": "application/x-www-form-urlencoded",
        origin: `http://${HOST}`,
        "sec-fetch-site": "same-origin",
      }),
      ...headers,
    },
    ...(form && { payload: encoded(form) }),
  });
  const texts = (testid: string) => textsIn(response.body, testid);
  return {
    status: response.statusCode,
    html: response.body,
    headers: response.headers as Got["headers"],
    text: (testid) => texts(testid)[0],
    texts,
  };
}

/** Sends a form and follows to the page behind it, which says what was done. */
export async function submit(mock: Mock, path: string, form: Form): Promise<Got> {
  const sent = await page(mock, path, { form });
  expect(sent.status, sent.text("problem") ?? sent.html).toBe(303);
  const cookie = String(sent.headers["set-cookie"]).split(";")[0] ?? "";
  const to = new URL(String(sent.headers["location"]), `http://${HOST}${path}`);
  return page(mock, to.pathname + to.search, { headers: { cookie } });
}

/** The fields of the form by which the page takes back what was just done. */
export function undoOf({ html }: Got): Record<string, string> {
  const done = html.slice(html.indexOf('data-testid="done"'), html.indexOf('data-testid="undo"'));
  const fields = [...done.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

/** A form of the page as a browser sends it where nobody has touched it, by the value of its action. */
export function formIn({ html }: Got, action: string): Form {
  const at = html.indexOf(`name="action" value="${action}"`);
  const form = html.slice(html.lastIndexOf("<form", at), html.indexOf("</form>", at));
  const fields: [string, string][] = [];
  for (const [tag, kind = ""] of form.matchAll(/<(input|select|textarea)\b[^>]*>/g)) {
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    const rest = form.slice(form.indexOf(tag) + tag.length);
    const name = of("name") ?? "";
    if (of("type") === "checkbox" && !/ checked/.test(tag)) continue;
    if (kind === "select") {
      const options = rest.slice(0, rest.indexOf("</select>"));
      const chosen = / value="([^"]*)" selected/.exec(options) ?? / value="([^"]*)"/.exec(options);
      fields.push([name, unescaped(chosen?.[1] ?? "")]);
    } else if (kind === "textarea") {
      const text = rest.slice(0, rest.indexOf("</textarea>")).replace(/^\n/, "");
      fields.push([name, unescaped(text).replaceAll("\n", "\r\n")]);
    } else fields.push([name, unescaped(of("value") ?? "")]);
  }
  const sent = new URLSearchParams(fields);
  const valuesOf = (name: string) => {
    const values = sent.getAll(name);
    return values.length === 1 ? (values[0] ?? "") : values;
  };
  return { action, ...Object.fromEntries([...sent.keys()].map((name) => [name, valuesOf(name)])) };
}

function encoded(form: Form): string {
  const fields = Object.entries(form).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as [string, string]),
  );
  return new URLSearchParams(fields).toString();
}

export function textsIn(html: string, testid: string): string[] {
  const opening = new RegExp(`<(\\w+)[^>]* data-testid="${testid}"[^>]*>`, "g");
  return [...html.matchAll(opening)].map(({ 0: tag, 1: name, index }) => {
    const rest = html.slice(index + tag.length);
    return plain(rest.slice(0, endOf(rest, String(name))));
  });
}

/** Where the element ends that has begun before the text. */
function endOf(html: string, name: string): number {
  let depth = 1;
  for (const { 1: slash, index } of html.matchAll(new RegExp(`<(/?)${name}\\b`, "g"))) {
    depth += slash === "" ? 1 : -1;
    if (depth === 0) return index;
  }
  return html.length;
}

function plain(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ""))
    .replace(/\s+/g, " ")
    .trim();
}

function unescaped(html: string): string {
  return html
    .replace(/&#x27;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&#x3D;/g, "=")
    .replace(/&#x60;/g, "`")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
