import type { SandboxFacts, SandboxSummary } from "../control/types.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import { apiPath } from "./api.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import { filled, given, labPage, numbered, typed } from "./lab-common.ts";
import type { Done, Page, Visit } from "./page.ts";

/** Sandboxes: separate instances of the mock. */

interface SandboxesView {
  readonly sandboxes: readonly {
    readonly id: string;
    readonly href: string;
    readonly url: string;
    readonly created: Moment;
    /** How long it lives yet, if nobody uses it. */
    readonly end: string;
    readonly isCurrent: boolean;
    readonly canRemove: boolean;
  }[];
  readonly isCut: boolean;
  /** Which one is about to be removed; empty for none. */
  readonly asked: string;
  readonly typed: Readonly<Record<keyof typeof EMPTY, string>>;
}

const EMPTY = { id: "", ttl: "1h", forever: "", seed: "" };

const MOST_SHOWN = 200;

export const labSandboxesPage: Page = {
  async show(visit) {
    const { api, exchange, form, query, root } = visit;
    const { items, next } = await api.get<{ items: readonly SandboxSummary[]; next?: string }>(
      ["sandboxes"],
      { limit: MOST_SHOWN },
    );
    // Lives are measured by the real time, whatever the sandbox's clock shows.
    const { offset } = await api.get<{ offset: number }>(["clock"]);
    const real = (exchange.now - offset) as typeof exchange.now;
    const asked = query.get("remove") ?? "";
    const model: SandboxesView = {
      sandboxes: items.map(({ id, url, createdAt, ttl, expiresAt }) => ({
        id,
        href: `${root}sandbox?to=${encodeURIComponent(id)}`,
        url,
        created: moment(createdAt, real),
        end:
          ttl === null || expiresAt === undefined
            ? "stays"
            : `goes ${moment(expiresAt, real).text} if nobody uses it`,
        isCurrent: id === exchange.sandbox.id,
        canRemove: id !== DEFAULT_SANDBOX,
      })),
      isCut: next !== undefined,
      asked: items.some(({ id }) => id === asked) && asked !== DEFAULT_SANDBOX ? asked : "",
      typed: typed(form.get("action") === "add" ? form : new URLSearchParams(), EMPTY),
    };
    return labPage("lab/sandboxes", "Which sandboxes are there?", model, visit);
  },

  async act(visit): Promise<Done> {
    const { form } = visit;
    return form.get("action") === "remove" ? remove(form.get("id") ?? "", visit) : make(visit);
  },
};

async function make({ api, form }: Visit): Promise<Done> {
  const body = given({
    id: filled(form, "id"),
    ttl: form.get("forever") === "yes" ? null : numbered(form, "ttl"),
    seed: numbered(form, "seed"),
  });
  const call = { method: "POST", path: "/sandboxes", body: body ?? {} } as const;
  const { id, url } = await api.send<SandboxFacts>(call);
  return {
    to: "lab/sandboxes",
    message: `The sandbox ${id} is at ${url}.`,
    calls: [call],
  };
}

async function remove(id: string, { api, exchange }: Visit): Promise<Done> {
  const call = { method: "DELETE", path: apiPath(["sandboxes", id]) } as const;
  await api.send(call);
  return {
    // This page goes with its sandbox: then the default one's has to say so.
    ...(id === exchange.sandbox.id
      ? { to: "../../../mock/lab/sandboxes", sandbox: DEFAULT_SANDBOX }
      : { to: "lab/sandboxes" }),
    message: `The sandbox ${id} is gone, with everything that was in it.`,
    calls: [call],
  };
}
