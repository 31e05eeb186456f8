import Type from "typebox";
import { DiagnosisSchema } from "../../records/diagnosis.ts";
import { closed, lengthSchema } from "../../records/schema-parts.ts";
import { ENDPOINT_NAMES } from "../../records/vocabulary.ts";
import { WAIT } from "../api/lengths.ts";
import { lastSchema, MomentSchema, PageQuery } from "../api/records.ts";

/** What `requests` takes and returns. */

const CUT = "A text of more than 8192 characters is cut, and ends with how many are missing.";

export const MessageSchema = Type.Object(
  {
    headers: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), {
      description: CUT,
    }),
    body: Type.Optional(Type.String({ description: "Left out where it is empty." })),
    bodyBase64: Type.Optional(
      Type.String({ description: "Instead of body, where it is not UTF-8." }),
    ),
  },
  { ...closed, title: "LoggedMessage" },
);

const EndpointSchema = Type.Enum([...ENDPOINT_NAMES]);

export const RequestSchema = Type.Object(
  {
    id: Type.String(),
    at: MomentSchema,
    method: Type.String(),
    url: Type.String({ description: CUT }),
    endpoint: Type.Optional(EndpointSchema),
    status: Type.Optional(
      Type.Integer({ description: "Left out when the connection broke before a response." }),
    ),
    refused: Type.Boolean({
      description:
        "Whether a rule was broken. A poll before the user has answered breaks none, however often it comes: " +
        "it has a note.",
    }),
    diagnosis: Type.Optional(DiagnosisSchema),
    notes: Type.Array(DiagnosisSchema, {
      description: "What was noticed, without any refusal because of it.",
    }),
    clientId: Type.Optional(Type.String({ description: "As it was sent, known or not." })),
    user: Type.Optional(Type.String({ description: "The user's id, when it is known." })),
    login: Type.Optional(
      Type.String({ description: "The same for all requests of one login, up to userinfo." }),
    ),
    scenario: Type.Optional(Type.String({ description: "The scenario that it played." })),
    fault: Type.Optional(Type.String({ description: "The fault that hit it." })),
    duration: Type.Number({ description: "Until the response was sent, in milliseconds." }),
    taken: Type.Boolean({ description: "Whether somebody got it from POST requests/take." }),
    request: MessageSchema,
    response: Type.Optional(MessageSchema),
  },
  { ...closed, title: "LoggedRequest" },
);

/** Which requests: the same in a query and in a body. */
const filter = {
  endpoint: Type.Optional(EndpointSchema),
  clientId: Type.Optional(Type.String({ description: "Of a sales unit, or seen in the log." })),
  user: Type.Optional(Type.String({ description: "A user's id or MSISDN." })),
  login: Type.Optional(Type.String({ description: "The login of a request in the log." })),
  status: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 599, description: "The status of the response." }),
  ),
  after: Type.Optional(
    Type.String({ description: "Only what came after the request with this id." }),
  ),
  refused: Type.Optional(
    Type.Boolean({ description: "true: only what was refused; false: only what was not." }),
  ),
};

const wait = Type.Optional(lengthSchema(WAIT));

export const ListQuery = Type.Object(
  {
    ...filter,
    before: Type.Optional(
      Type.String({ description: "Only what came before the request with this id." }),
    ),
    limit: PageQuery.limit,
    last: lastSchema,
    wait,
  },
  closed,
);

export const CountQuery = Type.Object(filter, closed);

export const TakeSchema = Type.Object({ ...filter, wait }, { ...closed, title: "RequestTake" });
