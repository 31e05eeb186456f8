import Type from "typebox";
import { closed } from "../../records/schema-parts.ts";
import { LimitsSchema, RulesSchema, settingsProperties } from "../../records/settings.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { operation } from "../api/operation.ts";
import { removedMeanwhile } from "../api/problem.ts";
import { userNamed } from "./users.ts";

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

export const SettingsPatchSchema = Type.Partial(Type.Object(settingsProperties), {
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
    run: async ({ body, exchange, sandboxes }) => {
      const { autoLogin } = body;
      if (typeof autoLogin === "string") await userNamed(autoLogin, exchange);
      const changed = await sandboxes.change(exchange.sandbox.id, (current) => ({
        ...current,
        ...body,
        ...(body.rules && { rules: { ...current.rules, ...body.rules } }),
        ...(body.limits && { limits: { ...current.limits, ...body.limits } }),
      }));
      if (!changed) throw removedMeanwhile();
      return { body: toJson(changed) };
    },
  }),
];

function toJson({ profile, switches: rules, limits, autoLogin, webhookHosts }: Sandbox) {
  return { profile, rules, limits, autoLogin, webhookHosts };
}
