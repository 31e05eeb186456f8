import type {
  Approval,
  Browser,
  Confirmation,
  Consent,
  Login,
  LoginFilter,
  Mint,
  Minted,
  Mishap,
  Partner,
  PartnerInput,
  Payment,
  PaymentSession,
  Scenario,
  ScenarioInput,
  ScenarioPatch,
} from "../control/types.ts";
import { Resource } from "./control-api.ts";

/** The resources of a sandbox that are about users, merchants and their logins. */

/** What happens to the next logins: queued, and played in this order to those that match. */
export class Scenarios extends Resource {
  /**
   * Queues what happens to the next login that matches.
   *
   * @param scenario which logins it is for, who logs in and what becomes of it; `approve` if left out
   * @returns the scenario
   * @throws ControlError when a value does not fit, or when no login could ever match
   */
  add(scenario: ScenarioInput): Promise<Scenario> {
    return this.api.post(["scenarios"], scenario);
  }

  /**
   * @param filter only those that have served no login (`unused: true`), or only those that have
   * @returns the scenarios, in the order in which logins are held against them
   */
  list(filter: { readonly unused?: boolean } = {}): Promise<Scenario[]> {
    return this.api.list(["scenarios"], { ...filter });
  }

  /**
   * @param id the scenario's id
   * @returns the scenario, with how many logins it has served
   * @throws ControlError when there is none
   */
  get(id: string): Promise<Scenario> {
    return this.api.get(["scenarios", id]);
  }

  /**
   * @param id the scenario's id
   * @param changes the new values; null takes a user or a part of `match` away
   * @returns the scenario as it is now
   * @throws ControlError when there is none, or a value does not fit
   */
  update(id: string, changes: ScenarioPatch): Promise<Scenario> {
    return this.api.patch(["scenarios", id], changes);
  }

  /**
   * @param id the scenario's id
   * @throws ControlError when there is none
   */
  remove(id: string): Promise<void> {
    return this.api.delete(["scenarios", id]);
  }

  /** Removes every scenario. */
  clear(): Promise<void> {
    return this.api.delete(["scenarios"]);
  }

  /**
   * For the end of a test: whether every scenario has served as many logins as it is for.
   *
   * @throws Error that names each scenario with logins left
   */
  async assertUsed(): Promise<void> {
    const waiting = (await this.list()).filter(({ left }) => left > 0);
    if (waiting.length === 0) return;
    const lines = waiting.map(({ id, user, outcome, match, hits, times }) => {
      const what = JSON.stringify({ match, user, outcome });
      return `  ${id}: ${hits} of ${times} logins, ${what}`;
    });
    const count = waiting.length === 1 ? "A scenario was" : `${waiting.length} scenarios were`;
    throw new Error(`${count} not used up:\n${lines.join("\n")}`);
  }
}

/** The logins that wait for a person, in a browser or on a phone; a test can act as that person. */
export class Logins extends Resource {
  /**
   * @param filter which logins; those that wait for a person when it names no status
   * @returns the logins, in the order in which they began
   * @throws ControlError when the filter names an unknown user or client
   */
  list(filter: LoginFilter = {}): Promise<Login[]> {
    return this.api.list(["logins"], { ...filter });
  }

  /**
   * @param id the login's id, or the auth_req_id of one from phone number
   * @returns the login
   * @throws ControlError when it is finished, or was never begun
   */
  get(id: string): Promise<Login> {
    return this.api.get(["logins", id]);
  }

  /**
   * Confirms in the app and consents, as its user would.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @param approval whose login it is where that is not known yet, and what else the user does; what
   *   the merchant asks and the approval does not name is accepted
   * @returns the login, with `redirectUrl` where it ends in a browser
   * @throws ControlError when it does not wait any more, or the approval does not fit
   */
  approve(id: string, approval: Approval = {}): Promise<Login> {
    return this.api.post(["logins", id, "approve"], approval);
  }

  /**
   * Confirms in the app, and no more: what the page for the consent asks is still asked in the browser.
   *
   * @param id the login's id
   * @param confirmation whose login it is where that is not known yet, and what else the user does
   * @returns the login
   * @throws ControlError when it is not the app that it waits for
   */
  confirm(id: string, confirmation: Confirmation = {}): Promise<Login> {
    return this.api.post(["logins", id, "confirm"], confirmation);
  }

  /**
   * Lets something go wrong with the app, or with the service.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @param reason what it is; after `app_token_error` the login still waits
   * @returns the login
   * @throws ControlError when it does not wait any more, or cannot end so
   */
  fail(id: string, reason: Mishap): Promise<Login> {
    return this.api.post(["logins", id, "fail"], { reason });
  }

  /**
   * Cancels a login, or declines the consent, as its user would.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @returns the login
   * @throws ControlError when it does not wait any more
   */
  reject(id: string): Promise<Login> {
    return this.api.post(["logins", id, "reject"]);
  }

  /**
   * Says that somebody has a user's phone open, as the page of the phone does: for 40 seconds the page that
   * waits for the app folds its own one away.
   *
   * @param user the user's id or MSISDN
   * @throws ControlError when there is no such user
   */
  openPhone(user: string): Promise<void> {
    return this.api.post(["users", user, "phone"]);
  }

  /**
   * Ends a login's time now.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @returns the login
   * @throws ControlError when it does not wait any more
   */
  expire(id: string): Promise<Login> {
    return this.api.post(["logins", id, "expire"]);
  }
}

/** Which consents are meant; what is left out matches every one. */
export interface ConsentFilter {
  /** A user's id or MSISDN. */
  readonly user?: string;
  readonly merchant?: string;
  /** A sales unit that the consent is for, with others of its merchant or alone. */
  readonly msn?: string;
}

/** What users agreed to share. */
export class Consents extends Resource {
  /**
   * @param filter whose consents; all when left out
   * @returns the consents, the revoked ones too, in the order in which they were given
   * @throws ControlError when there is no such user or merchant
   */
  list(filter: ConsentFilter = {}): Promise<Consent[]> {
    return this.api.list(["consents"], { ...filter });
  }

  /**
   * Revokes consents as the user does in the app.
   *
   * @param which a consent's id, or whose consents: of a user, for a merchant or a sales unit, or several
   * @returns those that were revoked
   * @throws ControlError when there is none that can be revoked
   */
  async revoke(which: string | ConsentFilter): Promise<Consent[]> {
    if (typeof which === "string") return [await this.api.delete<Consent>(["consents", which])];
    const { items } = await this.api.delete<{ items: Consent[] }>(["consents"], { ...which });
    return items;
  }
}

/** The browsers that remember a user, so that the next login needs neither number nor app. */
export class Browsers extends Resource {
  /**
   * @param filter only those that remember this user (id or MSISDN); all when left out
   * @returns the browsers that remember a user
   * @throws ControlError when there is no such user
   */
  list(filter: { readonly user?: string } = {}): Promise<Browser[]> {
    return this.api.list(["browsers"], { ...filter });
  }

  /**
   * Makes a browser forget its user, as if its cookies were cleared.
   *
   * @param id the browser's id
   * @throws ControlError when there is no such browser
   */
  forget(id: string): Promise<void> {
    return this.api.delete(["browsers", id]);
  }

  /** Makes every browser forget its user. */
  clear(): Promise<void> {
    return this.api.delete(["browsers"]);
  }
}

/** What a login ends with, without the login. */
export class Tokens extends Resource {
  /**
   * Makes an access token, an ID token and a code, as a login of the user would.
   *
   * @param login who logs in where, and what for
   * @returns the tokens
   * @throws ControlError when a login like that would be refused, with the reason
   */
  mint(login: Mint): Promise<Minted> {
    return this.api.post(["tokens"], login);
  }
}

/** Payments in which a user shared data with a merchant. */
export class PaymentSessions extends Resource {
  /** @returns the payments that are remembered, in the order in which they were made */
  list(): Promise<PaymentSession[]> {
    return this.api.list(["payment-sessions"]);
  }

  /**
   * @param id the payment session's id
   * @returns the payment session
   * @throws ControlError when there is no such payment session
   */
  get(id: string): Promise<PaymentSession> {
    return this.api.get(["payment-sessions", id]);
  }

  /**
   * Lets a user pay and share data. Userinfo can be read by the `sub` for 168 hours from now.
   *
   * @param payment who pays where, and which data is asked for
   * @returns the payment session, with its `sub`
   * @throws ControlError when there is no such user or sales unit, or a rule forbids it, with the reason
   */
  add(payment: Payment): Promise<PaymentSession> {
    return this.api.post(["payment-sessions"], payment);
  }

  /**
   * Removes a payment: what was shared in it is readable no more. The consent stays.
   *
   * @param id the payment session's id
   * @throws ControlError when there is no such payment session
   */
  remove(id: string): Promise<void> {
    return this.api.delete(["payment-sessions", id]);
  }
}

/** Whose keys act for the sales units of others. */
export class Partners extends Resource {
  /**
   * @param filter `search`: only those that have each of its words in id, name or client id
   * @returns the partners, in the order in which they were added
   */
  list(filter: { readonly search?: string } = {}): Promise<Partner[]> {
    return this.api.list(["partners"], { ...filter });
  }

  /**
   * @param id the partner's id
   * @returns the partner
   * @throws ControlError when there is no such partner
   */
  get(id: string): Promise<Partner> {
    return this.api.get(["partners", id]);
  }

  /**
   * @param partner at least a name; id and keys are made up, and it acts for nobody unless it says so
   * @returns the whole partner
   * @throws ControlError when a value does not fit or is taken, or a sales unit is not there
   */
  add(partner: PartnerInput): Promise<Partner> {
    return this.api.post(["partners"], partner);
  }

  /**
   * @param id the partner's id
   * @param changes the new values; nothing else changes
   * @returns the whole partner
   * @throws ControlError when there is no such partner, or a value does not fit or is taken
   */
  update(id: string, changes: Partial<Partner>): Promise<Partner> {
    return this.api.patch(["partners", id], changes);
  }

  /**
   * Removes a partner; the platform tokens that it was given stop working.
   *
   * @param id the partner's id
   * @throws ControlError when there is no such partner
   */
  remove(id: string): Promise<void> {
    return this.api.delete(["partners", id]);
  }
}
