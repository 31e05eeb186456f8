import { parseArgs } from "node:util";

/** What `npm run bench --` takes. */

export interface Options {
  /** The names of what shall be measured, in their own order. */
  readonly parts: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly gate: boolean;
  readonly peers: boolean;
  /** The Node to run the servers on, in place of the one in bench/. */
  readonly node: string | undefined;
}

export function usage(parts: readonly string[]): string {
  return `npm run bench -- [part…] [options]

Parts: ${parts.join(", ")}; all of them when none is named.

Options:
  --rounds N       How many rounds (7)
  --quick          Shorter rounds, and less of everything: the figures are rough
  --without-peers  Our program and the bare servers only
  --node FILE      The Node to run all servers on; else the one that is installed in bench/
  --gate           The short form for CI: CPU a flow against the bare server, in a minute
  --help           Print this text

The peers, and the Node that they need, are installed by \`npm ci --prefix bench\`.
A whole run with peers that is not quick writes docs/benchmarks.md.`;
}

/**
 * Nothing when help is wanted.
 *
 * @throws Error when there is no such part or option
 */
export function readOptions(
  argv: readonly string[],
  parts: readonly string[],
): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "7" },
      quick: { type: "boolean", default: false },
      "without-peers": { type: "boolean", default: false },
      node: { type: "string" },
      gate: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const unknown = positionals.find((part) => !parts.includes(part));
  if (unknown !== undefined) {
    throw new Error(`There is no part ${unknown}; there are ${parts.join(", ")}.`);
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds ${values.rounds}: give a whole number from 1 up.`);
  }
  return {
    parts: positionals.length > 0 ? parts.filter((part) => positionals.includes(part)) : parts,
    rounds,
    quick: values.quick,
    gate: values.gate,
    peers: !values["without-peers"],
    node: values.node,
  };
}
