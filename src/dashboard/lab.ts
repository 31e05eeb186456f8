import type {
  ClockReading,
  Fault,
  Key,
  Rule,
  SandboxSummary,
  Scenario,
  Settings,
} from "../control/types.ts";
import { counted, labPage } from "./lab-common.ts";
import type { Page, Visit } from "./page.ts";

/** The lab: everything that happens otherwise than by itself, at a glance. */

interface LabView {
  readonly parts: readonly {
    readonly id: string;
    readonly href: string;
    readonly title: string;
    /** How it stands. */
    readonly state: string;
    /** Whether it is otherwise than when the mock starts. */
    readonly isSet: boolean;
    readonly hint: string;
  }[];
}

/** So many of a kind are counted. */
const MOST_COUNTED = 1000;

export const labPageAtAGlance: Page = {
  async show(visit) {
    const model: LabView = {
      parts: [
        await scenariosPart(visit),
        ...(await timePart(visit)),
        await keysPart(visit),
        await settingsPart(visit),
        await sandboxesPart(visit),
        {
          id: "state",
          title: "State",
          state: "Export, import, reset.",
          isSet: false,
          hint: "Keep all that is in this sandbox, bring it back, or start over.",
        },
      ].map((part) => ({ ...part, href: `${visit.root}lab/${part.id}` })),
    };
    return labPage("lab", "What is set up to happen?", model, visit);
  },
};

type Part = Omit<LabView["parts"][number], "href">;

async function scenariosPart({ api }: Visit): Promise<Part> {
  const scenarios = await api.list<Scenario>(["scenarios"], { limit: MOST_COUNTED });
  const waiting = scenarios.filter(({ left }) => left > 0).length;
  return {
    id: "scenarios",
    title: "Scenarios",
    state: waiting === 0 ? "None waits." : `${counted(waiting, "scenario")} waiting.`,
    isSet: waiting > 0,
    hint: "What the user does at the next login, without a page.",
  };
}

/** The faults, which end by the clock, and the clock. */
async function timePart({ api }: Visit): Promise<Part[]> {
  const { now, frozen, offset } = await api.get<ClockReading>(["clock"]);
  const faults = (await api.list<Fault>(["faults"], { limit: MOST_COUNTED })).filter(
    ({ hits, times, expiresAt }) => hits !== times && (expiresAt === undefined || expiresAt > now),
  ).length;
  const isReal = !frozen && offset === 0;
  return [
    {
      id: "faults",
      title: "Faults",
      state: faults === 0 ? "None is in force." : `${counted(faults, "fault")} in force.`,
      isSet: faults > 0,
      hint: "Failing, slow and broken responses, and wrong ID tokens.",
    },
    {
      id: "clock",
      title: "Clock",
      state: isReal ? "Real time." : frozen ? `Stands still at ${now}.` : `Moved to ${now}.`,
      isSet: !isReal,
      hint: "Let codes, tokens and the 168 hours expire without waiting.",
    },
  ];
}

async function keysPart({ api }: Visit): Promise<Part> {
  const keys = await api.list<Key>(["keys"]);
  return {
    id: "keys",
    title: "Keys",
    state: keys.length === 1 ? "One key signs." : `${keys.length} keys are in JWKS.`,
    isSet: keys.length > 1,
    hint: "Rotate the signing key, at once or in steps.",
  };
}

async function settingsPart({ api }: Visit): Promise<Part> {
  const { profile, autoLogin } = await api.get<Settings>(["settings"]);
  const rules = await api.list<Rule>(["settings", "rules"]);
  const overridden = rules.filter((rule) => rule.overridden).length;
  return {
    id: "settings",
    title: "Settings",
    state: [
      `Profile ${profile}.`,
      ...(overridden === 0 ? [] : [`${counted(overridden, "rule")} overridden.`]),
      ...(autoLogin === null ? [] : [`Everybody logs in as ${autoLogin}.`]),
    ].join(" "),
    isSet: overridden > 0 || autoLogin !== null,
    hint: "The profile, each rule, and the automatic login.",
  };
}

async function sandboxesPart({ api, exchange }: Visit): Promise<Part> {
  const { items, next } = await api.page<SandboxSummary>(["sandboxes"], { limit: MOST_COUNTED });
  const count = next === undefined ? items.length : `more than ${items.length}`;
  return {
    id: "sandboxes",
    title: "Sandboxes",
    state: `This is ${exchange.sandbox.id}, one of ${count}.`,
    isSet: false,
    hint: "A mock of its own for each test or person.",
  };
}
