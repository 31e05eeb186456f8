import type { Consent } from "../records/consent.ts";
import { DEFAULT_LIMITS } from "../records/limits.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { SandboxEntry } from "../records/sandbox.ts";
import type { PlatformTokenHolder } from "../records/session.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, DAY } from "../records/time.ts";
import type { Bounds, Collection, SandboxStore } from "./store.ts";

/**
 * What the collections of a sandbox are, as data: memory.ts and every other store are interpreters
 * of this one table. A new kind of record is a line in `SandboxStore` and an entry here.
 */

/** How the records of one collection are kept. */
export interface CollectionSpec<
  Item,
  Index extends string = never,
  Name extends string = CollectionName,
  Group extends string = never,
> {
  /** The collection's name, the same as its property in the store. */
  readonly name: Name;
  /** The key of a record; it never changes. */
  readonly key: (item: Item) => string;
  /** The unique indexes; a record that answers undefined is not in that index. */
  readonly indexes: Readonly<Record<Index, (item: Item) => string | undefined>>;
  /** The groups; a record that answers undefined is in none. Left out where there are none. */
  readonly groups?: Readonly<Record<Group, (item: Item) => string | undefined>>;
  /**
   * The moments at which the record may become worthless, for `listEnding`: what is true of it then
   * may depend on other records. Left out where records have no end; none where it is over already.
   */
  readonly endings?: (item: Item) => readonly EpochSeconds[];
  /** From which moment on `sweep` removes the record; left out where records stay. */
  readonly forgetAt?: (item: Item) => EpochSeconds;
  /** What happens to one more where there are as many as may be; left out where there is no bound. */
  readonly whenFull?: "evict" | "refuse";
  /** Which records go first for a new one; left out where the oldest is as good as any. */
  readonly isDispensable?: (item: Item) => boolean;
}

/** The names of all collections of a sandbox. */
export type CollectionName = Exclude<
  keyof SandboxStore,
  | "sequences"
  | "openPhones"
  | "undos"
  | "checklist"
  | "checks"
  | "revision"
  | "onOthersWrite"
  | "sweep"
  | "keepAtMost"
>;

/** The table's type: for each collection of `SandboxStore` the spec of its records and indexes. */
export type CollectionSpecs = {
  readonly [Name in CollectionName]: SandboxStore[Name] extends Collection<
    infer Item,
    infer Index,
    infer Group
  >
    ? CollectionSpec<Item, Index, CollectionName, Group>
    : never;
};

/**
 * The most bytes of an exported sandbox that are read. A process has too little memory for a sandbox whose
 * export would be longer.
 */
export const MAX_STATE_BYTES = 1024 * 1024 * 1024;

const REMEMBERED = DEFAULT_LIMITS.browserDays * DAY;

/** The sandboxes themselves. */
export const SANDBOXES: CollectionSpec<SandboxEntry, never, "sandboxes"> = {
  name: "sandboxes",
  key: (entry) => entry.id,
  indexes: {},
  whenFull: "refuse",
};

/** Every collection of a sandbox. */
export const COLLECTIONS: CollectionSpecs = {
  users: {
    name: "users",
    key: (user) => user.id,
    indexes: { phoneNumber: (user) => user.phoneNumber, nin: (user) => user.nin },
    whenFull: "refuse",
  },
  salesUnits: {
    name: "salesUnits",
    key: (unit) => unit.msn,
    indexes: { clientId: (unit) => unit.clientId },
    whenFull: "refuse",
  },
  partners: {
    name: "partners",
    key: (partner) => partner.id,
    indexes: { clientId: (partner) => partner.clientId },
    whenFull: "refuse",
  },
  consents: {
    name: "consents",
    key: (consent) => consent.id,
    indexes: {
      active: (consent) =>
        consent.revokedAt === undefined ? activeConsentKey(consent) : undefined,
    },
    groups: { user: (consent) => consent.user },
    whenFull: "evict",
  },
  browsers: {
    name: "browsers",
    key: (browser) => browser.id,
    indexes: {},
    groups: { user: (browser) => browser.user },
    // States that were exported earlier do not say it.
    forgetAt: ({ forgetAt, authenticatedAt }) => forgetAt ?? after(authenticatedAt, REMEMBERED),
    whenFull: "evict",
  },
  logins: {
    name: "logins",
    key: (login) => login.id,
    indexes: {
      loginVerifier: (login) => login.loginVerifier,
      consentChallenge: (login) => login.consentChallenge,
      consentVerifier: (login) => login.consentVerifier,
    },
    endings: ({ failure, expiresAt }) => (failure ? [] : [expiresAt]),
    forgetAt: (login) => login.forgetAt,
    whenFull: "evict",
  },
  phoneLogins: {
    name: "phoneLogins",
    key: (login) => login.id,
    indexes: { authReqId: (login) => login.authReqId },
    groups: {
      asking: ({ user, approval, failure }) => (approval || failure ? undefined : user),
      unfinished: (login) => (isUnfinished(login) ? UNFINISHED : undefined),
      user: (login) => login.user,
    },
    endings: (login) => (isHandedOver(login) || login.failure ? [] : [login.expiresAt]),
    forgetAt: (login) => login.forgetAt,
    whenFull: "evict",
  },
  sessions: {
    name: "sessions",
    key: (session) => session.id,
    indexes: {},
    groups: {
      subject: ({ subject, msn }) => subjectKey(subject, msn),
      user: (session) => session.user,
    },
    endings: (session) => [session.forgetAt],
    forgetAt: (session) => session.forgetAt,
    whenFull: "evict",
  },
  codes: {
    name: "codes",
    key: (grant) => grant.code,
    indexes: {},
    endings: ({ usedAt, expiresAt }) => (usedAt === undefined ? [expiresAt] : []),
    forgetAt: (grant) => grant.forgetAt,
    whenFull: "evict",
  },
  accessTokens: {
    name: "accessTokens",
    key: (token) => token.token,
    indexes: {},
    // Which of the two it is depends on the consent (rules/retention.ts).
    endings: ({ expiresAt, sharedUntil, forgetAt }) => [expiresAt, sharedUntil ?? forgetAt],
    forgetAt: (token) => token.forgetAt,
    whenFull: "evict",
  },
  loginDays: {
    name: "loginDays",
    key: (day) => day.id,
    indexes: {},
    groups: { msn: (day) => day.msn },
    whenFull: "evict",
  },
  loginUsers: {
    name: "loginUsers",
    key: (user) => user.id,
    indexes: {},
    groups: { msn: (user) => user.msn },
    whenFull: "evict",
  },
  platformTokens: {
    name: "platformTokens",
    key: (token) => token.token,
    indexes: {},
    groups: { holder: (token) => holderKey(token.holder) },
    endings: (token) => [token.expiresAt],
    forgetAt: (token) => token.forgetAt,
    whenFull: "evict",
  },
  scenarios: {
    name: "scenarios",
    key: (scenario) => scenario.id,
    indexes: {},
    whenFull: "refuse",
  },
  faults: {
    name: "faults",
    key: (fault) => fault.id,
    indexes: {},
    endings: ({ expiresAt, times, hits }) =>
      expiresAt === undefined || (times !== undefined && hits >= times) ? [] : [expiresAt],
    whenFull: "refuse",
  },
  webhooks: {
    name: "webhooks",
    key: (webhook) => webhook.id,
    indexes: {},
    groups: { msn: (webhook) => webhook.msn, partner: (webhook) => webhook.partner },
  },
  deliveries: {
    name: "deliveries",
    key: (delivery) => delivery.id,
    indexes: {},
    groups: { waiting: ({ status }) => (status === "waiting" ? WAITING : undefined) },
    whenFull: "evict",
    isDispensable: (delivery) => delivery.status !== "waiting",
  },
  requests: {
    name: "requests",
    key: (request) => request.id,
    indexes: {},
    whenFull: "evict",
  },
};

/** The collections that have a bound. */
export const BOUNDED = (Object.keys(COLLECTIONS) as CollectionName[]).filter(
  (name): name is keyof Bounds => name in DEFAULT_LIMITS,
);

/** The value of all in the group `unfinished` of logins from phone number. */
export const UNFINISHED = "yes";

/** Somebody is going to answer it, or its approval has still to be carried out (login/phone-login.ts). */
function isUnfinished({ plan, approval, failure }: PhoneLogin): boolean {
  return approval ? !approval.ready : plan !== undefined && failure === undefined;
}

/** What its merchant gets for it was given: the tokens, or to the browser the code. */
function isHandedOver({ redirectUri, redeemedAt, approval }: PhoneLogin): boolean {
  return (redirectUri === undefined ? redeemedAt : approval) !== undefined;
}

/** The value of all in the group `waiting` of deliveries. */
export const WAITING = "yes";

/** The value of the group `holder` of platform tokens. */
export function holderKey({ kind, id }: PlatformTokenHolder): string {
  return JSON.stringify([kind, id]);
}

/** The value of the group `subject` of sessions. */
export function subjectKey(subject: string, msn: string): string {
  return JSON.stringify([subject, msn]);
}

/**
 * The value of the index `active` of consents: a user has one living consent for a merchant, or for each
 * of its sales units.
 */
export function activeConsentKey({
  user,
  merchant,
  msn,
}: Pick<Consent, "user" | "merchant" | "msn">): string {
  return JSON.stringify(msn === undefined ? [user, merchant] : [user, merchant, msn]);
}

/** The key of what is kept by the day: of a sales unit, or of somebody who logged in there. */
export function perDayKey(msn: string, date: string, ...subject: readonly [string?]): string {
  return JSON.stringify([msn, date, ...subject]);
}
