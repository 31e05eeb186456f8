import type { Problem } from "./problem.ts";
import { quoted } from "./problem.ts";

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
  const text = decode(bytes);
  if (text === undefined) {
    return problem("is not UTF-8 text; save it as UTF-8");
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) return problem(`${at(text, nul)}: contains a NUL character; is it a text file?`);
  return format === "json" ? parseJson(text) : parseYaml(text);
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

/** No config is nested deeper than a few levels; this keeps the reader's recursion in bounds. */
const DEEPEST = 100;

/** What the reader of JSON says, in words. */
const MISTAKES: Readonly<Record<string, string>> = {
  ValueExpected: "expected a value",
  PropertyNameExpected: "expected a key in double quotes",
  ColonExpected: "expected a colon after the key",
  CommaExpected: "expected a comma",
  CloseBraceExpected: "expected a comma or }",
  CloseBracketExpected: "expected a comma or ]",
  EndOfFileExpected: "expected the end of the file",
  InvalidSymbol: "expected a key or string in double quotes, a number, true, false or null",
  InvalidCommentToken: "JSON has no comments; take it out",
  UnexpectedEndOfComment: "JSON has no comments; take it out",
  UnexpectedEndOfString: "this string is not closed on its line",
  UnexpectedEndOfNumber: "this number is not complete",
  InvalidUnicode: "this string has a wrong escape",
  InvalidEscapeCharacter: "this string has a wrong escape",
  InvalidCharacter: "this string has a control character; write it as an escape",
};

/** Nothing has been said yet in an object or an array, so that no comma can be missing there. */
const WHERE_EMPTY: Readonly<Record<string, string>> = {
  CloseBraceExpected: "PropertyNameExpected",
  CloseBracketExpected: "ValueExpected",
};

/** The value of the text is complete, so that no other one can follow. */
const BEHIND_THE_VALUE: Readonly<Record<string, string>> = {
  InvalidSymbol: "EndOfFileExpected",
};

/** An object or an array that is being read, or the whole text. */
interface Level {
  isEmpty: boolean;
  readonly keys: Set<string>;
}

/** JSON.parse makes the value; it takes the last of two equal keys, and says too little of mistakes. */
async function parseJson(text: string): Promise<Parsed> {
  const { printParseErrorCode, visit } = await import("jsonc-parser");
  const whole: Level = { isEmpty: true, keys: new Set() };
  const levels = [whole];
  const current = () => levels.at(-1) ?? whole;
  function enter(offset: number): void {
    current().isEmpty = false;
    levels.push({ isEmpty: true, keys: new Set() });
    if (levels.length > DEEPEST + 2)
      throw new JsonMistake(offset, `nested more than ${DEEPEST} levels deep`);
  }
  let left = whole;
  const leave = () => {
    left = levels.pop() ?? whole;
  };
  try {
    visit(
      text,
      {
        onObjectBegin: enter,
        onObjectEnd: leave,
        onArrayBegin: enter,
        onArrayEnd: leave,
        onLiteralValue() {
          current().isEmpty = false;
        },
        onObjectProperty(key, offset) {
          const level = current();
          level.isEmpty = false;
          if (level.keys.has(key)) {
            throw new JsonMistake(offset, `the key ${quoted(key)} is here twice; keep one`);
          }
          level.keys.add(key);
        },
        onError(code, offset, length) {
          const found = text.slice(offset, offset + length);
          const isBehindTheValue = levels.length === 1 && !whole.isEmpty;
          const name = printParseErrorCode(code);
          // What is not closed has been left by then.
          const better: Readonly<Record<string, string>> = {
            ...(left.isEmpty && WHERE_EMPTY),
            ...(isBehindTheValue && BEHIND_THE_VALUE),
          };
          throw new JsonMistake(offset, mistakeWith(better[name] ?? name, found));
        },
      },
      { disallowComments: true },
    );
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof JsonMistake) return problem(`${at(text, error.offset)}: ${error.message}`);
    throw error;
  }
}

function mistakeWith(name: string, found: string): string {
  const mistake = MISTAKES[name] ?? "expected JSON";
  if (name.includes("Comment")) return mistake;
  return `${mistake}, found ${found === "" ? "the end of the file" : quoted(found)}`;
}

class JsonMistake extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Lines and columns count from 1. */
function at(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
