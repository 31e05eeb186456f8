import type { Static, TSchema } from "typebox";
import Type from "typebox";
import { findProblems } from "../../config/schema-problems.ts";
import type { Delivery } from "../../records/delivery.ts";
import type { KeptRequest } from "../../records/logged-request.ts";
import { closed } from "../../records/schema-parts.ts";
import type { PinnedUrls } from "../../request/addresses.ts";
import type { Exchange } from "../../request/exchange.ts";
import type { Arrivals } from "../../sandbox/arrivals.ts";
import type { Sandboxes } from "../../sandbox/registry.ts";
import type { Store } from "../../store/store.ts";
import type { Courier } from "../../webhooks/courier.ts";

/**
 * What one operation of the control API is, as data: where it is found, what it takes and how it
 * responds. dispatch.ts serves from the table of them, and the API's description is made from it.
 */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the API's root, with parameters in braces: `/users/{id}`. */
  readonly path: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** Its name in generated clients, where the one that follows from method and path says it badly. */
  readonly operationId?: string;
  /** Set where anybody may call, without a token and from anywhere. */
  readonly public?: true;
  readonly params: TSchema;
  readonly query: TSchema;
  /** Left out where a body is refused. */
  readonly body?: TSchema;
  /** Makes the body that the schema describes of one in an older form. */
  readonly upgradeBody?: (body: unknown) => unknown;
  /** The status of success. */
  readonly status: 200 | 201 | 204;
  /** The body of success, as JSON, or as plain text where it is a text; left out where it has none. */
  readonly response?: TSchema;
  /** How else it refuses, beyond what every operation of its shape does (`refusalsOf`). */
  readonly refusals?: readonly OwnRefusal[];
  readonly run: (call: Call<unknown, unknown, unknown>) => Promise<Outcome>;
}

/** It clashes with something that is there, or no whole record can be made of it. */
export type OwnRefusal = 409 | 422;

/** What the server gives to every operation. */
export interface ControlContext {
  readonly version: string;
  /** Where everything is kept. */
  readonly store: Pick<Store, "kind" | "state">;
  /** Every sandbox, for the operations that are about sandboxes as such. */
  readonly sandboxes: Sandboxes;
  readonly pinned: PinnedUrls;
  /** Whether X-Forwarded-* headers tell the truth. */
  readonly trustProxy: boolean;
  /** The names and addresses in the certificate, where https is served too. */
  readonly tlsHosts?: readonly string[] | undefined;
  /** To wait for requests and for webhook deliveries, and to end the waiting. */
  readonly arrivals: {
    readonly requests: Pick<Arrivals<KeptRequest>, "announce" | "waitFor" | "countWaiting">;
    readonly deliveries: Pick<Arrivals<Delivery>, "announce" | "waitFor" | "countWaiting">;
  };
  /** Makes an attempt to deliver a webhook. */
  readonly courier: Pick<Courier, "redeliver">;
}

/** One call of an operation; all parts of the request fit their schemas. */
export interface Call<Params, Query, Body> extends ControlContext {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The exchange of the request; its sandbox is the one that the URL names. */
  readonly exchange: Exchange;
  /** Makes the API's description of itself. */
  readonly describe: () => Promise<object>;
  /** Aborts when the caller has gone away. */
  readonly hangUp: AbortSignal;
}

/** What an operation responds. */
export interface Outcome {
  readonly body?: object | string;
  /** Where what was created can be read, below the API's root. */
  readonly location?: string;
}

/** The schema of a query or of parameters where there are none. */
const Nothing = Type.Object({}, closed);

/** An operation whose schemas are known as they are, for what is said of it in other files. */
export interface TypedOperation<
  Method extends Operation["method"],
  Path extends string,
  Params extends TSchema,
  Query extends TSchema,
  Body extends TSchema,
> extends Operation {
  readonly method: Method;
  readonly path: Path;
  readonly params: Params;
  readonly query: Query;
  readonly body?: Body;
}

/** The operation for the table, which does not know what types its parts have when it is called. */
export function operation<
  Method extends Operation["method"],
  Path extends string,
  Params extends TSchema = typeof Nothing,
  Query extends TSchema = typeof Nothing,
  Body extends TSchema = never,
>(
  spec: Omit<Operation, "method" | "path" | "params" | "query" | "body" | "run"> & {
    readonly method: Method;
    readonly path: Path;
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly run: (
      call: Call<Static<Params>, Static<Query>, [Body] extends [never] ? undefined : Static<Body>>,
    ) => Promise<Outcome>;
  },
): TypedOperation<Method, Path, Params, Query, Body> {
  const { run, params, query, ...rest } = spec;
  // Whoever calls has checked each part against the schema that its type is made from, and the type
  // of an empty schema is only ever inferred where a schema was left out.
  const whole = { ...rest, run, params: params ?? Nothing, query: query ?? Nothing };
  return whole as unknown as TypedOperation<Method, Path, Params, Query, Body>;
}

/** Whether a body may be left out: that means the same as an empty object, where one can be enough. */
export function isBodyOptional({ method, body }: Pick<Operation, "method" | "body">): boolean {
  return method === "POST" && body !== undefined && findProblems(body, {}).length === 0;
}

/** The media type of a body that fits the schema. */
export function mediaTypeOf(schema: TSchema): string {
  return Type.IsString(schema) ? "text/plain" : "application/json";
}

/** Where everything is kept. */
export const StoreKindSchema = Type.Enum(["memory", "redis"], {
  description: "Where everything is kept: in the mock's own memory, or in a Redis.",
});

/** RFC 9457, as http/messages.ts writes it. */
export const ProblemSchema = Type.Object(
  {
    type: Type.Literal("about:blank"),
    title: Type.String({ description: "The name of the status." }),
    status: Type.Integer({ description: "The status, repeated." }),
    detail: Type.String({ description: "What is wrong, with the value, and what to do." }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: Type.String({
              description: "The property: redirectUris[1]; empty for the whole.",
            }),
            message: Type.String({ description: "What is wrong with it, and what to do." }),
            value: Type.Optional(Type.Unknown({ description: "What was given." })),
            closest: Type.Optional(Type.String({ description: "What was probably meant." })),
          },
          { ...closed, title: "ProblemPart" },
        ),
        { description: "Every problem, one by one." },
      ),
    ),
    store: Type.Optional(
      Type.Object(
        {
          kind: StoreKindSchema,
          status: Type.Literal("unavailable"),
          reason: Type.String({ description: "Why it is not available." }),
        },
        { ...closed, title: "UnavailableStore", description: "With 503: how the store is." },
      ),
    ),
  },
  { ...closed, title: "Problem" },
);

/** The statuses of refusal, each with its name in the API's description and what it means. */
export const REFUSALS = {
  400: { name: "BadRequest", meaning: "A part of the request is wrong; nothing was changed." },
  401: { name: "Unauthorized", meaning: "The mock has a control token, and the request has not." },
  403: {
    name: "Forbidden",
    meaning: "Without a control token only callers on the mock's machine may call.",
  },
  404: {
    name: "NotFound",
    meaning: "What the request names does not exist, or the sandbox does not.",
  },
  409: { name: "Conflict", meaning: "It conflicts with what is there; nothing was changed." },
  413: { name: "TooLarge", meaning: "The body has too many bytes." },
  415: { name: "NotJson", meaning: "The body is not sent as application/json." },
  422: {
    name: "Impossible",
    meaning: "Each part is right, but they do not fit together; nothing was changed.",
  },
  503: {
    name: "StoreUnavailable",
    meaning:
      "The mock's store, a Redis, is away, too slow or full; what was asked may have been done.",
  },
} as const;

export type RefusalStatus = keyof typeof REFUSALS;

/**
 * The statuses with which it may refuse, in order. 405 is not among them: it means that there is no
 * such operation.
 */
export function refusalsOf(operation: Operation): RefusalStatus[] {
  const statuses: RefusalStatus[] = [
    400,
    ...(operation.public ? [] : ([401, 403] as const)),
    404,
    503,
    ...(operation.body ? ([413, 415] as const) : []),
    ...(operation.refusals ?? []),
  ];
  return statuses.sort((one, other) => one - other);
}
