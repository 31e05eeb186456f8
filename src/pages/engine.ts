import { readOwnFile } from "../platform/own-files.ts";

/** The template engine. It is loaded with the first page, because most logins in a test suite show none. */

/** A compiled template. */
export type Template = (model: object) => string;

/**
 * An engine of our own, so that a partial registered elsewhere in the process is not ours.
 *
 * @param partials the files of views/partials/ that its templates use
 * @returns compiles the template of a page when it is first needed; strictly: what a model lacks is an error
 */
export function createEngine(partials: readonly string[]): (name: string) => Promise<Template> {
  const engine = once(() => loadEngine(partials));
  const templates = new Map<string, () => Promise<Template>>();
  return (name) => {
    const load =
      templates.get(name) ??
      once(async () => (await engine()).compile(await readView(`${name}.hbs`), OPTIONS));
    templates.set(name, load);
    return load();
  };
}

/** What stands in a `pre` or a `textarea` must not be indented as its template is. */
const OPTIONS = { strict: true, preventIndent: true };

/** Where a name goes in a text; no text has it. */
const PLACE = "\0";

async function loadEngine(partials: readonly string[]) {
  const { default: handlebars } = await import("handlebars");
  const engine = handlebars.create();
  // A name in which the direction of writing turns must not turn the sentence that it stands in.
  engine.registerHelper("named", (text: (name: string) => string, name: string) => {
    const { escapeExpression } = engine.Utils;
    const [before = "", after = ""] = text(PLACE).split(PLACE).map(escapeExpression);
    return new engine.SafeString(`${before}<bdi>${escapeExpression(name)}</bdi>${after}`);
  });
  for (const path of partials) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    engine.registerPartial(name, await readView(`partials/${path}.hbs`));
  }
  return engine;
}

/** @param path below views/ */
export async function readView(path: string): Promise<string> {
  return readOwnFile(`views/${path}`);
}

/** Makes something when it is first asked for, and returns the same from then on. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
