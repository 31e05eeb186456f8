import type { SandboxFacts, SandboxSummary } from "../control/types.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import { apiPath, unlessProblem } from "./api.ts";
import type { FieldView } from "./fields.ts";
import { Fields } from "./fields.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import { filled, labPage, numbered, unlessEmpty } from "./lab-common.ts";
import type { Done, Page, Visit } from "./page.ts";
import type { ListView } from "./portal-list.ts";
import { listPage } from "./portal-list.ts";

/** Sandboxes: separate instances of the mock. */

interface SandboxesView {
  readonly list: ListView<SandboxRow>;
  /** Which one is about to be removed; empty for none. */
  readonly asked: string;
  readonly fields: readonly FieldView[];
  readonly forever: FieldView;
}

interface SandboxRow {
  readonly id: string;
  readonly href: string;
  readonly url: string;
  readonly created: Moment;
  /** How long it lives yet, if nobody uses it. */
  readonly end: string;
  readonly isCurrent: boolean;
  readonly canRemove: boolean;
}

export const labSandboxesPage: Page = {
  async show(visit) {
    const { api, exchange, query, root } = visit;
    // Lives are measured by the real time, whatever the sandbox's clock shows.
    const { offset } = await api.get<{ offset: number }>(["clock"]);
    const real = (exchange.now - offset) as typeof exchange.now;
    const rowOf = ({ id, url, createdAt, ttl, expiresAt }: SandboxSummary): SandboxRow => ({
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
    });
    const form = new Fields(visit, "add");
    const model: SandboxesView = {
      list: await listPage(visit, "sandboxes", "lab/sandboxes", rowOf),
      asked: await removable(query.get("remove") ?? "", visit),
      fields: [
        form.text("id", "Name", "", { hint: "checkout-7; empty for one made up" }),
        form.text("ttl", "Goes when idle for", "1h", { hint: "1h, 7d" }),
        form.text("seed", "Seed", "", {
          hint: "A number: the same ids and tokens each time",
          inputmode: "numeric",
        }),
      ],
      forever: form.box("forever", "It stays, however long nobody uses it", false),
    };
    return labPage("lab/sandboxes", "Which sandboxes are there?", model, visit);
  },

  async act(visit): Promise<Done> {
    const { form } = visit;
    return form.get("action") === "remove" ? remove(form.get("id") ?? "", visit) : make(visit);
  },
};

/** The sandbox of that id, where it can be removed; empty where it cannot. */
async function removable(id: string, { api }: Visit): Promise<string> {
  if (id === "" || id === DEFAULT_SANDBOX) return "";
  const found = await api.get<SandboxFacts>(["sandboxes", id]).catch(unlessProblem);
  return found?.id ?? "";
}

async function make({ api, form }: Visit): Promise<Done> {
  const body = unlessEmpty({
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
