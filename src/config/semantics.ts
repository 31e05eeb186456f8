import { fromIso, isCalendarDate } from "../platform/calendar.ts";
import type { ConfigInput } from "../records/config.ts";
import type { PartnerInput } from "../records/partner.ts";
import type { Features, SalesUnitInput } from "../records/sales-unit.ts";
import type { RuleOverrides } from "../records/settings.ts";
import { epochSeconds } from "../records/time.ts";
import type { Address, UserInput } from "../records/user.ts";
import { toMsisdn } from "../rules/msisdn.ts";
import { whyNotRegistrable } from "../rules/redirect-uri.ts";
import { whyNotWebhookAddress } from "../rules/webhook.ts";
import type { KnownNames } from "./faults.ts";
import { findFaultProblems } from "./faults.ts";
import { findLimitProblems } from "./limits.ts";
import { birthDateOf, isRelative, isSyntheticNin } from "./nin.ts";
import type { Problem } from "./problem.ts";
import {
  didYouMean,
  findInEach,
  findUnknownMsn,
  findUnknownUser,
  pathTo,
  quoted,
} from "./problem.ts";
import { findRuleProblems } from "./rules.ts";
import { findScenarioProblems } from "./scenarios.ts";

/**
 * What a schema cannot say. Every property here has passed its schema already; whether a name is taken
 * by a record outside the config is for the store to say.
 */

/** Everything that is wrong between its parts and within them. */
export async function findConfigProblems(config: ConfigInput): Promise<Problem[]> {
  const users = config.users ?? [];
  const salesUnits = config.salesUnits ?? [];
  const partners = config.partners ?? [];
  // There may be very many names, and most configs have no fault that speaks of any.
  let known: KnownNames | undefined;
  const knownNames = () => {
    known ??= namesIn(users, salesUnits, partners);
    return known;
  };
  return [
    ...findRuleProblems(config.rules),
    ...findAutoLoginProblems(config.autoLogin, users),
    ...(await findInEach(users, (user, index) => findUserProblems(user, pathTo("users", index)))),
    ...(await findRepeatedInTurns("users", users, ["id", "phoneNumber", "nin"])),
    ...(await findInEach(salesUnits, (unit, index) =>
      findSalesUnitProblems(unit, config.rules, pathTo("salesUnits", index)),
    )),
    ...(await findRepeatedInTurns("salesUnits", salesUnits, ["msn", "clientId"])),
    ...(await findInEach(partners, (partner, index) =>
      findPartnerProblems(partner, salesUnits, pathTo("partners", index)),
    )),
    ...(await findRepeatedInTurns("partners", partners, ["id", "clientId"])),
    ...(await findInEach(config.faults ?? [], (fault, index) =>
      findFaultProblems(fault, knownNames(), pathTo("faults", index)),
    )),
    ...(await findInEach(config.scenarios ?? [], (scenario, index) =>
      findScenarioProblems(
        scenario,
        {
          users,
          salesUnits,
          // What this config leaves out of the profile may come from another one.
          loginFromPhoneNumber: "everyone",
          userMayBeKnown: typeof config.autoLogin === "string",
        },
        pathTo("scenarios", index),
      ),
    )),
    ...(config.clock?.at === undefined ? [] : findMomentProblems(config.clock.at, "clock.at")),
    ...(await findLimitProblems(config)),
  ];
}

/** What is wrong with its texts, its birth date, its NIN, its phone number and its addresses. */
export function findUserProblems(user: UserInput, path = ""): Problem[] {
  return [
    ...findUnprintable(user, ["givenName", "familyName", "email"], path),
    ...findBirthDateProblems(user.birthDate, path),
    ...findNinProblems(user, path),
    ...findPhoneNumberProblems(user.phoneNumber, path),
    ...findAddressProblems(user.addresses ?? [], pathTo(path, "addresses")),
  ];
}

/** What is wrong with its texts, its addresses and its scopes, where these rules hold. */
export function findSalesUnitProblems(
  unit: Partial<SalesUnitInput>,
  { httpRedirectHosts }: Pick<RuleOverrides, "httpRedirectHosts"> = {},
  path = "",
): Problem[] {
  const consents = unit.features?.delegatedConsents?.consents ?? [];
  const screens = unit.features?.customFlow?.screens ?? [];
  const texts = [
    ...findUnprintable(unit, ["name", "merchant"], path),
    ...findRepeated(["features", "delegatedConsents", "consents"].reduce(pathTo, path), consents, [
      "id",
    ]),
    ...findRepeatedElements(screens, ["features", "customFlow", "screens"].reduce(pathTo, path)),
  ];
  const uris = (unit.redirectUris ?? []).flatMap((uri, index) => {
    const reason = uri.includes("*") ? NO_WILDCARD_URI : whyNotRegistrable(uri, httpRedirectHosts);
    const at = pathTo(pathTo(path, "redirectUris"), index);
    return reason
      ? [{ path: at, message: `${quoted(uri)} is refused: ${reason}`, value: uri }]
      : [];
  });
  const found = [
    ...texts,
    ...uris,
    ...findWebhookProblems(unit.consentWebhookUrl, path),
    ...findWildcards(unit.features, pathTo(path, "features")),
  ];
  if (!unit.scopes || unit.scopes.includes("openid")) return found;
  const message = `lacks "openid", without which nobody can log in; add it`;
  return [...found, { path: pathTo(path, "scopes"), message, value: unit.scopes }];
}

/** Nobody who writes a star means the character. */
const NO_WILDCARD_URI =
  "it contains *, and Vipps compares redirect URIs as whole strings, so that no wildcard ever matches: " +
  "register each one by itself (PATCH /mock/api/sales-units/{msn} adds one while the mock runs), or have " +
  "one fixed address send the browser on; a * that is meant as such is written %2A";

const NO_WILDCARD =
  "it contains *, and is one address: write it whole; a * that is meant as such is written %2A";

/** Finds wildcards in the addresses that the pages link to. */
function findWildcards(features: Partial<Features> | undefined, path: string): Problem[] {
  const { delegatedConsents, customFlow } = features ?? {};
  const consents = pathTo(path, "delegatedConsents");
  const screens = pathTo(pathTo(path, "customFlow"), "screens");
  const addresses: (readonly [string, string | undefined])[] = [
    [pathTo(consents, "termsUrl"), delegatedConsents?.termsUrl],
    [pathTo(consents, "privacyUrl"), delegatedConsents?.privacyUrl],
    ...(customFlow?.screens ?? []).flatMap(({ terms }, screen) =>
      (terms?.links ?? []).map(({ url }, link) => {
        const at = ["terms", "links"].reduce(pathTo, pathTo(screens, screen));
        return [pathTo(pathTo(at, link), "url"), url] as const;
      }),
    ),
  ];
  return addresses.flatMap(([at, url]) =>
    url?.includes("*")
      ? [{ path: at, message: `${quoted(url)} is refused: ${NO_WILDCARD}`, value: url }]
      : [],
  );
}

function findWebhookProblems(url: string | null | undefined, path: string): Problem[] {
  if (typeof url !== "string") return [];
  const reason = url.includes("*") ? NO_WILDCARD : whyNotWebhookAddress(url);
  if (reason === undefined) return [];
  const message = `${quoted(url)} is refused: ${reason}`;
  return [{ path: pathTo(path, "consentWebhookUrl"), message, value: url }];
}

/** What is wrong with its name and its client id, and which of its sales units there are not. */
export function findPartnerProblems(
  partner: Partial<PartnerInput>,
  salesUnits: readonly Partial<SalesUnitInput>[],
  path = "",
): Problem[] {
  const unknown = (partner.salesUnits ?? []).flatMap((msn, index) =>
    findUnknownMsn(msn, salesUnits, pathTo(pathTo(path, "salesUnits"), index)),
  );
  const namesake = salesUnits.find(({ clientId }) => clientId && clientId === partner.clientId);
  const clash: Problem[] = namesake
    ? [
        {
          path: pathTo(path, "clientId"),
          message: `${quoted(String(partner.clientId))} is the client id of the sales unit ${quoted(namesake.name ?? "")}; choose another`,
          value: partner.clientId,
        },
      ]
    : [];
  return [...findUnprintable(partner, ["name"], path), ...clash, ...unknown];
}

/** The names by which others may speak of them. */
export function namesIn(
  users: readonly UserInput[],
  salesUnits: readonly Partial<SalesUnitInput>[],
  partners: readonly Partial<PartnerInput>[],
): KnownNames {
  return {
    users: users
      .flatMap(({ id, phoneNumber }) => [id, phoneNumber])
      .filter((name) => name !== undefined),
    clientIds: clientIdsOf(salesUnits),
    partnerClientIds: clientIdsOf(partners),
  };
}

function clientIdsOf(records: readonly { readonly clientId?: string | undefined }[]): string[] {
  return records.map(({ clientId }) => clientId).filter((name) => name !== undefined);
}

function findAutoLoginProblems(
  autoLogin: string | null | undefined,
  users: readonly UserInput[],
): Problem[] {
  if (autoLogin === undefined || autoLogin === null) return [];
  return findUnknownUser(autoLogin, users, "autoLogin");
}

function findBirthDateProblems(birthDate: string | undefined, path: string): Problem[] {
  if (birthDate === undefined || isRelative(birthDate)) return [];
  const problem = { path: pathTo(path, "birthDate"), value: birthDate };
  if (!isCalendarDate(birthDate)) {
    const message = `${quoted(birthDate)} is no day of the calendar; write it as YYYY-MM-DD`;
    return [{ ...problem, message }];
  }
  if (birthDate < "1854" || birthDate >= "2040") {
    const message = `no national identity number exists for ${birthDate}; use 1854 to 2039`;
    return [{ ...problem, message }];
  }
  return [];
}

function findNinProblems({ nin, birthDate }: UserInput, path: string): Problem[] {
  if (nin === undefined) return [];
  const problem = { path: pathTo(path, "nin"), value: nin };
  if (!isSyntheticNin(nin)) {
    const message = `${quoted(nin)} is no synthetic national identity number (month + 80, valid check digits); leave it out to have one made up`;
    return [{ ...problem, message }];
  }
  if (birthDate === undefined || birthDate === birthDateOf(nin)) return [];
  const message = isRelative(birthDate)
    ? `${quoted(nin)} cannot fit the moving birth date ${quoted(birthDate)}; leave it out to have one made up`
    : `${quoted(nin)} is of somebody born ${birthDateOf(nin)}, but birthDate is ${quoted(birthDate)}; make them agree or leave one out`;
  return [{ ...problem, message }];
}

/** Eight digits are read as a Norwegian number without country code wherever a person types them. */
function findPhoneNumberProblems(phoneNumber: string | undefined, path: string): Problem[] {
  const whole = phoneNumber === undefined ? undefined : toMsisdn(phoneNumber);
  if (phoneNumber === undefined || whole === undefined || whole === phoneNumber) return [];
  const message = `${quoted(phoneNumber)} lacks the country code${didYouMean(whole)}`;
  return [{ path: pathTo(path, "phoneNumber"), message, value: phoneNumber, closest: whole }];
}

function findAddressProblems(addresses: readonly Partial<Address>[], path: string): Problem[] {
  const texts = addresses.flatMap((address, index) => {
    const at = pathTo(path, index);
    // A second line is the one thing that a street address may have.
    const street = { streetAddress: address.streetAddress?.replaceAll("\n", "") };
    return [
      ...findUnprintable(street, ["streetAddress"], at),
      ...findUnprintable(address, ["postalCode", "region"], at),
    ];
  });
  return [...texts, ...findRepeated(path, addresses, ["type"])];
}

/** Finds control characters and halves of surrogate pairs, which no page and no token can carry. */
function findUnprintable<Key extends string>(
  record: { readonly [name in Key]?: string | undefined },
  keys: readonly Key[],
  path: string,
): Problem[] {
  return keys.flatMap((key): Problem[] => {
    const value = record[key];
    const found = /[\p{Cc}\p{Cs}]/u.exec(value ?? "")?.[0];
    if (found === undefined) return [];
    const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    const message = `contains U+${code}, which is no character to show; take it out`;
    return [{ path: pathTo(path, key), message, value }];
  });
}

/** The boxes of all screens come back as one answer, by their ids. */
function findRepeatedElements(
  screens: NonNullable<Features["customFlow"]>["screens"],
  path: string,
): Problem[] {
  const firsts = new Map<string, string>();
  return screens.flatMap(({ elements }, screen) =>
    elements.flatMap(({ id }, index): Problem[] => {
      const at = pathTo(pathTo(pathTo(path, screen), "elements"), index);
      const first = firsts.get(id);
      if (first === undefined) {
        firsts.set(id, at);
        return [];
      }
      const message = `${quoted(id)} is already the id of ${first}; each needs its own`;
      return [{ path: pathTo(at, "id"), message, value: id }];
    }),
  );
}

/** Finds values that must be different in every entry of a list and are not. */
function findRepeated<Key extends string>(
  path: string,
  entries: readonly { readonly [name in Key]?: unknown }[],
  keys: readonly Key[],
): Problem[] {
  return keys.flatMap((key) => entries.flatMap(repeatedIn(path, key)));
}

async function findRepeatedInTurns<Key extends string>(
  path: string,
  entries: readonly { readonly [name in Key]?: unknown }[],
  keys: readonly Key[],
): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const key of keys) found.push(...(await findInEach(entries, repeatedIn(path, key))));
  return found;
}

/** Of one entry after the other whether an earlier one has its value. */
function repeatedIn<Key extends string>(path: string, key: Key) {
  const firsts = new Map<unknown, number>();
  return (entry: { readonly [name in Key]?: unknown }, index: number): Problem[] => {
    const value = entry[key];
    if (value === undefined) return [];
    const first = firsts.get(value);
    if (first === undefined) {
      firsts.set(value, index);
      return [];
    }
    const owner = pathTo(path, first);
    const message = `${quoted(String(value))} is already the ${key} of ${owner}; each needs its own`;
    return [{ path: pathTo(pathTo(path, index), key), message, value }];
  };
}

/**
 * The first moment that no clock may stand at: the youngest of the built-in users must still be born
 * by 2039, the last year that has NINs.
 */
export const END_OF_TIME = epochSeconds(2_524_608_000);

export function findMomentProblems(text: string, path: string): Problem[] {
  const moment = fromIso(text);
  const problem = { path, value: text };
  if (moment === undefined) {
    const message = `${quoted(text)} is no moment; write ISO 8601 with a zone, as 2023-05-17T12:00:00+02:00`;
    return [{ ...problem, message }];
  }
  if (moment < 0 || moment >= END_OF_TIME) {
    const message = `${quoted(text)} is out of range; choose a moment from 1970 to 2049`;
    return [{ ...problem, message }];
  }
  return [];
}
