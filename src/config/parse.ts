import { JsonMistake, readJson } from "./json.ts";
import type { Problem } from "./problem.ts";

/**
 * From the bytes of a config file, or of a request to the control API, to a value. Whatever keeps it
 * from being read is reported with its line and column.
 */

/** A value, or why there is none. */
export type Parsed = { readonly value: unknown } | { readonly problems: readonly Problem[] };

/**
 * The value it holds, an object without keys where the file is empty but for comments; or
 * everything that is wrong with it.
 */
export async function parseConfig(bytes: Uint8Array, format: "json" | "yaml"): Promise<Parsed> {
  const nul = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(0);
  try {
    if (nul >= 0) {
      const before = textOf(bytes.subarray(0, nul));
      return problem(`${at(before, before.length)}: contains a NUL character; is it a text file?`);
    }
    return format === "json" ? await parseJson(bytes) : await parseYaml(textOf(bytes));
  } catch (error) {
    if (error instanceof NotUtf8) return problem("is not UTF-8 text; save it as UTF-8");
    throw error;
  }
}

function textOf(bytes: Uint8Array): string {
  return [...decoded(bytes)].join("");
}

/** How many bytes are decoded at once. */
const BYTES_AT_ONCE = 1024 * 1024;

class NotUtf8 extends Error {}

/** @throws NotUtf8 */
function* decoded(bytes: Uint8Array): Generator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let start = 0; start < bytes.length; start += BYTES_AT_ONCE) {
      yield decoder.decode(bytes.subarray(start, start + BYTES_AT_ONCE), { stream: true });
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

async function parseJson(bytes: Uint8Array): Promise<Parsed> {
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
