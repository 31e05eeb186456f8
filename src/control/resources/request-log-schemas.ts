import Type from "typebox";
import { DiagnosisSchema } from "../../records/diagnosis.ts";
import { closed, LengthSchema } from "../../records/schema-parts.ts";
import { ENDPOINT_NAMES } from "../../records/vocabulary.ts";
import { WAIT } from "../api/lengths.ts";
import { MomentSchema, PageQuery } from "../api/records.ts";

/** What `requests` takes and returns. */

export const MessageSchema = Type.Object(
  {
    headers: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
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
    url: Type.String(),
    endpoint: Type.Optional(EndpointSchema),
    status: Type.Optional(
      Type.Integer({ description: "Left out when the connection broke before a response." }),
    ),
    refused: Type.Boolean(),
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
};

const REFUSED = "true: only what was refused; false: only what was not.";

const queryFilter = {
  ...filter,
  refused: Type.Optional(Type.Enum(["true", "false"], { description: REFUSED })),
};

export const ListQuery = Type.Object(
  {
    ...queryFilter,
    limit: PageQuery.limit,
    wait: Type.Optional(Type.String({ description: WAIT })),
  },
  closed,
);

export const CountQuery = Type.Object(queryFilter, closed);

export const TakeSchema = Type.Object(
  {
    ...filter,
    refused: Type.Optional(Type.Boolean({ description: REFUSED })),
    wait: Type.Optional({ ...LengthSchema, description: WAIT }),
  },
  { ...closed, title: "RequestTake" },
);

/** What the examples show: the demo shop sent the secret of another sales unit. */
export const REFUSED_REQUEST = {
  id: "R1nadv9udddqArJTdHrCn",
  at: "2023-05-17T10:00:00Z",
  method: "POST",
  url: "http://localhost:4747/access-management-1.0/access/oauth2/token",
  endpoint: "token",
  status: 401,
  refused: true,
  diagnosis: {
    rule: "credentials",
    faq: "Why do I get Error: invalid_client?",
    message: "the client_secret sent for 10000000-0000-4000-8000-000000000001 is wrong",
    detail: "Copy the secret of that sales unit again.",
  },
  notes: [],
  clientId: "10000000-0000-4000-8000-000000000001",
  duration: 2.2,
  taken: false,
  request: {
    headers: {
      host: "localhost:4747",
      "content-type": "application/x-www-form-urlencoded",
      authorization: "Basic 10000000-0000-4000-8000-000000000001:publ***b0b4ab33",
      "user-agent": "shop/1.0",
      "content-length": "104",
    },
    body: "grant_type=authorization_code&code=code***de096c63&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback",
  },
  response: {
    headers: {
      "x-vipps-login-mock": "0.1.0",
      "cache-control": "no-store",
      pragma: "no-cache",
      "content-type": "application/json;charset=UTF-8",
    },
    body:
      '{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown ' +
      'client, no client authentication included, or unsupported authentication method)."}',
  },
};
