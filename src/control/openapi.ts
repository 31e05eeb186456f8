import type { TSchema } from "typebox";
import { PATHS } from "../request/addresses.ts";
import type { AnyExample } from "./api/examples.ts";
import type { Operation, RefusalStatus } from "./api/operation.ts";
import {
  isBodyOptional,
  mediaTypeOf,
  ProblemSchema,
  REFUSALS,
  refusalsOf,
} from "./api/operation.ts";
import type { Components, Json } from "./components.ts";
import { createComponents } from "./components.ts";
import { examplesOf } from "./examples.ts";

/**
 * The control API as an OpenAPI 3.1 document. All of it is read off the table of operations in
 * dispatch.ts, so it describes what is there and nothing else.
 */

/** The part of the document that is the same for every caller. */
export interface Description {
  readonly tags: readonly { readonly name: string; readonly description: string | undefined }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: Readonly<Record<"schemas" | "responses" | "securitySchemes", Json>>;
}

/** What is said of one operation. */
interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly ParameterObject[];
  /** Empty where anybody may call. */
  readonly security?: readonly Json[];
  readonly requestBody?: { readonly required: boolean; readonly content: MediaTypes };
  readonly responses: Readonly<Record<string, ResponseObject | { readonly $ref: string }>>;
}

/** A part of the path or of the query. */
export interface ParameterObject {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
}

interface ResponseObject {
  readonly description: string;
  readonly headers?: Json;
  readonly content?: MediaTypes;
}

type MediaTypes = Readonly<Record<string, { readonly schema: Json; readonly examples?: Json }>>;

export function openApiDocument(
  description: Description,
  { back }: { readonly back: string },
  version: string,
) {
  return {
    openapi: "3.1.1",
    info: {
      title: "vipps-login-mock: the control API",
      version,
      description:
        "This is a mock. It stands in for Vipps Login in tests, and this API says what happens in " +
        "it: who can log in, what time it is, what was revoked. It is not an API of Vipps " +
        "MobilePay. Refusals are RFC 9457 problem documents that say what to do; a refused request " +
        "changed nothing. A method that a path does not take answers 405 and lists those it takes.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: `${back}${PATHS.control}` }],
    security: [{}, { token: [] }],
    ...description,
  };
}

export function describeOperations(operations: readonly Operation[]): Description {
  const components = createComponents();
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {};
    methods[operation.method.toLowerCase()] = describeOperation(operation, operations, components);
    paths[operation.path] = methods;
  }
  const names = [...new Set(operations.map(({ path }) => resourceOf(path)))];
  return {
    tags: names.map((name) => ({ name, description: RESOURCES[name] })),
    paths,
    components: {
      schemas: components.schemas,
      responses: refusalResponses(components),
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The token that the mock was started with (--control-token), if it was.",
        },
      },
    },
  };
}

function describeOperation(
  operation: Operation,
  operations: readonly Operation[],
  components: Components,
): OperationObject {
  const { path, summary, params, query, body } = operation;
  const parameters = [
    ...describeParameters("path", params, operation, components),
    ...describeParameters("query", query, operation, components),
  ];
  return {
    operationId: operationIdOf(operation),
    summary,
    tags: [resourceOf(path)],
    ...(operation.public && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !isBodyOptional(operation),
        content: content(
          mediaTypeOf(body),
          body,
          components,
          partsOf(operation, (one) => one.body),
        ),
      },
    }),
    responses: {
      [operation.status]: describeSuccess(operation, operations, components),
      ...Object.fromEntries(
        refusalsOf(operation).map((status) => [
          status,
          describeRefusal(status, operation, components),
        ]),
      ),
    },
  };
}

function describeParameters(
  where: ParameterObject["in"],
  schema: TSchema,
  operation: Operation,
  components: Components,
): ParameterObject[] {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, TSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = components.refer(property) as Json;
    const examples = partsOf(operation, (example) => {
      const values = (where === "path" ? example.params : example.query) as Json | undefined;
      return values?.[name];
    });
    return {
      name,
      in: where,
      required: required.includes(name),
      ...(typeof description === "string" && { description }),
      schema: rest,
      ...(examples && { examples }),
    };
  });
}

/** Whatever has been made can be found where it is, if there is an operation that reads one. */
function describeSuccess(
  operation: Operation,
  operations: readonly Operation[],
  components: Components,
): ResponseObject {
  const { status, response: answer } = operation;
  const examples = partsOf(operation, (example) =>
    example.refused === undefined ? example.response : undefined,
  );
  return {
    description: { 200: "Done.", 201: "Created.", 204: "Done; there is no body." }[status],
    ...(answersLocation(operation, operations) && {
      headers: {
        Location: { description: "The URL of what was created.", schema: { type: "string" } },
      },
    }),
    ...(answer && { content: content(mediaTypeOf(answer), answer, components, examples) }),
  };
}

/** Whether its response has a Location: there must be an operation that reads what was created. */
export function answersLocation(
  { status, path }: Operation,
  operations: readonly Operation[],
): boolean {
  const one = new RegExp(`^${path}/\\{\\w+\\}$`);
  return status === 201 && operations.some((it) => it.method === "GET" && one.test(it.path));
}

function content(
  type: string,
  schema: TSchema,
  components: Components,
  examples: Json | undefined,
): MediaTypes {
  const referred = components.refer(schema) as Json;
  return { [type]: { schema: referred, ...(examples && { examples }) } };
}

/** The same part of each example that has it, under the example's name. */
function partsOf(operation: Operation, part: (example: AnyExample) => unknown): Json | undefined {
  const shown = examplesOf(operation).flatMap((example) => {
    const value = part(example);
    return value === undefined ? [] : [[keyOf(example), { summary: example.title, value }]];
  });
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

/** OpenAPI takes no spaces in the names of examples. */
function keyOf({ title }: AnyExample): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** Each status means the same everywhere; only an example of it is the operation's own. */
function describeRefusal(
  status: RefusalStatus,
  operation: Operation,
  components: Components,
): ResponseObject | { readonly $ref: string } {
  const examples = partsOf(operation, ({ refused, response: answer }) =>
    refused === status ? answer : undefined,
  );
  return examples
    ? refusalResponse(status, components, examples)
    : { $ref: `#/components/responses/${REFUSALS[status].name}` };
}

function refusalResponses(components: Components): Json {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { name }]) => [
      name,
      refusalResponse(Number(status) as RefusalStatus, components),
    ]),
  );
}

function refusalResponse(
  status: RefusalStatus,
  components: Components,
  examples?: Json,
): ResponseObject {
  const challenge = { description: "`Bearer`.", schema: { type: "string" } };
  return {
    description: REFUSALS[status].meaning,
    ...(status === 401 && { headers: { "WWW-Authenticate": challenge } }),
    content: content("application/problem+json", ProblemSchema, components, examples),
  };
}

/** The resources of the control API, by the first part of their paths, each in a sentence. */
export const RESOURCES: Readonly<Record<string, string>> = {
  health: "Whether the mock is up, and its store is there.",
  live: "Whether the process lives, whatever its store does.",
  addresses: "At which addresses the mock is called, and why.",
  "openapi.json": "This description.",
  counts: "How much there is, for who does not want to read all of it.",
  users: "Who can log in.",
  "sales-units": "The merchants' clients.",
  partners: "Partners, whose keys act for the sales units of others.",
  consents: "What users agreed to share with merchants; revoking is what the user does in the app.",
  scenarios: "What happens to the next logins, in the order in which they were queued.",
  logins: "Logins that wait for a person, to be approved or rejected in that person's place.",
  "payment-sessions": "Payments in which a user shared data; the merchant reads it by sub.",
  browsers: "The browsers that remember their user, so that no phone number and no app is needed.",
  faults: "What goes wrong on purpose; the first one in the list that is due applies.",
  clock: "What time it is in the sandbox; every lifetime goes by it.",
  keys: "The keys that sign ID tokens, and those that JWKS lists.",
  tokens: "The code and the tokens of a login, without the login.",
  statistics:
    "How many logins succeeded, by sales unit and day, with the delay of the real portal.",
  checklist: "What Vipps asks before an application goes live, and how the application stands.",
  checks: "An application is checked by logins in each of which one thing is not as usual.",
  settings: "Profile, rule overrides, limits, automatic login and webhook hosts.",
  sandboxes: "Separate instances of the mock under /s/{id}, for tests that run side by side.",
  state: "A whole sandbox: exported, restored, or reset.",
  requests: "The requests of merchants and browsers, the responses, and why any was refused.",
  "webhook-deliveries":
    "The webhooks to merchants: every attempt, and what the receiver responded.",
};

export function resourceOf(path: string): string {
  return path.split("/")[1] ?? "";
}

const VERBS = {
  GET: "get",
  POST: "create",
  PUT: "replace",
  PATCH: "update",
  DELETE: "delete",
} as const;

/**
 * What an operation is called in generated clients: `listUsers`, `createSandbox`, `rotateKeys`. Its own name, or the one that follows from its method and path: a second word in the path is what
 * is done to the resource, otherwise the method says it.
 */
export function operationIdOf({ operationId, method, path, response: answer }: Operation): string {
  if (operationId !== undefined) return operationId;
  const segments = path.split("/").slice(1);
  const [resource = "", action] = segments.filter((segment) => !segment.startsWith("{"));
  const isOne = segments.some((segment) => segment.startsWith("{"));
  const isNew = action === undefined && method === "POST";
  const noun = pascal(isOne || isNew ? singular(resource) : resource);
  if (action !== undefined) return `${camel(action)}${noun}`;
  const { properties = {} } = (answer ?? {}) as { readonly properties?: object };
  return `${method === "GET" && "items" in properties ? "list" : VERBS[method]}${noun}`;
}

function singular(plural: string): string {
  return plural.replace(/ies$/, "y").replace(/(?<=x)es$|s$/, "");
}

function pascal(kebab: string): string {
  return kebab.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function camel(kebab: string): string {
  return kebab.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
