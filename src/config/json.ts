import type { createScanner, JSONScanner } from "jsonc-parser";
import { takeTurns } from "../platform/timers.ts";
import { quoted } from "./problem.ts";

/**
 * Reads JSON, strictly. `JSON.parse` says too little of mistakes and takes the last of two equal keys; and
 * nothing else could go on while it reads an exported sandbox of megabytes.
 */

/** The tokens of jsonc-parser, whose own names for them exist for its compiler only. */
const Token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  space: 15,
  unknown: 16,
  end: 17,
} as const;

/** What is wrong within a token, by its error in jsonc-parser; of comments there is more to say. */
const BROKEN: Readonly<Record<number, string>> = {
  2: "this string is not closed on its line",
  3: "this number is not complete",
  4: "this string has a wrong escape",
  5: "this string has a wrong escape",
  6: "this string has a control character; write it as an escape",
};

/** No config is nested deeper than a few levels; this keeps the recursion of who reads it in bounds. */
const DEEPEST = 100;

/** How many tokens are read before somebody else may have a turn. */
const TOKENS_AT_ONCE = 1000;

/** What is wrong, and where; lines and columns count from 1. */
export class JsonMistake extends Error {
  readonly line: number;
  readonly column: number;

  /**
   * @param place where
   * @param message what
   */
  constructor({ line, column }: Place, message: string) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * The value of a text, which comes in parts.
 *
 * @throws JsonMistake with the first thing that is wrong
 */
export async function readJson(parts: Iterable<string>): Promise<unknown> {
  const { createScanner } = await import("jsonc-parser");
  const reader = new Reader(new Tokens(parts, createScanner));
  const turn = takeTurns();
  while (!reader.isDone) {
    for (let count = 0; count < TOKENS_AT_ONCE && !reader.isDone; count += 1) reader.step();
    await turn();
  }
  return reader.value;
}

/**
 * The tokens of a text. It is never put together: to make one piece of many megabytes takes long, and
 * nothing else could go on meanwhile.
 */
class Tokens {
  readonly #parts: Iterator<string>;
  readonly #createScanner: typeof createScanner;
  #scanner: JSONScanner;
  /** The part that is read, with what of the parts before belongs to its first token. */
  #text = "";
  /** Where that begins. */
  #start: Place = { line: 1, column: 1 };

  constructor(parts: Iterable<string>, create: typeof createScanner) {
    this.#parts = parts[Symbol.iterator]();
    this.#createScanner = create;
    this.#scanner = create("");
  }

  /** The next token. */
  next(): number {
    let token: number = this.#scanner.scan();
    while (this.#scanner.getPosition() === this.#text.length) {
      // It may go on in the next part, but of white space nothing is needed for that.
      const isSpace = token === Token.space;
      const begun = isSpace ? "" : this.written;
      const { line, column } = this.place;
      const more = this.#read(begun.length);
      if (more === "") break;
      this.#start = { line, column: isSpace ? column + this.#scanner.getTokenLength() : column };
      this.#text = begun + more;
      this.#scanner = this.#createScanner(this.#text);
      token = this.#scanner.scan();
    }
    return token;
  }

  /** So many characters at least, where there are so many: a long token is not begun again and again. */
  #read(least: number): string {
    let text = "";
    do {
      const { value, done } = this.#parts.next();
      if (done) return text;
      text += value;
    } while (text.length <= least);
    return text;
  }

  get error(): number {
    return this.#scanner.getTokenError();
  }

  get value(): string {
    return this.#scanner.getTokenValue();
  }

  /** As it stands in the text. */
  get written(): string {
    const offset = this.#scanner.getTokenOffset();
    return this.#text.slice(offset, offset + this.#scanner.getTokenLength());
  }

  get place(): Place {
    const line = this.#scanner.getTokenStartLine();
    const column = this.#scanner.getTokenStartCharacter();
    const { line: first, column: indent } = this.#start;
    return line === 0
      ? { line: first, column: indent + column }
      : { line: first + line, column: column + 1 };
  }
}

type Json = Record<string, unknown>;

/** An object with the key whose value is being read, or an array. */
interface Container {
  readonly holder: Json | unknown[];
  key: string;
}

/** What may come next; `first` and `entry` are those of a container, the first or one behind a comma. */
type Expected = "value" | "first" | "entry" | "colon" | "comma" | "end";

class Reader {
  /** What the text says, when it is done. */
  value: unknown;
  isDone = false;
  readonly #tokens: Tokens;
  readonly #open: Container[] = [];
  #expected: Expected = "value";

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** Reads a token. */
  step(): void {
    const token = this.#tokens.next();
    const broken = BROKEN[this.#tokens.error];
    if (broken !== undefined) this.#fail(broken);
    switch (token) {
      case Token.space:
      case Token.lineBreak:
        return;
      case Token.lineComment:
      case Token.blockComment:
        throw new JsonMistake(this.#tokens.place, "JSON has no comments; take it out");
      case Token.unknown:
        // What is complete cannot go on, whatever comes.
        if (this.#expected !== "end") {
          this.#fail("expected a key or string in double quotes, a number, true, false or null");
        }
    }
    this.#take(token);
  }

  #take(token: number): void {
    const { holder } = this.#open.at(-1) ?? {};
    const isList = Array.isArray(holder);
    const isClosed = token === (isList ? Token.closeBracket : Token.closeBrace);
    switch (this.#expected) {
      case "first":
        if (isClosed) this.#leave();
        else if (token === Token.comma) this.#fail("expected a value");
        else this.#takeEntry(token, isList);
        break;
      case "entry":
        this.#takeEntry(token, isList);
        break;
      case "colon":
        if (token !== Token.colon) this.#fail("expected a colon after the key");
        this.#expected = "value";
        break;
      case "value":
        this.#takeValue(token);
        break;
      case "comma":
        if (isClosed) this.#leave();
        else if (token === Token.comma) this.#expected = "entry";
        else
          this.#fail(`expected a comma${token === Token.end ? ` or ${isList ? "]" : "}"}` : ""}`);
        break;
      case "end":
        if (token !== Token.end) this.#fail("expected the end of the file");
        this.isDone = true;
    }
  }

  #takeEntry(token: number, isList: boolean): void {
    if (isList) this.#takeValue(token);
    else this.#takeKey(token);
  }

  #takeKey(token: number): void {
    const container = this.#open.at(-1);
    if (token !== Token.string || !container) this.#fail("expected a key in double quotes");
    container.key = this.#tokens.value;
    if (Object.hasOwn(container.holder, container.key)) {
      const twice = `the key ${quoted(container.key)} is here twice; keep one`;
      throw new JsonMistake(this.#tokens.place, twice);
    }
    this.#expected = "colon";
  }

  #takeValue(token: number): void {
    if (token === Token.openBrace) this.#enter({});
    else if (token === Token.openBracket) this.#enter([]);
    else this.#put(this.#scalar(token));
  }

  #scalar(token: number): unknown {
    switch (token) {
      case Token.string:
        return this.#string();
      case Token.number:
        return Number(this.#tokens.value);
      case Token.null:
        return null;
      case Token.true:
      case Token.false:
        return token === Token.true;
      default:
        return this.#fail("expected a value");
    }
  }

  /** A part of a long text would keep the whole text in memory for as long as it lives. */
  #string(): string {
    return JSON.parse(this.#tokens.written);
  }

  #put(value: unknown): void {
    const { holder, key } = this.#open.at(-1) ?? {};
    if (Array.isArray(holder)) holder.push(value);
    else if (holder === undefined || key === undefined) this.value = value;
    else if (key !== "__proto__") holder[key] = value;
    else
      Object.defineProperty(holder, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    this.#expected = holder === undefined ? "end" : "comma";
  }

  #enter(holder: Container["holder"]): void {
    this.#put(holder);
    this.#open.push({ holder, key: "" });
    this.#expected = "first";
    if (this.#open.length <= DEEPEST + 1) return;
    const deep = `nested more than ${DEEPEST} levels deep`;
    throw new JsonMistake(this.#tokens.place, deep);
  }

  #leave(): void {
    this.#open.pop();
    this.#expected = this.#open.length === 0 ? "end" : "comma";
  }

  #fail(mistake: string): never {
    const found = this.#tokens.written;
    const what = found === "" ? "the end of the file" : quoted(found);
    throw new JsonMistake(this.#tokens.place, `${mistake}, found ${what}`);
  }
}
