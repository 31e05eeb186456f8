import { writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  ChunkingContext,
  CodeSplittingNameFunction,
  OutputChunk,
  OutputOptions,
  Plugin,
} from "rolldown";
import { rolldown } from "rolldown";
import { generateCheck } from "./generated-check.ts";

/**
 * From src/ to what is published: the program with the packages that it stands on, in CommonJS,
 * which Node loads several times faster than ES modules. What is imported at run time is a chunk of
 * its own, loaded when it is needed.
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Whoever uses these entries brings the test runner along. */
export const RUNNERS = ["vitest", "@playwright/test", "@jest/globals"];

/** What `import` gets is an ES module that hands on what `require` gets: an `instanceof` holds for both. */
const ENTRIES = {
  index: "src/index.ts",
  jest: "src/jest.ts",
  playwright: "src/playwright.ts",
};

/** The program: one implementation for the command line, `require` and `import`. */
const PROGRAM = { main: "src/main.ts", ...ENTRIES, fixtures: "src/sdk/fixtures.ts" };

/** The command that starts the server; the others do without most of what it loads. */
const START = "src/cli/start.ts";

/** In place of a package that is loaded here, and never used. */
const NEVER = 'throw new Error("this package is not part of the bundle");';

/** What stands in the bundle in place of packages. */
const REPLACED: Readonly<Record<string, string>> = {
  // Fastify would use them for routes with schemas: src/app.ts says that there are none.
  "@fastify/ajv-compiler": NEVER,
  "@fastify/fast-json-stringify-compiler": NEVER,
  // Handlebars tries to load it, and needs it for source maps of templates alone.
  "source-map": NEVER,
  // Pino has one for logs that are written by another thread.
  "thread-stream": `module.exports = class { constructor() { ${NEVER} } };`,
  // prom-client asks it for the trace of an exemplar, and there are none.
  "@opentelemetry/api": "",
  // With it Fastify asks whether a plugin fits; which one is in the bundle is known.
  semver: "exports.satisfies = () => true;",
};

/** Fastify loads them for servers that we do not start, and they take as long as all of Fastify. */
const LATE = ["node:https", "node:http2"];

/** Newer Nodes keep the compiled code from one run to the next, where the whole process is ours. */
const COMPILE_CACHE = 'require("node:module").enableCompileCache?.();';

/**
 * @param dist the folder that gets the bundle
 * @returns what is in it
 */
export async function bundle(dist: string): Promise<readonly OutputChunk[]> {
  const chunks = await write(PROGRAM, [], {
    dir: dist,
    format: "cjs",
    entryFileNames: "[name].js",
    // Two levels below the package, as every module of src/: see platform/own-files.ts.
    chunkFileNames: "chunks/[name].js",
    banner: ({ name }) => (name === "main" ? COMPILE_CACHE : ""),
    codeSplitting: { groups: [{ name: startGroups(), debugName: "server or common" }] },
  });
  writeFileSync(`${dist}package.json`, '{ "type": "commonjs" }\n');
  for (const { name, exports } of chunks.filter(({ name }) => Object.hasOwn(ENTRIES, name))) {
    const names = exports.join(", ");
    writeFileSync(`${dist}${name}.mjs`, `export { ${names} } from "./${name}.js";\n`);
    writeFileSync(`${dist}${name}.d.mts`, `export * from "./${name}.js";\n`);
  }
  // Vitest can be imported, not required.
  const modules = await write({ vitest: "src/vitest.ts" }, [shareFixtures()], {
    dir: dist,
    format: "es",
    entryFileNames: "[name].mjs",
  });
  return [...chunks, ...modules];
}

/**
 * The same for tests: a bundle in which each of these modules can be required.
 *
 * @param modules files of src/, such as `config/load`; its file is called `config_load.cjs`
 * @param folder where the files go, two levels below the project
 */
export async function bundleModules(modules: readonly string[], folder: string): Promise<void> {
  const input = modules.map((name) => [name.replaceAll("/", "_"), `src/${name}.ts`] as const);
  const fileNames = "[name].cjs";
  await write(Object.fromEntries(input), [], {
    dir: folder,
    format: "cjs",
    entryFileNames: fileNames,
    chunkFileNames: fileNames,
  });
}

async function write(
  input: Readonly<Record<string, string>>,
  plugins: readonly Plugin[],
  output: OutputOptions,
): Promise<OutputChunk[]> {
  const build = await rolldown({
    cwd: ROOT,
    input,
    platform: "node",
    external: RUNNERS,
    // What is written for bundlers, where a package has that too; older forms hide what they load.
    resolve: { mainFields: ["module", "main"] },
    plugins: [...plugins, replace(REPLACED), loadLate(LATE), generateCheck(), mapOwnSourcesOnly()],
  });
  const written = await build.write({
    ...output,
    sourcemap: true,
    // They are in the package, where the source maps say.
    sourcemapExcludeSources: true,
    comments: false,
    // Node reads it several times faster.
    charset: "ascii",
  });
  await build.close();
  const chunks = written.output.filter((file) => file.type === "chunk");
  refuseMissing(chunks);
  return chunks;
}

/**
 * What every start of the server loads is in two files: what other commands load too, and the rest. The bundler
 * would make one of each part that something else can load, and Node takes longer for twenty files than for two.
 */
function startGroups(): CodeSplittingNameFunction {
  const [main, start] = [`${ROOT}${PROGRAM.main}`, `${ROOT}${START}`];
  let [server, others] = [new Set<string>(), new Set<string>()];
  return (id, context) => {
    if (server.size === 0) {
      const commands = context.getModuleInfo(main)?.dynamicallyImportedIds ?? [];
      server = reachedFrom([start], context);
      others = reachedFrom([main, ...commands.filter((command) => command !== start)], context);
    }
    if (!server.has(id)) return null;
    return others.has(id) ? "common" : "server";
  };
}

/** All that modules load at once. */
function reachedFrom(modules: readonly string[], context: ChunkingContext): Set<string> {
  const reached = new Set(modules);
  for (const id of reached) {
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) reached.add(imported);
  }
  return reached;
}

/** What a package loads in a way that the bundler does not see would be missed only when it is needed. */
function refuseMissing(chunks: readonly OutputChunk[]): void {
  for (const { fileName, code } of chunks) {
    for (const [call, name = ""] of code.matchAll(/\brequire\("(?!node:)([^"]+)"\)/g)) {
      const path = posix.join(posix.dirname(fileName), name);
      const isChunk = chunks.some((chunk) => chunk.fileName === path);
      if (isChunk || RUNNERS.includes(name) || isBuiltin(name)) continue;
      throw new Error(`${fileName} has ${call}, and nothing of that name is in the bundle`);
    }
  }
}

/** An ES module uses the one implementation, too. */
function shareFixtures(): Plugin {
  return {
    name: "share-fixtures",
    resolveId: (id) =>
      id.endsWith("/sdk/fixtures.ts") ? { id: "./fixtures.js", external: true } : null,
  };
}

/** Puts some code in the place of a package. */
function replace(packages: Readonly<Record<string, string>>): Plugin {
  const mark = "\0replaced:";
  return {
    name: "replace",
    resolveId: (id) => (Object.hasOwn(packages, id) ? mark + id : null),
    load: (id) => (id.startsWith(mark) ? packages[id.slice(mark.length)] : null),
  };
}

/** Has packages load a module of Node's when they use it. */
function loadLate(names: readonly string[]): Plugin {
  const mark = "\0late:";
  return {
    name: "load-late",
    resolveId: (id, importer = "") =>
      names.includes(id) && importer.includes("/node_modules/") ? mark + id : null,
    load(id) {
      if (!id.startsWith(mark)) return null;
      const name = id.slice(mark.length);
      return `module.exports = new Proxy({}, { get: (_, key) => require("${name}")[key] });`;
    },
  };
}

/** The sources of packages would be most of the source maps, and nobody wants to debug them here. */
function mapOwnSourcesOnly(): Plugin {
  return {
    name: "map-own-sources-only",
    transform: (code, id) =>
      id.includes("/node_modules/") ? { code, map: { mappings: "" } } : null,
  };
}
