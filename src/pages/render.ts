import { diagnosisView } from "./diagnosis.ts";
import { createEngine, once, readView } from "./engine.ts";
import { genderLabel, scopeLabel, texts } from "./texts.ts";
import type { Views } from "./view-models.ts";

/**
 * Turns typed page models into HTML. The templates lie in views/. Handlebars is loaded with the
 * first page, because most logins in a test suite never show one.
 */

/** Renders pages. */
export interface PageRenderer {
  render<Name extends keyof Views>(name: Name, model: Views[Name]): Promise<string>;

  /** The one stylesheet of all pages, to be served as `style.css` beside them. */
  stylesheet(): Promise<string>;

  /** A page's script, to be served in the pages' folder under its name and `.js`. */
  script(name: ScriptName): Promise<string>;
}

/** What scripts do: wait for the app, say that a login is over whose browser is still here, send a form on. */
type ScriptName = "app" | "ended" | "form-post";

/** A renderer that reads and compiles each template when it is first needed. */
export function createViews(): PageRenderer {
  const template = createEngine([
    "layout",
    "questions",
    "shared",
    "developers",
    "dashboard/diagnosis",
  ]);
  const stylesheet = once(() => readView("style.css"));
  const scripts: Readonly<Record<ScriptName, () => Promise<string>>> = {
    app: once(() => readView("app.js")),
    ended: once(() => readView("ended.js")),
    "form-post": once(() => readView("form-post.js")),
  };

  return {
    stylesheet,
    script: (name) => scripts[name](),
    async render(name, model) {
      const page = await template(name);
      return page({
        ...prepare[name](model),
        language: model.language,
        stylesheet: model.stylesheet ?? "style.css",
        t: texts[model.language],
      });
    },
  };
}

/**
 * What the templates need besides the model. They are strict: a property that may be missing has to
 * become one that is always there.
 */
const prepare: { readonly [Name in keyof Views]: (model: Views[Name]) => object } = {
  phone: ({ problem, find, newUser, ...model }) => ({
    ...model,
    ...developers(model),
    hasUsers: model.users.length > 0 || find !== undefined,
    beside: model.users.length > 0 || find !== undefined || newUser !== undefined,
    canFind: find !== undefined,
    find: find ?? "",
    newUser: newUser ?? false,
    problem: problem !== undefined,
    notEligible: problem === "not_eligible",
  }),
  app: (model) => ({ ...labelled(model), ...developers(model) }),
  consent: (model) => ({ ...labelled(model), ...asked(model), ...developers(model) }),
  error: ({ refusal, ...model }) => ({
    ...model,
    id: refusal?.id ?? "",
    why: refusal?.diagnosis ? diagnosisView(refusal.diagnosis) : false,
  }),
  ended: (model) => model,
  "form-post": (model) => model,
  logout: (model) => model,
};

/** What the templates need to say to developers. */
function developers({ developers }: Pick<Views["phone"], "developers">) {
  if (!developers) return { developers: false };
  const { why, clock, ...rest } = developers;
  return { developers: { ...rest, why: why ? diagnosisView(why) : false, clock: clock ?? false } };
}

/** What the templates need to ask the merchant's questions. */
export function asked({
  confirm,
  questions,
  problem,
}: Pick<Views["consent"], "confirm" | "questions" | "problem">) {
  return {
    confirm: confirm ?? false,
    questions: questions.map((question) => ({
      ...question,
      lang: question.language ?? false,
      boxes: question.boxes.map((box) => ({
        ...box,
        missing: problem && box.required && !box.checked,
        readMore: box.readMore ?? false,
      })),
    })),
  };
}

/** Names what is shared in the user's language. */
export function labelled<Model extends Pick<Views["consent"], "language" | "items">>(model: Model) {
  const { language, items } = model;
  return {
    ...model,
    items: items.map(({ scope, values }) => ({
      scope,
      label: scopeLabel(language, scope),
      values: scope === "gender" ? values.map((gender) => genderLabel(language, gender)) : values,
    })),
  };
}
