import { pathOf } from "../../scripts/example-path.ts";
import type { AnyExample } from "../../src/control/api/examples.ts";
import type { Operation } from "../../src/control/api/operation.ts";
import { call } from "./control.ts";
import type { Mock } from "./mock.ts";

/**
 * The documented examples, made at two mocks at once. What both answer alike is certain, so the
 * documentation must say the same. What they answer differently is made up, so the documentation
 * need only have something of its kind; where a later example names it again, each mock is asked for
 * its own.
 */
export class Rehearsal {
  readonly #mocks: readonly Mock[];
  /** As it is documented, and what each mock has in its place. */
  readonly #stands: Map<string, readonly string[]>;

  constructor(mocks: readonly [Mock, Mock], differing: Readonly<Record<string, string>> = {}) {
    this.#mocks = mocks;
    this.#stands = new Map(
      Object.entries(differing).map(([documented, own]) => [documented, mocks.map(() => own)]),
    );
  }

  /** How the answers differ from the documented one; empty when they do not. */
  async perform(operation: Operation, example: AnyExample): Promise<string[]> {
    const answers = await Promise.all(
      this.#mocks.map((mock, index) => {
        const path = this.#own(pathOf(operation, example), index);
        const body = this.#own(example.body, index);
        return call(mock, operation.method, path, { body });
      }),
    );
    const status = example.refused ?? operation.status;
    const statuses = answers.map((answer) => answer.status);
    return [
      ...this.compare(status, statuses, "status"),
      ...(example.response === undefined
        ? []
        : this.compare(
            example.response,
            answers.map(({ body }) => body),
            "answer",
          )),
    ];
  }

  compare(documented: unknown, actual: readonly unknown[], where: string): string[] {
    if (typeof documented === "string" && actual.every((one) => typeof one === "string")) {
      return this.#compareTexts(documented, actual, where);
    }
    if (isObject(documented) && actual.every(isObject)) {
      const names = [documented, ...actual].flatMap((one) => Object.keys(one));
      return [...new Set(names)].flatMap((name) => {
        const values = actual.map((one) => one[name]);
        return isMeasured(name, [documented[name], ...values])
          ? []
          : this.compare(documented[name], values, `${where}.${name}`);
      });
    }
    return actual.every((one) => JSON.stringify(one) === JSON.stringify(documented))
      ? []
      : [`${where}: ${JSON.stringify(documented)} is documented, not ${JSON.stringify(actual)}`];
  }

  #compareTexts(documented: string, actual: readonly string[], where: string): string[] {
    const expected = actual.map((_, index) => this.#own(documented, index));
    if (actual.every((one, index) => one === expected[index])) return [];
    const isMadeUp = new Set(actual).size > 1 && !this.#stands.has(documented);
    if (isMadeUp && actual.every((one) => kindsIn(one) === kindsIn(documented))) {
      for (const [index, piece] of madeUpIn(documented).entries()) {
        const own = actual.map((one) => madeUpIn(one)[index] ?? "");
        this.#stands.set(piece, own);
      }
      return [];
    }
    return [`${where}: "${documented}" is documented, not ${JSON.stringify(actual)}`];
  }

  /** The same with what this mock has in place of what is documented. */
  #own<Value>(value: Value, index: number): Value {
    if (value === undefined) return value;
    let text = JSON.stringify(value);
    for (const [documented, own] of this.#stands) {
      text = text.replaceAll(documented, own[index] ?? documented);
    }
    return JSON.parse(text) as Value;
  }
}

/** How long something took is another number in each run; two may be alike by chance. */
function isMeasured(name: string, values: readonly unknown[]): boolean {
  return name === "duration" && values.every((value) => typeof value === "number");
}

/** What can be made up: tokens and codes, UUIDs, challenges, ids. */
const KINDS = {
  jwt: /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  token: /[\w-]{43}\.[\w-]{43}/,
  uuid: /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/,
  challenge: /[\da-f]{32}/,
  id: /[\dA-Za-z]{21}/,
  /** Of a webhook: the consent, and the sales unit that is told. */
  pair: /[\dA-Za-z]{21}-\d{6}/,
};

const MADE_UP = new RegExp(
  Object.entries(KINDS)
    .map(([kind, { source }]) => `(?<${kind}>(?<![\\w-])${source}(?![\\w-]))`)
    .join("|"),
  "g",
);

function madeUpIn(text: string): string[] {
  return [...text.matchAll(MADE_UP)].map(([piece]) => piece);
}

/** The text with the kind of each piece in its place. */
function kindsIn(text: string): string {
  return text.replace(MADE_UP, (...found) => {
    const groups = found.at(-1) as Readonly<Record<string, string | undefined>>;
    return `<${Object.keys(groups).find((kind) => groups[kind] !== undefined)}>`;
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
