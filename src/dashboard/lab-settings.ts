import { quoted } from "../config/problem.ts";
import { Problem } from "../control/api/problem.ts";
import type { Rule, Settings } from "../control/types.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import type { Choice } from "./choices.ts";
import { choices } from "./choices.ts";
import type { Known } from "./lab-common.ts";
import { counted, filled, knownTo, labPage } from "./lab-common.ts";
import type { Done, Page, Visit } from "./page.ts";

/** Settings: the profile, the automatic login, and each rule with its value and what it means. */

interface SettingsView {
  readonly profiles: readonly Choice[];
  readonly autoLogin: string;
  readonly users: Known["users"];
  readonly overridden: number;
  readonly rules: readonly {
    readonly name: string;
    readonly description: string;
    readonly source: string;
    readonly status: string;
    /** Empty where it can be anything of its kind. */
    readonly choices: readonly Choice[];
    readonly isList: boolean;
    readonly value: string;
    readonly byProfile: string;
    readonly isOverridden: boolean;
  }[];
}

/** The names of the fields begin with it: a rule may be called as another field. */
const FIELD = "rule.";

export const labSettingsPage: Page = {
  async show(visit) {
    const { api, form } = visit;
    const { profile, autoLogin } = await api.get<Settings>(["settings"]);
    const rules = await api.list<Rule>(["settings", "rules"]);
    const model: SettingsView = {
      profiles: choices(
        [
          ["2023", "2023: age 18, strict scopes"],
          ["2026", "2026: as documented today"],
        ],
        profile,
      ),
      autoLogin: form.get("autoLogin") ?? autoLogin ?? "",
      users: (await knownTo(visit)).users,
      overridden: rules.filter(({ overridden }) => overridden).length,
      rules: rules.map((rule) => {
        const value = form.get(`${FIELD}${rule.name}`) ?? textOf(rule.value);
        return {
          name: rule.name,
          description: rule.description,
          source: rule.source,
          status: rule.status,
          choices: choices((rule.choices ?? []).map(textOf), value),
          isList: Array.isArray(rule.byProfile),
          value,
          byProfile: textOf(rule.byProfile) || "none",
          isOverridden: rule.overridden,
        };
      }),
    };
    return labPage("lab/settings", "Which rules are in force?", model, visit);
  },

  async act(visit): Promise<Done> {
    const { form } = visit;
    const restored = form.get("json");
    if (restored !== null) return restore(restored, visit);
    const reset = form.get("reset");
    if (reset !== null) return resetRule(reset, visit);
    if (form.get("action") === "profile") {
      return patched({ profile: form.get("profile") ?? "" }, visit);
    }
    if (form.get("action") === "autoLogin") {
      return patched({ autoLogin: filled(form, "autoLogin") ?? null }, visit);
    }
    return setRules(visit);
  },
};

/** Sets those rules of the form that have another value than they had. */
async function setRules(visit: Visit): Promise<Done> {
  const rules = await visit.api.list<Rule>(["settings", "rules"]);
  const changed = rules.flatMap((rule) => {
    const text = visit.form.get(`${FIELD}${rule.name}`);
    return text === null || text.trim() === textOf(rule.value)
      ? []
      : [[rule.name, meantBy(text.trim(), rule)] as const];
  });
  if (changed.length === 0) {
    return { to: "lab/settings", message: "No rule has another value.", calls: [] };
  }
  return patched({ rules: Object.fromEntries(changed) }, visit);
}

/** What of the settings a form changes. */
interface Patch {
  readonly profile?: string;
  readonly autoLogin?: string | null;
  readonly rules?: Readonly<Record<string, unknown>>;
}

async function patched(patch: Patch, visit: Visit): Promise<Done> {
  const { api } = visit;
  const before = await undoOf(patch, visit);
  const call = { method: "PATCH", path: "/settings", body: patch } as const;
  await api.send<Settings>(call);
  return {
    to: "lab/settings",
    message: sentence(patch),
    calls: [call],
    undo: { action: "lab/settings", fields: { json: JSON.stringify(before) } },
  };
}

async function resetRule(name: string, visit: Visit): Promise<Done> {
  const { api } = visit;
  const before = await undoOf({ rules: { [name]: null } }, visit);
  const call = { method: "DELETE", path: apiPath(["settings", "rules", name]) } as const;
  await api.send(call);
  return {
    to: "lab/settings",
    message: `${name} is as in the profile again.`,
    calls: [call],
    undo: { action: "lab/settings", fields: { json: JSON.stringify(before) } },
  };
}

/** What has to be set, and which rules to be given back to the profile, for all to be as it is now. */
interface Before {
  readonly patch: Patch;
  readonly reset: readonly string[];
}

async function undoOf({ profile, autoLogin, rules }: Patch, { api }: Visit): Promise<Before> {
  const now = await api.get<Settings>(["settings"]);
  const named = (await api.list<Rule>(["settings", "rules"])).filter(
    ({ name }) => rules && Object.hasOwn(rules, name),
  );
  const set = named.filter(({ overridden }) => overridden);
  return {
    patch: {
      ...(profile !== undefined && { profile: now.profile }),
      ...(autoLogin !== undefined && { autoLogin: now.autoLogin }),
      ...(set.length > 0 && {
        rules: Object.fromEntries(set.map(({ name, value }) => [name, value])),
      }),
    },
    reset: named.filter(({ overridden }) => !overridden).map(({ name }) => name),
  };
}

async function restore(json: string, { api }: Visit): Promise<Done> {
  const { patch, reset } = beforeIn(json);
  const calls: ApiCall[] = [
    ...(Object.keys(patch).length === 0
      ? []
      : [{ method: "PATCH", path: "/settings", body: patch } as const]),
    ...reset.map(
      (name) => ({ method: "DELETE", path: apiPath(["settings", "rules", name]) }) as const,
    ),
  ];
  for (const call of calls) await api.send(call);
  return { to: "lab/settings", message: "The settings are as they were.", calls };
}

/** @throws Problem 400 where it is nothing that a button of ours sent */
function beforeIn(json: string): Before {
  try {
    const { patch, reset } = JSON.parse(json) as Partial<Before>;
    if (typeof patch === "object" && Array.isArray(reset)) {
      return { patch, reset: reset.map(String) };
    }
  } catch {
    // It is refused below.
  }
  throw new Problem(400, "There is nothing to take back: the form was changed on its way.");
}

function sentence({ profile, autoLogin, rules = {} }: Patch): string {
  if (profile !== undefined) return `The mock behaves as the service did in ${profile}.`;
  if (autoLogin === null) return "Everybody is asked who logs in.";
  if (autoLogin !== undefined) return `Every browser logs in at once as ${autoLogin}.`;
  const set = Object.entries(rules).map(([name, value]) => `${name} is ${textOf(value) || "none"}`);
  return set.length > 5 ? `${counted(set.length, "rule")} changed.` : `${set.join(", ")}.`;
}

/** A value as a field has it. */
function textOf(value: unknown): string {
  if (value === null) return "";
  return Array.isArray(value) ? value.join(" ") : String(value);
}

/** The value that a field means, of the kind that the rule has; what is none the API refuses. */
function meantBy(text: string, { name, byProfile, choices: possible, value }: Rule): unknown {
  if (possible) {
    const found = possible.find((one) => textOf(one) === text);
    if (found !== undefined) return found;
    const known = possible.map(textOf).join(", ");
    throw new Problem(400, `rules.${name}: is ${quoted(text)}; expected one of ${known}`);
  }
  if (Array.isArray(byProfile) || Array.isArray(value)) {
    return text === "" ? [] : text.split(/[\s,]+/);
  }
  if (text === "") return null;
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
}
