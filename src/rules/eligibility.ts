import type { CalendarDate } from "../platform/calendar.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { User } from "../records/user.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Who can log in at all. */
export const ageRule: Rule = {
  id: "age",
  faq: [FAQ.age],
  enforces:
    "A user under 18 (profile 2026: 15) cannot log in; the FAQ asks about 15 years and answers 18. The age is counted on the calendar in " +
    "Europe/Oslo: it is reached on the birthday itself, by those born on 29 February on 1 March.",
  source:
    "FAQ; the browser's text is observed (vipps-developers issue 143), its redirect and how years are counted " +
    "are assumed",
  status: "documented",
};

export const appRule: Rule = {
  id: "app",
  faq: [],
  enforces:
    "A user without the app, with a blocked account or with an unknown number sees the text that " +
    "Vipps is needed; an outdated app ends the login with outdated_app_version. Login from phone " +
    "number is refused with unknown_user_id and invalid_user, or old_app.",
  source: "documentation 2023; vipps-developers issue 143",
  status: "assumed",
};

export function ageOn(birthDate: string, today: CalendarDate): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  // Month and day compare as text; 02-29 comes after 02-28 and before 03-01, as the rule wants.
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** What keeps somebody from logging in. */
export type Obstacle = "unknown" | "under_age" | "blocked" | "no_app" | "outdated_app";

/** The first obstacle; undefined when the login may go on. */
export function obstacleFor(
  user: User | undefined,
  today: CalendarDate,
  minimumAge: number,
): Obstacle | undefined {
  if (!user) return "unknown";
  if (user.status === "blocked" || user.status === "no_app") return user.status;
  if (ageOn(user.birthDate, today) < minimumAge) return "under_age";
  return user.status === "outdated_app" ? "outdated_app" : undefined;
}

export function diagnoseObstacle(obstacle: Obstacle, who: string, minimumAge: number): Diagnosis {
  switch (obstacle) {
    case "unknown":
      return diagnose(
        appRule,
        `no user has the phone number ${who}`,
        "Log in with the number of a fixture user, or add a user with this number.",
      );
    case "under_age":
      return diagnose(
        ageRule,
        `the user ${who} is under ${minimumAge}`,
        "Log in as an older user, or move the clock past the birthday." +
          (minimumAge === 18 ? " The FAQ's question is about 15 years, and its answer is 18." : ""),
      );
    case "blocked":
    case "no_app":
    case "outdated_app":
      return diagnose(
        appRule,
        `the user ${who} has the status ${obstacle}`,
        "Log in as a user with the status active.",
      );
  }
}
