import Type from "typebox";
import { findUnknownUser } from "../../config/problem.ts";
import { findRuleProblems, rulesInSeconds } from "../../config/rules.ts";
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
import { problemAt, refuseProblems, removedMeanwhile } from "../api/problem.ts";

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
];

/** @throws Problem 400 when there is no such user */
async function refuseUnknownUser(name: string, sandbox: Sandbox): Promise<void> {
  if ("user" in (await findUserByName(sandbox, name))) return;
  refuseProblems(findUnknownUser(name, await readAll(sandbox.store.users), "autoLogin"));
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
