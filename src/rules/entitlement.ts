import { closest } from "../platform/closest.ts";
import type { Switches } from "../profiles/profile.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import { SCOPES } from "../records/vocabulary.ts";
import { delegatedConsentsRule } from "./delegated-consents.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Which scopes a sales unit may ask for. */
export const entitlementRule: Rule = {
  id: "entitlement",
  faq: [FAQ.scopes],
  enforces:
    "A scope that is unknown, or that the sales unit is not entitled to, is refused with " +
    "invalid_scope naming the first such scope (profile 2026 drops it and says so in the returned " +
    "scope).",
  source: "FAQ; documentation 2023; fosite 0.40.2",
  status: "observed",
};

export const ninRule: Rule = {
  id: "nin",
  faq: [FAQ.nin],
  enforces:
    "nin is for sales units with that entitlement, and only when it is asked and consented.",
  source: "FAQ",
  status: "documented",
};

/** How the FAQ writes `birthDate`; both are understood. */
const ALIASES: ReadonlyMap<string, string> = new Map([["birthdate", "birthDate"]]);

/** The name by which entitlements and claims know it. */
export function canonicalScope(scope: string): string {
  return ALIASES.get(scope) ?? scope;
}

/** Whether some sales unit can have it. */
function exists(scope: string): boolean {
  return (SCOPES as readonly string[]).includes(canonicalScope(scope));
}

/** Who asks for scopes, and where. */
export interface Asker {
  readonly salesUnit: Pick<SalesUnit, "scopes" | "features">;
  readonly flow: "browser" | "phone-number";
  /** The sandbox's profile by name, and its switches. */
  readonly sandbox: {
    readonly profile: string;
    readonly switches: Pick<
      Switches,
      "apiVersion2" | "gender" | "customFlow" | "delegatedConsentsInBrowser"
    >;
  };
}

/** The requested scopes that the sales unit gets, and the first one that it does not get. */
export function splitByEntitlement(
  requested: readonly string[],
  asker: Asker,
): { granted: string[]; refused: string | undefined } {
  const isGranted = (scope: string) => !obstacleTo(canonicalScope(scope), asker);
  return {
    granted: requested.filter(isGranted),
    refused: requested.find((scope) => !isGranted(scope)),
  };
}

/** What stands between a sales unit and a scope, the first of this order. */
export type ScopeObstacle = "unknown-to-profile" | "other-flow" | "not-entitled" | "not-set-up";

export function obstacleTo(
  scope: string,
  { salesUnit, flow, sandbox: { switches } }: Asker,
): ScopeObstacle | undefined {
  const entitled: readonly string[] = salesUnit.scopes;
  switch (scope) {
    case "api_version_2":
      // It carries no data: it chooses the format of the old userinfo path.
      if (switches.apiVersion2) return undefined;
      break;
    case "gender":
    case "customFlow":
      if (!switches[scope]) return "unknown-to-profile";
      break;
    case "delegatedConsents":
      if (flow === "browser" && !switches.delegatedConsentsInBrowser) return "other-flow";
      break;
  }
  if (!entitled.includes(scope)) return "not-entitled";
  if (scope !== "delegatedConsents" && scope !== "customFlow") return undefined;
  return salesUnit.features[scope] === null ? "not-set-up" : undefined;
}

/** Why, and which scope that it gets comes closest in spelling. */
export function diagnoseScope(scope: string, asker: Asker): Diagnosis {
  const { profile } = asker.sandbox;
  switch (obstacleTo(canonicalScope(scope), asker)) {
    case "unknown-to-profile":
      return diagnose(
        entitlementRule,
        `the profile ${profile} does not know the scope ${scope}`,
        `Leave ${scope} out, use the profile 2026, or set rules.${scope} to true.`,
      );
    case "other-flow":
      return diagnose(
        delegatedConsentsRule,
        `in the profile ${profile} the scope ${scope} is for login from phone number only`,
        `Leave ${scope} out, use the profile 2026, or set rules.delegatedConsentsInBrowser to true.`,
      );
    case "not-set-up":
      return diagnose(
        scope === "delegatedConsents" ? delegatedConsentsRule : entitlementRule,
        `the scope ${scope} is not set up for the sales unit`,
        `Say in its features.${scope} what is asked; at the real service the merchant agrees that with Vipps.`,
      );
    default:
      return diagnoseUnentitled(scope, asker);
  }
}

function diagnoseUnentitled(scope: string, asker: Asker): Diagnosis {
  const usable = asker.salesUnit.scopes.filter((one) => !obstacleTo(one, asker));
  const isNin = (OTHER_NAMES.get(scope.toLowerCase()) ?? scope) === "nin";
  if (isNin && !usable.includes("nin")) {
    const alias = scope === "nin" ? "" : `, which is what Vipps calls ${scope}`;
    return diagnose(
      ninRule,
      `the sales unit is not entitled to the scope nin${alias}`,
      "Add nin to the scopes of the sales unit; at the real service the merchant must apply for it.",
    );
  }
  if (scope === "offline" || scope === "offline_access") {
    return diagnose(
      entitlementRule,
      `the scope ${scope} is never given, although discovery lists it`,
      "Leave it out: Vipps Login has no refresh tokens.",
    );
  }
  const message = `the sales unit is not entitled to the scope ${scope}; it has ${usable.join(", ")}`;
  if (exists(scope)) {
    const remedy = `Leave ${scope} out, or add it to the scopes of the sales unit.`;
    return diagnose(entitlementRule, message, remedy, {
      sent: scope,
      closest: closest(scope, usable),
    });
  }
  const separate = separated(scope);
  if (separate.some(exists)) return diagnoseJoined(scope, separate);
  const meant = meantScope(scope, usable);
  const right =
    meant === undefined ? "the name of the scope that was meant" : `${meant}, if that was meant`;
  const remedy = `Vipps has no scope ${scope}: leave it out, or send ${right}.`;
  return diagnose(entitlementRule, message, remedy, { sent: scope, closest: meant });
}

/** What people put between scopes, and spaces that were percent-encoded twice. */
const JOINTS = /(?:[,;|+\s]|%20|%2b|%2c)+/i;

/** What was meant as several scopes; nothing where it was meant as one. */
function separated(scope: string): string[] {
  return JOINTS.test(scope) ? scope.split(JOINTS).filter(Boolean) : [];
}

function diagnoseJoined(scope: string, meant: readonly string[]): Diagnosis {
  const right = meant.join(" ");
  return diagnose(
    entitlementRule,
    `${scope} counts as the name of one scope, and there is none of that name`,
    `Separate scopes by spaces, percent-encoded once: send ${right} in its place.`,
    { sent: scope, closest: right },
  );
}

/** What OpenID Connect and other providers call it. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["profile", "name"],
  ["given_name", "name"],
  ["family_name", "name"],
  ["mobile", "phoneNumber"],
  ["msisdn", "phoneNumber"],
  ["national_id", "nin"],
  ["nnin", "nin"],
  ["national_identity_number", "nin"],
  ["ssn", "nin"],
]);

/** So many letters of a name tell which it is. */
const TELLING = 4;

/** By its spelling, by another name, or because one is the beginning of the other. */
function meantScope<Name extends string>(scope: string, names: readonly Name[]): Name | undefined {
  const wanted = plain(scope);
  const isBeginning = (name: string) =>
    Math.min(name.length, wanted.length) >= TELLING &&
    (name.startsWith(wanted) || wanted.startsWith(name));
  return (
    closest(scope, names) ??
    names.find((name) => name === OTHER_NAMES.get(scope.toLowerCase())) ??
    names.find((name) => isBeginning(plain(name)))
  );
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** The diagnosis for a request without the scope openid, by all scopes that it has. */
export function diagnoseMissingOpenid(scopes: readonly string[]): Diagnosis {
  const joined = scopes.find((scope) => separated(scope).includes("openid"));
  if (joined !== undefined) return diagnoseJoined(joined, separated(joined));
  return diagnose(
    entitlementRule,
    "the scope openid is missing",
    "Add openid to the scope parameter: every login needs it.",
    { sent: undefined, closest: "openid" },
  );
}
