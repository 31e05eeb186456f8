import type { Static } from "typebox";
import Type from "typebox";
import type { FaultId } from "./ids.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { Count, closed, Id, lengthSchema, Moment, Whole } from "./schema-parts.ts";
import { CORRUPTIONS, ENDPOINT_NAMES, LONGEST_DELAY } from "./vocabulary.ts";

const FaultMatchSchema = Type.Object(
  {
    endpoint: Type.Enum([...ENDPOINT_NAMES], { description: "The endpoint that it is for." }),
    clientId: Type.Optional(Type.String({ description: "Only requests of this client." })),
    user: Type.Optional(
      Type.String({ description: "Only requests about this user (id or MSISDN)." }),
    ),
  },
  { ...closed, title: "FaultMatch" },
);

const FaultResponseSchema = Type.Partial(
  Type.Object({
    status: Type.Integer({
      minimum: 200,
      maximum: 599,
      description:
        "The status of a response that is sent in place of the endpoint's; the endpoint does not run.",
    }),
    body: Type.Unknown({
      description:
        "The body of that response: a text as it is, anything else as JSON. With a status alone, the body is the usual one of that status.",
    }),
    headers: Type.Record(Type.String(), Type.String(), {
      description: "Added to the response; they replace those of the same name.",
    }),
    contentType: Type.String({ description: "Replaces the Content-Type of the response." }),
    reset: Type.Boolean({ description: "The connection is reset instead of a response." }),
    truncate: Whole({
      description:
        "The connection breaks after so many bytes of the body; at least one of those that Content-Length announces is always missing.",
    }),
  }),
  { ...closed, title: "FaultAnswer" },
);

/** Everything that can be said about a fault; a fault needs `match` and something that happens. */
export const faultProperties = {
  match: FaultMatchSchema,
  times: Whole({
    minimum: 1,
    description: "How many requests it hits; all when left out.",
  }),
  after: Whole({ description: "How many it lets pass first." }),
  probability: Type.Number({
    minimum: 0,
    maximum: 1,
    description: "How likely it hits, from 0 to 1; it always does when left out.",
  }),
  seed: Whole({ description: "Makes the draws the same in every run." }),
  ttl: lengthSchema(
    "How long it is in force, by the sandbox's clock: seconds, or a length as 168h, 1h30m, 7d.",
  ),
  delay: lengthSchema(
    `How long the request waits first, in real time: seconds as 0.7, or a length as 700ms, 2s; at most ${LONGEST_DELAY} s.`,
  ),
  // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
  then: FaultResponseSchema,
  corrupt: Type.Enum([...CORRUPTIONS], {
    description:
      "The one thing that is wrong: with the ID token, with userinfo's sub, with what the browser brings back " +
      "to the application, or that JSON has members which nobody knows.",
  }),
};

export const FaultInputSchema = Type.Interface(
  [
    Type.Pick(Type.Object(faultProperties), ["match"]),
    Type.Partial(Type.Omit(Type.Object(faultProperties), ["match"])),
  ],
  {},
  { ...closed, title: "FaultInput" },
);

/** Something that goes wrong on purpose, and when. */
export const FaultSchema = Type.Object(
  {
    id: Id<FaultId>(),
    match: FaultMatchSchema,
    times: Type.Optional(faultProperties.times),
    after: faultProperties.after,
    probability: faultProperties.probability,
    seed: Type.Optional(faultProperties.seed),
    /** From here on it hits nothing, by the sandbox's clock. */
    expiresAt: Type.Optional(Moment),
    /** How long the exchange waits first, in the real time; may have a fraction. */
    delay: Type.Number({ minimum: 0, maximum: LONGEST_DELAY, description: "Seconds." }),
    /** `then` in the control API; a record of that name would be taken for a promise. */
    answer: Type.Optional(FaultResponseSchema),
    corrupt: Type.Optional(faultProperties.corrupt),
    /** How many exchanges matched. */
    seen: Count,
    /** How many it hit. */
    hits: Count,
  },
  closed,
);

export type Fault = ReadonlyDeep<Static<typeof FaultSchema>>;
export type FaultMatch = Fault["match"];
export type FaultResponse = NonNullable<Fault["answer"]>;
export type FaultInput = ReadonlyDeep<Static<typeof FaultInputSchema>>;
