import type { CheckRun } from "../records/check-run.ts";
import type { Checklist } from "../records/checklist.ts";
import type { Browser, Consent } from "../records/consent.ts";
import type { Delivery, Webhook } from "../records/delivery.ts";
import type { EntryCode } from "../records/entry-code.ts";
import type { Fault } from "../records/fault.ts";
import type { GenerationId } from "../records/ids.ts";
import type { KeptForm } from "../records/kept-form.ts";
import type { ServerKey } from "../records/key-state.ts";
import type { LimitName, Limits } from "../records/limits.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import type { Login } from "../records/login.ts";
import type { Partner } from "../records/partner.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { SandboxEntry } from "../records/sandbox.ts";
import type { Scenario } from "../records/scenario.ts";
import type { AccessToken, CodeGrant, PlatformToken, Session } from "../records/session.ts";
import type { LoginDay, LoginUser } from "../records/statistics.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { User } from "../records/user.ts";

/**
 * Where everything lives that outlasts a request. The interfaces here are the contract that each
 * implementation owes; test/conformance/store.ts holds it to every one of them.
 *
 * Obligations of every implementation:
 *
 * - Records are values. What was inserted comes back equal, whatever the caller did to its own copy
 *   meanwhile; nobody changes a record that it was given.
 * - A record, or a part of one, that is frozen is frozen throughout, as those are that a store gives.
 *   So a store may keep it as it is.
 * - Each single operation is atomic, also between processes that share the store: of any number of
 *   concurrent `take`s of one key exactly one gets the record; no `update` is lost.
 * - A write that was awaited is seen by every later read, through whichever replica.
 * - The store knows no time. It never hides a record for its age: callers compare with the sandbox's
 *   clock. What is past its `forgetAt` is removed by `sweep`, and only there.
 * - Generations share nothing.
 */
export interface Store {
  /** Which one it is, for those who look after it. */
  readonly kind: StoreKind;
  /** Whether it may be filled already, by another server or by an earlier one. */
  readonly isShared: boolean;

  /**
   * The sandboxes themselves, and which generation of records each of them has. Each request reads one
   * of them first, so what nearly every request needs stands there: settings, clock and keys.
   */
  readonly sandboxes: Collection<SandboxEntry>;

  /** How many sandboxes there may be from now on; those that there are stay. */
  keepAtMost(sandboxes: number): void;

  /** The key of the servers: the first that is made counts for all of them. */
  readonly signingKey: Cell<ServerKey>;

  /** How many servers name sandboxes by a seed; each takes the next number. */
  readonly sequences: Cell<number>;

  /** The codes that let people in, until they are used or too old. */
  readonly entryCodes: Cell<readonly EntryCode[]>;

  /** The records of one generation of a sandbox; a generation never used before has none. */
  records(generation: GenerationId): SandboxStore;

  /**
   * Says how long a generation outlives all servers: a store that they share drops it by itself when so many
   * seconds are over before it is said again. What is written to it later goes with it. Until it is said
   * first, a generation stays.
   *
   * @param seconds by the real time; left out it stays from now on
   */
  lease(generation: GenerationId, seconds?: Seconds): Promise<void>;

  /**
   * Removes every record of a generation for good; an unknown one is fine. What `records` gave before
   * is empty then; what is written through it afterwards may be lost to those who ask `records` anew.
   */
  drop(generation: GenerationId): Promise<void>;

  /** Whether records can be written, of a store that can be read: one that is full, or another one's copy, takes none. */
  state(): Promise<StoreState>;

  /** Gives back connections and memory. The store is not used afterwards. */
  close(): Promise<void>;
}

/** How a store is that can be read. */
type StoreState =
  | { readonly status: "ok" }
  | { readonly status: "read-only"; readonly reason: string };

/** Where everything is kept: in this process, or in a Redis. */
export type StoreKind = "memory" | "redis";

/** All records that a sandbox has at a time, a collection for each kind. */
export interface SandboxStore {
  readonly users: Collection<User, "phoneNumber" | "nin">;
  readonly salesUnits: Collection<SalesUnit, "clientId">;
  readonly partners: Collection<Partner, "clientId">;
  readonly consents: Collection<Consent, "active", "user">;
  readonly browsers: Collection<Browser, never, "user">;
  readonly logins: Collection<Login, "loginVerifier" | "consentChallenge" | "consentVerifier">;
  readonly phoneLogins: Collection<PhoneLogin, "authReqId", "asking" | "unfinished" | "user">;
  readonly sessions: Collection<Session, never, "subject" | "user">;
  readonly codes: Collection<CodeGrant>;
  readonly accessTokens: Collection<AccessToken>;
  readonly loginDays: Collection<LoginDay, never, "msn">;
  readonly loginUsers: Collection<LoginUser, never, "msn">;
  readonly platformTokens: Collection<PlatformToken, never, "holder">;
  readonly scenarios: Collection<Scenario>;
  readonly faults: Collection<Fault>;
  /** What merchants registered to be told. */
  readonly webhooks: Collection<Webhook, never, "msn" | "partner">;
  /** What merchants are told, and were: the newest of it. */
  readonly deliveries: Collection<Delivery, never, "waiting">;
  /** The request log: the newest of what merchants and browsers asked. */
  readonly requests: Collection<KeptRequest>;
  /** How many processes make its ids by a seed; each takes the next number. */
  readonly sequences: Cell<number>;
  /** When each phone that is open was looked at last, by its user and by the real time. */
  readonly openPhones: Cell<Readonly<Record<string, EpochSeconds>>>;
  /** By what forms the dashboard takes back what was done last. */
  readonly undos: Cell<readonly KeptForm[]>;
  /** What the request log has shown of the go-live checklist, once somebody has asked for it. */
  readonly checklist: Cell<Checklist>;
  /** The newest runs in which an application was checked. */
  readonly checks: Cell<readonly CheckRun[]>;

  /**
   * A number that is another one whenever a record was written or removed since it was asked for, by
   * whichever process. It costs next to nothing: who shows what is there asks it again and again.
   */
  revision(): Promise<number>;

  /**
   * Calls the listener soon after another process has written or removed a record, and it may be called for more
   * than that. A call can get lost, so whoever waits for something looks now and then as well.
   *
   * @returns stops it
   */
  onOthersWrite(listener: () => void): () => void;

  /**
   * How many records of each kind there may be from now on; as many as is usual until it is said. Those that
   * are too many already go with the next insert, or stay where one more is refused.
   */
  keepAtMost(bounds: Bounds): void;

  /**
   * Removes every record whose `forgetAt` is not after `now`, each by itself: others may be read and
   * written meanwhile.
   *
   * @param now the moment by the sandbox's clock
   * @returns how many records went
   */
  sweep(now: EpochSeconds): Promise<number>;
}

/** How many records each of the collections may have that has a bound. */
export type Bounds = Pick<Limits, Extract<keyof SandboxStore, LimitName>>;

/**
 * How many records one operation carries at most, so that none keeps a shared store busy for long: it
 * throws a RangeError for a larger limit, or for more keys or records. What may be more is read in
 * batches (batches.ts).
 */
export const MOST_RECORDS = 500;

/** Which part of a list is asked for. */
export interface PageRequest {
  /** The `next` of the page before, or a `cursorAt`: continue behind it. */
  readonly after?: string | undefined;
  /** How many records at most: 1 to {@link MOST_RECORDS}. */
  readonly limit: number;
}

/** A part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page continues, whatever becomes of these records; left out on the last page. */
  readonly next?: string;
}

/**
 * Records of one kind, each under its own key, some also under unique indexes, in groups, and under
 * the moments at which they end. Which these are is in the table in collections.ts.
 */
export interface Collection<Item, Index extends string = never, Group extends string = never> {
  /** The key of a record. It asks nobody. */
  keyOf(item: Item): string;

  /** How many records there are. */
  count(): Promise<number>;

  /** The record under this key, or undefined. */
  get(key: string): Promise<Item | undefined>;

  /**
   * The record under each of the keys, in their order; undefined for one that is not there. They are
   * read as one atomic step.
   */
  getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]>;

  /** The one record that has this value in a unique index, or undefined. */
  find(index: Index, value: string): Promise<Item | undefined>;

  /**
   * The records in the order in which they were inserted. Each page is one atomic step; what is
   * inserted between two pages comes at the end.
   */
  list(page: PageRequest): Promise<Page<Item>>;

  /**
   * The records that have this value in a group, which many can have, in the order in which they were
   * inserted. It costs no more than those records, however many others there are.
   */
  listGroup(group: Group, value: string, page: PageRequest): Promise<Page<Item>>;

  /**
   * The records with an ending in that time, by their endings; those of one moment in the order in
   * which they were inserted. A record is there once for each of its endings. It costs no more than
   * those records, however many others there are.
   *
   * @param within `after` is not part of the time, left out it reaches back to the first ending;
   *   `upTo` is part of it
   */
  listEnding(
    within: { readonly after?: EpochSeconds | undefined; readonly upTo: EpochSeconds },
    page: PageRequest,
  ): Promise<Page<Item>>;

  /**
   * Where the record stands in the order of insertion, to continue behind it in `list` or `listGroup`;
   * undefined if it is gone.
   */
  cursorAt(key: string): Promise<string | undefined>;

  /**
   * Adds a record. Where there are as many as may be, a collection that evicts drops one to make room: the
   * oldest of those that its spec calls dispensable, or else the oldest of all; where there are more than
   * that, all that are too many. Any other refuses.
   *
   * @returns the record that was dropped, the first of several; undefined where there was room
   * @throws ConflictError when the key or a value of a unique index is taken; nothing is added
   * @throws FullError when there are as many as may be, and none of them goes for it
   */
  insert(item: Item): Promise<Item | undefined>;

  /**
   * Adds records in their order, as one atomic step: all of them or none. None of them is refused for their
   * number: whoever adds a whole list has looked at that.
   *
   * @returns the records that were dropped to make room
   * @throws ConflictError when a key or a value of a unique index is taken, also by another of them;
   *   nothing is added
   */
  insertMany(items: readonly Item[]): Promise<readonly Item[]>;

  /**
   * Replaces the record under `key` by what `change` makes of it, as one atomic step. The record
   * keeps its place in the order. `change` is pure, may be called more than once, and answers
   * undefined to leave all as it is; it never changes the key.
   *
   * @returns the new record; undefined when there is none or `change` declined
   * @throws ConflictError when a new value of a unique index is taken; nothing is changed
   */
  update(key: string, change: (current: Item) => Item | undefined): Promise<Item | undefined>;

  /**
   * Does with the record under each of the keys what `update` does, each by itself: every record is
   * changed in an atomic step of its own. When it throws, some may be changed and others not.
   *
   * @returns what `update` returns, for each key in their order
   */
  updateMany(
    keys: readonly string[],
    change: (current: Item) => Item | undefined,
  ): Promise<readonly (Item | undefined)[]>;

  /**
   * Removes the record and hands it over, to exactly one of all who ask; undefined to the others. With
   * `when` only a record of which it says yes goes: looking and removing are one atomic step. It is
   * pure and may be called more than once.
   */
  take(key: string, when?: (current: Item) => boolean): Promise<Item | undefined>;

  /** Does for each of the keys what `take` does, as one atomic step. */
  takeMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]>;

  /** Removes every record, as one atomic step. */
  clear(): Promise<void>;
}

/** One value, of the servers or of a generation. */
export interface Cell<Value> {
  /** The value, or undefined while it was never set. */
  get(): Promise<Value | undefined>;
  set(value: Value): Promise<void>;
  /**
   * Replaces the value by what `change` makes of it, as one atomic step. `change` is pure and may be
   * called more than once.
   *
   * @returns the new value
   */
  update(change: (current: Value | undefined) => Value): Promise<Value>;
}

/** An insert or update met a key or a unique value that another record has. */
export class ConflictError extends Error {
  readonly index: string;
  readonly value: string;

  /**
   * @param index which index the value is taken in; `key` for the key itself
   * @param value the value that is taken
   */
  constructor(index: string, value: string) {
    super(`${index} "${value}" is taken`);
    this.index = index;
    this.value = value;
  }
}

/** There are as many records of a kind as there may be. */
export class FullError extends Error {
  readonly collection: string;
  readonly bound: number;
  /** How many there are; more than the bound where that was lowered. */
  readonly count: number;

  constructor(collection: string, bound: number, count: number) {
    super(`there are ${count} ${collection} already`);
    this.collection = collection;
    this.bound = bound;
    this.count = count;
  }
}

/**
 * The store does not answer: it is away, too slow, or refuses to work. What was asked may have been done all the
 * same. Every operation may throw it.
 */
export class StoreUnavailableError extends Error {}

/**
 * Inserts a record that several callers may insert at the same time, or one of them again after it broke
 * off: the first one counts, and the others get undefined.
 *
 * @throws ConflictError when another record has a value of a unique index
 */
export async function insertOnce<Item>(
  collection: Pick<Collection<Item>, "insert">,
  item: Item,
): Promise<{ readonly dropped: Item | undefined } | undefined> {
  try {
    return { dropped: await collection.insert(item) };
  } catch (error) {
    if (error instanceof ConflictError && error.index === "key") return undefined;
    throw error;
  }
}
