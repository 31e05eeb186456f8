import type { Login, User } from "../control/types.ts";
import { personOf } from "../pages/page-context.ts";
import { texts } from "../pages/texts.ts";
import type { Language } from "../rules/language.ts";
import { chooseLanguage } from "../rules/language.ts";
import { apiPath } from "./api.ts";
import type { Page, Shown, Visit } from "./page.ts";
import { actAtPhone } from "./phone-acts.ts";
import { showChooser } from "./phone-chooser.ts";
import type { InboxView } from "./phone-inbox.ts";
import { inboxOf } from "./phone-inbox.ts";
import type { PhonePlace, Screen } from "./phone-place.ts";
import { phonePath, placeOf } from "./phone-place.ts";
import type { BrowsersView, CompaniesView, MeView } from "./phone-screens.ts";
import { browsersOf, companiesOf, meOf } from "./phone-screens.ts";

/**
 * A user's phone: what the app asks of the user, and what it lets the user look after. It speaks the
 * browser's language, as the merchant's pages do. What is chosen here goes through the control API, never
 * through the browser that logs in, which may be on another machine.
 */

interface PhoneView {
  readonly language: Language;
  readonly t: (typeof texts)[Language];
  readonly person: ReturnType<typeof personOf>;
  readonly userId: string;
  /** Where the forms go: the screen that is shown. */
  readonly action: string;
  /** Where a look without scripts leads: to the same, whatever it is by then. */
  readonly again: string;
  readonly tabs: Readonly<Record<Screen, { readonly href: string; readonly isCurrent: boolean }>>;
  /** How many logins ask something. */
  readonly waiting: number;
  /** Of these four one is shown; the others are null. */
  readonly inbox: InboxView | null;
  readonly companies: CompaniesView | null;
  readonly browsers: BrowsersView | null;
  readonly me: MeView | null;
  /** Whether it is the only thing in its window. */
  readonly isAlone: boolean;
  /** The same screen in a window of its own, or with the other pages around it. */
  readonly otherLook: string;
}

export const phonePage: Page = {
  async show(visit) {
    const place = placeOf(visit);
    return place ? showPhone(visit, place) : showChooser(visit);
  },
  act: actAtPhone,
};

async function showPhone(visit: Visit, place: PhonePlace): Promise<Shown> {
  const { api, headers, root } = visit;
  const user = await api.get<User>(["users", place.user]);
  const here = { ...place, user: user.id };
  await api.send({ method: "POST", path: apiPath(["users", user.id, "phone"]) });
  const waiting = await api.list<Login>(["logins"], { user: user.id, limit: 1000 });
  const language = chooseLanguage(headers["accept-language"]);
  const context = { visit, place: here, user, language };
  const { screen } = here;
  const person = personOf(user);
  const inbox = await inboxOf(context, waiting);
  const shown = screen === "inbox" ? { login: inbox.login?.id, step: place.step } : { screen };
  const tab = (name: Screen) => ({
    href: `${root}${phonePath(here, { screen: name })}`,
    isCurrent: name === screen,
  });
  const model: PhoneView = {
    language,
    t: texts[language],
    person,
    userId: user.id,
    action: `${root}${phonePath(here, shown)}`,
    again: `${root}${phonePath(here, { ...shown, said: here.said })}`,
    tabs: {
      inbox: tab("inbox"),
      sharing: tab("sharing"),
      browsers: tab("browsers"),
      me: tab("me"),
    },
    waiting: inbox.count,
    inbox: screen === "inbox" ? inbox : null,
    companies: screen === "sharing" ? await companiesOf(context) : null,
    browsers: screen === "browsers" ? await browsersOf(context) : null,
    me: screen === "me" ? meOf(context) : null,
    isAlone: here.isAlone,
    otherLook: `${root}${phonePath({ ...here, isAlone: !here.isAlone }, { screen })}`,
  };
  return {
    view: "phone",
    title: `${person.name}’s phone`,
    section: "phone",
    model,
    look: here.isAlone ? "on-phone alone" : "on-phone",
  };
}
