import { FAQ } from "../src/records/faq.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different } from "./behaviour.ts";

export const statisticsSection: Section = {
  title: "Statistics",
  endpoints: ["GET /mock/api/statistics"],
  behaviours: [
    assumed(
      `FAQ: ${FAQ.statistics}; it speaks of successful logins without saying more`,
      "A login is successful once its code, or its tokens, are issued, whatever the merchant " +
        "does with them; it counts for the day in Oslo on which that happened.",
      "wire/faq/statistics.ts > it is the login that is counted, whether its code is used or not, and not a failed one",
      "control/statistics.test.ts > count a login for the day that it is in Oslo",
      "control/statistics.test.ts > count logins from phone number, once they are approved: %s",
    ),
    assumed(
      `FAQ: ${FAQ.statistics}; it speaks of unique users without saying more`,
      "A unique user is a `sub`; a user who logs in on two days is one user of the period.",
      "wire/faq/statistics.ts > a user who logs in three times is three logins and one unique user",
    ),
    assumed(
      `FAQ: ${FAQ.statistics}; it speaks of logins with and without these scopes`,
      "A login is one with the national identity number if its granted scope has `nin`.",
      "wire/faq/statistics.ts > logins with and without the national identity number are told apart",
    ),
    different(
      `FAQ: ${FAQ.statistics}`,
      "The figures are in the control API, not in a portal, and are not limited to a " +
        "production environment.",
      "Nobody could test with figures that only real users make.",
      "wire/faq/statistics.ts > they are those of a sales unit, and of the days of the period",
    ),
    different(
      "the mock's own",
      "Tokens made by the control API without a login are counted as one.",
      "They leave the same records as a login.",
      "control/statistics.test.ts > count tokens that were made without a login",
    ),
  ],
};
