import type { Browser, Consent } from "../../records/consent.ts";
import type { Delivery, Webhook } from "../../records/delivery.ts";
import type { Login } from "../../records/login.ts";
import type { PhoneLogin } from "../../records/phone-login.ts";
import type { PlatformTokenHolder, Session } from "../../records/session.ts";
import type { LoginDay, LoginUser } from "../../records/statistics.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Collection } from "../../store/store.ts";

/**
 * What goes along when a record is removed, so that another of the same name starts afresh: no
 * consent, no remembered browser, no waiting phone and no token passes on.
 */

/** The statistics keep the user's logins: they happened, and nothing there says whose they were. */
export async function forgetUser({ store }: Pick<Sandbox, "store">, user: string): Promise<void> {
  // First of all: an approval that goes on meanwhile finds its login gone and undoes what it has done.
  await takeWhere<PhoneLogin>(store.phoneLogins, (login) => login.user === user);
  await takeWhere<Consent>(store.consents, (consent) => consent.user === user);
  await takeWhere<Browser>(store.browsers, (browser) => browser.user === user);
  await takeWhere<Session>(store.sessions, (session) => session.user === user);
}

export async function forgetSalesUnit(
  { store }: Pick<Sandbox, "store">,
  msn: string,
): Promise<void> {
  await takeWhere<Login>(store.logins, (login) => login.request.msn === msn);
  // First of all, as above.
  await takeWhere<PhoneLogin>(store.phoneLogins, (login) => login.msn === msn);
  await takeWhere<Session>(store.sessions, (session) => session.msn === msn);
  await takeWhere<Webhook>(store.webhooks, (webhook) => webhook.msn === msn);
  await takeWhere<Delivery>(store.deliveries, (delivery) => delivery.msn === msn);
  await takeWhere<LoginDay>(store.loginDays, (day) => day.msn === msn);
  await takeWhere<LoginUser>(store.loginUsers, (user) => user.msn === msn);
  await forgetHolder({ store }, { kind: "sales-unit", id: msn });
  const { items: partners } = await store.partners.list();
  for (const { id } of partners.filter(({ salesUnits }) => salesUnits.includes(msn))) {
    await store.partners.update(id, (partner) => ({
      ...partner,
      salesUnits: partner.salesUnits.filter((one) => one !== msn),
    }));
  }
  const { items } = await store.consents.list();
  for (const { id } of items) {
    await store.consents.update(id, (consent) => unanswered(consent, msn));
  }
}

/** What the sales unit asked is asked anew by another that has its number. */
function unanswered({ answered = [], ...consent }: Consent, msn: string): Consent | undefined {
  const others = answered.filter((one) => one.msn !== msn);
  if (others.length === answered.length) return undefined;
  return others.length === 0 ? consent : { ...consent, answered: others };
}

export async function forgetHolder(
  { store }: Pick<Sandbox, "store">,
  { kind, id }: PlatformTokenHolder,
): Promise<void> {
  const { items } = await store.platformTokens.list();
  for (const { token, holder } of items) {
    if (holder.kind === kind && holder.id === id) await store.platformTokens.take(token);
  }
}

async function takeWhere<Item extends { readonly id: string }>(
  collection: Pick<Collection<Item>, "list" | "take">,
  belongs: (item: Item) => boolean,
): Promise<void> {
  const { items } = await collection.list();
  for (const item of items.filter(belongs)) await collection.take(item.id);
}
