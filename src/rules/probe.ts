import type { FaultInput } from "../records/fault.ts";
import type { Scope } from "../records/sales-unit.ts";
import type { ScenarioInput } from "../records/scenario.ts";
import type { UserInput } from "../records/user.ts";
import type { Corruption, EndpointName, LoginFlow } from "../records/vocabulary.ts";
import type { ChecklistItemId } from "./checklist.ts";

/** What an application has to do. */
type ProbeKind =
  /** Log nobody in. */
  | "refuse"
  /** Log the user in all the same. */
  | "bear"
  /** Log the user in or not, but come to an end. */
  | "survive";

export interface Probe {
  /** Its name, in kebab-case. */
  readonly id: string;
  readonly kind: ProbeKind;
  /**
   * `must`: a standard, or Vipps, demands it. `should`: it is recommended, or left to the application; not to do it
   * is no failure.
   */
  readonly demand: "must" | "should";
  /** What is not as usual, in a sentence. */
  readonly what: string;
  /** Who says what has to be done then. */
  readonly source: string;
  readonly remedy: string;
  /** The item of the checklist that it speaks against where it fails. */
  readonly item?: ChecklistItemId;
  /** Whether it is all that the item asks, and so speaks for it where it passes. */
  readonly proves?: true;
  /** The one kind of login in which there is something to see; left out for both. */
  readonly flow?: LoginFlow;
  /** What the application has to ask for, that there is something to see. */
  readonly needs?: "nonce" | Scope;
  /** Parameters of the authorization request that a standard takes for as good: with one of them it is no must. */
  readonly excusedBy?: readonly string[];
  readonly does: ProbeAction;
}

/** What is changed for the one login. */
export interface ProbeAction {
  readonly faults?: readonly FaultInput[];
  /** How the user, or the service, ends the login. */
  readonly outcome?: ScenarioInput["outcome"];
  /** What is special about the user. */
  readonly user?: UserInput;
  /** What of the user is another one than at the last login. */
  readonly changes?: "phoneNumber" | "email";
  readonly rotatesKeys?: true;
  /** Whether somebody else has to be there, whose login it could be. */
  readonly needsAnother?: true;
}

export const CORE = "OpenID Connect Core";
/** An ID token with one thing wrong. */
export function idToken(corrupt: Corruption): ProbeAction {
  return { faults: [{ match: { endpoint: "token" }, corrupt }] };
}

export const RECOVER =
  "Show an error with a way to log in again, and keep nothing of the login that failed";

/** An endpoint that sends something else. */
export function instead(
  endpoint: EndpointName,
  then: NonNullable<FaultInput["then"]>,
): ProbeAction {
  return { faults: [{ match: { endpoint }, then }] };
}
