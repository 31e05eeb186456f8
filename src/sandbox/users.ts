import type { CalendarDate } from "../platform/calendar.ts";
import { dateInOslo, fromIso, toIso } from "../platform/calendar.ts";
import { closest } from "../platform/closest.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, DAY } from "../records/time.ts";
import type { User, UserInput } from "../records/user.ts";
import type { Obstacle } from "../rules/eligibility.ts";
import { ageOn, diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { toMsisdn } from "../rules/msisdn.ts";
import { sharedUntil } from "../rules/retention.ts";
import type { ProtocolCheck } from "../rules/rule.ts";
import { diagnose } from "../rules/rule.ts";
import { sectorOf, subjectFor } from "../rules/subject.ts";
import { readGroup, readSome } from "../store/batches.ts";
import { subjectKey } from "../store/collections.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * Users of a sandbox: found by a name, whether they can log in, as sales units know them, their
 * phones, and what is special about each.
 */

/** A name that is longer makes lines break. */
const LONG_NAME = 60;

/** Whose birth date tells how NINs of other series look. */
const OLD = 90;

/** The forms of login_hint that name a phone number (documentation 2023), the older for Norway only. */
const HINT = /^urn:(?:msisdn:|mobilenumber:(?=\d{8}$))(?<number>\d+)$/;

/** The user, or why there is none. */
export async function findUserByName(
  sandbox: Pick<Sandbox, "store">,
  name: string,
): Promise<{ user: User } | { failure: Diagnosis }> {
  const { users } = sandbox.store;
  const number = msisdnOf(name);
  const user = (await users.find("phoneNumber", number)) ?? (await users.get(name));
  if (user) return { user };
  const items = await readSome(users);
  const candidates = items.flatMap(({ id, phoneNumber }) => [id, phoneNumber]);
  return {
    failure: diagnose(
      userCheck,
      `no user is called ${name}`,
      `Use the id or the MSISDN of a user, as in login_hint=urn:msisdn:${items[0]?.phoneNumber ?? ""}.`,
      { sent: number, closest: closest(number, candidates) },
    ),
  };
}

function msisdnOf(hint: string): string {
  const number = HINT.exec(hint)?.groups?.["number"] ?? hint;
  return hint.startsWith("urn:mobilenumber:") ? `47${number}` : number;
}

/**
 * Whose login it is while automatic login is on: the user that a login_hint names, else the configured one.
 * A phone number of nobody is taken for a mistake. Any other hint is ignored with a note, because
 * brokers send whatever they know of the user, mostly an e-mail address.
 */
export async function findAutomaticUser(
  sandbox: Pick<Sandbox, "store">,
  autoLogin: string,
  hint: string | undefined,
): Promise<{ readonly user: User; readonly note?: Diagnosis } | { readonly failure: Diagnosis }> {
  if (hint === undefined) return findUserByName(sandbox, autoLogin);
  const named = await findUserByName(sandbox, hint);
  if ("user" in named) return named;
  if (PHONE_NUMBER.test(hint)) {
    const number = toMsisdn(hint.replace(/^tel:/i, ""));
    const numbered = number && (await findUserByName(sandbox, number));
    return numbered && "user" in numbered ? numbered : named;
  }
  const configured = await findUserByName(sandbox, autoLogin);
  if ("failure" in configured) return configured;
  const { user } = configured;
  return { user, note: diagnoseIgnoredHint(hint, user, named.failure) };
}

/** A hint that is meant as a phone number, in one of the forms of login_hint or as people write it. */
const PHONE_NUMBER =
  /^(?:urn:(?:msisdn|mobilenumber):.*|(?:tel:|\+)[\d\s().+-]*|\d[\d\s().]{6,}\d)$/i;

/** Names of users are the mock's own: Vipps knows a user by the phone number alone. */
export const userCheck: ProtocolCheck = { id: "user", source: "the mock's own" };

const hintCheck: ProtocolCheck = { id: "login-hint", source: "OpenID Connect Core §3.1.2.1" };

function diagnoseIgnoredHint(
  hint: string,
  { id, phoneNumber }: User,
  { sent, closest }: Diagnosis,
): Diagnosis {
  return diagnose(
    hintCheck,
    `login_hint ${hint} names no user and is ignored: ${id} logs in`,
    "That is no mistake: Vipps ignores login_hint. Here one can choose the user of an automatic login, by " +
      `id or MSISDN, as login_hint=${id} or login_hint=urn:msisdn:${phoneNumber} does.`,
    { sent, closest },
  );
}

/** The user, if there is one who can log in now, or why not; the diagnosis calls the user `name`. */
export function eligibleUser(
  { sandbox, now }: { readonly sandbox: Pick<Sandbox, "switches">; readonly now: EpochSeconds },
  user: User | undefined,
  name: string,
): { readonly user: User } | { readonly obstacle: Obstacle; readonly diagnosis: Diagnosis } {
  const { minimumAge } = sandbox.switches;
  const obstacle = obstacleFor(user, dateInOslo(now), minimumAge);
  if (user && obstacle === undefined) return { user };
  const kind = obstacle ?? "unknown";
  return { obstacle: kind, diagnosis: diagnoseObstacle(kind, name, minimumAge) };
}

/** The `sub` by which a sales unit knows a user. */
export function subjectAt(
  { switches }: Pick<Sandbox, "switches">,
  { nin }: Pick<User, "nin">,
  salesUnit: Pick<SalesUnit, "merchant" | "msn">,
): string {
  return subjectFor(nin, sectorOf(salesUnit, switches.subjectPer));
}

/**
 * The session that is read by a user's `sub`, if any kind of it is (rules/retention.ts). A payment's data
 * is readable for its 168 hours, so that no login that asks for less may come in between.
 */
export async function sharedSessionOf(
  { store, switches }: Pick<Sandbox, "store" | "switches">,
  subject: string,
  msn: string,
  now: EpochSeconds,
): Promise<Session | undefined> {
  const all = await readGroup(store.sessions, "subject", subjectKey(subject, msn));
  const counted = switches.retention === "payments" ? all.filter(({ payment }) => payment) : all;
  const readable = counted.filter(({ beganAt }) => now < sharedUntil(beganAt));
  const payments = readable.filter(({ payment }) => payment);
  return newestOf(payments) ?? newestOf(readable) ?? newestOf(counted);
}

/** The newest; of those that began in the same second, the last one. */
function newestOf(sessions: readonly Session[]): Session | undefined {
  return sessions.reduce<Session | undefined>(
    (newest, session) => (newest && newest.beganAt > session.beganAt ? newest : session),
    undefined,
  );
}

/*
 * Which users' phones somebody has before the eyes. Then the page that waits for the app need not play the
 * phone too. All of it goes by the real time: it is about people at screens.
 */

/** The page of a phone that is open is asked for every half minute at least. */
const OPEN_FOR: Seconds = 40;

/** So long a note is as good as a new one. */
const NOTED_FOR: Seconds = 10;

type OpenPhones = Pick<Sandbox["store"], "openPhones">;

/** Notes that the phone is open now. */
export async function notePhone(
  { openPhones }: OpenPhones,
  user: string,
  now: EpochSeconds,
): Promise<void> {
  const noted = (await openPhones.get())?.[user];
  if (noted !== undefined && noted <= now && now < after(noted, NOTED_FOR)) return;
  await openPhones.update((current = {}) => {
    const open = Object.entries(current).filter(([, at]) => isOpenAt(at, now));
    return { ...Object.fromEntries(open), [user]: now };
  });
}

export async function isPhoneOpen(
  { openPhones }: OpenPhones,
  user: string,
  now: EpochSeconds,
): Promise<boolean> {
  return isOpenAt((await openPhones.get())?.[user], now);
}

function isOpenAt(noted: EpochSeconds | undefined, now: EpochSeconds): boolean {
  return noted !== undefined && now < after(noted, OPEN_FOR);
}

/** What is special about a user on that day, in a few words each; nothing of an ordinary adult. */
export function traitsOfUser(user: UserInput, today: CalendarDate): string[] {
  const { addresses = [], birthDate, status = "active" } = user;
  const name = `${user.givenName ?? ""} ${user.familyName ?? ""}`.trim();
  const traits: string[] = [];
  if (status !== "active") traits.push(status.replaceAll("_", " "));
  traits.push(...traitsOfAge(birthDate, today));
  if (name.length > LONG_NAME) traits.push(`a name of ${name.length} characters`);
  if (/[^\p{ASCII}]/u.test(name)) traits.push("letters beyond A to Z in the name");
  if (user.emailVerified === false) traits.push("e-mail address never verified");
  if (user.consentAnswer === "decline") traits.push("declines consent in logins without pages");
  if (user.addresses && addresses.length === 0) traits.push("no address");
  if (addresses.length > 1) traits.push(`${addresses.length} addresses`);
  if (addresses.some(({ streetAddress }) => streetAddress.includes("\n"))) {
    traits.push("an address of two lines");
  }
  const abroad = addresses.find(({ country }) => country !== "NO");
  if (abroad) traits.push(`lives in ${abroad.country}`);
  return traits;
}

function traitsOfAge(birthDate: string | undefined, today: CalendarDate): string[] {
  if (birthDate === undefined) return [];
  const age = ageOn(birthDate, today);
  const tomorrow = dayAfter(today);
  if (birthDate.slice(5) === today.slice(5)) return [`turns ${age} today`];
  if (ageOn(birthDate, tomorrow) > age) return [`turns ${age + 1} tomorrow`];
  if (birthDate.endsWith("-02-29")) return ["born on 29 February"];
  if (age < 18) return [`${age} years old`];
  return age > OLD ? [`born in ${birthDate.slice(0, 4)}`] : [];
}

function dayAfter(day: CalendarDate): CalendarDate {
  const noon = fromIso(`${day}T12:00:00Z`);
  return (noon === undefined ? day : toIso(after(noon, DAY)).slice(0, 10)) as CalendarDate;
}

/** A user in a sentence: what is special on that day, or how old an ordinary adult is. */
export function sentenceOf(user: User, today: CalendarDate): string {
  const traits = traitsOfUser(user, today);
  const text = traits.join(", ") || `${ageOn(user.birthDate, today)} years old`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
