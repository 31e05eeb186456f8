import Type from "typebox";
import { REPORT_FORMATS } from "../../checklist/formats.ts";
import { PROBE_STATUSES, RUN_STATUSES } from "../../checks/standing.ts";
import { CHECK_VERDICTS } from "../../records/check-run.ts";
import { closed, Whole } from "../../records/schema-parts.ts";
import { UserSchema } from "../../records/user.ts";
import { PROBE_IDS } from "../../rules/probes.ts";

/** What is said of runs in which an application is checked. */

const ProbeId = Type.Enum([...PROBE_IDS]);

/** A browser that renders pages takes a few seconds; nobody waits longer. */
export const USUAL_TIMEOUT = 30;

export const CheckInputSchema = Type.Partial(
  Type.Object({
    clientId: Type.String({
      description:
        "The client that is checked. It can be left out where one client alone has called, or there is one sales unit alone.",
    }),
    probes: Type.Array(ProbeId, {
      minItems: 1,
      description: "Only these probes; all when left out.",
    }),
    without: Type.Array(ProbeId, { description: "All probes but these." }),
    user: Type.String({
      description:
        "Who logs in, by id or MSISDN; somebody who is made for it, and removed afterwards, when left out.",
    }),
    seed: Whole({
      description: "The users that are made are the same for the same seed; 1 when left out.",
    }),
    timeout: Whole({
      minimum: 1,
      maximum: 600,
      description: `How many seconds of the real time one login may take; ${USUAL_TIMEOUT} when left out.`,
    }),
  }),
  { ...closed, title: "CheckInput" },
);

const CheckedRequestSchema = Type.Object(
  {
    id: Type.String({ description: "The id of the request in the log." }),
    endpoint: Type.String(),
    method: Type.String(),
    status: Type.Optional(Type.Integer({ description: "Left out where there was no response." })),
    hit: Type.Boolean({ description: "Whether it met what was not as usual." }),
    refused: Type.Optional(Type.String({ description: "Why it was refused." })),
  },
  { ...closed, title: "CheckedRequest" },
);

export const ProbeSchema = Type.Object(
  {
    id: Type.String({ description: "Its name." }),
    kind: Type.Enum(["refuse", "bear", "survive"], {
      description:
        "What the application has to do: log nobody in, log the user in all the same, or come to an end either way.",
    }),
    demand: Type.Enum(["must", "should"], {
      description:
        "Whether a standard or Vipps demands it, or it is recommended: then it is `advice` where it is not done.",
    }),
    what: Type.String({ description: "What is not as usual." }),
    source: Type.String({ description: "Who says what has to be done then." }),
    remedy: Type.String({ description: "What to do where it is not done." }),
    status: Type.Enum([...PROBE_STATUSES]),
    verdict: Type.Optional(Type.Enum([...CHECK_VERDICTS])),
    why: Type.Optional(Type.String({ description: "Why, in a sentence." })),
    requests: Type.Array(CheckedRequestSchema, { description: "The requests of its login." }),
  },
  { ...closed, title: "CheckedProbe" },
);

export const CheckSchema = Type.Object(
  {
    id: Type.String(),
    clientId: Type.String({ description: "The client that is checked." }),
    status: Type.Enum([...RUN_STATUSES]),
    passed: Type.Boolean({ description: "Whether it is finished, and no probe has failed." }),
    summary: Type.String({ description: "The whole of it in a sentence." }),
    seed: Type.Integer(),
    timeout: Type.Integer({ description: "How many seconds one login may take." }),
    user: Type.String({ description: "Who logs in: the user's id." }),
    startedAt: Type.String({ description: "By the sandbox's clock." }),
    logins: Type.Integer({ description: "How many logins have ended." }),
    of: Type.Integer({
      description: "How many there are in all, with those that were tried once more until now.",
    }),
    probes: Type.Array(ProbeSchema),
  },
  { ...closed, title: "Check" },
);

export const CheckListSchema = Type.Object(
  { items: Type.Array(CheckSchema, { description: "The newest last." }) },
  { ...closed, title: "CheckList" },
);

export const NextSchema = Type.Object(
  {
    do: Type.Enum(["log in", "wait", "stop"], {
      description:
        "`log in`: begin a login in a browser that has no cookies, and POST the outcome. `wait`: ask again after so " +
        "many seconds. `stop`: the run is over.",
    }),
    why: Type.String({ description: "What this is about, in a sentence." }),
    seconds: Type.Optional(Type.Integer({ description: "How long to wait." })),
    login: Type.Optional(
      Type.Integer({ description: "Which of the logins it is, from 1 on: the outcome names it." }),
    ),
    of: Type.Optional(Type.Integer({ description: "How many logins there are in all." })),
    probe: Type.Optional(
      Type.String({ description: "Whose login it is; left out of an ordinary one." }),
    ),
    user: Type.Optional(UserSchema),
    timeout: Type.Optional(Type.Integer({ description: "How many seconds the login may take." })),
  },
  { ...closed, title: "CheckNext" },
);

export const OutcomeSchema = Type.Object(
  {
    login: Type.Integer({ minimum: 1, description: "Which login it is, as `next` has said." }),
    loggedIn: Type.Optional(
      Type.Boolean({ description: "Whether somebody is logged in to the application now." }),
    ),
    user: Type.Optional(
      Type.String({
        maxLength: 1000,
        description:
          "Who it is, if that can be seen: id, phone number, e-mail address, name or sub.",
      }),
    ),
    page: Type.Optional(
      Type.Object(
        {
          url: Type.String({ maxLength: 10_000 }),
          status: Type.Integer({
            minimum: 0,
            maximum: 999,
            description: "The HTTP status; 0 where the page could not be opened.",
          }),
        },
        { ...closed, title: "CheckedPage", description: "Where the browser was at the end." },
      ),
    ),
    failure: Type.Optional(
      Type.String({
        maxLength: 5000,
        description: "What went wrong with whoever drives the login, in place of loggedIn.",
      }),
    ),
    timedOut: Type.Optional(
      Type.Boolean({
        description: "true where the login did not end in time, in place of loggedIn.",
      }),
    ),
  },
  { ...closed, title: "CheckOutcome" },
);

export const JudgedSchema = Type.Object(
  {
    login: Type.Integer(),
    probe: Type.Optional(Type.String()),
    verdict: Type.Enum([...CHECK_VERDICTS]),
    why: Type.String({ description: "Why, in a sentence." }),
  },
  { ...closed, title: "CheckedLogin" },
);

export const CheckReportQuery = Type.Object(
  {
    format: Type.Optional(
      Type.Enum([...REPORT_FORMATS], {
        description: "A text for a terminal when left out; Markdown; or JUnit XML for CI.",
      }),
    ),
  },
  closed,
);
