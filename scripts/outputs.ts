import { readFile } from "node:fs/promises";
import { ConfigSchema } from "../src/records/config.ts";
import { controlApiDocument } from "./control-api.ts";
import { fidelityDocument, rulesTable } from "./fidelity.ts";
import { checklistTable, probesTable } from "./go-live.ts";
import { limitsDocument } from "./limits.ts";
import { metricsTable } from "./metrics.ts";
import { sourcesDocument } from "./sources.ts";
import { optionsBlock, partnersTable, salesUnitsTable, usersTable } from "./tables.ts";

/** The files that are made from the code, or partly so. */

/** A file as it should be. */
export interface Output {
  /** Where it goes, from the root of the package. */
  readonly path: string;
  /** The whole file. */
  readonly content: string;
}

/** The parts of pages that are made, each between its markers: `<!-- rules:begin -->`. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string | Promise<string>>>>> = {
  "docs/users.md": { "sales-units": salesUnitsTable, users: usersTable, partners: partnersTable },
  "docs/rules.md": { rules: rulesTable },
  "docs/configuration.md": { options: optionsBlock },
  "docs/metrics.md": { metrics: metricsTable },
  "docs/go-live.md": { checklist: checklistTable, probes: probesTable },
};

/**
 * Every file as the code makes it.
 *
 * @throws Error when a page has no place for the part that is made
 */
export async function makeOutputs(readFromRoot: Read = read): Promise<Output[]> {
  const pages: Output[] = [];
  for (const path of Object.keys(PARTS)) {
    const text = await readFromRoot(path);
    if (text !== undefined) pages.push({ path, content: await withParts(path, text) });
  }
  return [
    { path: "fixtures/config.schema.json", content: jsonSchema(ConfigSchema) },
    { path: "docs/fidelity.md", content: fidelityDocument() },
    { path: "docs/sources.md", content: sourcesDocument() },
    { path: "docs/control-api.md", content: controlApiDocument() },
    { path: "docs/limits.md", content: limitsDocument() },
    ...pages,
  ];
}

/**
 * The same page with every part that is made as the code makes it.
 *
 * @throws Error as `withPart` does
 */
async function withParts(path: string, page: string): Promise<string> {
  let text = page;
  for (const [name, make] of Object.entries(PARTS[path] ?? {})) {
    text = withPart(path, text, name, await make());
  }
  return text;
}

/**
 * @param path of the page, for the message
 * @throws Error when a marker is missing, stands there twice, or the two stand the wrong way round
 */
export function withPart(path: string, text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before = "", ...behind] = text.split(begin);
  const [, after, ...more] = (behind[0] ?? "").split(end);
  if (after === undefined || behind.length > 1 || more.length > 0 || before.includes(end)) {
    throw new Error(
      `${path} must have ${begin} and, below it, ${end}, each once: what \`npm run docs\` makes ` +
        "is written between them",
    );
  }
  return `${before}${begin}\n\n${part}\n\n${end}${after}`;
}

/**
 * The files that are not on the disk as the code makes them.
 *
 * @throws Error as `makeOutputs` does
 */
export async function findStale(readFromRoot: Read = read): Promise<Output[]> {
  const outputs = await makeOutputs(readFromRoot);
  const current = await Promise.all(outputs.map(({ path }) => readFromRoot(path)));
  return outputs.filter(({ content }, index) => content !== current[index]);
}

export function fromRoot(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

type Read = (path: string) => Promise<string | undefined>;

async function read(path: string): Promise<string | undefined> {
  return readFile(fromRoot(path), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** Draft 7 is what editors understand best, and the schemas use nothing newer. */
function jsonSchema(schema: object): string {
  const dialect = { $schema: "http://json-schema.org/draft-07/schema#" };
  return `${JSON.stringify({ ...dialect, ...schema }, undefined, 2)}\n`;
}
