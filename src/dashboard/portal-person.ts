import { Problem } from "../control/api/problem.ts";
import type { Consent, User } from "../control/types.ts";
import { apiPath } from "./api.ts";
import { changesIn, currentOf, nothingChanged, restoring, toRestore } from "./changes.ts";
import type { FieldView } from "./fields.ts";
import { Fields, short } from "./fields.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import type { Done, Page, Visit } from "./page.ts";
import type { Tab } from "./portal-list.ts";
import { tabsOf } from "./portal-list.ts";
import type { PersonView } from "./portal-people.ts";
import { nameOf, personPath, personView } from "./portal-people.ts";
import type { AddressView } from "./portal-person-form.ts";
import { addressFields, personFields, personIn } from "./portal-person-form.ts";

/** A person: what merchants read, what keeps the person from logging in, and which companies have access. */

interface PersonPageView {
  readonly tabs: readonly Tab[];
  readonly person: PersonView;
  readonly action: string;
  readonly phoneHref: string;
  readonly logHref: string;
  readonly profile: string;
  readonly birthDate: string;
  readonly fields: readonly FieldView[];
  readonly addresses: readonly AddressView[];
  readonly shown: string;
  readonly consents: readonly ConsentRow[];
}

interface ConsentRow {
  readonly merchant: string;
  readonly scopes: string;
  readonly given: Moment;
  /** Null while it stands. */
  readonly revoked: Moment | null;
}

const MOST_CONSENTS = 100;

export const personPage: Page = {
  async show(visit) {
    const { api, exchange, root } = visit;
    const user = await userOf(visit);
    const consents = await api.list<Consent>(["consents"], { user: user.id, limit: MOST_CONSENTS });
    const form = formOf(user, visit);
    const who = new URLSearchParams({ user: user.id });
    const person = personView(user, exchange, root);
    const model: PersonPageView = {
      tabs: await tabsOf(visit, "people"),
      person,
      action: person.href,
      phoneHref: `${root}phone?${who}`,
      logHref: `${root}log?${who}`,
      profile: exchange.sandbox.profile,
      birthDate: user.birthDate,
      ...{ fields: form.texts, addresses: form.addresses, shown: form.fields.shown },
      consents: consents.toReversed().map(({ merchant, scopes, givenAt, revokedAt }) => ({
        merchant,
        scopes: scopes.join(" "),
        given: moment(givenAt, exchange.now),
        revoked: revokedAt === undefined ? null : moment(revokedAt, exchange.now),
      })),
    };
    return { view: "portal-person", title: short(person.name), section: "portal", model };
  },

  async act(visit) {
    const { form } = visit;
    const user = await userOf(visit);
    switch (form.get("action")) {
      case "change":
        return change(user, visit);
      case "restore":
        return restore(user, visit);
      case "remove":
        return remove(user, visit);
      default:
        throw new Problem(400, "The form does not say what it is for: it has no known action.");
    }
  },
};

function userOf({ api, params }: Visit): Promise<User> {
  return api.get<User>(["users", params["id"] ?? ""]);
}

/** The form of the person as it is now. */
function formOf(user: User, visit: Visit) {
  const fields = new Fields(visit, "change");
  const texts = personFields(fields, user);
  return { fields, texts, addresses: addressFields(fields, user.addresses) };
}

async function change(user: User, visit: Visit): Promise<Done> {
  const { was, now } = formOf(user, visit).fields.merged;
  const changes = changesIn(personIn(was), personIn(now));
  const to = personPath(user);
  if (Object.keys(changes).length === 0) return nothingChanged(to);
  const path = apiPath(["users", user.id]);
  const call = { method: "PATCH", path, body: changes } as const;
  const changed = await visit.api.send<User>(call);
  return {
    to: personPath(changed),
    message: `${short(nameOf(changed))} has changed: ${Object.keys(changes).join(", ")}.`,
    calls: [call],
    undo: restoring(personPath(changed), currentOf(user, changes), changed),
  };
}

/** Takes a change back. */
async function restore(user: User, { api, form }: Visit): Promise<Done> {
  const body = toRestore(form, user);
  const call = { method: "PATCH", path: apiPath(["users", user.id]), body } as const;
  const restored = await api.send<User>(call);
  return { to: personPath(restored), message: "All is as it was before.", calls: [call] };
}

async function remove(user: User, { api }: Visit): Promise<Done> {
  const call = { method: "DELETE", path: apiPath(["users", user.id]) } as const;
  await api.send(call);
  return {
    to: "portal/people",
    message: `${short(nameOf(user))} was removed, with consents, remembered browsers and tokens. Undo puts back the person alone.`,
    calls: [call],
    undo: {
      action: "portal/people/new",
      fields: { action: "put-back", record: JSON.stringify(user) },
    },
  };
}
