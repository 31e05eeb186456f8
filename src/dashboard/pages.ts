import { OURS } from "../request/addresses.ts";
import type { Page } from "./page.ts";

/**
 * The pages, by their paths below the dashboard's folder. They share one route: the framework compiles code
 * for each that it has, and every start would wait for pages that few of them show.
 */

const PAGES: Readonly<Record<string, () => Promise<Page>>> = {
  "/device": async () => (await import("./device.ts")).devicePage,
  "/phone": async () => (await import("./phone.ts")).phonePage,
  "/log": async () => (await import("./log.ts")).logPage,
  "/log/:id": async () => (await import("./log-entry.ts")).logEntryPage,
  "/log/login/:id": async () => (await import("./log-login.ts")).logLoginPage,
  "/portal": async () => (await import("./portal.ts")).portalPage,
  "/portal/units/new": async () => (await import("./portal-unit-new.ts")).newUnitPage,
  "/portal/units/:msn": async () => (await import("./portal-unit.ts")).unitPage,
  "/portal/people": async () => (await import("./portal-people.ts")).peoplePage,
  "/portal/people/new": async () => (await import("./portal-person-new.ts")).newPersonPage,
  "/portal/people/:id": async () => (await import("./portal-person.ts")).personPage,
  "/portal/partners": async () => (await import("./portal-partners.ts")).partnersPage,
  "/portal/webhooks": async () => (await import("./portal-webhooks.ts")).webhooksPage,
  "/try": async () => (await import("./try.ts")).tryPage,
  "/try/callback": async () => (await import("./try-callback.ts")).tryCallbackPage,
  "/try/result": async () => (await import("./try-result.ts")).tryResultPage,
  "/checklist": async () => (await import("./checklist.ts")).checklistPage,
  "/lab": async () => (await import("./lab.ts")).labPageAtAGlance,
  "/lab/scenarios": async () => (await import("./lab-scenarios.ts")).labScenariosPage,
  "/lab/faults": async () => (await import("./lab-faults.ts")).labFaultsPage,
  "/lab/clock": async () => (await import("./lab-clock.ts")).labClockPage,
  "/lab/keys": async () => (await import("./lab-keys.ts")).labKeysPage,
  "/lab/settings": async () => (await import("./lab-settings.ts")).labSettingsPage,
  "/lab/sandboxes": async () => (await import("./lab-sandboxes.ts")).labSandboxesPage,
  "/lab/state": async () => (await import("./lab-state.ts")).labStatePage,
  "/lab/reset": async () => (await import("./lab-state.ts")).labResetPage,
};

/** The page with a form that has a file in it. */
export const UPLOAD_PATH = `${OURS}/lab/state`;

/** Where there are pages, as routes have it. */
export const PAGE_PATHS: readonly string[] = Object.keys(PAGES).map((path) => OURS + path);

export interface FoundPage {
  readonly load: () => Promise<Page>;
  /** What stands in the path for its parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** @param path its escapes are well-formed: the server refuses others before */
export function pageAt(path: string): FoundPage | undefined {
  const segments = path.slice(OURS.length).split("/").map(decodeURIComponent);
  const found = Object.entries(PAGES).flatMap(([pattern, load]): FoundPage[] => {
    const params = paramsIn(segments, pattern.split("/"));
    return params ? [{ load, params }] : [];
  });
  // A page of that very name wins: portal/people/new is nobody called so.
  return found.find(({ params }) => Object.keys(params).length === 0) ?? found[0];
}

/** Undefined where the pattern is another path's. */
function paramsIn(
  segments: readonly string[],
  pattern: readonly string[],
): Record<string, string> | undefined {
  if (segments.length !== pattern.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
