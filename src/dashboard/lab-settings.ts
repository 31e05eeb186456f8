import { quoted } from "../config/problem.ts";
import { problemAt } from "../control/api/problem.ts";
import type { Rule, Settings } from "../control/types.ts";
import type { ApiCall } from "./api.ts";
import { apiPath } from "./api.ts";
import { nothingChanged, notRestorable, printsOf, readJson, refuseMoved } from "./changes.ts";
import type { FieldView } from "./fields.ts";
import { Fields } from "./fields.ts";
import type { Known } from "./lab-common.ts";
import { counted, filled, knownTo, labPage } from "./lab-common.ts";
import type { Done, Page, Undo, Visit } from "./page.ts";

/** Settings: the profile, the automatic login, and each rule with its value and what it means. */

interface SettingsView {
  readonly profile: OneField;
  readonly autoLogin: OneField;
  readonly users: Known["users"];
  readonly overridden: number;
  readonly shown: string;
  readonly rules: readonly {
    readonly name: string;
    readonly description: string;
    readonly source: string;
    readonly status: string;
    readonly field: FieldView;
    readonly byProfile: string;
    readonly isOverridden: boolean;
  }[];
}

/** A form with a single field. */
interface OneField {
  readonly field: FieldView;
  readonly shown: string;
}

/** The names of the fields begin with it: a rule may be called as another field. */
const FIELD = "rule.";

const PROFILES = [
  ["2023", "2023: age 18, strict scopes"],
  ["2026", "2026: as documented today"],
] as const;

const HOME = "lab/settings";

export const labSettingsPage: Page = {
  async show(visit) {
    const { settings, rules } = await read(visit);
    const { form, fields } = rulesForm(rules, visit);
    const model: SettingsView = {
      profile: oneField(profileForm(settings, visit)),
      autoLogin: oneField(autoLoginForm(settings, visit)),
      users: (await knownTo(visit)).users,
      overridden: rules.filter(({ overridden }) => overridden).length,
      shown: form.shown,
      rules: fields.map(({ rule, field }) => ({
        name: rule.name,
        description: rule.description,
        source: rule.source,
        status: rule.status,
        field,
        byProfile: textOf(rule.byProfile) || "none",
        isOverridden: rule.overridden,
      })),
    };
    return labPage(HOME, "Which rules are in force?", model, visit);
  },

  async act(visit): Promise<Done> {
    const { form } = visit;
    const reset = form.get("reset");
    if (reset !== null) return resetRule(reset, visit);
    const found = await read(visit);
    switch (form.get("action")) {
      case "restore":
        return restore(found, visit);
      case "profile": {
        const { now } = profileForm(found.settings, visit).form.merged;
        return patched({ profile: now.get("profile") ?? "" }, found, visit);
      }
      case "autoLogin": {
        const { now } = autoLoginForm(found.settings, visit).form.merged;
        return patched({ autoLogin: filled(now, "autoLogin") ?? null }, found, visit);
      }
      default:
        return setRules(found, visit);
    }
  },
};

/** The settings as they are now. */
interface Found {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
}

async function read({ api }: Visit): Promise<Found> {
  const settings = await api.get<Settings>(["settings"]);
  return { settings, rules: await api.list<Rule>(["settings", "rules"]) };
}

function profileForm({ profile }: Settings, visit: Visit) {
  const form = new Fields(visit, "profile");
  return { form, field: form.choice("profile", "Profile", profile, PROFILES) };
}

function autoLoginForm({ autoLogin }: Settings, visit: Visit) {
  const form = new Fields(visit, "autoLogin");
  const label = "Every browser logs in at once as";
  const options = { list: "users", placeholder: "nobody" };
  return { form, field: form.text("autoLogin", label, autoLogin ?? "", options) };
}

function oneField({ form, field }: ReturnType<typeof profileForm>): OneField {
  return { field, shown: form.shown };
}

function rulesForm(rules: readonly Rule[], visit: Visit) {
  const form = new Fields(visit, "rules");
  const fields = rules.map((rule) => {
    const { name } = rule;
    const options = {
      path: `rules.${name}`,
      ...(isList(rule) ? { placeholder: "none" } : { inputmode: "numeric" as const }),
    };
    const field = rule.choices
      ? form.choice(`${FIELD}${name}`, name, textOf(rule.value), rule.choices.map(textOf), options)
      : form.text(`${FIELD}${name}`, name, textOf(rule.value), options);
    return { rule, field };
  });
  return { form, fields };
}

/** Sets those rules of the form that were given another value. */
async function setRules(found: Found, visit: Visit): Promise<Done> {
  const { now } = rulesForm(found.rules, visit).form.merged;
  const changed = found.rules.flatMap((rule) => {
    const text = now.get(`${FIELD}${rule.name}`)?.trim() ?? "";
    return text === textOf(rule.value) ? [] : [[rule.name, meantBy(text, rule)] as const];
  });
  const rules = Object.fromEntries(changed);
  return patched(changed.length === 0 ? {} : { rules }, found, visit);
}

/** What of the settings a form changes. */
interface Patch {
  readonly profile?: string;
  readonly autoLogin?: string | null;
  readonly rules?: Readonly<Record<string, unknown>>;
}

async function patched(given: Patch, found: Found, visit: Visit): Promise<Done> {
  const { profile, autoLogin } = found.settings;
  const patch = {
    ...(given.profile !== undefined && given.profile !== profile && { profile: given.profile }),
    ...(given.autoLogin !== undefined &&
      given.autoLogin !== autoLogin && { autoLogin: given.autoLogin }),
    ...(given.rules && { rules: given.rules }),
  };
  if (Object.keys(patch).length === 0) return nothingChanged(HOME);
  const call = { method: "PATCH", path: "/settings", body: patch } as const;
  const after = await visit.api.send<Settings>(call);
  const undo = undoing(patch, found, after);
  return { to: HOME, message: sentence(patch), calls: [call], undo };
}

async function resetRule(name: string, visit: Visit): Promise<Done> {
  const found = await read(visit);
  const call = { method: "DELETE", path: apiPath(["settings", "rules", name]) } as const;
  const after = await visit.api.send<Settings>(call);
  return {
    to: HOME,
    message: `${name} is as in the profile again.`,
    calls: [call],
    undo: undoing({ rules: { [name]: null } }, found, after),
  };
}

/** What has to be set, and which rules to be given back to the profile, for all to be as it was. */
interface Before {
  readonly patch: Patch;
  readonly reset: readonly string[];
}

/** Takes a patch back, as long as the settings are what it has made of them. */
function undoing(patch: Patch, before: Found, after: Settings): Undo {
  const named = before.rules.filter(({ name }) => patch.rules && Object.hasOwn(patch.rules, name));
  const set = named.filter(({ overridden }) => overridden);
  const values: Before = {
    patch: {
      ...(patch.profile !== undefined && { profile: before.settings.profile }),
      ...(patch.autoLogin !== undefined && { autoLogin: before.settings.autoLogin }),
      ...(set.length > 0 && {
        rules: Object.fromEntries(set.map(({ name, value }) => [name, value])),
      }),
    },
    reset: named.filter(({ overridden }) => !overridden).map(({ name }) => name),
  };
  const left = printsOf(Object.entries(touchedBy(values, after)));
  return { action: HOME, fields: { action: "restore", values: JSON.stringify(values), left } };
}

/** Of the settings those that are put back. */
function touchedBy({ patch, reset }: Before, { profile, autoLogin, rules }: Settings): object {
  const named = [...Object.keys(patch.rules ?? {}), ...reset];
  return {
    ...(patch.profile !== undefined && { profile }),
    ...(patch.autoLogin !== undefined && { autoLogin }),
    ...Object.fromEntries(Object.entries(rules).filter(([name]) => named.includes(name))),
  };
}

async function restore({ settings }: Found, { api, form }: Visit): Promise<Done> {
  const before = beforeIn(form.get("values"));
  refuseMoved(form, touchedBy(before, settings));
  const { patch, reset } = before;
  const calls: ApiCall[] = [
    ...(Object.keys(patch).length === 0
      ? []
      : [{ method: "PATCH", path: "/settings", body: patch } as const]),
    ...reset.map(
      (name) => ({ method: "DELETE", path: apiPath(["settings", "rules", name]) }) as const,
    ),
  ];
  for (const call of calls) await api.send(call);
  return { to: HOME, message: "The settings are as they were.", calls };
}

/** @throws Problem 400 where it is nothing that a button of ours sent */
function beforeIn(json: string | null): Before {
  const { patch, reset } = (readJson(json) ?? {}) as Partial<Before>;
  if (typeof patch !== "object" || patch === null || !Array.isArray(reset)) throw notRestorable();
  return { patch, reset: reset.map(String) };
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
function meantBy(text: string, rule: Rule): unknown {
  const { name, choices: possible } = rule;
  if (possible) {
    const found = possible.find((one) => textOf(one) === text);
    if (found !== undefined) return found;
    const known = possible.map(textOf).join(", ");
    const message = `is ${quoted(text)}; expected one of ${known}`;
    throw problemAt(400, { path: `rules.${name}`, message, value: text });
  }
  if (isList(rule)) return text === "" ? [] : text.split(/[\s,]+/);
  if (text === "") return null;
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text;
}

function isList({ byProfile, value }: Rule): boolean {
  return Array.isArray(byProfile) || Array.isArray(value);
}
