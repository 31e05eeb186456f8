import type { ResponseError } from "../oidc/errors.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Brand } from "../records/brand.ts";
import type { Delivery, Webhook } from "../records/delivery.ts";
import type { Fault } from "../records/fault.ts";
import type { KeyState } from "../records/key-state.ts";
import type { LoggedRequest } from "../records/logged-request.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { Scenario } from "../records/scenario.ts";
import type { Partner, SalesUnit, User } from "../records/schema.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { Answers, AskingScope } from "../rules/questions.ts";
import type { Diagnosis } from "../rules/rule.ts";
import type { SandboxRecord } from "../sandbox/sandbox.ts";

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
 * - Sandboxes share nothing.
 */
export interface Store {
  /** The sandboxes themselves; what is in one of them is reached by `sandbox`. */
  readonly sandboxes: Collection<SandboxRecord>;

  /**
   * @param sandbox the sandbox's id
   * @returns its records; an id never used before has none
   */
  sandbox(sandbox: SandboxId): SandboxStore;

  /**
   * Removes every record in a sandbox that lives on; its own in `sandboxes` stays. What `sandbox` gave
   * before is as good as what it gives afterwards.
   *
   * @param sandbox the sandbox's id; unknown ids are fine
   */
  clear(sandbox: SandboxId): Promise<void>;

  /**
   * Removes every record in a sandbox for good; its own in `sandboxes` stays. What `sandbox` gave
   * before is empty then; what is written through it afterwards may be lost to those who ask `sandbox`
   * anew.
   *
   * @param sandbox the sandbox's id; unknown ids are fine
   */
  drop(sandbox: SandboxId): Promise<void>;

  /** Gives back connections and memory. The store is not used afterwards. */
  close(): Promise<void>;
}

/** All records of one sandbox, a collection for each kind. */
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
  /** When somebody last called the sandbox, by the real time. */
  readonly usedAt: Cell<EpochSeconds>;

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

  /** Removes the record and hands it over, to exactly one of all who ask; undefined to the others. */
  take(key: string): Promise<Item | undefined>;
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

export type SandboxId = Brand<string, "SandboxId">;
export type AuthReqId = Brand<string, "AuthReqId">;
export type LoginId = Brand<string, "LoginId">;
export type SessionId = Brand<string, "SessionId">;
export type ConsentId = Brand<string, "ConsentId">;
export type BrowserId = Brand<string, "BrowserId">;
export type ScenarioId = Brand<string, "ScenarioId">;
export type FaultId = Brand<string, "FaultId">;
export type RequestId = Brand<string, "RequestId">;
export type WebhookId = Brand<string, "WebhookId">;
export type DeliveryId = Brand<string, "DeliveryId">;
export type CodeValue = Brand<string, "CodeValue">;
export type AccessTokenValue = Brand<string, "AccessTokenValue">;
export type PlatformTokenValue = Brand<string, "PlatformTokenValue">;

/** A user's agreement that a merchant gets data; its history stays after it was withdrawn. */
export interface Consent {
  readonly id: ConsentId;
  readonly user: string;
  readonly merchant: string;
  readonly scopes: readonly string[];
  readonly givenAt: EpochSeconds;
  readonly revokedAt?: EpochSeconds;
  /** It is revoked, and not all webhooks that tell of it are queued yet. */
  readonly untold?: true;
  /** The questions of single sales units that were answered with it; they are not asked again. */
  readonly answered?: readonly { readonly msn: string; readonly scope: AskingScope }[];
}

/** A browser that remembers its user for every merchant, as the user chose. */
export interface Browser {
  readonly id: BrowserId;
  readonly user: string;
  readonly userAgent: string;
  /** When the user last confirmed in the app; `auth_time` of the logins it answers. */
  readonly authenticatedAt: EpochSeconds;
}

/** One browser login on its way from the authorization request to the redirect back. */
export interface Login {
  /** The `login_challenge`. */
  readonly id: LoginId;
  readonly request: AuthorizationRequest;
  readonly startedAt: EpochSeconds;
  /** From here on the login can no longer be finished. */
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
  /** What the cookie of the login page must hold when the browser comes back. */
  readonly csrf: string;
  /** Who logs in, once the phone number is known. */
  readonly user?: string;
  /** No page is shown: every question is answered as the user would. */
  readonly automatic?: boolean;
  /** The user's wish on the login page. */
  readonly remember: boolean;
  /** The number shown in the browser, and those that the app offers. */
  readonly challenge?: { readonly shown: number; readonly offered: readonly number[] };
  /** When the user confirmed in the app, now or when the browser was remembered. */
  readonly authenticatedAt?: EpochSeconds;
  /** Proof that the login page is done; the next hop of the browser spends it. */
  readonly loginVerifier?: string;
  readonly consentChallenge?: string;
  readonly consentCsrf?: string;
  readonly consentVerifier?: string;
  /** The app could not get its token and says so; the user may try again. */
  readonly appTokenError?: boolean;
  /** The user is in the app, and what is said there goes to the merchant's app (`app_to_app`). */
  readonly appOpen?: boolean;
  /** The user's yes to sharing the data, on the consent page or ahead of it. */
  readonly consentGiven?: boolean;
  /** What the user answered along with that; left out where everything asked is accepted. */
  readonly answers?: Answers;
  /** How the login ended without a code. */
  readonly failure?: LoginFailure;
}

/** What a login that ended without a code tells the merchant. */
export type LoginFailure =
  | {
      readonly reason:
        | "cancelled"
        | "consent_declined"
        | "not_eligible"
        | "outdated_app"
        | "wrong_challenge";
      /** Why, for the log. */
      readonly diagnosis?: Diagnosis;
    }
  /** Somebody who writes a test wanted exactly this to be told. */
  | {
      readonly reason: "told";
      readonly error: ResponseError;
      readonly diagnosis: Diagnosis;
    };

/**
 * A user's login at a sales unit, or a payment there in which data was asked for: it begins with the
 * consent and says what may be read, and until when (rules/retention.ts).
 */
export interface Session extends Answers {
  readonly id: SessionId;
  /** The `sid` claim. */
  readonly sid: string;
  /** The login it came from; left out where no login led there. */
  readonly login?: LoginId;
  /** Set where it began with a payment: no code and no access token leads to it. */
  readonly payment?: true;
  readonly user: string;
  readonly msn: string;
  readonly clientId: string;
  readonly subject: string;
  /** What is known of the user, as it was when the user logged in: this is what may be read. */
  readonly userData: User;
  readonly scopes: readonly string[];
  readonly beganAt: EpochSeconds;
  /** The consent it rests on; none where only `openid` was asked. */
  readonly consent?: ConsentId;
  /** When its code was used a second time: from then on its tokens are worthless. */
  readonly replayedAt?: EpochSeconds;
  readonly forgetAt: EpochSeconds;
}

/** An authorization code and all that the token endpoint must compare. */
export interface CodeGrant {
  readonly code: CodeValue;
  readonly session: SessionId;
  /** The login it came from; left out where no login led there. */
  readonly login?: LoginId;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly nonce?: string;
  readonly acr?: string;
  readonly codeChallenge?: string;
  /** When the authorization request came: the `rat` claim. */
  readonly requestedAt: EpochSeconds;
  readonly authenticatedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
  /** Of login from phone number: its code is for a grant of its own. */
  readonly authReqId?: AuthReqId;
  /** The PKCE data serves one attempt, right or wrong. */
  readonly pkceSpent?: boolean;
  readonly usedAt?: EpochSeconds;
}

/** An opaque access token. */
export interface AccessToken {
  readonly token: AccessTokenValue;
  readonly session: SessionId;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
}

/** How many logins succeeded, and how many of them with the national identity number. */
export interface LoginCount {
  readonly logins: number;
  readonly withNin: number;
}

/**
 * The logins that succeeded at some moments: for each its place in three lists. Every login rewrites
 * them, and lists of numbers are copied many times as fast as one of records.
 */
export interface RecentLogins {
  /** The moments, each once. */
  readonly at: readonly EpochSeconds[];
  readonly logins: readonly number[];
  readonly withNin: readonly number[];
}

/** The logins that succeeded at a sales unit on one day. */
export interface LoginDay {
  /** Made of the msn and the date (collections.ts). */
  readonly id: string;
  readonly msn: string;
  /** The day in Oslo: `YYYY-MM-DD`. */
  readonly date: string;
  /** Those that the statistics have for good. */
  readonly appeared: LoginCount;
  /** Those of which that was not so yet at the last login. */
  readonly recent: RecentLogins;
}

/** Somebody who logged in at a sales unit on one day. */
export interface LoginUser {
  /** Made of the msn, the date and the subject (collections.ts). */
  readonly id: string;
  readonly msn: string;
  readonly date: string;
  /** Not the user's id, which another user may have later. */
  readonly subject: string;
  /** The first login of the day; left out once the statistics have it for good. */
  readonly firstAt?: EpochSeconds;
}

/** Whose keys a platform token was given for: a partner's id, or a sales unit's msn. */
export interface PlatformTokenHolder {
  readonly kind: "partner" | "sales-unit";
  readonly id: string;
}

/** What `/accesstoken/get` gives for keys, to act as their holder. */
export interface PlatformToken {
  readonly token: PlatformTokenValue;
  readonly holder: PlatformTokenHolder;
  /** The client_id of the keys. */
  readonly clientId: string;
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
}

/** How a sandbox's clock differs from the real one. */
export interface ClockState {
  /** Added to the real time, in seconds. */
  readonly offset: Seconds;
  /** Set while the clock stands still. */
  readonly frozenAt?: EpochSeconds;
}
