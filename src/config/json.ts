import type { JSONScanner } from "jsonc-parser";
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

/** A place in a text, and what is wrong there. */
export class JsonMistake extends Error {
  readonly offset: number;

  /**
   * @param offset where
   * @param message what
   */
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** @throws JsonMistake with the first thing that is wrong */
export async function readJson(text: string): Promise<unknown> {
  const { createScanner } = await import("jsonc-parser");
  const reader = new Reader(text, createScanner(text));
  const turn = takeTurns();
  while (!reader.isDone) {
    for (let count = 0; count < TOKENS_AT_ONCE && !reader.isDone; count += 1) reader.step();
    await turn();
  }
  return reader.value;
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
  readonly #text: string;
  readonly #scanner: JSONScanner;
  readonly #open: Container[] = [];
  #expected: Expected = "value";

  constructor(text: string, scanner: JSONScanner) {
    this.#text = text;
    this.#scanner = scanner;
  }

  /** Reads a token. */
  step(): void {
    const token: number = this.#scanner.scan();
    const broken = BROKEN[this.#scanner.getTokenError()];
    if (broken !== undefined) this.#fail(broken);
    switch (token) {
      case Token.space:
      case Token.lineBreak:
        return;
      case Token.lineComment:
      case Token.blockComment:
        throw new JsonMistake(this.#scanner.getTokenOffset(), "JSON has no comments; take it out");
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
    container.key = this.#scanner.getTokenValue();
    if (Object.hasOwn(container.holder, container.key)) {
      const twice = `the key ${quoted(container.key)} is here twice; keep one`;
      throw new JsonMistake(this.#scanner.getTokenOffset(), twice);
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
        return Number(this.#scanner.getTokenValue());
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
    const offset = this.#scanner.getTokenOffset();
    return JSON.parse(this.#text.slice(offset, offset + this.#scanner.getTokenLength()));
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
    throw new JsonMistake(this.#scanner.getTokenOffset(), deep);
  }

  #leave(): void {
    this.#open.pop();
    this.#expected = this.#open.length === 0 ? "end" : "comma";
  }

  #fail(mistake: string): never {
    const offset = this.#scanner.getTokenOffset();
    const found = this.#text.slice(offset, offset + this.#scanner.getTokenLength());
    const what = found === "" ? "the end of the file" : quoted(found);
    throw new JsonMistake(offset, `${mistake}, found ${what}`);
  }
}
