import Type from "typebox";
import { findUnknownUser } from "../../config/problem.ts";
import { findRuleProblems, rulesInSeconds } from "../../config/rules.ts";
import { PROFILES } from "../../profiles/index.ts";
import type { Switches } from "../../profiles/profile.ts";
import { CERTAINTIES } from "../../records/provenance.ts";
import { closed } from "../../records/schema-parts.ts";
import type { RuleOverrides } from "../../records/settings.ts";
import {
  LimitsSchema,
  RulesSchema,
  settingsInputProperties,
  settingsProperties,
} from "../../records/settings.ts";
import { whyNotRegistrable } from "../../rules/redirect-uri.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { findUserByName } from "../../sandbox/users.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { notFound, problemAt, refuseProblems, removedMeanwhile } from "../api/problem.ts";

/** `settings`: profile, rule overrides, limits, automatic login and webhook hosts. */

export const SettingsSchema = Type.Object(
  {
    profile: settingsProperties.profile,
    rules: Type.Required(RulesSchema, {
      ...closed,
      title: "RulesInForce",
      description: "Every switch with its value, overridden or from the profile.",
    }),
    limits: Type.Required(LimitsSchema, { ...closed, title: "LimitsInForce" }),
    autoLogin: settingsProperties.autoLogin,
    webhookHosts: settingsProperties.webhookHosts,
  },
  { ...closed, title: "Settings" },
);

export const SettingsPatchSchema = Type.Partial(Type.Object(settingsInputProperties), {
  ...closed,
  title: "SettingsPatch",
});

/** A switch as somebody reads about it who wants to set it. */
export const RuleSchema = Type.Object(
  {
    name: Type.String(),
    value: Type.Unknown({ description: "The value in force." }),
    byProfile: Type.Unknown({ description: "The value that the profile has." }),
    overridden: Type.Boolean({
      description: "Whether it has a value of its own in place of the profile's.",
    }),
    description: Type.String({ description: "What it decides." }),
    choices: Type.Optional(
      Type.Array(Type.Unknown(), { description: "All values it can have, where they are few." }),
    ),
    source: Type.String({ description: "What tells the profile's value." }),
    status: Type.Enum(Object.keys(CERTAINTIES), {
      description: "How sure it is that the real service does the same.",
    }),
  },
  { ...closed, title: "Rule" },
);

const RuleListSchema = Type.Object(
  { items: Type.Array(RuleSchema) },
  { ...closed, title: "RuleList" },
);

export const settingsOperations = [
  operation({
    method: "GET",
    path: "/settings",
    summary: "The profile, the switches and the automatic login.",
    status: 200,
    response: SettingsSchema,
    run: async ({ exchange }) => ({ body: toJson(exchange.sandbox) }),
  }),
  operation({
    method: "PATCH",
    path: "/settings",
    summary: "Changes what it names, and of rules and limits only those that it names.",
    body: SettingsPatchSchema,
    status: 200,
    response: SettingsSchema,
    refusals: [409],
    run: async ({ body, exchange, sandboxes }) => {
      const { rules: given, ...others } = body;
      const { autoLogin, limits } = others;
      if (typeof autoLogin === "string") await refuseUnknownUser(autoLogin, exchange.sandbox);
      refuseProblems(findRuleProblems(given));
      const rules = given && rulesInSeconds(given);
      await refuseClosing(rules ?? {}, exchange.sandbox);
      const changed = await sandboxes.change(exchange.sandbox.id, (current) => ({
        ...current,
        ...others,
        ...(rules && { rules: { ...current.rules, ...rules } }),
        ...(limits && { limits: { ...current.limits, ...limits } }),
      }));
      if (!changed) throw removedMeanwhile();
      return { body: toJson(changed) };
    },
  }),
  operation({
    method: "GET",
    path: "/settings/rules",
    summary: "Lists the switches: what each decides, its value and its profile's.",
    status: 200,
    response: RuleListSchema,
    run: async ({ exchange }) => ({ body: { items: rulesIn(exchange.sandbox) } }),
  }),
  operation({
    method: "DELETE",
    path: "/settings/rules/{name}",
    operationId: "resetRule",
    summary: "Gives a switch back the value of its profile.",
    params: Type.Object({ name: Type.String() }, closed),
    status: 200,
    response: SettingsSchema,
    refusals: [409],
    run: async ({ params: { name }, exchange, sandboxes }) => {
      const { profile, id } = exchange.sandbox;
      const { settings } = PROFILES[profile];
      if (!Object.hasOwn(settings, name)) throw notFound("rule is called", name, RULE_NAMES);
      if (name === "httpRedirectHosts") {
        await refuseClosing({ httpRedirectHosts: settings[name].value }, exchange.sandbox);
      }
      const changed = await sandboxes.change(id, ({ rules = {}, ...current }) => ({
        ...current,
        rules: Object.fromEntries(Object.entries(rules).filter(([other]) => other !== name)),
      }));
      if (!changed) throw removedMeanwhile();
      return { body: toJson(changed) };
    },
  }),
];

/** @throws Problem 400 when there is no such user */
async function refuseUnknownUser(name: string, sandbox: Sandbox): Promise<void> {
  if ("user" in (await findUserByName(sandbox, name))) return;
  refuseProblems(findUnknownUser(name, await readAll(sandbox.store.users), "autoLogin"));
}

/** In the order of their schema, which is also what each decides. */
const RULE_NAMES = Object.keys(RulesSchema.properties) as (keyof Switches)[];

function rulesIn({ profile, settings, switches }: Sandbox) {
  return RULE_NAMES.map((name) => {
    const { value, source, status } = PROFILES[profile].settings[name];
    const schema = RulesSchema.properties[name] as RuleValueSchema;
    const choices = schema.enum ?? (schema.type === "boolean" ? [true, false] : undefined);
    return {
      name,
      value: switches[name],
      byProfile: value,
      overridden: Object.hasOwn(settings.rules ?? {}, name),
      description: schema.description ?? "",
      ...(choices && { choices }),
      source,
      status,
    };
  });
}

/** What of JSON Schema the switches use. */
interface RuleValueSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
}

/**
 * What is registered stays what could be registered: a state with anything else could not be restored.
 *
 * @throws Problem 409 when a host is to be closed to which a redirect URI leads
 */
async function refuseClosing(
  { httpRedirectHosts: hosts }: RuleOverrides,
  { store }: Pick<Sandbox, "store">,
): Promise<void> {
  if (hosts === undefined) return;
  for (const { name, redirectUris } of await readAll(store.salesUnits)) {
    const uri = redirectUris.find((one) => whyNotRegistrable(one, hosts) !== undefined);
    if (uri === undefined) continue;
    const message = `${uri} of the sales unit ${name} needs its host here; keep it, or remove that redirect URI first`;
    throw problemAt(409, { path: "rules.httpRedirectHosts", message, value: hosts });
  }
}

function toJson({ profile, switches: rules, limits, autoLogin, webhookHosts }: Sandbox) {
  return { profile, rules, limits, autoLogin, webhookHosts };
}
