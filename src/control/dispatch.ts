import type { TSchema } from "typebox";
import { parseConfig } from "../config/parse.ts";
import { didYouMean, quoted } from "../config/problem.ts";
import { findProblems, findProblemsInTurns } from "../config/schema-problems.ts";
import { catchUp } from "../login/phone-login.ts";
import { closest } from "../platform/closest.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import type { ControlContext, Operation } from "./api/operation.ts";
import { badRequest, Problem, problemOf, refuseProblems } from "./api/problem.ts";
import type { Description } from "./openapi.ts";
import { addressOperations } from "./resources/addresses.ts";
import { browserOperations } from "./resources/browsers.ts";
import { checklistOperations } from "./resources/checklist.ts";
import { checkOperations } from "./resources/checks.ts";
import { clockOperations } from "./resources/clock.ts";
import { consentOperations } from "./resources/consents.ts";
import { countOperations } from "./resources/counts.ts";
import { descriptionOperations } from "./resources/description.ts";
import { faultOperations } from "./resources/faults.ts";
import { healthOperations } from "./resources/health.ts";
import { keyOperations } from "./resources/keys.ts";
import { loginOperations } from "./resources/logins.ts";
import { partnerOperations } from "./resources/partners.ts";
import { paymentSessionOperations } from "./resources/payment-sessions.ts";
import { requestLogOperations } from "./resources/request-log.ts";
import { salesUnitOperations } from "./resources/sales-units.ts";
import { sandboxOperations } from "./resources/sandboxes.ts";
import { scenarioOperations } from "./resources/scenarios.ts";
import { settingsOperations } from "./resources/settings.ts";
import { stateOperations } from "./resources/state.ts";
import { statisticsOperations } from "./resources/statistics.ts";
import { tokenOperations } from "./resources/tokens.ts";
import { userOperations } from "./resources/users.ts";
import { webhookDeliveryOperations } from "./resources/webhook-deliveries.ts";

/** Everything that the control API can do. */
export const OPERATIONS: readonly Operation[] = [
  ...healthOperations,
  ...addressOperations,
  ...descriptionOperations,
  ...countOperations,
  ...userOperations,
  ...salesUnitOperations,
  ...partnerOperations,
  ...consentOperations,
  ...scenarioOperations,
  ...loginOperations,
  ...paymentSessionOperations,
  ...browserOperations,
  ...faultOperations,
  ...clockOperations,
  ...keyOperations,
  ...tokenOperations,
  ...statisticsOperations,
  ...checklistOperations,
  ...checkOperations,
  ...settingsOperations,
  ...sandboxOperations,
  ...stateOperations,
  ...requestLogOperations,
  ...webhookDeliveryOperations,
];

/** A request to the control API, as it came. */
export interface ControlRequest extends ControlContext {
  readonly method: string;
  /** Below the API's root, still percent-encoded. */
  readonly path: string;
  /** Without the `?`. */
  readonly query: string;
  readonly contentType: string | undefined;
  /** In the parts in which it came; undefined without one. */
  readonly body: readonly Uint8Array[] | undefined;
  readonly exchange: Exchange;
  readonly hangUp: AbortSignal;
}

/** What to respond. */
export interface ControlResponse {
  readonly status: number;
  /** The URL of what was made. */
  readonly location?: string;
  readonly body?: object | string;
}

/**
 * Finds the operation, holds every part of the request against its schema, and runs it.
 *
 * @throws Problem for whatever is wrong with the request; nothing was changed then
 */
export async function dispatch(request: ControlRequest): Promise<ControlResponse> {
  const { operation, params } = findOperation(request.method, request.path);
  const query = readQuery(request.query, operation.query);
  for (const [schema, value, where] of [
    [operation.params, params, "The path"],
    [operation.query, query, "The query"],
  ] as const) {
    refuseProblems(findProblems(schema, value), where);
  }
  const body = await bodyFor(operation, request);
  const { exchange, version } = request;
  // The operation sees the sandbox as it is after every user has answered whose time has come.
  await catchUp(exchange);
  const outcome = await operation
    .run({
      ...request,
      ...{ params, query, body },
      describe: () => describe(exchange, version),
    })
    .catch((error: unknown) => {
      throw problemOf(error);
    });
  return {
    status: operation.status,
    ...("body" in outcome && { body: outcome.body }),
    ...(outcome.location !== undefined && {
      location: `${exchange.endpoints.back}${PATHS.control}${outcome.location}`,
    }),
  };
}

let description: Description | undefined;

/** Few callers ask for it, so it is made for the first one that does, and once for the process. */
async function describe({ endpoints }: Exchange, version: string): Promise<object> {
  const { describeOperations, openApiDocument } = await import("./openapi.ts");
  description ??= describeOperations(OPERATIONS);
  return openApiDocument(description, endpoints, version);
}

async function bodyFor(
  operation: Operation,
  { method, contentType, body }: ControlRequest,
): Promise<unknown> {
  const isEmpty = saysNothing(body);
  if (operation.body === undefined) {
    if (isEmpty) return undefined;
    throw new Problem(400, `${method} ${operation.path} takes no body; leave it out.`);
  }
  // What is to be changed or replaced has to be said; what is missing elsewhere, the schema says.
  const given = isEmpty && method === "POST" ? {} : await readBody(contentType, body);
  const value = operation.upgradeBody ? operation.upgradeBody(given) : given;
  refuseProblems(await findProblemsInTurns(operation.body, value));
  return value;
}

/** So long an empty object can be, white space around it included. */
const LONGEST_EMPTY = 100;

/**
 * Whether there is no body, or an empty object. Most clients send that where there is nothing to say, as
 * JSON, as a form or as nothing in particular.
 */
function saysNothing(body: ControlRequest["body"]): boolean {
  if (body === undefined) return true;
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return length <= LONGEST_EMPTY && /^\s*(\{\s*\}\s*)?$/.test(Buffer.concat(body).toString());
}

/** An operation with what its path's parameters are. */
interface Found {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/** The paths as they are compared: taken apart once, where a request is compared with all of them. */
const TEMPLATES = OPERATIONS.map((operation) => ({
  operation,
  parts: operation.path.split("/").map((text) => ({ text, name: /^\{(.+)\}$/.exec(text)?.[1] })),
}));

/**
 * The operation there, with the values of its path's parameters.
 *
 * @throws Problem 404 or 405, which lists what there is instead
 */
export function findOperation(method: string, path: string): Found {
  // The server refuses a malformed escape before any route sees it.
  const segments = path.split("/").map(decodeURIComponent);
  const matches = TEMPLATES.flatMap(({ operation, parts }): Found[] => {
    const params = match(parts, segments);
    return params ? [{ operation, params }] : [];
  });
  // A name of the API wins over a record that could be called so: keys/rotate is no key.
  const openness = ({ params }: Found) => Object.keys(params).length;
  const fewest = Math.min(...matches.map(openness));
  const here = matches.filter((found) => openness(found) === fewest);
  const [first] = here;
  if (first === undefined) throw nothingAt(path);
  const found = here.find(({ operation }) => operation.method === method);
  if (found) return found;
  const methods = here.map(({ operation }) => operation.method);
  const allow = methods.map((one) => (one === "GET" ? "GET, HEAD" : one)).join(", ");
  const taken = `${first.operation.path} takes ${methods.join(", ")}`;
  throw new Problem(405, `${taken}, not ${method}.`, [], { allow });
}

/** The parameters of a path; undefined when the template is another's. */
function match(
  parts: readonly { readonly text: string; readonly name: string | undefined }[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, { text, name }] of parts.entries()) {
    const segment = segments[index] ?? "";
    if (name === undefined ? text !== segment : segment === "") return undefined;
    if (name !== undefined) params[name] = segment;
  }
  return params;
}

function nothingAt(path: string): Problem {
  const templates = [...new Set(OPERATIONS.map((operation) => operation.path.slice(1)))];
  const has = `The control API has ${templates.join(", ")}.`;
  const given = path.split("/").filter((segment) => segment !== "");
  if (given.length === 0) return new Problem(404, `Nothing is at ${PATHS.control} itself. ${has}`);
  const template = templates.find((one) => isNearly(given, one));
  const meant = didYouMean(template) || ".";
  const isThere = TEMPLATES.some(({ parts }) => match(parts, ["", ...given]));
  const slip = isThere ? " Only the slashes differ." : "";
  return new Problem(404, `Nothing is at ${PATHS.control}${path}${meant}${slip} ${has}`);
}

/** Part by part. */
function isNearly(segments: readonly string[], template: string): boolean {
  const parts = template.split("/");
  return (
    segments.length === parts.length &&
    parts.every((part, at) => part.startsWith("{") || closest(segments[at] ?? "", [part]) === part)
  );
}

/**
 * The parameters, as the values that they stand for; what stands for none of the right type stays a text,
 * for the schema to refuse.
 *
 * @throws Problem 400 when a parameter is there twice or is not UTF-8
 */
function readQuery(query: string, schema: TSchema): Record<string, unknown> {
  const parameters = new Map<string, unknown>();
  for (const [name, text] of new URLSearchParams(readable(query))) {
    if (parameters.has(name)) {
      const message = "is given twice; give it once";
      throw badRequest([{ path: name, message }], "The query");
    }
    parameters.set(name, valueIn(text, schema, name));
  }
  return Object.fromEntries(parameters);
}

/** The query as it is; URLSearchParams would put other characters in the place of those that it cannot read. */
function readable(query: string): string {
  try {
    return decodeURIComponent(query) && query;
  } catch {
    throw new Problem(400, `The query is not percent-encoded UTF-8: ${quoted(query)}`);
  }
}

/** What a text in a query is by the schema of its parameter: a number, true or false, or a text. */
function valueIn(text: string, schema: TSchema, name: string): unknown {
  const { properties = {} } = schema as { readonly properties?: Record<string, TypedSchema> };
  const own: TypedSchema | undefined = Object.hasOwn(properties, name)
    ? properties[name]
    : undefined;
  const { type, anyOf = [] } = own ?? {};
  const types = [type, ...anyOf.map((branch) => branch.type)];
  if (types.includes("boolean") && (text === "true" || text === "false")) return text === "true";
  const isNumber = types.includes("integer") || types.includes("number");
  return isNumber && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

interface TypedSchema {
  readonly type?: string;
  readonly anyOf?: readonly TypedSchema[];
}

/**
 * The value that is written there as JSON.
 *
 * @throws Problem 415 when it is something else, 400 when it is not well-formed
 */
async function readBody(
  contentType: string | undefined,
  body: ControlRequest["body"],
): Promise<unknown> {
  if (body === undefined) {
    throw new Problem(400, "The body is missing: send a JSON object, as application/json.");
  }
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? "")) {
    const given = contentType === undefined ? "no Content-Type" : JSON.stringify(contentType);
    throw new Problem(415, `The control API takes application/json, not ${given}.`);
  }
  const parsed = await parseConfig(body, "json");
  if ("problems" in parsed) throw badRequest(parsed.problems);
  return parsed.value;
}
