import type { ScenarioId } from "../records/ids.ts";
import type { Scenario } from "../records/scenario.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import { isPossible, needsUser } from "../records/vocabulary.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Which scenario a login gets. */

/** A login that looks for its scenario. */
export interface Candidate {
  readonly flow: LoginFlow;
  /** What it asked for. */
  readonly request: { readonly clientId: string; readonly state?: string | undefined };
  /** The user's id; undefined while nobody knows. Whose phone number it is, is known from the start. */
  readonly user: string | undefined;
  /** It has just begun, or its user has just said who it is. */
  readonly moment: "begun" | "identified";
}

/**
 * Takes one turn of the first scenario in the queue that is for this login. Of several logins that
 * want the last turn at the same time, one gets it.
 */
export async function takeScenario(
  { store }: Pick<Sandbox, "store">,
  candidate: Candidate,
): Promise<Scenario | undefined> {
  const { items } = await store.scenarios.list();
  for (const { id } of items.filter((scenario) => isFor(scenario, candidate))) {
    const taken = await store.scenarios.update(id, (current) =>
      isFor(current, candidate) ? { ...current, hits: current.hits + 1 } : undefined,
    );
    if (taken) return taken;
  }
  return undefined;
}

/** Gives a turn back that was taken and not played. */
export async function giveBackTurn(
  { store }: Pick<Sandbox, "store">,
  id: ScenarioId,
): Promise<void> {
  // A reset meanwhile may have put a fresh one in its place.
  await store.scenarios.update(id, ({ hits, ...rest }) =>
    hits > 0 ? { ...rest, hits: hits - 1 } : undefined,
  );
}

/** Who has just said who it is gets only what waited for that: the rest had its turn before. */
function isFor(scenario: Scenario, { flow, request, user, moment }: Candidate): boolean {
  const { match, hits, times, outcome } = scenario;
  return (
    hits < times &&
    (match.flow ?? flow) === flow &&
    isPossible(outcome, flow) &&
    (match.clientId ?? request.clientId) === request.clientId &&
    (match.state ?? request.state) === request.state &&
    (match.user ?? user) === user &&
    (moment === "begun" || match.user !== undefined) &&
    (flow === "browser"
      ? !needsUser(outcome) || userOf(scenario, user) !== undefined
      : userOf(scenario, user) === user)
  );
}

export function userOf({ user, match }: Scenario, known: string | undefined): string | undefined {
  return user ?? match.user ?? known;
}
