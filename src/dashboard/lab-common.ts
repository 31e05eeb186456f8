import type { User } from "../control/types.ts";
import { defined } from "../records/defined.ts";
import { clientNames } from "./clients.ts";
import type { Shown, Visit } from "./page.ts";

/** What the pages of the lab have in common: the tabs between them, and what their forms are made of. */

/** The pages of the lab, by their paths below the dashboard. */
const TABS = [
  ["lab", "At a glance"],
  ["lab/scenarios", "Scenarios"],
  ["lab/faults", "Faults"],
  ["lab/clock", "Clock"],
  ["lab/keys", "Keys"],
  ["lab/settings", "Settings"],
  ["lab/sandboxes", "Sandboxes"],
  ["lab/state", "State"],
] as const;

type LabPath = (typeof TABS)[number][0] | "lab/reset";

/** A page of the lab, with the tabs above it. */
export function labPage<Model extends object>(
  current: LabPath,
  title: string,
  model: Model,
  { root }: Pick<Visit, "root">,
): Shown {
  const tabs = TABS.map(([path, label]) => ({
    href: `${root}${path}`,
    label,
    isCurrent: path === current,
  }));
  return {
    view: current.replace("/", "-"),
    title,
    section: "lab",
    model: { ...model, tabs },
  };
}

/** Something that was queued or set up, in the list of its kind. */
export interface Listed {
  readonly id: string;
  readonly what: string;
  readonly which: string;
  /** `waits`, `served 2 of 3`. */
  readonly hits: string;
  readonly isOver: boolean;
}

/** So many users a field proposes; any other can be typed. */
const MOST_USERS = 100;

/** Whom a form can name. */
export interface Known {
  readonly users: readonly { readonly id: string; readonly name: string }[];
  readonly clients: readonly (readonly [clientId: string, name: string])[];
}

export async function knownTo(visit: Pick<Visit, "api">): Promise<Known> {
  const users = await visit.api.list<User>(["users"], { limit: MOST_USERS });
  return {
    users: users.map(({ id, givenName, familyName }) => ({
      id,
      name: `${givenName} ${familyName}`,
    })),
    clients: [...(await clientNames(visit))],
  };
}

/** What is in a field; undefined where that is nothing. */
export function filled(form: URLSearchParams, name: string): string | undefined {
  const text = form.get(name)?.trim();
  return text === "" || text === undefined ? undefined : text;
}

/** The number in a field; what is none is left as it is, for the API to say so. */
export function numbered(form: URLSearchParams, name: string): number | string | undefined {
  const text = filled(form, name);
  return text !== undefined && /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Without the members that are undefined; undefined where nothing is left. */
export function unlessEmpty<Members extends object>(members: Members) {
  const left = defined(members);
  return Object.keys(left).length === 0 ? undefined : left;
}

/** The form that adds again what was removed. */
export function undoByAdding(action: string, body: object) {
  return { action, fields: { action: "add-whole", json: JSON.stringify(body) } };
}

/** `1 code`, `2 codes`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `once`, `3 times`. */
export function timesOf(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** What was put into a form by us; whatever else is there the API refuses. */
export function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
