import { createEngine, once, readView } from "../pages/engine.ts";
import { readBrowserFile } from "../platform/own-files.ts";
import type { Frame } from "./frame.ts";
import type { Shown } from "./page.ts";

/** Turns the models of the dashboard's pages into HTML, and reads its scripts. */

const PARTIALS = [
  ...[
    "call",
    "chart",
    "control",
    "copy",
    "delivery",
    "diagnosis",
    "exchange",
    "field",
    "frame",
    "lab",
  ],
  ...["pages", "phone-inbox", "portal-tabs", "request", "search", "time"],
];

/** Those of the merchant's pages: a phone asks the same. */
const SHARED = ["questions", "shared"];

/** Changes a page into what it has become and leaves the rest alone: focus, what is open, what is typed. */
const IDIOMORPH = "idiomorph/dist/idiomorph.min.js";

export interface DashboardViews {
  render(shown: Pick<Shown, "view" | "model">, frame: Frame): Promise<string>;
  /** Why there is no page, for whoever may not see anything else. */
  refusal(model: {
    readonly title: string;
    readonly root: string;
    readonly message: string;
    /** Where to go on; null for nowhere. */
    readonly link: { readonly href: string; readonly label: string } | null;
  }): Promise<string>;
  /** The form to get in. */
  enter(model: {
    /** Where to go then, below the dashboard. */
    readonly to: string;
    readonly problem: string;
    /** Whether nobody needs to. */
    readonly isOpen: boolean;
  }): Promise<string>;
  script(name: ScriptName): Promise<string>;
}

type ScriptName = "live" | "idiomorph" | "enter";

export function createDashboardViews(): DashboardViews {
  const template = createEngine([...PARTIALS.map((name) => `dashboard/${name}`), ...SHARED]);
  const scripts = {
    live: once(() => readView("dashboard/live.js")),
    enter: once(() => readView("dashboard/enter.js")),
    idiomorph: once(async () => readBrowserFile(IDIOMORPH)),
  };
  return {
    render: async ({ view, model }, frame) =>
      (await template(`dashboard/${view}`))({ ...model, frame }),
    enter: async (model) => (await template("dashboard/enter"))(model),
    refusal: async (model) => (await template("dashboard/refusal"))(model),
    script: (name) => scripts[name](),
  };
}
