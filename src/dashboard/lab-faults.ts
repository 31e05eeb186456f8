import type { Fault } from "../control/types.ts";
import { CORRUPTIONS, ENDPOINT_NAMES } from "../records/vocabulary.ts";
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

/** Faults: what goes wrong on purpose. */

interface FaultsView {
  readonly faults: readonly Listed[];
  readonly common: readonly { readonly label: string; readonly json: string }[];
  /** What goes wrong, and when. */
  readonly what: readonly FieldView[];
  readonly body: FieldView;
  readonly isReset: FieldView;
  readonly when: readonly FieldView[];
  readonly users: Known["users"];
}

/** As much as there may be by default. */
const MOST_SHOWN = 1000;

/** What is wanted often. */
const COMMON = [
  [
    "userinfo responds with 500 once",
    { match: { endpoint: "userinfo" }, times: 1, ...answer(500) },
  ],
  ["token takes 10 s once", { match: { endpoint: "token" }, times: 1, delay: 10 }],
  [
    "An ID token with a wrong nonce once",
    { match: { endpoint: "token" }, times: 1, corrupt: "wrong_nonce" },
  ],
  ["An ID token that expired", { match: { endpoint: "token" }, times: 1, corrupt: "expired" }],
  ["jwks responds with 503 until removed", { match: { endpoint: "jwks" }, ...answer(503) }],
] as const;

/** A response in place of the endpoint's. */
function answer(status: number) {
  // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
  return { then: { status } };
}

export const labFaultsPage: Page = {
  async show(visit) {
    const { api } = visit;
    const faults = await api.list<Fault>(["faults"], { limit: MOST_SHOWN });
    const { users, clients } = await knownTo(visit);
    const names = new Map(clients);
    const { now } = await api.get<{ now: string }>(["clock"]);
    const model: FaultsView = {
      faults: faults.map((fault) => ({
        id: fault.id,
        what: whatOf(fault),
        which: whichOf(fault, names),
        hits: hitsOf(fault),
        isOver: isOver(fault, now),
      })),
      common: COMMON.map(([label, input]) => ({ label, json: JSON.stringify(input) })),
      ...fieldsOf(new Fields(visit, "add"), clients),
      users,
    };
    return labPage("lab/faults", "What goes wrong on purpose?", model, visit);
  },

  async act(visit): Promise<Done> {
    switch (visit.form.get("action")) {
      case "add-whole":
        return add(jsonOr(visit.form.get("json") ?? ""), visit);
      case "remove":
        return remove(visit.form.get("id") ?? "", visit);
      case "clear":
        return clear(visit);
      default:
        return add(inputOf(visit.form), visit);
    }
  },
};

async function add(body: unknown, { api }: Visit): Promise<Done> {
  const call = { method: "POST", path: "/faults", body } as const;
  const added = await api.send<Fault>(call);
  return {
    to: "lab/faults",
    message: `In force: ${whatOf(added)}${added.times === undefined ? "" : `, ${timesOf(added.times)}`}.`,
    calls: [call],
    undo: { action: "lab/faults", fields: { action: "remove", id: added.id } },
  };
}

async function remove(id: string, { api }: Visit): Promise<Done> {
  const fault = await api.get<Fault>(["faults", id]);
  const call = { method: "DELETE", path: apiPath(["faults", id]) } as const;
  await api.send(call);
  const { id: _, seen: __, hits, times, expiresAt, ...rest } = fault;
  const left = times === undefined ? undefined : times - hits;
  // The end of one that has one would be another when it is put back.
  const isGone = left === 0 || expiresAt !== undefined;
  const again = { ...rest, ...(left !== undefined && { times: left }) };
  const undo = isGone ? undefined : undoByAdding("lab/faults", again);
  return {
    to: "lab/faults",
    message: `Removed: ${whatOf(fault)}.`,
    calls: [call],
    ...(undo && { undo }),
  };
}

async function clear({ api }: Visit): Promise<Done> {
  const call = { method: "DELETE", path: "/faults" } as const;
  await api.send(call);
  return { to: "lab/faults", message: "Nothing goes wrong on purpose any more.", calls: [call] };
}

const ANY = ["", "Any"] as const;

function fieldsOf(form: Fields, clients: Known["clients"]) {
  const number = (name: string, label: string, hint: string, path = name, value = "") =>
    form.text(name, label, value, { hint, path, inputmode: "numeric" });
  return {
    what: [
      form.choice("endpoint", "Endpoint", "token", ENDPOINT_NAMES, {
        hint: "As the log calls it",
        path: "match.endpoint",
      }),
      number("status", "Responds with status", "200 to 599, in its place", "then.status"),
      form.text("delay", "Takes", "", { hint: "700ms, 10s; a minute at most" }),
      form.choice("corrupt", "ID token is corrupted by", "", [["", "Nothing"], ...CORRUPTIONS], {
        hint: "For token and userinfo",
      }),
      number("truncate", "Breaks off after bytes", "Of the body", "then.truncate"),
    ],
    body: form.area("body", "Responds with body", "", {
      hint: "JSON is sent as JSON, anything else as text",
      path: "then.body",
      rows: 2,
    }),
    isReset: form.box("reset", "The connection is reset in place of a response", false),
    when: [
      number("times", "How many requests", "Empty for every one", "times", "1"),
      number("after", "After so many", "That it lets pass first"),
      form.text("probability", "Probability", "", {
        hint: "0 to 1; empty for always",
        inputmode: "decimal",
      }),
      form.text("ttl", "In force for", "", { hint: "1h30m, 7d, by the clock here" }),
      form.choice("clientId", "Only of client", "", [ANY, ...clients], { path: "match.clientId" }),
      form.text("user", "Only about user", "", { path: "match.user", list: "users" }),
    ],
  };
}

/** What the form says, for the API to judge. */
function inputOf(form: URLSearchParams): object {
  const body = filled(form, "body");
  const response = unlessEmpty({
    status: numbered(form, "status"),
    body: body === undefined ? undefined : bodyOf(body),
    truncate: numbered(form, "truncate"),
    reset: form.get("reset") === "yes" ? true : undefined,
  });
  const match = unlessEmpty({
    endpoint: filled(form, "endpoint"),
    clientId: filled(form, "clientId"),
    user: filled(form, "user"),
  });
  const input = {
    match: match ?? {},
    times: numbered(form, "times"),
    after: numbered(form, "after"),
    probability: numbered(form, "probability"),
    ttl: numbered(form, "ttl"),
    delay: numbered(form, "delay"),
    corrupt: filled(form, "corrupt"),
  };
  // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
  return { ...unlessEmpty(input), ...(response && { then: response }) };
}

/** An object or a list is sent as JSON, everything else as the text that it is. */
function bodyOf(text: string): unknown {
  const read = jsonOr(text);
  return typeof read === "object" && read !== null ? read : text;
}

function whatOf({ match, delay, then: answer, corrupt }: Fault): string {
  const effects = [
    ...(delay > 0 ? [`takes ${delay} s`] : []),
    ...(answer?.status === undefined ? [] : [`responds with ${answer.status}`]),
    ...(answer?.status === undefined && answer?.body !== undefined
      ? ["responds with another body"]
      : []),
    ...(answer?.reset ? ["breaks the connection"] : []),
    ...(answer?.truncate === undefined ? [] : [`breaks off after ${answer.truncate} bytes`]),
    ...(answer?.headers || answer?.contentType ? ["has other headers"] : []),
    ...(corrupt === undefined ? [] : [`is corrupted: ${corrupt}`]),
  ];
  return `${match.endpoint} ${effects.join(" and ")}`;
}

function whichOf(fault: Fault, names: ReadonlyMap<string, string>): string {
  const { match, times, after, probability, expiresAt } = fault;
  const { clientId, user } = match;
  return [
    times === undefined ? "every time" : timesOf(times),
    ...(after > 0 ? [`after the first ${after}`] : []),
    ...(probability < 1 ? [`with probability ${probability}`] : []),
    ...(clientId === undefined ? [] : [`at ${names.get(clientId) ?? clientId}`]),
    ...(user === undefined ? [] : [`for ${user}`]),
    ...(expiresAt === undefined ? [] : [`until ${expiresAt}`]),
  ].join(", ");
}

function hitsOf({ hits, seen, times }: Fault): string {
  if (seen === 0) return "waits";
  return times === undefined ? `hit ${hits} of ${seen} seen` : `hit ${hits} of ${times}`;
}

function isOver({ hits, times, expiresAt }: Fault, now: string): boolean {
  return hits === times || (expiresAt !== undefined && expiresAt <= now);
}
