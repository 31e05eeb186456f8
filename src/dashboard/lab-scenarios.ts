import type { Scenario, ScenarioInput } from "../control/types.ts";
import { LOGIN_FLOWS, OUTCOMES } from "../records/vocabulary.ts";
import { apiPath } from "./api.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import type { Known, Listed } from "./lab-common.ts";
import {
  filled,
  given,
  jsonOr,
  knownTo,
  labPage,
  numbered,
  timesOf,
  typed,
  undoByAdding,
} from "./lab-common.ts";
import type { Done, Page, Visit } from "./page.ts";

/** Scenarios: what happens to the next logins, in the order in which they are matched. */

interface ScenariosView {
  readonly scenarios: readonly Listed[];
  /** Whether there are more than are shown. */
  readonly isCut: boolean;
  /** Scenarios that are wanted often, by one click. */
  readonly common: readonly { readonly label: string; readonly json: string }[];
  readonly typed: Readonly<Record<keyof typeof EMPTY, string>>;
  readonly outcomes: readonly Choice[];
  readonly flows: readonly Choice[];
  readonly clients: readonly Choice[];
  readonly users: Known["users"];
}

/** The form before anybody types. */
const EMPTY = {
  user: "",
  outcome: "approve",
  error: "",
  errorDescription: "",
  clientId: "",
  flow: "",
  state: "",
  matchUser: "",
  times: "1",
  delay: "",
  remember: "",
};

/** The choice that stands for an error by its name. */
const OTHER = "error";

const MOST_SHOWN = 100;

export const labScenariosPage: Page = {
  async show(visit) {
    const { api, form } = visit;
    const { items, next } = await api.get<{ items: readonly Scenario[]; next?: string }>(
      ["scenarios"],
      { limit: MOST_SHOWN },
    );
    const { users, clients } = await knownTo(visit);
    const names = new Map(clients);
    const fields = typed(form.get("action") === "add" && !form.has("json") ? form : NOTHING, EMPTY);
    const model: ScenariosView = {
      scenarios: items.map((scenario) => ({
        id: scenario.id,
        what: whatOf(scenario).replace(/^the /, "The "),
        which: whichOf(scenario, names),
        hits: hitsOf(scenario),
        isOver: scenario.left === 0,
      })),
      isCut: next !== undefined,
      common: commonFor(users[0]?.id),
      typed: fields,
      outcomes: choices([...OUTCOMES, [OTHER, "another error"]], fields.outcome),
      flows: choices(LOGIN_FLOWS, fields.flow),
      clients: choices(clients, fields.clientId),
      users,
    };
    return labPage("lab/scenarios", "What happens to the next logins?", model, visit);
  },

  async act(visit): Promise<Done> {
    const { form } = visit;
    const id = form.get("id") ?? "";
    switch (form.get("action")) {
      case "remove":
        return remove(id, visit);
      case "clear":
        return clear(visit);
      default:
        return add(visit);
    }
  },
};

const NOTHING = new URLSearchParams();

function commonFor(user: string | undefined): ScenariosView["common"] {
  const all: (readonly [string, ScenarioInput])[] = [
    ...(user === undefined ? [] : [[`${user} logs in without a page`, { user }] as const]),
    ["The next user cancels", { outcome: "cancel" }],
    ["The next login times out", { outcome: "timeout" }],
    ["The next login ends with server_error", { outcome: "server_error" }],
  ];
  return all.map(([label, input]) => ({ label, json: JSON.stringify(input) }));
}

async function add({ api, form }: Visit): Promise<Done> {
  const json = form.get("json");
  const body: unknown = json === null ? inputOf(form) : jsonOr(json);
  const call = { method: "POST", path: "/scenarios", body } as const;
  const added = await api.send<Scenario>(call);
  return {
    to: "lab/scenarios",
    message: `Queued: ${whatOf(added)}, ${timesOf(added.times)}.`,
    calls: [call],
    undo: { action: "lab/scenarios", fields: { action: "remove", id: added.id } },
  };
}

async function remove(id: string, { api }: Visit): Promise<Done> {
  const scenario = await api.get<Scenario>(["scenarios", id]);
  const call = { method: "DELETE", path: apiPath(["scenarios", id]) } as const;
  await api.send(call);
  const { match, user, outcome, remember, delay, left } = scenario;
  const rest = { match, ...(user !== undefined && { user }), outcome, remember, delay };
  const undo = left === 0 ? undefined : undoByAdding("lab/scenarios", { ...rest, times: left });
  return {
    to: "lab/scenarios",
    message: `Removed: ${whatOf(scenario)}.`,
    calls: [call],
    ...(undo && { undo }),
  };
}

async function clear({ api }: Visit): Promise<Done> {
  const call = { method: "DELETE", path: "/scenarios" } as const;
  await api.send(call);
  return { to: "lab/scenarios", message: "No scenario is queued any more.", calls: [call] };
}

/** What the form says, for the API to judge. */
function inputOf(form: URLSearchParams): object {
  const error = filled(form, "error");
  const outcome =
    form.get("outcome") === OTHER
      ? given({ error: error ?? "", errorDescription: filled(form, "errorDescription") })
      : filled(form, "outcome");
  const match = given({
    clientId: filled(form, "clientId"),
    user: filled(form, "matchUser"),
    state: filled(form, "state"),
    flow: filled(form, "flow"),
  });
  return (
    given({
      match,
      user: filled(form, "user"),
      outcome,
      remember: form.get("remember") === "yes" ? true : undefined,
      delay: numbered(form, "delay"),
      times: numbered(form, "times"),
    }) ?? {}
  );
}

function whatOf({ user, outcome, delay, remember }: Scenario): string {
  const who = user ?? "the user";
  const how =
    typeof outcome === "object"
      ? `the login ends with ${outcome.error}`
      : (WORDS[outcome]?.(who) ?? `the login ends with ${outcome}`);
  const after = delay > 0 ? ` after ${delay} s` : "";
  return `${how}${after}${remember ? ", and the browser remembers" : ""}`;
}

const WORDS: Readonly<Partial<Record<(typeof OUTCOMES)[number], (who: string) => string>>> = {
  approve: (who) => `${who} logs in`,
  cancel: (who) => `${who} cancels`,
  timeout: (who) => `${who} does nothing until the time is over`,
  wrong_challenge: (who) => `${who} chooses a wrong number`,
};

function whichOf({ match }: Scenario, names: ReadonlyMap<string, string>): string {
  const { clientId, user, state, flow } = match;
  const parts = [
    ...(flow === undefined ? [] : [flow === "browser" ? "in a browser" : "from phone number"]),
    ...(clientId === undefined ? [] : [`at ${names.get(clientId) ?? clientId}`]),
    ...(user === undefined ? [] : [`of ${user}`]),
    ...(state === undefined ? [] : [`with state ${state}`]),
  ];
  return parts.length === 0 ? "any login" : `logins ${parts.join(", ")}`;
}

function hitsOf({ hits, times, left }: Scenario): string {
  if (hits === 0) return times === 1 ? "waits" : `waits for ${times}`;
  return left === 0 && times === 1 ? "served" : `served ${hits} of ${times}`;
}
