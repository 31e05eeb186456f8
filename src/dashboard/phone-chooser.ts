import type { Counts, Login, User } from "../control/types.ts";
import { personOf } from "../pages/page-context.ts";
import type { Shown, Visit } from "./page.ts";
import { phonePath } from "./phone-place.ts";
import { isQueryRefused } from "./portal-list.ts";

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

export async function showChooser(visit: Visit): Promise<Shown> {
  const { api, query, root } = visit;
  const wanted = query.get("q")?.trim() ?? "";
  const asked = { search: wanted || undefined, limit: MOST_PEOPLE + 1 };
  const found = isQueryRefused(visit) ? [] : await api.list<User>(["users"], asked);
  const { users } = await api.get<Counts>(["counts"]);
  const logins = await api.list<Login>(["logins"], { limit: 1000 });
  const model: ChooserView = {
    people: found.slice(0, MOST_PEOPLE).map((user) => ({
      ...personOf(user),
      href: `${root}${phonePath({ user: user.id, isAlone: false })}`,
      waiting: logins.filter((login) => login.user === user.id).length,
    })),
    hasSearch: users >= SEARCHED_FROM || wanted !== "",
    query: wanted,
    more: found.length > MOST_PEOPLE,
  };
  return { view: "phone-chooser", title: "Whose phone?", section: "phone", model };
}
