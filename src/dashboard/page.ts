import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../control/api/problem.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Api, ApiCall } from "./api.ts";

/** What a page of the dashboard is. The table of them is in routes.ts. */
export interface Page {
  /** @throws Problem where what it would show is not there */
  show(visit: Visit): Promise<Shown | Elsewhere>;
  /**
   * Does what a form of the page asks for; left out where it has none. What it shows is for the one who sent
   * the form, and for nobody who reads the address later.
   *
   * @throws Problem when it cannot be done; then the page is shown again, with the form as it was sent
   */
  act?(visit: Visit): Promise<Done | Shown>;
}

/** A request to a page. */
export interface Visit {
  readonly api: Api;
  /** Calls the endpoints of merchants, as an application does that runs beside the mock. */
  readonly fetch: (id: string, url: string, init: RequestInit) => Promise<Response>;
  readonly exchange: Exchange;
  readonly headers: IncomingHttpHeaders;
  /** What the path's parameters are, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** What was sent with a form; empty where the page is only shown. */
  readonly form: URLSearchParams;
  /** Why the form was not taken; undefined where the page is only shown. */
  readonly problem: Problem | undefined;
  /** A form with a file; null where none was sent. */
  readonly upload: Upload | null;
  /** The dashboard's folder, relative to the page: every link and form begins with it. */
  readonly root: string;
  readonly reach: Reach;
  /** Where the page is, below that folder, with its query: `log?refused=true`. */
  readonly path: string;
}

/** What a page knows of how the server is reached. */
export interface Reach {
  /** The addresses on which the server listens; none where it has no socket. */
  readonly listening: readonly { readonly address: string; readonly port: number }[];
  readonly publicUrl: string | undefined;
  /** Whether others than this machine may look. */
  readonly isOpen: boolean;
  /** A code that lets one person in; undefined where no token is asked for. */
  readonly makeCode: (() => Promise<string>) | undefined;
}

/** A form with files, as it came. */
export interface Upload {
  readonly fields: URLSearchParams;
  /** Those that are not empty, by the names of their fields. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why it could not be read. */
  readonly problem: Problem | undefined;
}

/** What to show: the template of that name in views/dashboard/, with a model made for it. */
export interface Shown {
  readonly view: string;
  /** What the page answers, for the window's title. */
  readonly title: string;
  /** The entry of the navigation that it belongs to. */
  readonly section: Section | undefined;
  readonly model: object;
  /** Classes of the whole page, where it looks unlike the others. */
  readonly look?: string;
}

/** Where the browser goes: another page has what was asked for. */
export interface Elsewhere {
  /** Below the dashboard's folder: `log?refused=true`. */
  readonly to: string;
  /** The sandbox whose page that is, where it is another one. */
  readonly sandbox?: SandboxId;
  /** In place of that a whole address: to log in. */
  readonly away?: string;
  /** What the browser keeps for a page and those below it. */
  readonly cookies?: readonly PageCookie[];
}

/** Something that the browser keeps for a page, so that any server can go on with it. */
export interface PageCookie {
  /** The page, below the dashboard's folder. */
  readonly page: string;
  readonly name: string;
  /** Empty to forget it. */
  readonly value: string;
}

export type Section = "overview" | "try" | "phone" | "log" | "checklist" | "portal" | "lab";

/** What an action did, and where the browser goes next. */
export interface Done extends Elsewhere {
  /** What happened, in a sentence; empty where the next page says so itself. */
  readonly message: string;
  /** The calls of the control API that did it. */
  readonly calls: readonly ApiCall[];
  /** A form that takes it back, where that is possible. */
  readonly undo?: Undo;
}

/** A form with a button. It is kept here, so it may be long, and may have what nobody is to see. */
export interface Undo {
  /** Below the dashboard's folder. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}
