import type { User } from "../control/types.ts";
import type { Language } from "../rules/language.ts";
import type { Query } from "./api.ts";
import { apiPath } from "./api.ts";
import type { Visit } from "./page.ts";

/** Where somebody is on a phone, as its address says. */

const SCREENS = ["inbox", "sharing", "browsers", "me"] as const;

export type Screen = (typeof SCREENS)[number];

export interface PhonePlace {
  /** The user's id, or the MSISDN. */
  readonly user: string;
  readonly screen: Screen;
  /** Whether nothing is in the window but the phone. */
  readonly isAlone: boolean;
  /** The login that is looked at; undefined for the newest one. */
  readonly login: string | undefined;
  /** How far its user has come with it: what is shared is asked after the login itself. */
  readonly step: "consent" | undefined;
  /** What became of the last login, to be shown while no other one waits. */
  readonly said: string | undefined;
}

/** What makes the screens of a phone. */
export interface PhoneContext {
  readonly visit: Visit;
  readonly place: PhonePlace;
  readonly user: User;
  readonly language: Language;
}

/** Undefined while nobody has said whose phone it is. */
export function placeOf({ query }: Pick<Visit, "query">): PhonePlace | undefined {
  const user = query.get("user");
  if (!user) return undefined;
  return {
    user,
    screen: SCREENS.find((name) => name === query.get("screen")) ?? "inbox",
    isAlone: query.get("only") === "phone",
    login: query.get("login") ?? undefined,
    step: query.get("step") === "consent" ? "consent" : undefined,
    said: query.get("said") ?? undefined,
  };
}

/** The address of a screen of the same phone, below the dashboard's folder. */
export function phonePath(
  { user, isAlone }: Pick<PhonePlace, "user" | "isAlone">,
  { screen, ...rest }: Query & { readonly screen?: Screen } = {},
): string {
  const query = {
    user,
    only: isAlone ? "phone" : undefined,
    screen: screen === "inbox" ? undefined : screen,
    ...rest,
  };
  return apiPath(["phone"], query).slice(1);
}
