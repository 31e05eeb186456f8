import type { Consent } from "../../records/consent.ts";
import type { PlatformTokenHolder } from "../../records/session.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { takeAll, takeGroup, updateAll } from "../../store/batches.ts";
import { holderKey } from "../../store/collections.ts";

/**
 * What goes along when a record is removed, so that another of the same name starts afresh: no
 * consent, no remembered browser, no waiting phone and no token passes on.
 */

/** The statistics keep the user's logins: they happened, and nothing there says whose they were. */
export async function forgetUser({ store }: Pick<Sandbox, "store">, user: string): Promise<void> {
  // First of all: an approval that goes on meanwhile finds its login gone and undoes what it has done.
  await takeGroup(store.phoneLogins, "user", user);
  await takeGroup(store.consents, "user", user);
  await takeGroup(store.browsers, "user", user);
  await takeGroup(store.sessions, "user", user);
}

export async function forgetSalesUnit(
  { store }: Pick<Sandbox, "store">,
  msn: string,
): Promise<void> {
  const { logins, phoneLogins, sessions, deliveries, consents } = store;
  await takeAll(
    logins,
    (page) => logins.list(page),
    ({ request }) => request.msn === msn,
  );
  // First of all, as above.
  await takeAll(
    phoneLogins,
    (page) => phoneLogins.list(page),
    (login) => login.msn === msn,
  );
  await takeAll(
    sessions,
    (page) => sessions.list(page),
    (session) => session.msn === msn,
  );
  await takeGroup(store.webhooks, "msn", msn);
  await takeAll(
    deliveries,
    (page) => deliveries.list(page),
    (delivery) => delivery.msn === msn,
  );
  await takeGroup(store.loginDays, "msn", msn);
  await takeGroup(store.loginUsers, "msn", msn);
  await forgetHolder({ store }, { kind: "sales-unit", id: msn });
  await updateAll(store.partners, ({ salesUnits, ...partner }) =>
    salesUnits.includes(msn)
      ? { ...partner, salesUnits: salesUnits.filter((one) => one !== msn) }
      : undefined,
  );
  await takeAll(
    consents,
    (page) => consents.list(page),
    (consent) => consent.msn === msn,
  );
  await updateAll(consents, (consent) => unanswered(consent, msn));
}

/** What the sales unit asked is asked anew by another that has its number. */
function unanswered({ answered = [], ...consent }: Consent, msn: string): Consent | undefined {
  const others = answered.filter((one) => one.msn !== msn);
  if (others.length === answered.length) return undefined;
  return others.length === 0 ? consent : { ...consent, answered: others };
}

export async function forgetPartner({ store }: Pick<Sandbox, "store">, id: string): Promise<void> {
  await takeGroup(store.webhooks, "partner", id);
  await forgetHolder({ store }, { kind: "partner", id });
}

async function forgetHolder(
  { store }: Pick<Sandbox, "store">,
  holder: PlatformTokenHolder,
): Promise<void> {
  await takeGroup(store.platformTokens, "holder", holderKey(holder));
}
