import { SECTIONS } from "../checklist/report.ts";
import { Problem } from "../control/api/problem.ts";
import type { Checklist, SalesUnit } from "../control/types.ts";
import { apiPath } from "./api.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import type { Done, Page, Visit } from "./page.ts";

/** Is the application ready to go live? The list of Vipps, filled in by its requests; it can be printed. */

interface ChecklistView {
  /** Whose list can be shown. */
  readonly clients: readonly Choice[];
  /** Null where it has to be said first whose list it is. */
  readonly list: ListView | null;
}

interface ListView {
  readonly clientId: string;
  readonly name: string;
  readonly edition: string;
  readonly summary: string;
  readonly since: string;
  readonly isReady: boolean;
  readonly sections: readonly Section[];
}

interface Section {
  readonly status: string;
  readonly title: string;
  readonly items: readonly ItemView[];
}

interface ItemView {
  readonly id: string;
  readonly asks: string;
  readonly why: string;
  /** Empty where there is nothing to do. */
  readonly remedy: string;
  readonly source: string;
  readonly requests: readonly RequestView[];
  /** Whether a person says how it stands. */
  readonly isByHand: boolean;
  /** Whether somebody has said it. */
  readonly isSaid: boolean;
}

interface RequestView {
  readonly at: string;
  /** Empty where the log has it no more. */
  readonly href: string;
}

type Item = Checklist["items"][number];

/** As many as the API lists at once. */
const MOST = 1000;

export const checklistPage: Page = {
  async show(visit) {
    const { api, query, root } = visit;
    const list = await read(visit, query.get("clientId") ?? undefined);
    const units = await api.list<SalesUnit>(["sales-units"], { limit: MOST });
    const names = units.map(({ clientId, name }) => [clientId, name] as const);
    const model: ChecklistView = {
      clients: choices(names, list?.clientId),
      list: list && listView(list, root),
    };
    return {
      view: "checklist",
      title: "Is the application ready to go live?",
      section: "checklist",
      model,
    };
  },

  async act({ api, form }): Promise<Done> {
    const clientId = form.get("clientId") ?? "";
    const to = `checklist?${new URLSearchParams({ clientId })}`;
    if (form.get("action") === "reset") {
      const call = { method: "DELETE", path: "/checklist" } as const;
      await api.send(call);
      return {
        to,
        message: "The list begins anew: only requests from now on count.",
        calls: [call],
      };
    }
    const item = form.get("item") ?? "";
    const note = form.get("note")?.trim();
    const said = { done: form.get("action") === "done", ...(note && { note }) };
    const body = { items: { [item]: form.get("action") === "open" ? null : said } };
    const call = { method: "PATCH", path: apiPath(["checklist"], { clientId }), body } as const;
    await api.send(call);
    return { to, message: `It is written down what you say of ${item}.`, calls: [call] };
  },
};

/** Null where several could be meant. */
async function read({ api }: Visit, clientId: string | undefined): Promise<Checklist | null> {
  try {
    return await api.get<Checklist>(["checklist"], { clientId });
  } catch (error) {
    if (clientId === undefined && error instanceof Problem && error.status === 400) return null;
    throw error;
  }
}

function listView(
  { clientId, name, edition, summary, since, ready, items }: Checklist,
  root: string,
): ListView {
  const sections = SECTIONS.map(([status, title]) => ({
    status,
    title,
    items: items.filter((item) => item.status === status).map((item) => itemView(item, root)),
  }));
  return {
    ...{ clientId, name, edition, summary, since },
    isReady: ready,
    sections: sections.filter((section) => section.items.length > 0),
  };
}

function itemView(
  { id, asks, status, why, remedy, source, judgedBy, requests }: Item,
  root: string,
) {
  const isByHand = judgedBy === "person";
  return {
    id,
    asks,
    why: status === "by hand" ? "" : why,
    remedy: status === "done" ? "" : remedy,
    source,
    isByHand,
    isSaid: isByHand && status !== "by hand",
    requests: requests.map(({ request, at, inLog }) => ({
      at,
      href: inLog && request !== undefined ? `${root}log/${encodeURIComponent(request)}` : "",
    })),
  };
}
