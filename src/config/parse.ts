import type { Problem } from "./problem.ts";

/**
 * From the bytes of a config file to a value. Everything that keeps a file from being read is told
 * with its line and column.
 */

/** A value, or why there is none. */
export type Parsed = { readonly value: unknown } | { readonly problems: readonly Problem[] };

/**
 * The value it holds, an object without keys where the file is empty but for comments; or
 * everything that is wrong with it.
 */
export async function parseConfig(bytes: Uint8Array, format: "json" | "yaml"): Promise<Parsed> {
  const text = decode(bytes);
  if (text === undefined) {
    return problem("is not UTF-8 text; save it as UTF-8");
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) return problem(`${at(text, nul)}: contains a NUL character; is it a text file?`);
  return format === "json" ? parseJson(text) : await parseYaml(text);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
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

/**
 * JSON.parse takes the last of two equal keys without a word and does not always say where a
 * mistake is. Its grammar is small enough to be read here.
 */
function parseJson(text: string): Parsed {
  try {
    return { value: new JsonReader(text).read() };
  } catch (error) {
    if (error instanceof JsonMistake) return problem(`${at(text, error.offset)}: ${error.message}`);
    throw error;
  }
}

class JsonMistake extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** No config is nested deeper than a few levels; this keeps the reader's recursion in bounds. */
const DEEPEST = 100;

class JsonReader {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    const value = this.#value(0);
    this.#peek();
    if (this.#offset < this.#text.length) throw this.#mistake("expected the end of the file");
    return value;
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST) throw this.#mistake(`nested more than ${DEEPEST} levels deep`);
    if (this.#takes("{")) return this.#object(depth);
    if (this.#takes("[")) return this.#array(depth);
    if (this.#peek() === '"') return this.#string();
    const start = this.#offset;
    const word = this.#take(/[^\s,:[\]{}"]+/y);
    try {
      return JSON.parse(word);
    } catch {
      this.#offset = start;
      throw this.#mistake("expected a value");
    }
  }

  #object(depth: number): unknown {
    const entries = new Map<string, unknown>();
    if (this.#takes("}")) return {};
    do {
      if (this.#peek() !== '"') throw this.#mistake("expected a key in double quotes");
      const start = this.#offset;
      const key = this.#string();
      if (entries.has(key)) {
        throw new JsonMistake(start, `the key ${JSON.stringify(key)} is here twice; keep one`);
      }
      if (!this.#takes(":")) throw this.#mistake("expected a colon after the key");
      entries.set(key, this.#value(depth + 1));
    } while (this.#takes(","));
    if (!this.#takes("}")) throw this.#mistake("expected a comma or }");
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown {
    const items: unknown[] = [];
    if (this.#takes("]")) return items;
    do items.push(this.#value(depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) throw this.#mistake("expected a comma or ]");
    return items;
  }

  #string(): string {
    const start = this.#offset;
    const text = this.#take(/"[^"\\]*(?:\\.[^"\\]*)*"/y);
    try {
      return JSON.parse(text);
    } catch {
      this.#offset = start;
      throw this.#mistake("this string is not closed on its line, or has a wrong escape");
    }
  }

  /** The character that comes next after white space; empty at the end. */
  #peek(): string {
    this.#take(/[ \t\r\n]*/y);
    return this.#text.charAt(this.#offset);
  }

  #takes(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#offset += 1;
    return true;
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#offset;
    const taken = form.exec(this.#text)?.[0] ?? "";
    this.#offset += taken.length;
    return taken;
  }

  #mistake(message: string): JsonMistake {
    const found = this.#peek();
    return new JsonMistake(
      this.#offset,
      `${message}, found ${found === "" ? "the end of the file" : JSON.stringify(found)}`,
    );
  }
}

/** Lines and columns count from 1. */
function at(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
