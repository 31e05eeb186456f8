import type { Browser, Consent } from "../records/consent.ts";
import type { Delivery, Webhook } from "../records/delivery.ts";
import type { Fault } from "../records/fault.ts";
import type { GenerationId } from "../records/ids.ts";
import type { KeyState, ServerKey } from "../records/key-state.ts";
import type { LoggedRequest } from "../records/logged-request.ts";
import type { Login } from "../records/login.ts";
import type { Partner } from "../records/partner.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { SandboxEntry } from "../records/sandbox.ts";
import type { Scenario } from "../records/scenario.ts";
import type { AccessToken, CodeGrant, PlatformToken, Session } from "../records/session.ts";
import type { ClockState } from "../records/settings.ts";
import type { LoginDay, LoginUser } from "../records/statistics.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { User } from "../records/user.ts";

/**
 * Where everything lives that outlasts a request. The interfaces here are the contract that each
 * implementation owes; test/conformance/store.ts holds it to every one of them.
 *
 * Obligations of every implementation:
 *
 * - Records are values. What was inserted comes back equal, whatever the caller did to its own copy
 *   meanwhile; nobody changes a record that it was given.
 * - Each single operation is atomic, also between processes that share the store: of any number of
 *   concurrent `take`s of one key exactly one gets the record; no `update` is lost.
 * - A write that was awaited is seen by every later read, through whichever replica.
 * - The store knows no time. It never hides a record for its age: callers compare with the sandbox's
 *   clock. What is past its `forgetAt` is removed by `sweep`, and only there.
 * - Generations share nothing.
 */
export interface Store {
  /** The sandboxes themselves, and which generation of records each of them has. */
  readonly sandboxes: Collection<SandboxEntry>;

  /** The key of the servers: the first that is made counts for all of them. */
  readonly signingKey: Cell<ServerKey>;

  /** How many servers name sandboxes by a seed; each takes the next number. */
  readonly sequences: Cell<number>;

  /** The records of one generation of a sandbox; a generation never used before has none. */
  records(generation: GenerationId): SandboxStore;

  /**
   * Removes every record of a generation for good; an unknown one is fine. What `records` gave before
   * is empty then; what is written through it afterwards may be lost to those who ask `records` anew.
   */
  drop(generation: GenerationId): Promise<void>;

  /** Gives back connections and memory. The store is not used afterwards. */
  close(): Promise<void>;
}

/** All records that a sandbox has at a time, a collection for each kind. */
export interface SandboxStore {
  readonly users: Collection<User, "phoneNumber" | "nin">;
  readonly salesUnits: Collection<SalesUnit, "clientId">;
  readonly partners: Collection<Partner, "clientId">;
  readonly consents: Collection<Consent, "active">;
  readonly browsers: Collection<Browser>;
  readonly logins: Collection<Login, "loginVerifier" | "consentChallenge" | "consentVerifier">;
  readonly phoneLogins: Collection<PhoneLogin, "authReqId", "asking" | "unfinished">;
  readonly sessions: Collection<Session, never, "subject">;
  readonly codes: Collection<CodeGrant>;
  readonly accessTokens: Collection<AccessToken>;
  readonly loginDays: Collection<LoginDay>;
  readonly loginUsers: Collection<LoginUser>;
  readonly platformTokens: Collection<PlatformToken>;
  readonly scenarios: Collection<Scenario>;
  readonly faults: Collection<Fault>;
  /** What merchants registered to be told. */
  readonly webhooks: Collection<Webhook>;
  /** What merchants are told, and were: the newest of it. */
  readonly deliveries: Collection<Delivery>;
  /** The request log: the newest of what merchants and browsers asked. */
  readonly requests: Collection<LoggedRequest>;
  readonly clock: Cell<ClockState>;
  /** Unset while the sandbox signs with the server's own key. */
  readonly keys: Cell<KeyState>;
  /** How many processes make its ids by a seed; each takes the next number. */
  readonly sequences: Cell<number>;

  /**
   * Removes every record whose `forgetAt` is not after `now`.
   *
   * @param now the moment by the sandbox's clock
   * @returns how many records went
   */
  sweep(now: EpochSeconds): Promise<number>;
}

/** Records of one kind, each under its own key, some also under unique indexes and in groups. */
export interface Collection<Item, Index extends string = never, Group extends string = never> {
  /** The record under this key, or undefined. */
  get(key: string): Promise<Item | undefined>;

  /** The one record that has this value in a unique index, or undefined. */
  find(index: Index, value: string): Promise<Item | undefined>;

  /**
   * The records that have this value in a group, which many can have, in the order in which they got
   * it. It costs no more than those records, however many others there are.
   */
  listGroup(group: Group, value: string): Promise<readonly Item[]>;

  /**
   * The records in the order in which they were inserted.
   *
   * @param page.after continue behind the record with this key; if it is gone since, the page is empty
   * @param page.limit how many at most; all when left out
   * @returns the page, with `next` (the key to continue after) where more follow
   */
  list(page?: { after?: string | undefined; limit?: number | undefined }): Promise<Page<Item>>;

  /**
   * Adds a record. A collection with a bound drops a record to make room: the oldest of those that
   * its spec calls dispensable, or else the oldest of all.
   *
   * @returns the record that was dropped; undefined where there was room
   * @throws ConflictError when the key or a value of a unique index is taken; nothing is added
   */
  insert(item: Item): Promise<Item | undefined>;

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
   * Removes the record and hands it over, to exactly one of all who ask; undefined to the others. With
   * `when` only a record of which it says yes goes: looking and removing are one atomic step. It is
   * pure and may be called more than once.
   */
  take(key: string, when?: (current: Item) => boolean): Promise<Item | undefined>;
}

/** One value that a sandbox has once. */
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

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
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
