import type { Login, User } from "../control/types.ts";
import { personOf } from "../pages/page-context.ts";
import type { Shown, Visit } from "./page.ts";
import { phonePath } from "./phone-place.ts";

/** Whose phone it is to be. */

interface ChooserView {
  readonly people: readonly (ReturnType<typeof personOf> & {
    readonly href: string;
    /** How many logins ask the user something. */
    readonly waiting: number;
  })[];
  readonly hasSearch: boolean;
  readonly query: string;
  /** Whether there are more than are shown. */
  readonly more: boolean;
}

/** From so many on, people search rather than look. */
const SEARCHED_FROM = 12;

/** So many are shown at once. */
const MOST_PEOPLE = 60;

export async function showChooser({ api, query, root }: Visit): Promise<Shown> {
  const users = await api.list<User>(["users"], { limit: 1000 });
  const logins = await api.list<Login>(["logins"], { limit: 1000 });
  const wanted = query.get("q")?.trim() ?? "";
  const found = users.filter((user) => fits(user, wanted));
  const model: ChooserView = {
    people: found.slice(0, MOST_PEOPLE).map((user) => ({
      ...personOf(user),
      href: `${root}${phonePath({ user: user.id, isAlone: false })}`,
      waiting: logins.filter((login) => login.user === user.id).length,
    })),
    hasSearch: users.length >= SEARCHED_FROM || wanted !== "",
    query: wanted,
    more: found.length > MOST_PEOPLE,
  };
  return { view: "phone-chooser", title: "Whose phone?", section: "phone", model };
}

/** By a part of the name or the id; a number may be typed with spaces and `+`. */
function fits({ id, givenName, familyName, phoneNumber }: User, wanted: string): boolean {
  const text = wanted.toLowerCase();
  const digits = wanted.replace(/[\s+().-]/g, "");
  return (
    `${givenName} ${familyName} ${id}`.toLowerCase().includes(text) ||
    (/^\d+$/.test(digits) && phoneNumber.includes(digits))
  );
}
