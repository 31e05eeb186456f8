import type { TSchema } from "typebox";
import { PATHS } from "../request/addresses.ts";
import type { Example, Operation } from "./api/operation.ts";
import type { RefusalStatus } from "./api/refusals.ts";
import { ProblemSchema, REFUSALS, refusalsOf } from "./api/refusals.ts";
import type { Components, Json } from "./components.ts";
import { createComponents } from "./components.ts";
import { operationIdOf } from "./operation-id.ts";
import { OPERATIONS } from "./operations.ts";
import { RESOURCES, resourceOf } from "./resources.ts";

/**
 * The control API as an OpenAPI 3.1 document. All of it is read off the table of operations that
 * dispatch.ts serves from, so it describes what is there and nothing else.
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

const JSON_TYPE = "application/json";

type AnyExample = Example<unknown, unknown, unknown>;

export function openApiDocument({ back }: { readonly back: string }, version: string) {
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
    ...DESCRIPTION,
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

/** Made once for the process, when this file is loaded. */
const DESCRIPTION = describeOperations(OPERATIONS);

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
        required: operation.bodyOptional !== true,
        content: content(
          JSON_TYPE,
          body,
          components,
          examplesOf(operation, (one) => one.body),
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
    const examples = examplesOf(operation, (example) => {
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
  const examples = examplesOf(operation, (example) =>
    example.refused === undefined ? example.response : undefined,
  );
  return {
    description: { 200: "Done.", 201: "Made.", 204: "Done; there is nothing to tell." }[status],
    ...(answersLocation(operation, operations) && {
      headers: {
        Location: { description: "The URL of what was made.", schema: { type: "string" } },
      },
    }),
    ...(answer && { content: content(JSON_TYPE, answer, components, examples) }),
  };
}

/** Whether its answer says where the thing is that was made: there must be a way to read it. */
export function answersLocation(
  { status, path }: Operation,
  operations: readonly Operation[] = OPERATIONS,
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
function examplesOf(
  { examples = [] }: Operation,
  part: (example: AnyExample) => unknown,
): Json | undefined {
  const shown = examples.flatMap((example) => {
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
  const examples = examplesOf(operation, ({ refused, response: answer }) =>
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
