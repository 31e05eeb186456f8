import type { Problem } from "../control/api/problem.ts";
import type { ClockReading, SandboxSummary } from "../control/types.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Done, Section, Shown, Visit } from "./page.ts";

/** What stands around every page of the dashboard: the bar, the navigation, what the last action did. */

export interface Frame {
  readonly title: string;
  readonly look: string;
  /** The dashboard's folder, relative to the page. */
  readonly root: string;
  readonly navigation: readonly {
    readonly name: Section;
    readonly label: string;
    readonly href: string;
    readonly isCurrent: boolean;
  }[];
  /** Where the page is, below that folder, for a form that comes back to it. */
  readonly path: string;
  readonly sandbox: string;
  readonly sandboxes: readonly { readonly id: string; readonly isCurrent: boolean }[];
  /** Whether there are more than those. */
  readonly hasMoreSandboxes: boolean;
  readonly profile: string;
  readonly clock: {
    readonly now: string;
    readonly isFrozen: boolean;
    /** Whether it shows another time than the real one. */
    readonly isMoved: boolean;
  };
  /** What of the sandbox the page shows, to be told when it is another one. */
  readonly version: string;
  readonly done: DoneMessage | null;
  readonly problem: { readonly message: string } | null;
}

/** What the page behind an action says of it. */
export type DoneMessage = Pick<Done, "message"> & {
  readonly commands: readonly string[];
  /** Whether the commands have signs in the place of secrets. */
  readonly isMasked: boolean;
  /** Where it is taken back, and which form was kept for that. */
  readonly undo: { readonly action: string; readonly id: string } | null;
};

const NAVIGATION: readonly (readonly [Section, string, string])[] = [
  ["overview", "Overview", ""],
  ["try", "Try", "try"],
  ["phone", "Phone", "phone"],
  ["log", "Log", "log"],
  ["checklist", "Go live", "checklist"],
  ["portal", "Portal", "portal"],
  ["lab", "Lab", "lab"],
];

/** So many sandboxes the bar offers. */
const MOST_SANDBOXES = 100;

/** What the frame has beside what the page itself says. */
interface Around {
  readonly version: string;
  readonly done: DoneMessage | null;
  readonly problem: Problem | undefined;
}

export async function frameOf(
  { api, exchange, root, path }: Visit,
  { title, section, look = "" }: Pick<Shown, "title" | "section" | "look">,
  { version, done, problem }: Around,
): Promise<Frame> {
  const { id, profile } = exchange.sandbox;
  const { now, frozen, offset } = await api.get<ClockReading>(["clock"]);
  const { items, next } = await api.page<SandboxSummary>(["sandboxes"], { limit: MOST_SANDBOXES });
  const ids = new Set([DEFAULT_SANDBOX, ...items.map((one) => one.id), id]);
  return {
    title,
    look,
    root,
    path,
    navigation: NAVIGATION.map(([name, label, path]) => ({
      name,
      label,
      // The overview is at the folder's own name, without the slash.
      href: path === "" ? `${root}../mock` : `${root}${path}`,
      isCurrent: name === section,
    })),
    sandbox: id,
    sandboxes: [...ids].map((one) => ({ id: one, isCurrent: one === id })),
    hasMoreSandboxes: next !== undefined,
    profile,
    clock: { now, isFrozen: frozen, isMoved: frozen || offset !== 0 },
    version,
    done,
    problem: problem ? { message: problem.message } : null,
  };
}
