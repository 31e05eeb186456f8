import type { Static, TSchema } from "typebox";
import type { Unbranded } from "../records/brand.ts";
import type { DiagnosisSchema } from "../records/diagnosis.ts";
import type { ReadonlyDeep } from "../records/schema-parts.ts";
import type { StateSchema } from "../sandbox/state-problems.ts";
import type { BrowserSchema } from "./resources/browsers.ts";
import type {
  CheckInputSchema,
  CheckSchema,
  JudgedSchema,
  NextSchema,
  OutcomeSchema,
} from "./resources/check-schemas.ts";
import type {
  ChecklistPatchSchema,
  ChecklistReportQuery,
  ChecklistSchema,
} from "./resources/checklist.ts";
import type { ClockPatchSchema, ExpiredSchema, MovedSchema } from "./resources/clock.ts";
import type { ConsentSchema } from "./resources/consents.ts";
import type { CountsSchema } from "./resources/counts.ts";
import type { FaultPatchSchema, FaultSchema } from "./resources/faults.ts";
import type { KeySchema, RotationSchema } from "./resources/keys.ts";
import type {
  ApprovalSchema,
  ConfirmationSchema,
  ListQuery as LoginListQuery,
  LoginSchema,
  MishapSchema,
} from "./resources/login-schemas.ts";
import type {
  PaymentSessionInputSchema,
  PaymentSessionSchema,
} from "./resources/payment-sessions.ts";
import type { RequestSchema, TakeSchema } from "./resources/request-log-schemas.ts";
import type { SandboxInputSchema, SandboxSchema, SummarySchema } from "./resources/sandboxes.ts";
import type { ScenarioSchema } from "./resources/scenarios.ts";
import type { RuleSchema, SettingsPatchSchema, SettingsSchema } from "./resources/settings.ts";
import type { StatisticsQuery, StatisticsSchema } from "./resources/statistics.ts";
import type { MintedSchema, MintSchema } from "./resources/tokens.ts";
import type {
  ListQuery as DeliveryListQuery,
  DeliverySchema,
} from "./resources/webhook-deliveries.ts";

/**
 * What the library takes and gives. Every type is made from the schema that the control API itself
 * validates with, so that the two cannot drift apart; nothing of the API is loaded for it.
 */

/** The values of a schema, not to be changed. */
type Values<Schema extends TSchema> = ReadonlyDeep<Static<Schema>>;

export type { Problem } from "../config/problem.ts";
export type { ConfigInput as Config } from "../records/config.ts";
export type { FaultInput } from "../records/fault.ts";
export type { Partner, PartnerInput } from "../records/partner.ts";
export type { SalesUnit, SalesUnitInput, Scope } from "../records/sales-unit.ts";
export type { ScenarioInput, ScenarioPatch } from "../records/scenario.ts";
export type { RuleOverrides } from "../records/settings.ts";
export type { Address, User, UserInput } from "../records/user.ts";
export type { TlsFacts } from "../request/facts.ts";

/** A length of time: seconds, or a text as `700ms`, `10s`, `1h30m`, `7d` or `PT168H`. */
export type Length = number | string;

/** What a user agreed to share with a merchant. */
export interface Consent extends Values<typeof ConsentSchema> {}

/** A browser that remembers its user. */
export interface Browser extends Values<typeof BrowserSchema> {}

/** The clock after a step, and what that step expired. */
export interface ClockStep extends Values<typeof MovedSchema> {}

/** What time it is, and whether the clock stands still. */
export interface ClockReading extends Omit<ClockStep, "expired"> {}

/** Something that came to its end when the clock moved. */
export interface Expired extends Values<typeof ExpiredSchema> {}

/** A step of the clock. */
export interface ClockPatch extends Values<typeof ClockPatchSchema> {}

/** The profile, every switch with its value, and the automatic login. */
export interface Settings extends Values<typeof SettingsSchema> {}

/** What of the settings is to change. */
export interface SettingsPatch extends Values<typeof SettingsPatchSchema> {}

/** A switch: what it decides, its value and its profile's. */
export interface Rule extends Values<typeof RuleSchema> {}

/** What a new sandbox is made of; whatever is left out is as on the server itself. */
export interface SandboxOptions extends Values<typeof SandboxInputSchema> {}

/** A sandbox in the list of all. */
export interface SandboxSummary extends Values<typeof SummarySchema> {}

/** Everything about a sandbox. */
export interface SandboxFacts extends Values<typeof SandboxSchema> {}

/** What happens to some of the next logins, and how many it has served. */
export interface Scenario extends Values<typeof ScenarioSchema> {}

/** A login that is not over yet. */
export interface Login extends Values<typeof LoginSchema> {}

/** Which logins are meant; what is left out matches every one. */
export interface LoginFilter extends Omit<Values<typeof LoginListQuery>, "after"> {}

/** What the user does who approves a login. */
export interface Approval extends Values<typeof ApprovalSchema> {}

/** What the user does who only confirms a login in the app. */
export interface Confirmation extends Values<typeof ConfirmationSchema> {}

/** What can go wrong with a login that waits. */
export type Mishap = Values<typeof MishapSchema>["reason"];

/** Something that goes wrong on purpose, and how often it has. */
export interface Fault extends Values<typeof FaultSchema> {}

/** What of a fault is to change; null takes it away. */
export interface FaultPatch extends Values<typeof FaultPatchSchema> {}

/** A payment in which a merchant asks for data. */
export interface Payment extends Values<typeof PaymentSessionInputSchema> {}

/** A payment in which data was shared, and how long it is readable. */
export interface PaymentSession extends Values<typeof PaymentSessionSchema> {}

/** A signing key. */
export interface Key extends Values<typeof KeySchema> {}

/** A step of a rotation. */
export type RotationPhase = NonNullable<Values<typeof RotationSchema>["phase"]>;

/** A login to have the tokens of, without going through it. */
export interface Mint extends Values<typeof MintSchema> {}

/** What such a login ends with. */
export interface Minted extends Values<typeof MintedSchema> {}

/** How many logins succeeded at a sales unit. */
export interface Statistics extends Values<typeof StatisticsSchema> {}

/** Of which sales unit and days; what is left out matches every one. */
export interface StatisticsFilter extends Omit<Values<typeof StatisticsQuery>, "after" | "limit"> {}

/** What Vipps asks before an application goes live, and how the application stands. */
export interface Checklist extends Values<typeof ChecklistSchema> {}

/** What a person says of the items of a checklist, by their ids; null takes it back. */
export interface ChecklistTicks extends Readonly<Values<typeof ChecklistPatchSchema>["items"]> {}

/** As what a checklist is reported. */
export type ChecklistFormat = NonNullable<Values<typeof ChecklistReportQuery>["format"]>;

/** Which probes an application is checked with, and how. */
export interface CheckInput extends Readonly<Values<typeof CheckInputSchema>> {}

/** A run in which an application is checked: the probes, and what came of each. */
export interface Check extends Values<typeof CheckSchema> {}

/** What is to be done now in such a run. */
export interface CheckNext extends Values<typeof NextSchema> {}

/** How a login of such a run has ended. */
export interface CheckOutcome extends Readonly<Values<typeof OutcomeSchema>> {}

/** What a login of such a run was judged to be. */
export interface CheckedLogin extends Values<typeof JudgedSchema> {}

/** Everything in a sandbox, for another one to start from. */
export interface SandboxState extends Unbranded<Values<typeof StateSchema>> {}

/** An exchange with an application or a browser, as the request log keeps it. */
export interface LoggedRequest extends Values<typeof RequestSchema> {}

/** Which requests are meant; what is left out matches every one. */
export interface RequestFilter extends Omit<Values<typeof TakeSchema>, "wait"> {}

/** A webhook to a merchant, with every attempt to deliver it. */
export interface WebhookDelivery extends Values<typeof DeliverySchema> {}

/** Which webhook deliveries are meant; what is left out matches every one. */
export interface WebhookDeliveryFilter
  extends Omit<Values<typeof DeliveryListQuery>, "wait" | "limit" | "last" | "after" | "before"> {}

/** How many records of each kind there are. */
export interface Counts extends Values<typeof CountsSchema> {}

/** Why something was refused. */
export interface Diagnosis extends Values<typeof DiagnosisSchema> {}
