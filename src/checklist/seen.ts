import { hash } from "node:crypto";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { KeptRequest, LoggedBody } from "../records/logged-request.ts";

/** A request of the log, taken apart: what an application sent, and what it got. */
export class Seen {
  readonly request: KeptRequest;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  #form: URLSearchParams | undefined;
  #digest: string | undefined;
  readonly #digests = new Map<string, string>();

  constructor(request: KeptRequest) {
    const { url } = request.sent;
    const path = url.replace(/^\w+:\/\/[^/?]*/, "").replace(/[?#].*/s, "");
    const mark = url.indexOf("?");
    this.request = request;
    this.path = path;
    this.query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  }

  /** Of all that an authorization request says: a page that is reloaded sends the same once more. */
  get digest(): string {
    this.#digest ??= digestOf(this.query.toString());
    return this.#digest;
  }

  /** Of one of its values. */
  digestOf(value: string): string {
    const known = this.#digests.get(value) ?? digestOf(value);
    this.#digests.set(value, known);
    return known;
  }

  get form(): URLSearchParams {
    this.#form ??= new URLSearchParams(textOf(this.request.sent.request.body));
    return this.#form;
  }

  /** Whether it got what it asked for. */
  get isGranted(): boolean {
    const { status = 0, diagnosis } = this.request;
    return status >= 200 && status < 400 && diagnosis === undefined;
  }

  /** Why it was refused, if by this rule. */
  refusedBy(rule: string): Diagnosis | undefined {
    const { diagnosis } = this.request;
    return diagnosis?.rule === rule ? diagnosis : undefined;
  }

  /** What was noticed by this rule, though nothing was refused. */
  notedBy(rule: string): Diagnosis | undefined {
    return this.request.notes.find((note) => note.rule === rule);
  }

  /** A header of the request, by its name in lower case; undefined too where there are several. */
  header(name: string): string | undefined {
    const value = this.request.sent.request.headers[name];
    return typeof value === "string" ? value : undefined;
  }

  /** A browser says of each request where it comes from (Fetch Metadata); a backend says nothing of the kind. */
  get isByScript(): boolean {
    const { headers } = this.request.sent.request;
    return headers["origin"] !== undefined || headers["sec-fetch-site"] !== undefined;
  }

  /** What the response brings to the redirect URI; undefined where it leads nowhere. */
  get redirected(): URLSearchParams | undefined {
    const location = this.request.sent.response?.headers["location"];
    if (typeof location !== "string") return undefined;
    const at = location.search(/[?#]/);
    return at < 0 ? undefined : new URLSearchParams(location.slice(at + 1));
  }

  /** The error that the JSON of the response names; undefined where it names none. */
  get error(): string | undefined {
    const { response } = this.request.sent;
    const text = response === undefined ? "" : textOf(response.body);
    if (!text.startsWith("{")) return undefined;
    try {
      const { error } = JSON.parse(text) as { readonly error?: unknown };
      return typeof error === "string" ? error : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Enough to know a value again, and too little to use it. */
function digestOf(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 11);
}

function textOf({ text, base64 }: LoggedBody): string {
  return text ?? Buffer.from(base64 ?? "", "base64").toString("latin1");
}
