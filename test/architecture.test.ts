import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** What holds the house up and the linter cannot see. */

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, text: readFileSync(`${root}${name}`, "utf8") }));

/** Where a pattern stands, apart from where it may. */
function offenders(pattern: RegExp, ...allowed: readonly string[]): string[] {
  return files
    .filter(({ name, text }) => !allowed.includes(name) && pattern.test(text))
    .map(({ name }) => name);
}

/** The relative imports of a file that are there at run time. */
function importsOf(name: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from "(\.[^"]+)";/gm);
  return [...statements].map(([, path]) =>
    new URL(String(path), `file:///${name}`).pathname.slice(1),
  );
}

describe("the architecture", () => {
  it("is looked at in full", () => {
    expect(files.length).toBeGreaterThan(80);
  });

  it("has one source of randomness", () => {
    expect(offenders(/Math\.random|randomUUID|randomBytes/, "platform/ids.ts")).toEqual([]);
  });

  it("makes the control API's description for whoever asks for it, not before", () => {
    expect(offenders(/^import .*"\.\.?\/.*openapi\.ts"/m)).toEqual([]);
  });

  it("has no imports in a circle", () => {
    const imports = new Map(files.map(({ name, text }) => [name, importsOf(name, text)]));
    const done = new Set<string>();
    const walk = (name: string, way: readonly string[]): void => {
      if (way.includes(name)) throw new Error([...way, name].join(" → "));
      if (done.has(name)) return;
      for (const next of imports.get(name) ?? []) walk(next, [...way, name]);
      done.add(name);
    };
    for (const { name } of files) walk(name, []);
    expect(done.size).toBe(files.length);
  });

  it("keeps the endpoint families apart: what two of them need is somewhere else", () => {
    const families = ["discovery", "token", "userinfo", "revocation", "logout"];
    const crossings = files.flatMap(({ name, text }) => {
      const family = name.split("/")[0] ?? "";
      if (!families.includes(family)) return [];
      return importsOf(name, text)
        .filter((path) => path.includes("/"))
        .filter(
          (path) => families.includes(path.split("/")[0] ?? "") && !path.startsWith(`${family}/`),
        )
        .map((path) => `${name} imports ${path}`);
    });
    expect(crossings).toEqual([]);
  });

  it("has pages without scripts of their own and without unescaped values", () => {
    const views = fileURLToPath(new URL("../views/", import.meta.url));
    const templates = readdirSync(views, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".hbs"),
    );
    expect(templates.length).toBeGreaterThan(4);
    for (const name of templates) {
      expect(readFileSync(`${views}${name}`, "utf8")).not.toMatch(
        /\{\{\{|<script(?! src="app\.js" defer><\/script>)|\son\w+=/,
      );
    }
  });

  it("keeps its files short enough to be read at once", () => {
    const long = files.filter(({ text }) => text.split("\n").length > 400);
    expect(long.map(({ name }) => name)).toEqual([]);
  });
});
