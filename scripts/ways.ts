import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * How many files a reader opens to follow a request from its route to its response. Beginning with the
 * exported functions of the route's file, every name that a function uses is followed to the file that
 * declares it; a file counts once one of its functions or constants is reached.
 *
 * The source is read as text, which the formatter keeps regular enough: the declarations of a file, and
 * nothing else, begin at the start of a line.
 */

/** A request whose way is followed. */
interface Way {
  readonly name: string;
  /** The files of src/ in which the way begins. */
  readonly starts: readonly string[];
  /** The names that the way only passes by: what is behind them belongs to other requests. */
  readonly passedBy: RegExp;
}

export const WAYS = {
  token: {
    name: "POST oauth2/token with an authorization code",
    starts: ["token/routes.ts"],
    passedBy: /^(exchangePhoneCode|pollForTokens|authenticatePartner)$/,
  },
  login: {
    name: "GET oauth2/auth through phone, app and consent page to the code",
    starts: ["authorize/routes.ts", "pages/login-routes.ts"],
    passedBy: /^$/,
  },
  control: {
    name: "POST /mock/api/scenarios",
    starts: ["control/routes.ts"],
    passedBy: /^((?!scenario)\w+Operations|openApiDocument|catchUp)$/,
  },
} as const satisfies Record<string, Way>;

/**
 * Where the way does not go on: types and records; the store and the rules, whose functions say in
 * their names what they do or find out; faults; and what only says what went wrong, to the caller or in
 * the logs. That includes how values do not fit their schema and what was probably meant: a reader who
 * follows a request that is right needs none of their sentences. Nor is it a part of any way how JSON is
 * read and written, and how long work takes turns with other work.
 */
const NOT_FOLLOWED =
  /^(records\/.*|store\/.*|rules\/.*|faults\/.*|oidc\/((ciba-)?errors|hints)|http\/errors|control\/api\/problem|config\/(json|problem|schema-problems)|platform\/(closest|json|log|timers)|request\/trace|request-log\/.*)\.ts$/;

/** The files of a way, in the order in which a reader meets them. */
export function filesOf({ starts, passedBy }: Way): string[] {
  const sources = new Map<string, Source>();
  const files = new Set<string>();
  const reached = new Set<string>();

  function read(file: string): Source {
    const source = sources.get(file) ?? parse(file, readFileSync(`${ROOT}${file}`, "utf8"));
    sources.set(file, source);
    return source;
  }

  function follow(file: string, name: string): void {
    if (NOT_FOLLOWED.test(file) || passedBy.test(name) || reached.has(`${file} ${name}`)) return;
    const { imports, declarations } = read(file);
    const from = imports.get(name);
    if (from) follow(from.file, from.name);
    const used = declarations.get(name);
    if (!used) return;
    reached.add(`${file} ${name}`);
    files.add(file);
    for (const other of used) follow(file, other);
  }

  for (const file of starts) for (const name of read(file).exported) follow(file, name);
  return [...files];
}

const ROOT = fileURLToPath(new URL("../src/", import.meta.url));

/** What a file has that can be followed. */
interface Source {
  /** By its name in this file: where an imported name comes from, and what it is called there. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
  /** The names that each function, constant and class uses. */
  readonly declarations: ReadonlyMap<string, ReadonlySet<string>>;
  readonly exported: readonly string[];
}

/** `import { a, b as c } from "./d.ts"`, `export { a } from …`, `const { a } = await import(…)`. */
const IMPORT = /^ *(?:import|export|const) \{([^{}]*)\} (?:from |= await import\()"(\.[^"]+)"/gm;

/** Templates stay, because names are used in them. */
const COMMENT_STRING_OR_TEMPLATE =
  /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|(`(?:[^`\\]|\\[\s\S])*`)/g;

const STATEMENT = /^(?<exported>export )?(?:abstract |async )*(?<kind>\w+) (?<name>\w+)?/gm;

const VALUES: readonly (string | undefined)[] = ["function", "const", "class"];

/** A name that is neither a member nor the key of one. */
const USED_NAME = /(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*(?![\w$]|:)/g;

export function parse(file: string, text: string): Source {
  const imports = new Map<string, { file: string; name: string }>();
  for (const [, names = "", specifier = ""] of text.matchAll(IMPORT)) {
    for (const one of names.split(",")) {
      const [name = "", alias = name] = one.trim().split(/ as |: /);
      imports.set(alias, { file: posix.join(posix.dirname(file), specifier), name });
    }
  }
  const code = text.replace(COMMENT_STRING_OR_TEMPLATE, (_, template?: string) => template ?? "");
  const declarations = new Map<string, ReadonlySet<string>>();
  const exported: string[] = [];
  const statements = [...code.matchAll(STATEMENT)];
  for (const [at, { groups = {}, index }] of statements.entries()) {
    const { kind, name } = groups;
    if (name === undefined || !VALUES.includes(kind)) continue;
    if (groups["exported"] !== undefined) exported.push(name);
    declarations.set(name, new Set(code.slice(index, statements[at + 1]?.index).match(USED_NAME)));
  }
  return { imports, declarations, exported };
}

if (process.argv[1] === import.meta.filename) {
  for (const way of Object.values(WAYS)) {
    const files = filesOf(way);
    console.log(`${way.name}: ${files.length} files\n  ${files.join("\n  ")}\n`);
  }
}
