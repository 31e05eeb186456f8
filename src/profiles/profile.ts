import type { Provenance } from "../records/provenance.ts";
import type { RuleOverrides } from "../records/settings.ts";
import type { Seconds } from "../records/time.ts";

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
  /** Whose sales units a consent is for: all of the merchant, or the one where it was given. */
  readonly consentPer: "merchant" | "sales-unit";
  /** What `expires_in` says, in seconds. */
  readonly expiresIn: Seconds;
  /** How long userinfo takes an access token, in seconds. */
  readonly accessTokenLifetime: Seconds;
  /** How long an authorization code lives, in seconds. */
  readonly codeLifetime: Seconds;
  /** Whether the `aud` claim of a browser login's ID token is an array or a string. */
  readonly audience: "array" | "string";
  /** Whether userinfo refuses a request that carries a subscription key. */
  readonly subscriptionKeyRefused: boolean;
  /** Whether userinfo by `sub` refuses a request that carries a subscription key. */
  readonly subscriptionKeyRefusedBySubject: boolean;
  /** Which discovery document is served. */
  readonly discovery: "2023" | "2026";
  /** Whether every sales unit may ask for the scope `api_version_2`. */
  readonly apiVersion2: boolean;
  /** Whether `response_mode=form_post` is supported. */
  readonly formPost: boolean;
  /** From when the descriptions of Vipps' own redirect errors are. */
  readonly errorTexts: "2022" | "2023";
  /** Which members the claim `delegatedConsents` has. */
  readonly delegatedConsentsFormat: "2023" | "2026";
  /** Whether users answer a merchant's questions again once the merchant asks something else. */
  readonly askAgainAfterChange: boolean;
  /** Whether the box to be remembered starts ticked on a phone. */
  readonly rememberOnPhones: boolean;
  /** In which flows partner keys work. */
  readonly partnerKeys: "phone-number" | "everywhere";
  /** Which sales units may log in from phone number. */
  readonly loginFromPhoneNumber: "entitled" | "everyone";
  /** Whether `requested_expiry` is supported. */
  readonly requestedExpiry: boolean;
  /** Whether `requested_flow=no_dialog` is supported. */
  readonly noDialog: boolean;
  /** Whether `requested_flow=app_to_app_v2` is supported. */
  readonly appToAppV2: boolean;
  /** Whether `acr_values` can ask for a confirmation in the app. */
  readonly acrValues: boolean;
  /** Whether there is a scope `gender`. */
  readonly gender: boolean;
  /** Whether there is a scope `customFlow`. */
  readonly customFlow: boolean;
  /** Whether the browser flow knows the scope `delegatedConsents`. */
  readonly delegatedConsentsInBrowser: boolean;
  /** Which form the secret of a webhook's registration has. */
  readonly webhookSecret: "base64" | "uuid";
  /** How long a webhook's registration can fail before it is removed, in seconds; null for ever. */
  readonly webhookRemovedAfter: Seconds | null;
  /** Which members the response of `/accesstoken/get` has. */
  readonly platformToken: "2023" | "2026";
  /** Hosts beside the loopback ones to which redirect URIs may lead on plain http. */
  readonly httpRedirectHosts: readonly string[];
  /**
   * What stays readable until 168 hours after a session began: the data of every session, by its `sub`
   * and, once the consent is revoked, by its access token; or that of payments alone, by its `sub`.
   */
  readonly retention: "every-session" | "payments";
}

/** The value of a switch, and how we know it. */
interface Setting<Value> extends Provenance {
  readonly value: Value;
}

/** The behaviour of one year, as data. */
export interface Profile {
  readonly name: "2023" | "2026";
  readonly settings: { readonly [Name in keyof Switches]: Setting<Switches[Name]> };
}

export function switchesOf(profile: Profile, overrides: RuleOverrides = {}): Switches {
  const values = Object.entries(profile.settings).map(([name, { value }]) => [name, value]);
  return { ...Object.fromEntries(values), ...overrides } as Switches;
}
