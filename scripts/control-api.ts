import type { AnyExample } from "../src/control/api/examples.ts";
import type { Operation } from "../src/control/api/operation.ts";
import { refusalsOf } from "../src/control/api/operation.ts";
import type { Json } from "../src/control/components.ts";
import { OPERATIONS } from "../src/control/dispatch.ts";
import { examplesOf } from "../src/control/examples.ts";
import type { ParameterObject } from "../src/control/openapi.ts";
import { describeOperations, resourceOf } from "../src/control/openapi.ts";
import { PATHS } from "../src/request/addresses.ts";
import { pathOf } from "./example-path.ts";
import { table } from "./tables.ts";

/** Writes the control API down for people: docs/control-api.md. */

/** So wide a line of an example may be. */
const WIDTH = 100;

const DESCRIPTION = describeOperations(OPERATIONS);

export function controlApiDocument(): string {
  return [
    "<!-- Written by `npm run docs` from the declarations in the code. Edit those. -->",
    "# The control API",
    `Everything is below \`${PATHS.control}\`, and below \`/s/{id}${PATHS.control}\` for the sandbox of ` +
      `that id; programs read the same as OpenAPI 3.1 at \`${PATHS.control}/openapi.json\`. Bodies are ` +
      "JSON; only `requests/report` answers plain text. Unknown properties are refused, and a PATCH " +
      "changes only what it names; where there is nothing to say, no body and `{}` are the same. Each operation is shown with an example; the OpenAPI document has " +
      "more of them, and a test performs them all.",
    "A refusal is a " +
      `${linkTo("Problem")} that says what is wrong and what to do, and nothing was ` +
      "changed: 400 for a wrong request, 401 or 403 for who may not call, 404 for what is not there, " +
      "405 for a method that the path does not take, 413 and 415 for a body that is too large or no " +
      "JSON. Operations that can refuse in other ways say so.",
    ...DESCRIPTION.tags.flatMap(({ name, description = "" }) => [
      `## ${name}`,
      description,
      ...OPERATIONS.filter(({ path }) => resourceOf(path) === name).flatMap(operationBlocks),
    ]),
    "## Shapes",
    "Names with a question mark may be left out.",
    ...Object.entries(DESCRIPTION.components.schemas).flatMap(([title, schema]) =>
      shapeBlocks(title, schema as Json),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

function operationBlocks(operation: Operation): string[] {
  const { method, path, summary } = operation;
  const { parameters = [] } = DESCRIPTION.paths[path]?.[method.toLowerCase()] ?? {};
  return [
    `### ${method} ${path}`,
    summary,
    ...(parameters.length === 0
      ? []
      : [table(["Parameter", "In", "Type", "Meaning"], parameters.map(parameterRow))]),
    inAndOut(operation),
    ...examplesOf(operation)
      .slice(0, 1)
      .flatMap((example) => exampleBlocks(operation, example)),
  ];
}

function parameterRow({ name, in: where, required, schema, description = "" }: ParameterObject) {
  return [nameCell(name, required), where, typeOf(schema), description];
}

function inAndOut(operation: Operation): string {
  const { method, path, status, response: answer } = operation;
  const { requestBody, responses = {} } = DESCRIPTION.paths[path]?.[method.toLowerCase()] ?? {};
  const own = refusalsOf(operation).filter((one) => operation.refusals?.some((it) => it === one));
  const success = responses[status];
  const shown =
    answer && success && "content" in success && success.content
      ? ` with ${typeIn(success.content)}`
      : "";
  return [
    ...(requestBody ? [`Takes ${typeIn(requestBody.content)}.`] : []),
    `Answers ${status}${shown}.`,
    ...(own.length > 0 ? [`Refuses with ${own.join(" or ")} too.`] : []),
  ].join(" ");
}

function typeIn(content: Readonly<Record<string, { readonly schema: Json }>>): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (type === "text/plain" ? "plain text" : typeOf(schema)))
    .join(" or ");
}

function exampleBlocks(operation: Operation, example: AnyExample) {
  const { title, body, response: answer, refused } = example;
  const request = `${operation.method} ${PATHS.control}${pathOf(operation, example)}`;
  const lines = [
    request,
    ...(body === undefined ? [] : [laidOut(body)]),
    ...(answer === undefined && refused === undefined
      ? []
      : ["", `${refused ?? operation.status}`, ...(answer === undefined ? [] : [written(answer)])]),
  ];
  return [`${title}:`, `\`\`\`text\n${lines.join("\n")}\n\`\`\``];
}

function shapeBlocks(title: string, schema: Json): string[] {
  const {
    properties,
    required = [],
    description,
  } = schema as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
    readonly description?: string;
  };
  return [
    `### Shape ${title}`,
    ...(description === undefined ? [] : [description]),
    properties === undefined
      ? typeOf(schema)
      : table(
          ["Property", "Type", "Meaning"],
          Object.entries(properties).map(([name, property]) => [
            nameCell(name, required.includes(name)),
            typeOf(property),
            String(property["description"] ?? ""),
          ]),
        ),
  ];
}

function nameCell(name: string, required: boolean): string {
  return `\`${name}\`${required ? "" : "?"}`;
}

/** A schema in a few words. */
function typeOf(schema: Json): string {
  const {
    $ref,
    enum: values,
    const: value,
    anyOf,
    oneOf,
    type,
    items,
    properties,
  } = schema as {
    readonly $ref?: string;
    readonly enum?: readonly unknown[];
    readonly const?: unknown;
    readonly anyOf?: readonly Json[];
    readonly oneOf?: readonly Json[];
    readonly type?: string;
    readonly items?: Json;
    readonly properties?: Readonly<Record<string, Json>>;
  };
  const branches = anyOf ?? oneOf;
  if ($ref !== undefined) return linkTo($ref.slice($ref.lastIndexOf("/") + 1));
  if (values) return values.map(literal).join(" or ");
  if ("const" in schema) return literal(value);
  if (branches) return branches.map(typeOf).join(" or ");
  if (type === "array") return `list of ${items ? typeOf(items) : "anything"}`;
  if (properties) return membersOf(properties);
  return type ?? "anything";
}

function linkTo(title: string): string {
  return `[${title}](#shape-${title.toLowerCase()})`;
}

function literal(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** An object without a name of its own. */
function membersOf(properties: Readonly<Record<string, Json>>): string {
  const members = Object.entries(properties).map(([name, one]) => `\`${name}\`: ${typeOf(one)}`);
  return members.length === 0 ? "object" : `object of ${members.join(", ")}`;
}

/** Plain text as it is, and JSON laid out. */
function written(body: unknown): string {
  return typeof body === "string" ? body.trimEnd() : laidOut(body);
}

/** JSON on one line where it fits, and otherwise each member on its own. */
function laidOut(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, " ");
  if (indent.length + flat.length <= WIDTH || typeof value !== "object" || value === null) {
    return flat;
  }
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((member) => laidOut(member, inner))
    : Object.entries(value).map(([key, member]) => `"${key}": ${laidOut(member, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${members.map((member) => `${inner}${member}`).join(",\n")}\n${indent}${close}`;
}
