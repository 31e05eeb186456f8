import { JsonMistake, readJson } from "./json.ts";
import type { Problem } from "./problem.ts";

/**
 * From the bytes of a config file, or of a request to the control API, to a value. Whatever keeps it
 * from being read is reported with its line and column.
 */

/** A value, or why there is none. */
export type Parsed = { readonly value: unknown } | { readonly problems: readonly Problem[] };

/** In one part or in several: to join those of a long body takes long, and others would wait. */
type Bytes = readonly Uint8Array[];

/**
 * The value they hold, an object without keys where the file is empty but for comments; or everything
 * that is wrong with it.
 */
export async function parseConfig(bytes: Bytes, format: "json" | "yaml"): Promise<Parsed> {
  try {
    const before = beforeNul(bytes);
    if (before) {
      const text = textOf(before);
      return problem(`${at(text, text.length)}: contains a NUL character; is it a text file?`);
    }
    return format === "json" ? await parseJson(bytes) : await parseYaml(textOf(bytes));
  } catch (error) {
    if (error instanceof NotUtf8) return problem("is not UTF-8 text; save it as UTF-8");
    throw error;
  }
}

/** What comes before the first NUL character; undefined without any. */
function beforeNul(bytes: Bytes): Bytes | undefined {
  for (const [index, part] of bytes.entries()) {
    const nul = Buffer.from(part.buffer, part.byteOffset, part.length).indexOf(0);
    if (nul >= 0) return [...bytes.slice(0, index), part.subarray(0, nul)];
  }
  return undefined;
}

function textOf(bytes: Bytes): string {
  return [...decoded(bytes)].join("");
}

/** How many bytes are decoded at once. */
const BYTES_AT_ONCE = 1024 * 1024;

class NotUtf8 extends Error {}

/** @throws NotUtf8 */
function* decoded(bytes: Bytes): Generator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (const part of bytes) {
      for (let start = 0; start < part.length; start += BYTES_AT_ONCE) {
        yield decoder.decode(part.subarray(start, start + BYTES_AT_ONCE), { stream: true });
      }
    }
    yield decoder.decode();
  } catch {
    throw new NotUtf8();
  }
}

function problem(message: string): Parsed {
  return { problems: [{ path: "", message }] };
}

const SECOND_DOCUMENT = "a second document begins; keep one, without ---";

/** The library comes only when there is YAML to read: it takes longer to load than the rest. */
async function parseYaml(text: string): Promise<Parsed> {
  const { parseDocument, visit } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: false });
  // An unknown tag is only a warning to the library, but it would change what the file says.
  const complaints = [...document.errors, ...document.warnings].map(({ pos, code, message }) => ({
    path: "",
    message: `${at(text, pos[0])}: ${code === "MULTIPLE_DOCS" ? SECOND_DOCUMENT : message}`,
  }));
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document)) return;
      const where = at(text, alias.range?.[0] ?? 0);
      complaints.push({
        path: "",
        message: `${where}: nothing before it is called &${alias.source}`,
      });
    },
  });
  if (complaints.length > 0) return { problems: complaints };
  try {
    return { value: document.toJS() ?? {} };
  } catch (error) {
    // Aliases are followed only here, and there can be too many of them.
    return problem(error instanceof Error ? error.message : String(error));
  }
}

async function parseJson(bytes: Bytes): Promise<Parsed> {
  try {
    return { value: await readJson(decoded(bytes)) };
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    const { line, column, message } = error;
    return problem(`line ${line}, column ${column}: ${message}`);
  }
}

/** Lines and columns count from 1. */
function at(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
