import { traitsOfUser } from "../config/traits.ts";
import type { CalendarDate } from "../platform/calendar.ts";
import type { User } from "../records/user.ts";
import { ageOn } from "../rules/eligibility.ts";

/** A user in a sentence, as of that day: what is special, or how old an ordinary adult is. */
export function sentenceOf(user: User, today: CalendarDate): string {
  const traits = traitsOfUser(user, today);
  const text = traits.join(", ") || `${ageOn(user.birthDate, today)} years old`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
