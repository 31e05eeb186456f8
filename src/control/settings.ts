import Type from "typebox";
import { RulesSchema, settingsProperties } from "../config/schema.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { closed, operation, removedMeanwhile } from "./operation.ts";
import { userNamed } from "./users.ts";

/** `settings`: what a config says that is neither a record nor the clock. */

export const SettingsSchema = Type.Object(
  {
    profile: settingsProperties.profile,
    rules: Type.Required(RulesSchema, {
      ...closed,
      title: "RulesInForce",
      description: "Every switch as it stands, overridden or by the profile.",
    }),
    autoLogin: settingsProperties.autoLogin,
  },
  { ...closed, title: "Settings" },
);

export const SettingsPatchSchema = Type.Partial(Type.Object(settingsProperties), {
  ...closed,
  title: "SettingsPatch",
});

const SETTINGS = {
  profile: "2023",
  rules: {
    minimumAge: 18,
    scopeWithoutEntitlement: "invalid_scope",
    userDataInIdToken: false,
    subjectPer: "merchant",
    subscriptionKeyRefused: false,
    accessTokenLifetime: 3599,
    retention: { tokens: "168h-after-revocation" },
  },
  autoLogin: null,
};

export const settingsOperations = [
  operation({
    method: "GET",
    path: "/settings",
    summary: "The profile, the switches and the automatic login.",
    status: 200,
    answer: SettingsSchema,
    examples: [{ title: "As a server starts", answer: SETTINGS }],
    run: async ({ exchange }) => ({ body: written(exchange.sandbox) }),
  }),
  operation({
    method: "PATCH",
    path: "/settings",
    summary: "Changes what it names, and of the rules only those that it names.",
    body: SettingsPatchSchema,
    status: 200,
    answer: SettingsSchema,
    examples: [
      {
        title: "Ada logs in by herself, and so may those of 15",
        body: { autoLogin: "ada", rules: { minimumAge: 15 } },
        answer: { ...SETTINGS, rules: { ...SETTINGS.rules, minimumAge: 15 }, autoLogin: "ada" },
      },
    ],
    run: async ({ body, exchange, sandboxes }) => {
      const { autoLogin } = body;
      if (typeof autoLogin === "string") await userNamed(autoLogin, exchange);
      const changed = await sandboxes.change(exchange.sandbox.id, (current) => ({
        ...current,
        ...body,
        ...(body.rules && { rules: { ...current.rules, ...body.rules } }),
      }));
      if (!changed) throw removedMeanwhile();
      return { body: written(changed) };
    },
  }),
];

function written({ profile, switches, autoLogin }: Sandbox) {
  const { discovery: _, ...rules } = switches;
  return { profile, rules, autoLogin };
}
