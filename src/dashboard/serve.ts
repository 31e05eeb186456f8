import type { ControlContext } from "../control/api/operation.ts";
import { Problem } from "../control/api/problem.ts";
import type { SandboxId } from "../records/ids.ts";
import { addressesOf } from "../request/facts.ts";
import type { Changes } from "../sandbox/changes.ts";
import { Api, asCurl, hasSecrets } from "./api.ts";
import type { DoneMessage } from "./frame.ts";
import { frameOf } from "./frame.ts";
import type { Done, Elsewhere, Page, PageCookie, Shown, Visit } from "./page.ts";
import type { DashboardViews } from "./render.ts";
import { createDashboardViews } from "./render.ts";
import { UNDO_FIELD, Undos } from "./undo.ts";

/** From a request to a page to what the browser gets. It is loaded with the first one. */

/** A request to a page; what a page sees of it is made here. */
export interface PageRequest extends Omit<Visit, "api" | "problem"> {
  readonly method: string;
  readonly page: Page;
  readonly context: ControlContext;
  readonly changes: Pick<Changes, "versionOf">;
  readonly hangUp: AbortSignal;
  /** What the action before this page did. */
  readonly done: DoneMessage | null;
  /** Whether calls of the control API need a token. */
  readonly needsToken: boolean;
}

/** What the browser gets. */
export type PageResponse =
  | { readonly status: number; readonly html: string }
  | {
      readonly location: string;
      /** The sandbox whose page is there, where it is another one. */
      readonly sandbox: SandboxId | undefined;
      readonly done: DoneMessage | null;
      readonly cookies: readonly PageCookie[];
    };

let views: DashboardViews | undefined;

/** @throws whatever is not foreseen; a Problem becomes a page */
export async function servePage(request: PageRequest): Promise<PageResponse> {
  const { changes, context, exchange, hangUp, method, page } = request;
  const visit: Visit = { ...request, api: new Api(context, exchange, hangUp), problem: undefined };
  // Before the page is made: what changes meanwhile is told to it afterwards.
  const version = await changes.versionOf(exchange.sandbox.id);
  try {
    if (method !== "POST") return await whole(request, visit, await page.show(visit), { version });
    const done = await actOn(page, visit, request);
    return "view" in done
      ? await whole(request, visit, done, { version })
      : onward(request, done, done.message === "" ? null : await messageOf(done, request));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const shown = await withProblem(visit, page, error);
    return whole(request, visit, shown, { version, problem: error });
  }
}

/** Does what a form says, or a form that was kept. */
async function actOn(page: Page, visit: Visit, request: PageRequest): Promise<Done | Shown> {
  if (!page.act) throw new Problem(405, "This page has nothing to send a form to.");
  const id = visit.form.get(UNDO_FIELD);
  if (id === null) return page.act(visit);
  const undos = undosOf(request);
  const form = new URLSearchParams(await undos.find(id));
  const done = await page.act({ ...visit, form });
  await undos.drop(id);
  return done;
}

function undosOf({ context, exchange }: PageRequest): Undos {
  return new Undos(exchange.sandbox.store, context.sandboxes.wall());
}

/** The page again, for the form or the query to be corrected; where there is no page, one that says why. */
async function withProblem(visit: Visit, page: Page, problem: Problem): Promise<Shown | Elsewhere> {
  // What was kept is no form to be corrected.
  const form = visit.form.has(UNDO_FIELD) ? new URLSearchParams() : visit.form;
  try {
    return await page.show({ ...visit, form, problem });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  return { view: "problem", title: titleOf(problem), section: undefined, model: {} };
}

function titleOf({ status }: Pick<Problem, "status">): string {
  if (status === 401 || status === 403) return "These pages are closed";
  return status === 404 ? "Nothing is here" : "That did not work";
}

async function whole(
  request: PageRequest,
  visit: Visit,
  shown: Shown | Elsewhere,
  { version, problem }: { readonly version: string; readonly problem?: Problem },
): Promise<PageResponse> {
  if ("to" in shown) return onward(request, shown, null);
  const { done } = request;
  const frame = await frameOf(visit, shown, { version, done, problem });
  views ??= createDashboardViews();
  return { status: problem?.status ?? 200, html: await views.render(shown, frame) };
}

function onward(
  { root }: PageRequest,
  { to, sandbox, away, cookies = [] }: Elsewhere,
  done: DoneMessage | null,
): PageResponse {
  return { location: away ?? `${root}${to}`, sandbox, done, cookies };
}

async function messageOf(
  { message, calls, undo }: Done,
  request: PageRequest,
): Promise<DoneMessage> {
  const { exchange, needsToken } = request;
  const { controlUrl } = addressesOf(exchange.endpoints);
  return {
    message,
    commands: calls.map((call) => asCurl(call, controlUrl, needsToken)),
    isMasked: calls.some(hasSecrets),
    undo: undo ? { action: undo.action, id: await undosOf(request).keep(undo.fields) } : null,
  };
}

/** What a request was refused with, and where to go on. */
export function refusalPage(
  refusal: Pick<Problem, "status" | "message">,
  around: Omit<Parameters<DashboardViews["refusal"]>[0], "title" | "message">,
): Promise<string> {
  views ??= createDashboardViews();
  return views.refusal({ ...around, title: titleOf(refusal), message: refusal.message });
}

export function enterPage(model: Parameters<DashboardViews["enter"]>[0]): Promise<string> {
  views ??= createDashboardViews();
  return views.enter(model);
}

/** A script of the pages. */
export function readScript(name: Parameters<DashboardViews["script"]>[0]): Promise<string> {
  views ??= createDashboardViews();
  return views.script(name);
}
