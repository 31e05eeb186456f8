import type { Scenario, ScenarioInput } from "../control/types.ts";
import { LOGIN_FLOWS, OUTCOMES } from "../records/vocabulary.ts";
import { apiPath } from "./api.ts";
import type { FieldView } from "./fields.ts";
import { Fields } from "./fields.ts";
import type { Known, Listed } from "./lab-common.ts";
import {
  filled,
  jsonOr,
  knownTo,
  labPage,
  numbered,
  timesOf,
  undoByAdding,
  unlessEmpty,
} from "./lab-common.ts";
import type { Done, Page, Visit } from "./page.ts";
import type { ListView } from "./portal-list.ts";
import { listPage } from "./portal-list.ts";

/** Scenarios: what happens to the next logins, in the order in which they are matched. */

interface ScenariosView {
  readonly list: ListView<Listed>;
  /** Scenarios that are wanted often, by one click. */
  readonly common: readonly { readonly label: string; readonly json: string }[];
  readonly what: readonly FieldView[];
  readonly error: readonly FieldView[];
  readonly isErrorOpen: boolean;
  readonly which: readonly FieldView[];
  readonly remember: FieldView;
  readonly users: Known["users"];
}

/** The choice that stands for an error by its name. */
const OTHER = "error";

export const labScenariosPage: Page = {
  async show(visit) {
    const { users, clients } = await knownTo(visit);
    const names = new Map(clients);
    const model: ScenariosView = {
      list: await listPage<Scenario, Listed>(visit, "scenarios", "lab/scenarios", (scenario) => ({
        id: scenario.id,
        what: whatOf(scenario).replace(/^the /, "The "),
        which: whichOf(scenario, names),
        hits: hitsOf(scenario),
        isOver: scenario.left === 0,
      })),
      common: commonFor(users[0]?.id),
      ...fieldsOf(new Fields(visit, "add"), clients),
      users,
    };
    return labPage("lab/scenarios", "What happens to the next logins?", model, visit);
  },

  async act(visit): Promise<Done> {
    const { form } = visit;
    const id = form.get("id") ?? "";
    switch (form.get("action")) {
      case "add-whole":
        return add(jsonOr(form.get("json") ?? ""), visit);
      case "remove":
        return remove(id, visit);
      case "clear":
        return clear(visit);
      default:
        return add(inputOf(form), visit);
    }
  },
};

const ANY = ["", "Any"] as const;

function fieldsOf(form: Fields, clients: Known["clients"]) {
  const error = [
    form.text("error", "Error", "", {
      hint: "Choose “another error” above",
      path: "outcome.error",
    }),
    form.text("errorDescription", "Its description", "", {
      hint: "May be left out",
      path: "outcome.errorDescription",
    }),
  ];
  return {
    what: [
      form.text("user", "Who logs in", "", { hint: "An id or phone number", list: "users" }),
      form.choice("outcome", "What happens", "approve", [...OUTCOMES, [OTHER, "another error"]], {
        hint: "As the API calls it",
      }),
      form.text("times", "For how many logins", "1", { hint: "1 or more", inputmode: "numeric" }),
      form.text("delay", "How long it takes", "", { hint: "700ms, 10s; a minute at most" }),
    ],
    error,
    isErrorOpen: error.some(({ value, problem }) => value !== "" || problem !== ""),
    which: [
      form.choice("clientId", "Sales unit", "", [ANY, ...clients], { path: "match.clientId" }),
      form.choice("flow", "Flow", "", [["", "Any that can have the outcome"], ...LOGIN_FLOWS], {
        path: "match.flow",
      }),
      form.text("state", "With this state", "", { path: "match.state" }),
      form.text("matchUser", "Only of this user", "", { path: "match.user", list: "users" }),
    ],
    remember: form.box("remember", "The browser remembers the user afterwards", false),
  };
}

function commonFor(user: string | undefined): ScenariosView["common"] {
  const all: (readonly [string, ScenarioInput])[] = [
    ...(user === undefined ? [] : [[`${user} logs in without a page`, { user }] as const]),
    ["The next user cancels", { outcome: "cancel" }],
    ["The next login times out", { outcome: "timeout" }],
    ["The next login ends with server_error", { outcome: "server_error" }],
  ];
  return all.map(([label, input]) => ({ label, json: JSON.stringify(input) }));
}

async function add(body: unknown, { api }: Visit): Promise<Done> {
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
      ? unlessEmpty({ error: error ?? "", errorDescription: filled(form, "errorDescription") })
      : filled(form, "outcome");
  const match = unlessEmpty({
    clientId: filled(form, "clientId"),
    user: filled(form, "matchUser"),
    state: filled(form, "state"),
    flow: filled(form, "flow"),
  });
  return (
    unlessEmpty({
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
