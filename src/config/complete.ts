import type { CalendarDate } from "../platform/calendar.ts";
import type { Ids } from "../platform/capabilities.ts";
import { takeTurns } from "../platform/timers.ts";
import type { Partner, PartnerInput } from "../records/partner.ts";
import type { Features, SalesUnit, SalesUnitInput, Scope } from "../records/sales-unit.ts";
import type { Address, User, UserInput } from "../records/user.ts";
import { birthDateOf, genderOf, resolveBirthDate, syntheticNin } from "./nin.ts";
import type { MadeUpProperty } from "./problem.ts";
import { CompletionError } from "./problem.ts";

/**
 * Makes whole records of what a config or a request gives. What is left out is made up, and what is
 * made up fits together: the NIN fits the birth date, the e-mail address the name.
 */

/** Whether a value may be used for something made up. */
type IsFree = (value: string) => boolean;

/** The made-up values for a record, by its name: the same name always has the same values. */
type IdsOf<Needed extends keyof Ids> = (name: string) => Pick<Ids, Needed>;

const GIVEN_NAMES = ["Kari", "Ola", "Ingrid", "Lars", "Nora", "Emil", "Sofie", "Jonas"] as const;
const FAMILY_NAMES = ["Testesen", "Prøve", "Eksempel", "Fiktiv", "Liksom", "Syntetisk"] as const;

/** The real test environment's address of everybody (OpenAPI 2025). */
const HOME: Address = {
  type: "home",
  streetAddress: "BOKS 6300, ETTERSTAD",
  postalCode: "0603",
  region: "OSLO",
  country: "NO",
};

/** The scopes that every sales unit may ask for (FAQ, "Which scopes can I use?"). */
const EVERYBODYS_SCOPES: readonly Scope[] = [
  "openid",
  "address",
  "birthDate",
  "email",
  "name",
  "phoneNumber",
];

const NO_FEATURES: Features = {
  loginFromPhoneNumber: false,
  delegatedConsents: null,
  customFlow: null,
};

/**
 * @throws CompletionError when nothing is free any more, or no NIN exists for the birth date: a
 *   late clock takes relative ones beyond 2039, where the series end
 */
export function completeUser(
  input: UserInput,
  ids: Pick<Ids, "integer">,
  today: CalendarDate,
  isFree: IsFree = () => true,
): User {
  // What identifies somebody is drawn first, so that it does not change with what else is given.
  const id = input.id ?? `user-${madeUpNumber("id", ids, 6, isFree, "user-")}`;
  const birthDate = birthDateFor(input, ids, today);
  const nin = input.nin ?? syntheticNin(birthDate, (below) => ids.integer(below), isFree);
  const phoneNumber =
    input.phoneNumber ?? `479999${madeUpNumber("phoneNumber", ids, 4, isFree, "479999")}`;
  const givenName = input.givenName ?? oneOf(GIVEN_NAMES, ids);
  const familyName = input.familyName ?? oneOf(FAMILY_NAMES, ids);
  return {
    id,
    givenName,
    familyName,
    birthDate,
    nin,
    phoneNumber,
    email: input.email ?? emailFor(givenName, familyName, id),
    emailVerified: input.emailVerified ?? true,
    addresses: input.addresses ?? [HOME],
    gender: input.gender === undefined ? genderOf(nin) : input.gender,
    language: input.language ?? "nb",
    status: input.status ?? "active",
    consentAnswer: input.consentAnswer ?? "accept",
  };
}

/**
 * Nothing made up is used twice, or is what another user of the list was given.
 *
 * @throws CompletionError as `completeUser` does
 */
export function completeUsers(
  inputs: readonly UserInput[],
  idsOf: IdsOf<"integer">,
  today: CalendarDate,
): Promise<User[]> {
  return completeEach(inputs, ({ id, phoneNumber, nin }) => [id, phoneNumber, nin], {
    idsFor: (input, nameOf) => idsOf(nameOf(`user ${input.id ?? ""}`)),
    complete: (input, ids, isFree) => completeUser(input, ids, today, isFree),
  });
}

/**
 * Its merchant is its own name when none is given.
 *
 * @throws CompletionError when no msn is free any more
 */
export function completeSalesUnit(
  input: SalesUnitInput,
  ids: Pick<Ids, "integer" | "uuid" | "id">,
  isFree: IsFree = () => true,
): SalesUnit {
  return {
    msn: input.msn ?? madeUpNumber("msn", ids, 6, isFree),
    name: input.name,
    merchant: input.merchant ?? input.name,
    clientId: input.clientId ?? ids.uuid(),
    clientSecret: input.clientSecret ?? madeUpSecret(ids),
    redirectUris: input.redirectUris,
    tokenEndpointAuthMethod: input.tokenEndpointAuthMethod ?? "client_secret_basic",
    scopes: input.scopes ?? EVERYBODYS_SCOPES,
    features: { ...NO_FEATURES, ...input.features },
    consentWebhookUrl: input.consentWebhookUrl ?? null,
    loginActivated: input.loginActivated ?? true,
    active: input.active ?? true,
  };
}

/** A client secret that nobody has. */
export function madeUpSecret(ids: Pick<Ids, "id">): string {
  return `mock-secret-${ids.id()}`;
}

/**
 * No made-up msn is used twice, or is what another sales unit of the list was given.
 *
 * @throws CompletionError as `completeSalesUnit` does
 */
export function completeSalesUnits(
  inputs: readonly SalesUnitInput[],
  idsOf: IdsOf<"integer" | "uuid" | "id">,
): Promise<SalesUnit[]> {
  return completeEach(inputs, ({ msn }) => [msn], {
    idsFor: ({ name }, nameOf) => idsOf(nameOf(`sales unit ${name}`)),
    complete: completeSalesUnit,
  });
}

/**
 * It acts for nobody where no sales units are given.
 *
 * @throws CompletionError when no id is free any more
 */
export function completePartner(
  input: PartnerInput,
  ids: Pick<Ids, "integer" | "uuid" | "id">,
  isFree: IsFree = () => true,
): Partner {
  return {
    id: input.id ?? `partner-${madeUpNumber("id", ids, 6, isFree, "partner-")}`,
    name: input.name,
    clientId: input.clientId ?? ids.uuid(),
    clientSecret: input.clientSecret ?? madeUpSecret(ids),
    subscriptionKey: input.subscriptionKey ?? `mock-key-${ids.id()}`,
    salesUnits: input.salesUnits ?? [],
  };
}

/**
 * No made-up id is used twice, or is what another partner of the list was given.
 *
 * @throws CompletionError as `completePartner` does
 */
export function completePartners(
  inputs: readonly PartnerInput[],
  idsOf: IdsOf<"integer" | "uuid" | "id">,
): Promise<Partner[]> {
  return completeEach(inputs, ({ id }) => [id], {
    idsFor: ({ name }, nameOf) => idsOf(nameOf(`partner ${name}`)),
    complete: completePartner,
  });
}

/**
 * Completes a list, so that nothing made up is used twice or is what another of the list was given.
 * Others have their turn meanwhile.
 */
async function completeEach<Input extends object, Whole extends Input, Needed>(
  inputs: readonly Input[],
  keysOf: (record: Input) => readonly (string | undefined)[],
  how: {
    readonly idsFor: (input: Input, nameOf: (name: string) => string) => Needed;
    readonly complete: (input: Input, ids: Needed, isFree: IsFree) => Whole;
  },
): Promise<Whole[]> {
  const turn = takeTurns();
  const taken = new Set<string | undefined>();
  for (const input of inputs) {
    for (const key of keysOf(input)) taken.add(key);
    await turn();
  }
  const nameOf = numberedNames();
  const wholes: Whole[] = [];
  for (const input of inputs) {
    const whole = how.complete(input, how.idsFor(input, nameOf), (value) => !taken.has(value));
    for (const key of keysOf(whole)) taken.add(key);
    wholes.push(whole);
    await turn();
  }
  return wholes;
}

/** Gives a name as it is the first time, and with a number behind it after that. */
function numberedNames(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  };
}

function birthDateFor(
  input: UserInput,
  ids: Pick<Ids, "integer">,
  today: CalendarDate,
): CalendarDate {
  const written = input.birthDate && resolveBirthDate(input.birthDate, today);
  return written || (input.nin && birthDateOf(input.nin)) || adultBirthDate(ids, today);
}

/**
 * Somebody of 20 to 80 years, old enough for every profile. The years count from the beginning of
 * the decade, so that the same numbers give the same person next year too.
 */
function adultBirthDate(ids: Pick<Ids, "integer">, today: CalendarDate): CalendarDate {
  const year = Math.floor(Number(today.slice(0, 4)) / 10) * 10 - 21 - ids.integer(49);
  const [month, day] = [1 + ids.integer(12), 1 + ids.integer(28)].map(twoDigits);
  return `${year}-${month}-${day}` as CalendarDate;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

/** A free number of so many digits, the first not 0 unless something stands before it. */
function madeUpNumber(
  property: MadeUpProperty,
  ids: Pick<Ids, "integer">,
  digits: number,
  isFree: IsFree,
  prefix = "",
): string {
  const lowest = prefix === "" ? 10 ** (digits - 1) : 0;
  const count = 10 ** digits - lowest;
  const start = ids.integer(count);
  for (let step = 0; step < count; step++) {
    const number = String(lowest + ((start + step) % count)).padStart(digits, "0");
    if (isFree(`${prefix}${number}`)) return number;
  }
  throw new CompletionError(
    property,
    `all ${count} numbers that could be made up are taken; give one`,
  );
}

function oneOf<Item>(list: readonly [Item, ...Item[]], ids: Pick<Ids, "integer">): Item {
  return list[ids.integer(list.length)] ?? list[0];
}

const LETTERS: Readonly<Record<string, string>> = { æ: "ae", ø: "o", å: "a", ß: "ss" };

/** `Åse Marie`, `Prøve` → `ase.marie.prove@example.com`; a name without Latin letters gives its id. */
function emailFor(givenName: string, familyName: string, id: string): string {
  const local = `${givenName}.${familyName}`
    .toLowerCase()
    .normalize("NFC")
    .replace(/[æøåß]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9]+/g, ".")
    .slice(0, 64)
    .replace(/^\.+|\.+$/g, "");
  return `${local || id}@example.com`;
}
