import type {
  ClockPatch,
  ClockReading,
  ClockStep,
  Fault,
  FaultInput,
  FaultPatch,
  Key,
  Length,
  LoggedRequest,
  RequestFilter,
  RotationPhase,
  Rule,
  RuleOverrides,
  SandboxState,
  Settings,
  SettingsPatch,
  Statistics,
  StatisticsFilter,
  WebhookDelivery,
  WebhookDeliveryFilter,
} from "../control/types.ts";
import { defined } from "../records/defined.ts";
import type { ControlApi } from "./control-api.ts";
import { Resource } from "./control-api.ts";

/** The resources of a sandbox that are about the sandbox itself: its clock, faults, keys and logs. */

/** A sandbox's clock. Moments are ISO 8601 with a zone: `2023-05-17T12:00:00+02:00`. */
export class Clock extends Resource {
  /** @returns what time it is, and whether the clock stands still */
  read(): Promise<ClockReading> {
    return this.api.get(["clock"]);
  }

  /**
   * Stops the clock.
   *
   * @param at the moment to stop at; the present one when left out
   * @returns the clock, with what that expired
   * @throws ControlError when the text is no moment
   */
  freeze(at?: string): Promise<ClockStep> {
    return this.#change({ freeze: true, ...defined({ at }) });
  }

  /**
   * Goes on from another moment, later or earlier: running, or standing where it stood still.
   *
   * @param at the moment
   * @returns the clock, with what that expired
   * @throws ControlError when the text is no moment
   */
  set(at: string): Promise<ClockStep> {
    return this.#change({ at });
  }

  /**
   * Moves on.
   *
   * @param length how far: whole seconds, or a text as `168h` or `PT168H`
   * @returns the clock, with what that expired
   * @throws ControlError when it is no length of time, or a negative one: to go back, `set` the clock
   */
  advance(length: Length): Promise<ClockStep> {
    return this.#change({ advance: length });
  }

  /**
   * Lets a clock that stands still run on from there.
   *
   * @returns the clock
   */
  resume(): Promise<ClockStep> {
    return this.#change({ freeze: false });
  }

  /**
   * Returns to the real time.
   *
   * @returns the clock, with what that expired
   */
  reset(): Promise<ClockStep> {
    return this.api.delete(["clock"]);
  }

  #change(patch: ClockPatch): Promise<ClockStep> {
    return this.api.patch(["clock"], patch);
  }
}

/** What goes wrong on purpose; the first in the list that is due hits. */
export class Faults extends Resource {
  /**
   * @param fault which requests it is for, how often, and what becomes of them
   * @returns the fault
   * @throws ControlError when a value does not fit, or when it could never hit
   */
  add(fault: FaultInput): Promise<Fault> {
    return this.api.post(["faults"], fault);
  }

  /** @returns the faults, with how many requests each has seen and hit */
  list(): Promise<Fault[]> {
    return this.api.list(["faults"]);
  }

  /**
   * @param id the fault's id
   * @returns the fault
   * @throws ControlError when there is none
   */
  get(id: string): Promise<Fault> {
    return this.api.get(["faults", id]);
  }

  /**
   * @param id the fault's id
   * @param changes the new values; null takes one away, and the counters go on
   * @returns the fault as it is now
   * @throws ControlError when there is none, or a value does not fit
   */
  update(id: string, changes: FaultPatch): Promise<Fault> {
    return this.api.patch(["faults", id], changes);
  }

  /**
   * @param id the fault's id
   * @throws ControlError when there is none
   */
  remove(id: string): Promise<void> {
    return this.api.delete(["faults", id]);
  }

  /** Removes every fault. */
  clear(): Promise<void> {
    return this.api.delete(["faults"]);
  }
}

/** What signs ID tokens, and what JWKS shows of it. */
export class Keys extends Resource {
  /** @returns the signing keys, in the order of JWKS */
  async list(): Promise<readonly Key[]> {
    return (await this.api.get<KeyList>(["keys"])).items;
  }

  /**
   * Rotates the signing key.
   *
   * @param phase one step: `publish` a new key, `use` it, `retire` the one before; all at once when
   *   left out
   * @returns the keys as they are now
   * @throws ControlError when the step does not follow from the one before
   */
  async rotate(phase?: RotationPhase): Promise<readonly Key[]> {
    const rotation = phase === undefined ? {} : { phase };
    return (await this.api.post<KeyList>(["keys", "rotate"], rotation)).items;
  }

  /**
   * Takes a key out of JWKS at once; if it signed, a new one does from now on.
   *
   * @param kid the key's id
   * @returns the keys as they are now
   * @throws ControlError when there is no such key
   */
  async remove(kid: string): Promise<readonly Key[]> {
    return (await this.api.delete<KeyList>(["keys", kid])).items;
  }
}

interface KeyList {
  readonly items: readonly Key[];
}

/** The request log: what applications and browsers asked, what they got, and why it was refused. */
export class Requests extends Resource {
  /**
   * @param filter which requests, how many at most (`limit`, or `last` for the newest), and how long to
   *   `wait` for one: 60 seconds of the real time at most, not at all when left out; `before` is the id of
   *   the request behind those that are meant
   * @returns the requests, the oldest first
   * @throws ControlError when the filter names something that is not there
   */
  list(
    filter: RequestFilter & {
      readonly before?: string;
      readonly limit?: number;
      readonly last?: number;
      readonly wait?: Length;
    } = {},
  ): Promise<LoggedRequest[]> {
    return this.api.list(["requests"], { ...filter });
  }

  /**
   * @param id the request's id
   * @returns the request
   * @throws ControlError when it is not in the log
   */
  get(id: string): Promise<LoggedRequest> {
    return this.api.get(["requests", id]);
  }

  /**
   * @param filter which requests
   * @returns how many there are
   * @throws ControlError when the filter names something that is not there
   */
  async count(filter: RequestFilter = {}): Promise<number> {
    return (await this.api.get<{ count: number }>(["requests", "count"], { ...filter })).count;
  }

  /**
   * Takes the oldest request that nobody took yet, so that no two callers look at the same one.
   *
   * @param filter which requests, and how long to `wait` for one, as for `list`
   * @returns the request
   * @throws ControlError when there is none, with what was seen instead
   */
  take(filter: RequestFilter & { readonly wait?: Length } = {}): Promise<LoggedRequest> {
    return this.api.post(["requests", "take"], filter);
  }

  /**
   * Tells why a test may have failed, for its output: the fixtures of the test runners do so.
   *
   * @returns a text with what was refused and what to do, the requests of each login, the logins that
   *   wait and the scenarios that no login used
   */
  report(): Promise<string> {
    return this.api.text(["requests", "report"]);
  }

  /** Empties the request log. */
  clear(): Promise<void> {
    return this.api.delete(["requests"]);
  }
}

/** The webhooks that are sent to merchants: those of revoked consents and of logins from phone number. */
export class WebhookDeliveries extends Resource {
  /**
   * @param filter which deliveries, how many at most (`limit`, or `last` for the newest), and how long to
   *   `wait` for one: 60 seconds of the real time at most, not at all when left out; `before` is the id of
   *   the delivery behind those that are meant
   * @returns the deliveries with all their attempts, the oldest first
   * @throws ControlError when the filter names a sales unit or a delivery that is not there
   */
  list(
    filter: WebhookDeliveryFilter & {
      readonly before?: string;
      readonly limit?: number;
      readonly last?: number;
      readonly wait?: Length;
    } = {},
  ): Promise<WebhookDelivery[]> {
    return this.api.list(["webhook-deliveries"], { ...filter });
  }

  /**
   * @param id the delivery's id
   * @returns the delivery
   * @throws ControlError when there is none
   */
  get(id: string): Promise<WebhookDelivery> {
    return this.api.get(["webhook-deliveries", id]);
  }

  /**
   * Makes an attempt now instead of later, or once more.
   *
   * @param id the delivery's id
   * @returns the delivery, after the attempt
   * @throws ControlError when there is none
   */
  redeliver(id: string): Promise<WebhookDelivery> {
    return this.api.post(["webhook-deliveries", id, "redeliver"]);
  }

  /** Removes every delivery; those that wait are not sent any more. */
  clear(): Promise<void> {
    return this.api.delete(["webhook-deliveries"]);
  }
}

/** How many logins succeeded, as the portal shows them to merchants: each login 10 minutes after it happened. */
export class StatisticsClient extends Resource {
  /**
   * @param filter which sales unit (`msn`), and from which day to which (`from`, `to`, in Oslo, both
   *   included)
   * @returns the figures of each sales unit, of the whole period and of its days
   * @throws ControlError when there is no such sales unit or day
   */
  list(filter: StatisticsFilter = {}): Promise<Statistics[]> {
    return this.api.list(["statistics"], { ...filter });
  }
}

/** Profile, rule overrides, limits, automatic login and webhook hosts. */
export class SettingsClient extends Resource {
  /** @returns the profile, every switch with its value, and the automatic login */
  read(): Promise<Settings> {
    return this.api.get(["settings"]);
  }

  /**
   * Changes what is named, and of the rules only those that are named.
   *
   * @param changes the new values
   * @returns the settings as they are now
   * @throws ControlError when a value does not fit; nothing is changed then
   */
  update(changes: SettingsPatch): Promise<Settings> {
    return this.api.patch(["settings"], changes);
  }

  /** @returns every switch with what it decides, its value and its profile's */
  async rules(): Promise<readonly Rule[]> {
    return (await this.api.get<{ readonly items: readonly Rule[] }>(["settings", "rules"])).items;
  }

  /**
   * Gives a switch back the value of its profile.
   *
   * @param name the switch
   * @returns the settings as they are now
   * @throws ControlError when there is no such switch
   */
  resetRule(name: keyof RuleOverrides): Promise<Settings> {
    return this.api.delete(["settings", "rules", name]);
  }
}

/** A whole sandbox: exported, restored, or reset. */
export class StateClient extends Resource {
  readonly #changed: () => Promise<unknown>;

  /**
   * @param api the sandbox's control API
   * @param changed is called when every record may be another
   */
  constructor(api: ControlApi, changed: () => Promise<unknown>) {
    super(api);
    this.#changed = changed;
  }

  /** @returns everything in the sandbox: private keys, secrets and valid tokens included */
  export(): Promise<SandboxState> {
    return this.api.get(["state"]);
  }

  /**
   * Puts an exported sandbox in the place of this one; the request log is emptied.
   *
   * @param state what `export` gave, here or elsewhere
   * @throws ControlError when it is not an exported state, or of a version that the mock does not take
   */
  async import(state: SandboxState): Promise<void> {
    await this.api.put(["state"], state);
    await this.#changed();
  }

  /** Goes back to what the sandbox was made from: records, clock, keys and settings. */
  async reset(): Promise<void> {
    await this.api.post(["state", "reset"]);
    await this.#changed();
  }
}
