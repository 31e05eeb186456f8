import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** What holds the house up and the linter cannot see. docs/architecture.md explains it. */

/**
 * The layers from the ground up. A file imports from its own folder and from layers below its own;
 * folders of one layer know nothing of each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ["records"],
  ["platform"],
  ["profiles"],
  ["rules"],
  ["oidc"],
  ["config"],
  ["store"],
  ["store/redis"],
  ["metrics"],
  ["keys"],
  ["tls"],
  ["sandbox"],
  ["request"],
  ["request-log"],
  ["client-auth"],
  ["webhooks"],
  ["sessions"],
  ["login"],
  ["scenarios"],
  ["faults"],
  ["checklist"],
  ["checks"],
  ["authorize", "ciba", "discovery", "token", "userinfo"],
  ["pages"],
  ["control/api"],
  ["control/resources"],
  ["control"],
  ["dashboard"],
  ["http"],
  ["*routes.ts"],
  ["app.ts"],
  ["server.ts"],
  ["sdk"],
  ["cli"],
  ["index.ts", "jest.ts", "main.ts", "playwright.ts", "vitest.ts"],
];

/** Who may import Fastify: what speaks HTTP, and what puts the server together. */
const KNOWS_FASTIFY = /^http\/|routes\.ts$|^app\.ts$/;

/** Files that were never read in full are no architecture. */
const MOST_LINES = 400;

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, text: readFileSync(`${root}${name}`, "utf8") }));

/** Every import and re-export of a file, types and those at run time included. */
function importsOf(text: string): string[] {
  const statements = text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...statements].map(([, specifier]) => String(specifier));
}

/** The files of src/ that a file imports. */
function neighboursOf({ name, text }: SourceFile): string[] {
  return importsOf(text)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => posix.join(posix.dirname(name), specifier));
}

/** The files and packages that are loaded with a file at once: types and imports at run time are not. */
function loadedWith(name: string, house: readonly SourceFile[], seen = new Set<string>()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const { text = "" } = house.find((file) => file.name === name) ?? {};
  const statements = text.matchAll(/^(?:import|export) (?!type\b)(?:[^;"]* from )?"([^"]+)"/gm);
  for (const [, specifier = ""] of statements) {
    const other = specifier.startsWith(".")
      ? posix.join(posix.dirname(name), specifier)
      : specifier;
    loadedWith(other, house, seen);
  }
  return seen;
}

/** The room of a file: its folder, or the file itself where it stands alone. */
function roomOf(name: string): string {
  if (name.endsWith("routes.ts")) return "*routes.ts";
  return name.includes("/") ? posix.dirname(name) : name;
}

function layerOf(room: string): number {
  return LAYERS.findIndex((rooms) => rooms.includes(room));
}

/** The imports that run against the order of the layers, as `file → file`. */
function againstTheOrder(house: readonly SourceFile[]): string[] {
  return house.flatMap((file) => {
    const room = roomOf(file.name);
    return neighboursOf(file)
      .filter((other) => roomOf(other) !== room && layerOf(roomOf(other)) >= layerOf(room))
      .map((other) => `${file.name} → ${other}`);
  });
}

/** A circle of imports, as the files that it goes through; undefined where there is none. */
function findCircle(house: readonly SourceFile[]): string[] | undefined {
  const neighbours = new Map(house.map((file) => [file.name, neighboursOf(file)]));
  const done = new Set<string>();
  function walk(name: string, way: readonly string[]): string[] | undefined {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of neighbours.get(name) ?? []) {
      const circle = walk(next, [...way, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  }
  for (const { name } of house) {
    const circle = walk(name, []);
    if (circle) return circle;
  }
  return undefined;
}

/** The files that import Fastify and may not. */
function fastifyWhereItIsNot(house: readonly SourceFile[]): string[] {
  return house
    .filter(({ name }) => !KNOWS_FASTIFY.test(name))
    .filter(({ text }) => importsOf(text).some((specifier) => /^@?fastify\b/.test(specifier)))
    .map(({ name }) => name);
}

/** Where a pattern stands, apart from where it may. */
function offenders(pattern: RegExp, ...allowed: readonly string[]): string[] {
  return files
    .filter(({ name, text }) => !allowed.includes(name) && pattern.test(text))
    .map(({ name }) => name);
}

describe("the architecture", () => {
  it("is looked at in full", () => {
    expect(files.length).toBeGreaterThan(80);
    expect(files.flatMap(neighboursOf).length).toBeGreaterThan(1000);
  });

  it("has a layer for every folder, and a folder for every layer", () => {
    const rooms = new Set(files.map(({ name }) => roomOf(name)));
    expect([...rooms].sort()).toEqual(LAYERS.flat().sort());
  });

  it("has imports in one direction only", () => {
    expect(againstTheOrder(files)).toEqual([]);
  });

  it("has no imports in a circle, types included", () => {
    expect(findCircle(files)).toBeUndefined();
  });

  it("speaks to Fastify only in http/, in *routes.ts and in app.ts", () => {
    expect(fastifyWhereItIsNot(files)).toEqual([]);
  });

  it("has one source of randomness", () => {
    expect(offenders(/Math\.random|randomUUID|randomBytes/, "platform/ids.ts")).toEqual([]);
  });

  it("makes the control API's description for whoever asks for it, not before", () => {
    expect(offenders(/^import (?!type\b).*"\.\.?\/.*openapi\.ts"/m)).toEqual([]);
  });

  it("loads the validation library for the first config or control request, not before", () => {
    const loaded = loadedWith("cli/start.ts", files);
    expect(loaded).toContain("server.ts");
    expect(loaded).toContain("sandbox/registry.ts");
    expect(loaded).not.toContain("typebox");
  });

  it("loads what makes certificates for who makes one, not before", () => {
    const ofCertificates = /^@peculiar\/|^node:(tls|https)$/;
    for (const entry of ["main.ts", "cli/start.ts", "index.ts", "sdk/fixtures.ts"]) {
      const loaded = [...loadedWith(entry, files)];
      expect(loaded.some((name) => name.startsWith("tls/"))).toBe(true);
      expect(loaded.filter((name) => ofCertificates.test(name))).toEqual([]);
    }
    expect(loadedWith("tls/issue.ts", files)).toContain("@peculiar/asn1-x509");
  });

  it("loads what measures for who wants that, not before", () => {
    for (const entry of ["cli/start.ts", "index.ts"]) {
      const loaded = loadedWith(entry, files);
      expect(loaded).toContain("metrics/routes.ts");
      expect(loaded).not.toContain("prom-client");
    }
    expect(loadedWith("metrics/metrics.ts", files)).toContain("prom-client");
  });

  it("loads the examples of the control API with its description alone", () => {
    const isExamples = (name: string) => name.endsWith("examples.ts");
    expect([...loadedWith("control/openapi.ts", files)].filter(isExamples)).not.toEqual([]);
    const served = loadedWith("control/dispatch.ts", files);
    expect(served).toContain("control/resources/users.ts");
    expect([...served].filter(isExamples)).toEqual([]);
  });

  it("lets a call throw only where its value is used: a bundler leaves out what it takes for useless", () => {
    const useless =
      /^\s+(?:decodeURI|decodeURIComponent|encodeURI|encodeURIComponent|atob|btoa|BigInt|Symbol|structuredClone|JSON\.\w+|Buffer\.\w+|Intl\.\w+|URL\.\w+|Object\.(?!assign|define|freeze)\w+)\(.*\);$/m;
    expect(files.filter(({ text }) => useless.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it("keeps its files short enough to be read at once", () => {
    const long = files.filter(({ text }) => text.split("\n").length > MOST_LINES + 1);
    expect(long.map(({ name }) => name)).toEqual([]);
  });
});

describe("what looks after the architecture", () => {
  const rule = { name: "rules/age.ts", text: 'import type { User } from "../records/user.ts";\n' };
  const user = { name: "records/user.ts", text: "export interface User {}\n" };

  it.each([
    ["a type", 'import type { Age } from "../rules/age.ts";\n'],
    ["a value", 'import { age } from "../rules/age.ts";\n'],
    ["a re-export", 'export { age } from "../rules/age.ts";\n'],
    ["an import over several lines", 'import {\n  age,\n} from "../rules/age.ts";\n'],
    ["an import at run time", 'const { age } = await import("../rules/age.ts");\n'],
  ])("finds an import against the order, and the circle: %s", (_, text) => {
    const house = [rule, { ...user, text }];
    expect(againstTheOrder(house)).toEqual(["records/user.ts → rules/age.ts"]);
    expect(findCircle(house)).toEqual(["rules/age.ts", "records/user.ts", "rules/age.ts"]);
  });

  it("finds an import between two folders of one layer", () => {
    const token = { name: "token/code.ts", text: 'import { read } from "../userinfo/read.ts";\n' };
    expect(againstTheOrder([token])).toEqual(["token/code.ts → userinfo/read.ts"]);
  });

  it("finds Fastify where it has no business", () => {
    const text = 'import type { FastifyReply } from "fastify";\n';
    const plugin = 'import formbody from "@fastify/formbody";\n';
    expect(
      fastifyWhereItIsNot([
        { name: "rules/age.ts", text },
        { name: "control/dispatch.ts", text: plugin },
        { name: "http/messages.ts", text },
        { name: "pages/login-routes.ts", text: plugin },
        { name: "app.ts", text },
      ]),
    ).toEqual(["rules/age.ts", "control/dispatch.ts"]);
  });

  it("is content with a house in order", () => {
    expect(againstTheOrder([rule, user])).toEqual([]);
    expect(findCircle([rule, user])).toBeUndefined();
  });
});
