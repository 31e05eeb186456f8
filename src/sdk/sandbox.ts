import type {
  Counts,
  SalesUnit,
  SalesUnitInput,
  SandboxFacts,
  TlsFacts,
  User,
  UserInput,
} from "../control/types.ts";
import { PATHS, sandboxPrefix } from "../request/addresses.ts";
import type { CheckOptions, CheckReport, LoginDriver } from "./check-client.ts";
import { ChecklistClient } from "./checklist.ts";
import { Checks } from "./checks.ts";
import type { Connection } from "./connection.ts";
import { DEFAULT_ID } from "./connection.ts";
import type { Fetch } from "./control-api.ts";
import { ControlApi, ControlError, MockClosed } from "./control-api.ts";
import type { LoggedIn, LoginOptions } from "./login.ts";
import {
  authorizationUrl,
  checkLoginOptions,
  endAt,
  LoginError,
  loggedIn,
  namesRealService,
  reasonIn,
  salesUnitOf,
  walk,
} from "./login.ts";
import {
  Browsers,
  Consents,
  Logins,
  Partners,
  PaymentSessions,
  Scenarios,
  Tokens,
} from "./login-resources.ts";
import type { PhoneLoginOptions, PhoneTokens } from "./phone-login.ts";
import { beginAndPoll, checkPhoneLoginOptions, phoneLoginRequest } from "./phone-login.ts";
import {
  Clock,
  Faults,
  Keys,
  Requests,
  SettingsClient,
  StateClient,
  StatisticsClient,
  WebhookDeliveries,
} from "./sandbox-resources.ts";

/**
 * A Vipps of its own, with its own users, sales units, consents, clock, faults, keys and request log:
 * what happens in one sandbox is not seen in another.
 *
 * Its facts (`issuer`, `salesUnits`, `users`) are those of the moment when it was made or last
 * refreshed; what this object itself changes is in them at once.
 */
export class Sandbox {
  readonly id: string;
  /** In place of the real service's base URL, without a trailing slash. */
  readonly url: string;
  /** Where a client library finds the discovery document. */
  readonly discoveryUrl: string;
  /** Its own control API. */
  readonly controlUrl: string;
  /**
   * The same over https, and the CA to trust, where a mock in this process serves that (`tls: true`). A mock
   * elsewhere is asked over the scheme with which `connect()` was given its URL.
   */
  readonly tls: TlsFacts | undefined;

  /** What happens to the next logins. */
  readonly scenarios: Scenarios;
  /** The logins that wait for a person. */
  readonly logins: Logins;
  /** What users agreed to share with merchants. */
  readonly consents: Consents;
  /** Partners, whose keys act for the sales units of others. */
  readonly partners: Partners;
  /** Payments in which a user shared data. */
  readonly paymentSessions: PaymentSessions;
  /** The browsers that remember a user. */
  readonly browsers: Browsers;
  /** What time it is in the sandbox. */
  readonly clock: Clock;
  /** What goes wrong on purpose. */
  readonly faults: Faults;
  /** What signs ID tokens. */
  readonly keys: Keys;
  /** The requests, the responses, and why any was refused. */
  readonly requests: Requests;
  /** The code and the tokens of a login, without the login. */
  readonly tokens: Tokens;
  /** The webhooks that are sent to merchants. */
  readonly webhookDeliveries: WebhookDeliveries;
  /** How many logins succeeded. */
  readonly statistics: StatisticsClient;
  /** Whether the application is ready to go live, as far as its requests show it. */
  readonly checklist: ChecklistClient;
  /** The runs in which an application was checked. */
  readonly checks: Checks;
  /** The profile, the switches and the automatic login. */
  readonly settings: SettingsClient;
  /** The whole sandbox: exported, restored, or reset. */
  readonly state: StateClient;

  readonly #fetch: Fetch;
  readonly #api: ControlApi;
  /** The default sandbox's, which knows all sandboxes. */
  readonly #root: ControlApi;
  #facts: Pick<SandboxFacts, "issuer" | "salesUnits" | "users" | "tlsHosts"> | undefined;

  /**
   * @param connection how the server is reached
   * @param id the sandbox's id
   * @param facts what is known of it; nothing yet when left out
   */
  constructor(connection: Connection, id: string, facts?: SandboxFacts) {
    const { base, fetch, token, tls } = connection;
    const prefix = sandboxPrefix(id === DEFAULT_ID ? undefined : id);
    this.id = id;
    this.url = `${base}${prefix}`;
    this.tls = tls?.(prefix);
    this.discoveryUrl = `${this.url}${PATHS.discovery}`;
    this.controlUrl = `${this.url}${PATHS.control}`;
    this.#api = new ControlApi(this.controlUrl, fetch, token);
    this.#root = new ControlApi(`${base}${PATHS.control}`, fetch, token);
    this.#facts = facts;
    this.#fetch = fetch;
    this.scenarios = new Scenarios(this.#api);
    this.logins = new Logins(this.#api);
    this.consents = new Consents(this.#api);
    this.partners = new Partners(this.#api);
    this.paymentSessions = new PaymentSessions(this.#api);
    this.browsers = new Browsers(this.#api);
    this.clock = new Clock(this.#api);
    this.faults = new Faults(this.#api);
    this.keys = new Keys(this.#api);
    this.requests = new Requests(this.#api);
    this.tokens = new Tokens(this.#api);
    this.webhookDeliveries = new WebhookDeliveries(this.#api);
    this.statistics = new StatisticsClient(this.#api);
    this.checklist = new ChecklistClient(this.#api);
    this.checks = new Checks(this.#api);
    this.settings = new SettingsClient(this.#api);
    this.state = new StateClient(this.#api, () => this.refresh());
  }

  /** The issuer, with its trailing slash: what a client library is configured with. */
  get issuer(): string {
    return this.#known().issuer;
  }

  /** The merchants' clients, in the order in which they were added. */
  get salesUnits(): readonly SalesUnit[] {
    return this.#known().salesUnits;
  }

  /** Who can log in, by id. */
  get users(): Readonly<Record<string, User>> {
    return Object.fromEntries(this.#known().users.map((user) => [user.id, user]));
  }

  /**
   * Asks the server for the facts again.
   *
   * @returns this sandbox
   * @throws ControlError when it is not there any more
   */
  async refresh(): Promise<this> {
    this.#facts = await this.#root.get<SandboxFacts>(["sandboxes", this.id]);
    return this;
  }

  /** @returns how many records of each kind there are */
  counts(): Promise<Counts> {
    return this.#api.get(["counts"]);
  }

  /**
   * @param search words of an id, a name, a phone number or an e-mail address
   * @returns the users that have each of them
   */
  findUsers(search: string): Promise<User[]> {
    return this.#api.list(["users"], { search });
  }

  /**
   * @param search words of an msn, a name, a merchant or a client id
   * @returns the sales units that have each of them
   */
  findSalesUnits(search: string): Promise<SalesUnit[]> {
    return this.#api.list(["sales-units"], { search });
  }

  /**
   * @param user what the test needs of the user; everything left out is made up and fits together
   * @returns the whole user
   * @throws ControlError when a value does not fit or is taken
   */
  async addUser(user: UserInput = {}): Promise<User> {
    const added = await this.#api.post<User>(["users"], user);
    await this.refresh();
    return added;
  }

  /**
   * @param user the user's id or MSISDN
   * @param changes the new values; nothing else changes
   * @returns the whole user
   * @throws ControlError when there is no such user, or a value does not fit or is taken
   */
  async updateUser(user: string, changes: UserInput): Promise<User> {
    const changed = await this.#api.patch<User>(["users", user], changes);
    await this.refresh();
    return changed;
  }

  /**
   * Removes a user, with the consents, remembered browsers and tokens that go along.
   *
   * @param user the user's id or MSISDN
   * @throws ControlError when there is no such user
   */
  async removeUser(user: string): Promise<void> {
    await this.#api.delete(["users", user]);
    await this.refresh();
  }

  /**
   * @param salesUnit at least a name and redirect URIs; msn, client id and secret are made up
   * @returns the whole sales unit
   * @throws ControlError when a value does not fit or is taken
   */
  async addSalesUnit(salesUnit: SalesUnitInput): Promise<SalesUnit> {
    const added = await this.#api.post<SalesUnit>(["sales-units"], salesUnit);
    await this.refresh();
    return added;
  }

  /**
   * @param msn the sales unit's Merchant Serial Number
   * @param changes the new values; nothing else changes
   * @returns the whole sales unit
   * @throws ControlError when there is no such sales unit, or a value does not fit or is taken
   */
  async updateSalesUnit(msn: string, changes: Partial<SalesUnit>): Promise<SalesUnit> {
    const changed = await this.#api.patch<SalesUnit>(["sales-units", msn], changes);
    await this.refresh();
    return changed;
  }

  /**
   * Gives a sales unit a new client secret; the old one is refused from then on.
   *
   * @param msn the sales unit's Merchant Serial Number
   * @returns the whole sales unit
   * @throws ControlError when there is no such sales unit
   */
  async rotateClientSecret(msn: string): Promise<SalesUnit> {
    const changed = await this.#api.post<SalesUnit>(["sales-units", msn, "rotate-secret"]);
    await this.refresh();
    return changed;
  }

  /**
   * Removes a sales unit; the tokens that it was given stop working.
   *
   * @param msn the sales unit's Merchant Serial Number
   * @throws ControlError when there is no such sales unit
   */
  async removeSalesUnit(msn: string): Promise<void> {
    await this.#api.delete(["sales-units", msn]);
    await this.refresh();
  }

  /**
   * Logs a user in without a browser, from the authorization request to the code. The user approves;
   * a scenario that was queued before and is for this login goes first.
   *
   * @param options who logs in, and what for: an authorization request of its own, or the `url` of
   *   one that an application made
   * @returns the code, and where the browser is sent with it
   * @throws LoginError when it ends without a code, with the error and the reason
   * @throws ControlError when there is no such user
   * @throws OptionsError when an option is wrong, or the `url` is that of a login at another sandbox or at the
   *   real service
   */
  async login(options: LoginOptions): Promise<LoggedIn> {
    checkLoginOptions(this.url, options, await this.#hostsNamedIn(options));
    const start =
      options.url === undefined
        ? authorizationUrl(this.url, this.salesUnits, options)
        : new URL(options.url);
    const state = start.searchParams.get("state");
    const walked = () => walk(this.url, start, this.#fetch);
    // Without a state the request is refused before any scenario is played.
    const redirectUrl =
      state === null
        ? await walked()
        : await this.#approving(options.user, "browser", state, walked);
    const done = loggedIn(redirectUrl);
    if (done) return done;
    throw new LoginError(endAt(redirectUrl), reasonIn(await this.requests.list(), state));
  }

  /**
   * Logs a user in from a phone number, from the merchant's request to its tokens. The user approves
   * at once; a scenario that was queued before and is for this login goes first, and so does its
   * delay: nobody waits here, so that the merchant hears `authorization_pending`.
   *
   * @param options who logs in, at which sales unit, and what it asks for
   * @returns the tokens
   * @throws LoginError when it ends without tokens, with the error and the reason
   * @throws ControlError when there is no such user
   * @throws OptionsError when an option is wrong
   */
  async phoneLogin(options: PhoneLoginOptions): Promise<PhoneTokens> {
    checkPhoneLoginOptions(options);
    const unit = salesUnitOf(this.salesUnits, options.salesUnit);
    const user = await this.#api.get<User>(["users", options.user]);
    const request = phoneLoginRequest(unit, user, options);
    const { state } = request;
    const end = await this.#approving(user.id, "phone-number", state, () =>
      beginAndPoll(this.url, request, this.#fetch),
    );
    if ("accessToken" in end) return end;
    throw new LoginError(end, reasonIn(await this.requests.list(), state));
  }

  /**
   * Checks whether an application is ready to go live, by logins in each of which one thing is not as usual: a
   * wrong signature, a state of another login, a token endpoint that fails. After each an ordinary login has to work.
   *
   * @param login drives one login of the application, as a user would, and says whether somebody is logged in then
   * @param options which client and which probes; every probe when left out
   * @returns what came of each probe, and the report
   * @throws ControlError when the sandbox has faults or scenarios of its own, or another run is under way
   * @throws OptionsError when an option is wrong
   */
  async checkClient(login: LoginDriver, options: CheckOptions = {}): Promise<CheckReport> {
    const { checkClient } = await import("./check-client.ts");
    const { url, checks } = this;
    const clientIdOf = async (name: string) =>
      salesUnitOf((await this.refresh()).salesUnits, name).clientId;
    return checkClient({ url, checks, clientIdOf, fetch: this.#fetch }, login, options);
  }

  /** The names that the mock has in its certificate: only for those of the real service does it matter. */
  async #hostsNamedIn(options: LoginOptions): Promise<readonly string[]> {
    if (!namesRealService(options)) return [];
    const { tlsHosts = [] } = this.#facts ?? (await this.refresh()).#known();
    return tlsHosts;
  }

  /** Lets a user approve the login with this state, and no other. */
  async #approving<End>(
    user: string,
    flow: "browser" | "phone-number",
    state: string,
    logIn: () => Promise<End>,
  ): Promise<End> {
    const match = { flow, state };
    const { id } = await this.scenarios.add({ match, user, outcome: "approve" });
    try {
      return await logIn();
    } finally {
      // Only this login could use it, so that it harms nobody where it stays; the login's own error counts.
      await this.scenarios.remove(id).catch(() => undefined);
    }
  }

  /**
   * Removes the sandbox with everything in it.
   *
   * @throws ControlError when it is not there any more, or is the default sandbox
   */
  async delete(): Promise<void> {
    await this.#root.delete(["sandboxes", this.id]);
  }

  /** Removes the sandbox at the end of an `await using` block, unless it is gone already. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.delete().catch((error: unknown) => {
      const isGone = error instanceof ControlError && error.status === 404;
      const wentWithMock = error instanceof Error && error.cause instanceof MockClosed;
      if (!isGone && !wentWithMock) throw error;
    });
  }

  #known() {
    if (this.#facts) return this.#facts;
    throw new Error(
      `Nothing is known of ${this.url} yet: await refresh() once before reading issuer, salesUnits or users.`,
    );
  }
}
