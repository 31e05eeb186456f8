import type { Static } from "typebox";
import Type from "typebox";
import type { ScenarioId } from "./ids.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { Count, closed, Id, lengthSchema, Moment, orNull, Text, Whole } from "./schema-parts.ts";
import { LOGIN_FLOWS, LONGEST_DELAY, OUTCOMES } from "./vocabulary.ts";

const errorCode = "Printable ASCII without spaces, quotation marks and backslashes.";

/** What becomes of a login: one of the names, or any error by redirect (RFC 6749 §4.1.2.1). */
const OutcomeSchema = Type.Union(
  [
    Type.Enum([...OUTCOMES]),
    Type.Object(
      {
        error: Type.String({
          pattern: "^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$",
          maxLength: 100,
          description: errorCode,
        }),
        errorDescription: Type.Optional(
          Type.String({
            pattern: "^[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]*$",
            maxLength: 500,
            description: "Printable ASCII without quotation marks and backslashes.",
          }),
        ),
      },
      closed,
    ),
  ],
  { description: "What becomes of the login; approve when left out." },
);

const scenarioMatch = {
  clientId: Type.String({ description: "Only logins at the sales unit with this client id." }),
  user: Type.String({
    description: "Only logins of this user (id or MSISDN), once it is known whose they are.",
  }),
  state: Type.String({ description: "Only the login with this state." }),
  flow: Type.Enum([...LOGIN_FLOWS], {
    description:
      "Only logins of this kind; when left out, of every kind that can have the outcome.",
  }),
};

export const scenarioProperties = {
  match: Type.Partial(Type.Object(scenarioMatch), {
    ...closed,
    description: "Which logins it is for; every one when left out.",
  }),
  user: Type.String({
    description:
      "Who logs in: id or MSISDN. Of logins from phone number only this user's are matched.",
  }),
  outcome: OutcomeSchema,
  remember: Type.Boolean({ description: "Whether the browser remembers the user afterwards." }),
  delay: lengthSchema(
    `How long the user takes: seconds, or a length as 700ms, 1s; ${LONGEST_DELAY} seconds at most. ` +
      "A browser waits in real time, a login from phone number by the sandbox's clock.",
  ),
  times: Whole({ minimum: 1, description: "How many logins it is for; 1 when left out." }),
};

/** A scenario as a config file or POST may give it. */
export const ScenarioInputSchema = Type.Partial(Type.Object(scenarioProperties), {
  ...closed,
  title: "ScenarioInput",
});

/** The same for PATCH, where null takes away what a scenario can do without. */
export const ScenarioPatchSchema = Type.Partial(
  Type.Object({
    ...scenarioProperties,
    match: Type.Partial(
      Type.Object({
        clientId: orNull(scenarioMatch.clientId),
        user: orNull(scenarioMatch.user),
        state: orNull(scenarioMatch.state),
        flow: orNull(scenarioMatch.flow),
      }),
      closed,
    ),
    user: orNull(scenarioProperties.user),
  }),
  { ...closed, title: "ScenarioPatch" },
);

/** What happens to the next login that matches, queued before it begins. */
export const ScenarioSchema = Type.Object(
  {
    id: Id<ScenarioId>(),
    match: scenarioProperties.match,
    /** A user's id. Left out, it is whom it matches, or who is known already. */
    user: Type.Optional(Text),
    outcome: OutcomeSchema,
    remember: Type.Boolean(),
    /**
     * A browser waits for it by the real time; a login from phone number is answered when so much has
     * passed by the sandbox's clock.
     */
    delay: Type.Number({ minimum: 0, maximum: LONGEST_DELAY, description: "Seconds." }),
    times: scenarioProperties.times,
    /** How many it has served. */
    hits: Count,
    /** By the sandbox's clock. */
    addedAt: Moment,
  },
  closed,
);

export type Scenario = ReadonlyDeep<Static<typeof ScenarioSchema>>;
export type ScenarioInput = ReadonlyDeep<Static<typeof ScenarioInputSchema>>;
export type ScenarioPatch = ReadonlyDeep<Static<typeof ScenarioPatchSchema>>;
