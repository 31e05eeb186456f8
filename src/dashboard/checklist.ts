import { SECTIONS } from "../checklist/report.ts";
import { lineOf } from "../checks/judge.ts";
import { isStillOpen, PROBE_SECTIONS } from "../checks/report.ts";
import { Problem } from "../control/api/problem.ts";
import type { Check, Checklist, SalesUnit } from "../control/types.ts";
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
  /** The newest run in which it was checked; null where there is none. */
  readonly run: RunView | null;
}

interface RunView {
  readonly id: string;
  readonly summary: string;
  readonly sections: readonly ProbeSection[];
}

interface ProbeSection {
  readonly title: string;
  readonly probes: readonly ProbeView[];
}

interface ProbeView {
  readonly id: string;
  readonly what: string;
  /** Empty where it was not played. */
  readonly why: string;
  /** Empty where there is nothing to do. */
  readonly remedy: string;
  readonly source: string;
  readonly requests: readonly {
    readonly text: string;
    readonly href: string;
  }[];
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
  /** Whether somebody can say anything of it now. */
  readonly hasForm: boolean;
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
      run: list && (await runOf(visit, list.clientId)),
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
    const action = form.get("action");
    const said = {
      ...(action === "not ours" ? { concerns: false } : { done: action === "done" }),
      ...(note && { note }),
    };
    const body = { items: { [item]: action === "open" ? null : said } };
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

async function runOf({ api, root }: Visit, clientId: string): Promise<RunView | null> {
  const { items } = await api.get<{ readonly items: readonly Check[] }>(["checks"]);
  const run = items.findLast((one) => one.clientId === clientId);
  return run ? runView(run, root) : null;
}

function runView({ id, summary, probes }: Check, root: string): RunView {
  const sections = PROBE_SECTIONS.map(({ status, title }) => ({
    title,
    probes: probes
      .filter((probe) => probe.status === status)
      .map((probe) => probeView(probe, root)),
  }));
  return {
    id,
    summary,
    sections: sections.filter((section) => section.probes.length > 0),
  };
}

function probeView(
  { id, what, status, why = "", remedy, source, requests }: Check["probes"][number],
  root: string,
): ProbeView {
  const isOpen = isStillOpen(status);
  return {
    id,
    what,
    why,
    remedy: isOpen ? remedy : "",
    source,
    requests: (isOpen ? requests : []).map((request) => ({
      text: lineOf(request),
      href: `${root}log/${encodeURIComponent(request.id)}`,
    })),
  };
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
  { id, asks, status, why, remedy, source, judgedBy, optional, requests }: Item,
  root: string,
): ItemView {
  const isByHand = judgedBy === "person";
  return {
    id,
    asks,
    why: status === "by hand" ? "" : why,
    remedy: status === "done" || status === "not ours" ? "" : remedy,
    source,
    isByHand,
    hasForm: isByHand || status === "not ours" || (optional && status === "not seen"),
    isSaid: status === "not ours" || (isByHand && status !== "by hand"),
    requests: requests.map(({ request, at, inLog }) => ({
      at,
      href: inLog && request !== undefined ? `${root}log/${encodeURIComponent(request)}` : "",
    })),
  };
}
