import type { User } from "../control/types.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { Exchange } from "../request/exchange.ts";
import { ageOn, obstacleFor } from "../rules/eligibility.ts";
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
    href: `${root}portal/people/${encodeURIComponent(user.id)}`,
    name: nameOf(user),
    phoneNumber: grouped(user.phoneNumber),
    age: ageOn(user.birthDate, today),
    special: sentence(traitsOfUser(user, today)),
    obstacle: obstacle === undefined ? "" : obstacleText(obstacle, minimumAge),
  };
}

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

/** As people write it: `+47 123 45 678`; of other countries nobody knows the groups. */
function grouped(phoneNumber: string): string {
  const norwegian = /^47(\d{3})(\d{2})(\d{3})$/.exec(phoneNumber);
  return norwegian ? `+47 ${norwegian.slice(1).join(" ")}` : `+${phoneNumber}`;
}
