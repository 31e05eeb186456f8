import type { CalendarDate } from "../platform/calendar.ts";
import { fromIso, toIso } from "../platform/calendar.ts";
import { after, DAY } from "../records/time.ts";
import type { UserInput } from "../records/user.ts";
import { ageOn } from "../rules/eligibility.ts";
import { resolveBirthDate } from "./nin.ts";

/** A name that is longer makes lines break. */
const LONG_NAME = 60;

/** Whose birth date tells how NINs of other series look. */
const OLD = 90;

/** What is special about a user, in a few words each; nothing of an ordinary adult. */
export function traitsOfUser(user: UserInput, today: CalendarDate): string[] {
  const { addresses = [], birthDate, status = "active" } = user;
  const name = `${user.givenName ?? ""} ${user.familyName ?? ""}`.trim();
  const traits: string[] = [];
  if (status !== "active") traits.push(status.replaceAll("_", " "));
  traits.push(...traitsOfAge(birthDate && resolveBirthDate(birthDate, today), today));
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
