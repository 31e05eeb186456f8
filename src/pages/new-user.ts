import { completeUser } from "../config/complete.ts";
import { dateInOslo } from "../platform/calendar.ts";
import { createIds, seededRandom } from "../platform/ids.ts";
import type { User, UserInput } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { groupedNumber } from "../rules/msisdn.ts";
import type { NewUserView } from "./view-models.ts";

/** A person for a number that nobody has: made up at the login, and a user only once somebody says so. */

/** So few bytes make a person up. */
const PERSON_BYTES = 128;

/** The same number always proposes the same person, and no id of the sandbox is used up for it. */
function draftFor(phoneNumber: string, { now }: Pick<Exchange, "now">): User {
  const ids = createIds(seededRandom(`user ${phoneNumber}`, PERSON_BYTES));
  return completeUser({ phoneNumber }, ids, dateInOslo(now));
}

/** The person as the page shows it; what was typed comes before what is made up. */
export function proposedUser(
  exchange: Pick<Exchange, "now">,
  msisdn: string,
  typed: UserInput = {},
  problem = "",
): NewUserView {
  const { givenName, familyName, birthDate, email } = { ...draftFor(msisdn, exchange), ...typed };
  return {
    msisdn,
    phoneNumber: groupedNumber(msisdn),
    givenName,
    familyName,
    birthDate,
    email,
    problem,
  };
}
