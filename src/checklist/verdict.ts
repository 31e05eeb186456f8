import type { Checklist, ClientFile, Evidence, Proof, Tally } from "../records/checklist.ts";
import type { Delivery } from "../records/delivery.ts";
import type { ChecklistEdition, ChecklistItem } from "../rules/checklist.ts";
import { CHECKLIST } from "../rules/checklist.ts";
import { counted, emptyFile, NO_EVIDENCE, NOTHING } from "./book.ts";

/** How the application stands, item by item. */

export const ITEM_STATUSES = ["done", "failed", "not seen", "by hand", "not ours"] as const;

export type ItemStatus = (typeof ITEM_STATUSES)[number];

/** An item with its verdict. */
export interface Verdict {
  readonly item: ChecklistItem;
  readonly status: ItemStatus;
  /** Why, in a sentence. */
  readonly why: string;
  /** What to do where it is not done. */
  readonly remedy: string;
  /** How often what counts was seen, and the newest requests that show it. */
  readonly shown: Tally;
}

/** What is looked at. */
export interface Facts {
  readonly list: Checklist;
  /** The client that is judged. */
  readonly clientId: string;
  readonly edition: ChecklistEdition;
  /** Whether the ID token has the claims too, so that nobody has to read userinfo. */
  readonly userDataInIdToken: boolean;
  /** What probes have shown of it (checks/). */
  readonly probed: readonly Probed[];
  /** The webhooks that were sent to its sales unit. */
  readonly deliveries: readonly Pick<Delivery, "status" | "url" | "queuedAt">[];
}

/** A probe that was played, and the item that it speaks for. */
export interface Probed extends Proof {
  readonly item: string;
  readonly remedy: string;
  readonly passed: boolean;
}

/** The items of an edition of the list, in its order. */
export function itemsOf(edition: ChecklistEdition): readonly ChecklistItem[] {
  const all: readonly ChecklistItem[] = CHECKLIST;
  return all.filter(({ editions }) => editions.length === 0 || editions.includes(edition));
}

export function verdictsOf(facts: Facts): readonly Verdict[] {
  return itemsOf(facts.edition).map((item) => verdictOf(item, facts));
}

function verdictOf(item: ChecklistItem, facts: Facts): Verdict {
  const file = facts.list.clients[facts.clientId] ?? emptyFile(facts.list.since);
  const seen = item.judgedBy === "traffic" ? evidenceFor(item, file, facts) : NO_EVIDENCE;
  if (seen.failed.count > 0) return shown(item, "failed", seen.failed);
  const probed = probesFor(item, facts);
  const remedy = facts.probed.findLast((one) => one.item === item.id && !one.passed)?.remedy;
  const isSaid = item.judgedBy === "person" && file.ticks[item.id] !== undefined;
  if (remedy !== undefined && !isSaid) return { ...shown(item, "failed", probed.failed), remedy };
  if (item.judgedBy === "person") return ticked(item, file);
  if (seen.done.count > 0) return shown(item, "done", seen.done);
  if (probed.done.count > 0) return shown(item, "done", probed.done);
  if (file.ticks[item.id]?.concerns === false) return ticked(item, file);
  return { ...shown(item, "not seen", NOTHING), why: missing(item, file, facts) };
}

function shown(item: ChecklistItem, status: ItemStatus, tally: Tally): Verdict {
  const { remedy } = item;
  return { item, status, why: tally.proofs.at(-1)?.why ?? "", remedy, shown: tally };
}

function ticked(item: ChecklistItem, { ticks }: ClientFile): Verdict {
  const tick = ticks[item.id];
  if (!tick) {
    return { ...shown(item, "by hand", NOTHING), why: "Nobody has said how this stands." };
  }
  const status = tick.concerns === false ? "not ours" : tick.done ? "done" : "failed";
  const said = `Somebody has said that it ${SAID[status]}`;
  const why = tick.note === undefined ? `${said}.` : `${said}: ${tick.note}`;
  return { ...shown(item, status, NOTHING), why };
}

const SAID = {
  done: "is done",
  failed: "is not done",
  "not ours": "does not concern this application",
} as const;

function probesFor({ id }: ChecklistItem, { probed }: Facts): Evidence {
  const tally = (passed: boolean) =>
    probed
      .filter((probe) => probe.item === id && probe.passed === passed)
      .reduce((sum: Tally, { request, at, why }) => counted(sum, { request, at, why }), NOTHING);
  return { done: tally(true), failed: tally(false) };
}

/** What was seen of it; of some items only all requests together show how they stand. */
function evidenceFor(item: ChecklistItem, file: ClientFile, facts: Facts): Evidence {
  const { done = NOTHING, failed = NOTHING } = file.items[item.id] ?? {};
  switch (item.id) {
    case "endpoints":
      return { done: all(callsFor(file, facts.list)), failed };
    case "till-endpoints":
      return { done: all(tillCalls(file)), failed };
    case "scopes":
      return { done, failed: failed.count > 0 ? failed : neverRead(file, facts) };
    case "caching":
      return caching(file, facts.list);
    case "webhooks":
      return webhooks(facts.deliveries);
    default:
      return { done, failed };
  }
}

/** All calls together, if each of them was made. */
function all(calls: Readonly<Record<string, Tally | undefined>>): Tally {
  const made = Object.values(calls).filter((tally) => tally !== undefined && tally.count > 0);
  if (made.length < Object.keys(calls).length) return NOTHING;
  const tallies = made as readonly Tally[];
  const proofs = tallies.flatMap((tally) => tally.proofs.slice(-1));
  return { count: Math.min(...tallies.map(({ count }) => count)), proofs };
}

function callsFor({ called }: ClientFile, { fetched }: Checklist) {
  const { auth, "backchannel-authentication": begun, token } = called;
  return { discovery: fetched.discovery, jwks: fetched.jwks, auth: auth ?? begun, token };
}

function tillCalls({ called }: ClientFile) {
  const { "user-exists": asked, "backchannel-authentication": begun } = called;
  return { "user-exists": asked, "backchannel-authentication": begun };
}

/** So many logins have to be there before it is said what an application never does. */
const ENOUGH = 3;

function neverRead({ called }: ClientFile, { userDataInIdToken }: Facts): Tally {
  const { asked = NOTHING, userinfo } = called;
  if (userDataInIdToken || asked.count < ENOUGH || userinfo !== undefined) return NOTHING;
  const why = `${asked.count} logins asked for more than openid, and none has read userinfo.`;
  return withReason(asked, why);
}

function withReason({ count, proofs }: Tally, why: string): Tally {
  return { count, proofs: proofs.map((proof): Proof => ({ ...proof, why })) };
}

/** Whoever fetches them does not say who it is: so it is judged where there is one client alone. */
function caching({ called }: ClientFile, { clients, fetched }: Checklist): Evidence {
  const logins = called["begun"]?.count ?? 0;
  if (logins < ENOUGH || Object.keys(clients).length > 1) return { done: NOTHING, failed: NOTHING };
  const { discovery, jwks } = fetched;
  for (const [what, tally] of [
    ["Discovery was", discovery],
    ["The keys were", jwks],
  ] as const) {
    // Once for each login is still what a process does that lives as long as one request.
    if (tally.count > logins + 1) {
      const why = `${what} fetched ${tally.count} times in ${logins} logins.`;
      return { done: NOTHING, failed: withReason(tally, why) };
    }
  }
  if (discovery.count === 0) return { done: NOTHING, failed: NOTHING };
  const why = `Discovery was fetched ${times(discovery.count)} and the keys ${times(jwks.count)} in ${logins} logins.`;
  return { done: withReason(discovery, why), failed: NOTHING };
}

function webhooks(deliveries: Facts["deliveries"]): Evidence {
  let [done, failed] = [NOTHING, NOTHING];
  for (const { status, url, queuedAt: at } of deliveries) {
    const proof = (why: string) => ({ request: "" as Proof["request"], at, why });
    if (status === "delivered") done = counted(done, proof(`${url} has acknowledged a webhook.`));
    if (status === "failed") failed = counted(failed, proof(`${url} has acknowledged no attempt.`));
  }
  return { done, failed };
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** What would show it. */
function missing(item: ChecklistItem, file: ClientFile, { list }: Facts): string {
  const calls = { endpoints: callsFor(file, list), "till-endpoints": tillCalls(file) }[item.id];
  if (!calls) return item.shownBy ?? "";
  const absent = Object.entries(calls).flatMap(([name, tally]) => (tally?.count ? [] : [name]));
  return `Not called yet: ${absent.join(", ")}.`;
}
