import type { TSchema } from "typebox";
import Type from "typebox";
import { BrowserSchema, ConsentSchema } from "../../records/consent.ts";
import { WebhookSchema } from "../../records/delivery.ts";
import { FaultSchema } from "../../records/fault.ts";
import { StoredKeySchema } from "../../records/key-state.ts";
import { LoginSchema } from "../../records/login.ts";
import { PartnerSchema } from "../../records/partner.ts";
import { PhoneLoginSchema } from "../../records/phone-login.ts";
import { SalesUnitSchema } from "../../records/sales-unit.ts";
import { ScenarioSchema } from "../../records/scenario.ts";
import { closed } from "../../records/schema-parts.ts";
import {
  AccessTokenSchema,
  CodeGrantSchema,
  PlatformTokenSchema,
  SessionSchema,
} from "../../records/session.ts";
import { ClockStateSchema, SettingsSchema } from "../../records/settings.ts";
import { LoginDaySchema, LoginUserSchema } from "../../records/statistics.ts";
import { UserSchema } from "../../records/user.ts";
import type { StateCollection } from "../../sandbox/state.ts";

/** The state document: every record as the store has it, moments as seconds since 1970. */

/** A list for each collection of the state. */
const collections = {
  users: Type.Array(UserSchema),
  salesUnits: Type.Array(SalesUnitSchema),
  partners: Type.Array(PartnerSchema),
  consents: Type.Array(ConsentSchema),
  browsers: Type.Array(BrowserSchema),
  logins: Type.Array(LoginSchema),
  phoneLogins: Type.Array(PhoneLoginSchema),
  sessions: Type.Array(SessionSchema),
  codes: Type.Array(CodeGrantSchema),
  accessTokens: Type.Array(AccessTokenSchema),
  loginDays: Type.Array(LoginDaySchema),
  loginUsers: Type.Array(LoginUserSchema),
  platformTokens: Type.Array(PlatformTokenSchema),
  scenarios: Type.Array(ScenarioSchema),
  faults: Type.Array(FaultSchema),
  webhooks: Type.Array(WebhookSchema),
} as const satisfies { readonly [Name in StateCollection]: TSchema };

export const StateSchema = Type.Object(
  {
    version: Type.Literal(1, { description: "The form of the document." }),
    settings: SettingsSchema,
    clock: ClockStateSchema,
    ...collections,
    keys: Type.Array(StoredKeySchema, {
      description: "Its own signing keys, private parts included; empty for the server's own.",
    }),
  },
  {
    ...closed,
    title: "State",
    description:
      "A whole sandbox but for its request log. It contains private keys, client secrets and living " +
      "tokens: keep it as you keep those.",
  },
);
