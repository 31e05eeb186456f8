import type { User } from "../control/types.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { Exchange } from "../request/exchange.ts";
import { ageOn, obstacleFor } from "../rules/eligibility.ts";
import { groupedNumber } from "../rules/msisdn.ts";
import { traitsOfUser } from "../sandbox/users.ts";
import type { Page } from "./page.ts";
import type { ListView, Tab } from "./portal-list.ts";
import { listPage, tabsOf } from "./portal-list.ts";

/** The people: who can log in, and what is special about each. */

/** A person as the portal shows one. */
export interface PersonView {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly phoneNumber: string;
  /** On the present day of the sandbox. */
  readonly age: number;
  /** What is special, as a sentence. */
  readonly special: string;
  /** Why the person cannot log in; empty where it is possible. */
  readonly obstacle: string;
}

interface PeopleView {
  readonly tabs: readonly Tab[];
  readonly list: ListView<PersonView>;
}

export const peoplePage: Page = {
  async show(visit) {
    const { exchange, root } = visit;
    const model: PeopleView = {
      tabs: await tabsOf(visit, "people"),
      list: await listPage<User, PersonView>(visit, "users", "portal/people", (user) =>
        personView(user, exchange, root),
      ),
    };
    return { view: "portal-people", title: "Who can log in?", section: "portal", model };
  },
};

export function personView(user: User, exchange: Exchange, root: string): PersonView {
  const today = dateInOslo(exchange.now);
  const { minimumAge } = exchange.sandbox.switches;
  const obstacle = obstacleFor(user, today, minimumAge);
  return {
    id: user.id,
    href: `${root}${personPath(user)}`,
    name: nameOf(user),
    phoneNumber: groupedNumber(user.phoneNumber),
    age: ageOn(user.birthDate, today),
    special: sentence(traitsOfUser(user, today)),
    obstacle: obstacle === undefined ? "" : obstacleText(obstacle, minimumAge),
  };
}

/** Where a person's page is, below the dashboard's folder. */
export function personPath({ id, phoneNumber }: Pick<User, "id" | "phoneNumber">): string {
  // Somebody may be called as the page is where people are added; the API knows all by their numbers too.
  return `portal/people/${id === NOBODY ? phoneNumber : encodeURIComponent(id)}`;
}

const NOBODY = "new";

export function nameOf({ givenName, familyName }: User): string {
  return `${givenName} ${familyName}`;
}

function sentence(traits: readonly string[]): string {
  const text = traits.join("; ") || "an ordinary adult";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function obstacleText(obstacle: string, minimumAge: number): string {
  return obstacle === "under_age" ? `under ${minimumAge}` : obstacle.replaceAll("_", " ");
}
