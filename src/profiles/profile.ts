import type { RuleOverrides } from "../config/schema.ts";
import type { Provenance } from "../fidelity/behaviour.ts";
import type { Seconds } from "../time.ts";

/** The behaviours that changed over the years. A profile sets every one of them. */
export interface Switches {
  /** How old a user must be, in years. */
  readonly minimumAge: number;
  /** What becomes of a scope that the sales unit is not entitled to. */
  readonly scopeWithoutEntitlement: "invalid_scope" | "drop";
  /** Whether the consented claims are in the ID token too. */
  readonly userDataInIdToken: boolean;
  /** Who sees the same `sub` for a user. */
  readonly subjectPer: "merchant" | "sales-unit";
  /** How long an access token lives, in seconds; also its `expires_in`. */
  readonly accessTokenLifetime: Seconds;
  /** Whether userinfo refuses a request that carries a subscription key. */
  readonly subscriptionKeyRefused: boolean;
  /** Which discovery document is served. */
  readonly discovery: "2023" | "2026";
  /** What a revoked consent does to a living access token. */
  readonly retention: { readonly tokens: "168h-after-revocation" | "until-expiry" };
}

/** A switch's setting, with where we know it from. */
interface Setting<Value> extends Provenance {
  readonly value: Value;
}

/** The behaviour of one time, as data. */
export interface Profile {
  readonly name: "2023" | "2026";
  readonly settings: { readonly [Name in keyof Switches]: Setting<Switches[Name]> };
}

/**
 * @param profile the profile
 * @param overrides single switches that the config sets otherwise
 * @returns every switch as it stands
 */
export function switchesOf(profile: Profile, overrides: RuleOverrides = {}): Switches {
  const { settings } = profile;
  return {
    minimumAge: overrides.minimumAge ?? settings.minimumAge.value,
    scopeWithoutEntitlement:
      overrides.scopeWithoutEntitlement ?? settings.scopeWithoutEntitlement.value,
    userDataInIdToken: overrides.userDataInIdToken ?? settings.userDataInIdToken.value,
    subjectPer: overrides.subjectPer ?? settings.subjectPer.value,
    accessTokenLifetime: overrides.accessTokenLifetime ?? settings.accessTokenLifetime.value,
    subscriptionKeyRefused:
      overrides.subscriptionKeyRefused ?? settings.subscriptionKeyRefused.value,
    discovery: settings.discovery.value,
    retention: overrides.retention ?? settings.retention.value,
  };
}
