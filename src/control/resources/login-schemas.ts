import type { Static } from "typebox";
import Type from "typebox";
import { LOGIN_STATUSES } from "../../login/next-step.ts";
import { closed } from "../../records/schema-parts.ts";
import { LOGIN_FLOWS, MISHAPS } from "../../records/vocabulary.ts";
import { MomentSchema, PageQuery } from "../api/records.ts";
import { AskedConsentSchema, QuestionsSchema, tickProperties } from "./questions.ts";

/** What `logins` takes and returns. */

const FlowSchema = Type.Enum([...LOGIN_FLOWS], {
  description: "In a browser, or from phone number (merchant-initiated).",
});

export const LoginSchema = Type.Object(
  {
    id: Type.String({
      description:
        "In a browser the login_challenge of its pages; from phone number an id of its own.",
    }),
    flow: FlowSchema,
    user: Type.Optional(Type.String({ description: "The user's id, once it is known." })),
    clientId: Type.String(),
    scopes: Type.Array(Type.String(), { description: "What the merchant gets if it succeeds." }),
    bindingMessage: Type.Optional(
      Type.String({ description: "What the merchant and the app both show." }),
    ),
    challenge: Type.Optional(
      Type.Integer({
        description: "The number that the browser shows while it waits for the app.",
      }),
    ),
    choices: Type.Optional(
      Type.Array(Type.Integer(), {
        description:
          "The numbers that the app lets the user choose from; left out where it asks for a plain yes, because " +
          "browser and app are on one device.",
      }),
    ),
    appTokenError: Type.Optional(
      Type.Literal(true, {
        description: "The app could not get its token; the user may try again.",
      }),
    ),
    status: Type.Enum([...LOGIN_STATUSES], {
      description:
        "identify: nobody has said whose login it is; confirm: waits for the app; consent: waits for " +
        "the consent; approved, rejected, failed: decided, and the browser has yet to go on; expired. " +
        "A login from phone number has one step, confirm, and can still be read afterwards.",
    }),
    expiresAt: MomentSchema,
    consent: Type.Optional(AskedConsentSchema),
    questions: Type.Optional(QuestionsSchema),
    redirectUrl: Type.Optional(
      Type.String({
        description:
          "Where its browser goes next, once it is decided; only the browser with the login's cookies can go there. " +
          "With requested_flow=app_to_app that leads to the merchant's app. " +
          "Of a login from phone number where its user's browser goes, if it asked for a redirect.",
      }),
    ),
  },
  { ...closed, title: "Login" },
);

export const ListQuery = Type.Object(
  {
    flow: Type.Optional(FlowSchema),
    user: Type.Optional(Type.String({ description: "Only of this user (id or MSISDN)." })),
    clientId: Type.Optional(Type.String({ description: "Only at this sales unit." })),
    status: Type.Optional(
      Type.Enum([...LOGIN_STATUSES], {
        description: "Only with this status; identify, confirm and consent when left out.",
      }),
    ),
    ...PageQuery,
  },
  closed,
);

const confirmationProperties = {
  user: Type.String({ description: "Whose login it is (id or MSISDN); needed while unknown." }),
  remember: Type.Boolean({ description: "Whether the browser remembers the user." }),
  challenge: Type.Integer({
    description:
      "The number that the user chooses in the app; another than the browser shows is wrong_challenge.",
  }),
};

export const ApprovalSchema = Type.Partial(
  Type.Object({ ...confirmationProperties, ...tickProperties }),
  { ...closed, title: "Approval" },
);

export type Approval = Static<typeof ApprovalSchema>;

export const ConfirmationSchema = Type.Partial(Type.Object(confirmationProperties), {
  ...closed,
  title: "Confirmation",
});

export type Confirmation = Static<typeof ConfirmationSchema>;

export const MishapSchema = Type.Object(
  {
    reason: Type.Enum([...MISHAPS], {
      description:
        "As a scenario's outcome. After app_token_error the login still waits, and its user may try again.",
    }),
  },
  { ...closed, title: "Mishap" },
);
