import { describe, expect, it } from "vitest";
import type { CalendarDate } from "../../src/platform/calendar.ts";
import { dateInOslo } from "../../src/platform/calendar.ts";
import { FAQ } from "../../src/records/faq.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { User } from "../../src/records/user.ts";
import type { Obstacle } from "../../src/rules/eligibility.ts";
import { ageOn, diagnoseObstacle, obstacleFor } from "../../src/rules/eligibility.ts";
import { fc } from "../support/properties.ts";
import { testUser } from "./fixtures.ts";

const day = (text: string) => text as CalendarDate;
const at = (iso: string) => dateInOslo(epochSeconds(Date.parse(iso) / 1000));
const someone = (over: Partial<User>): User => ({ ...testUser, ...over });

describe(FAQ.age, () => {
  it.each([
    ["the day before the 18th birthday", "2005-05-17", "2023-05-16", 17],
    ["the 18th birthday itself", "2005-05-17", "2023-05-17", 18],
    ["the day after", "2005-05-17", "2023-05-18", 18],
    ["the day before the 19th", "2005-05-17", "2024-05-16", 18],
    ["an earlier month, a later day", "2005-05-17", "2023-04-30", 17],
    ["a later month, an earlier day", "2005-05-17", "2023-06-01", 18],
    ["born on 29 February: 28 February of a year without it", "2004-02-29", "2022-02-28", 17],
    ["born on 29 February: 1 March of a year without it", "2004-02-29", "2022-03-01", 18],
    ["born on 29 February: 28 February of a leap year", "2004-02-29", "2024-02-28", 19],
    ["born on 29 February: 29 February of a leap year", "2004-02-29", "2024-02-29", 20],
    ["born on 28 February, 29 February of a leap year", "2006-02-28", "2024-02-29", 18],
    ["born on 31 December, on New Year's Eve", "2005-12-31", "2023-12-31", 18],
    ["born on 31 December, the day before", "2005-12-31", "2023-12-30", 17],
    ["born on 1 January, on New Year's Eve", "2006-01-01", "2023-12-31", 17],
    ["born today", "2023-05-17", "2023-05-17", 0],
  ])("%s", (_, birthDate, today, age) => {
    expect(ageOn(birthDate, day(today))).toBe(age);
  });

  it.each([
    ["winter, a second before midnight in Oslo", "2005-01-15", "2023-01-14T22:59:59Z", 17],
    ["winter, midnight in Oslo", "2005-01-15", "2023-01-14T23:00:00Z", 18],
    ["summer, a second before midnight in Oslo", "2005-07-15", "2023-07-14T21:59:59Z", 17],
    ["summer, midnight in Oslo", "2005-07-15", "2023-07-14T22:00:00Z", 18],
    ["29 February, midnight in Oslo to 1 March", "2004-02-29", "2022-02-28T23:00:00Z", 18],
    ["29 February, a second before", "2004-02-29", "2022-02-28T22:59:59Z", 17],
  ])("is counted in Oslo: %s", (_, birthDate, moment, age) => {
    expect(ageOn(birthDate, at(moment))).toBe(age);
  });

  it("is the number of birthdays seen, counted one by one", () => {
    const date = fc
      .integer({ min: Date.UTC(1930, 0) / 86_400_000, max: Date.UTC(2060, 0) / 86_400_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(date, date, (one, other) => {
        const [birthDate = "", today = ""] = [one, other].sort();
        const [year = 0, month = 0, dayOfMonth = 0] = birthDate.split("-").map(Number);
        let birthdays = 0;
        // Date.UTC turns 29 February of a year without it into 1 March, as the rule does.
        while (Date.UTC(year + birthdays + 1, month - 1, dayOfMonth) <= Date.parse(today)) {
          birthdays += 1;
        }
        expect(ageOn(birthDate, day(today))).toBe(birthdays);
      }),
    );
  });

  const today = day("2023-05-17");
  it.each<[string, User | undefined, number, Obstacle | undefined]>([
    ["nobody has the number", undefined, 18, "unknown"],
    ["18 today", someone({ birthDate: "2005-05-17" }), 18, undefined],
    ["18 tomorrow", someone({ birthDate: "2005-05-18" }), 18, "under_age"],
    ["15 today, profile 2026", someone({ birthDate: "2008-05-17" }), 15, undefined],
    ["15 tomorrow, profile 2026", someone({ birthDate: "2008-05-18" }), 15, "under_age"],
    ["blocked", someone({ status: "blocked" }), 18, "blocked"],
    ["without the app", someone({ status: "no_app" }), 18, "no_app"],
    ["an outdated app", someone({ status: "outdated_app" }), 18, "outdated_app"],
    [
      "blocked before under age",
      someone({ status: "blocked", birthDate: "2020-01-01" }),
      18,
      "blocked",
    ],
    [
      "no app before under age",
      someone({ status: "no_app", birthDate: "2020-01-01" }),
      18,
      "no_app",
    ],
    [
      "under age before the outdated app",
      someone({ status: "outdated_app", birthDate: "2020-01-01" }),
      18,
      "under_age",
    ],
  ])("obstacle: %s", (_, user, minimumAge, obstacle) => {
    expect(obstacleFor(user, today, minimumAge)).toBe(obstacle);
  });

  it.each<[Obstacle, string]>([
    ["unknown", "no user has the phone number ada"],
    ["blocked", "the user ada has the status blocked"],
    ["no_app", "the user ada has the status no_app"],
    ["outdated_app", "the user ada has the status outdated_app"],
  ])("diagnosis of %s, about which the FAQ has no entry", (obstacle, message) => {
    const diagnosis = diagnoseObstacle(obstacle, "ada", 18);
    expect(diagnosis).toMatchObject({
      rule: "app",
      source: "documentation 2023; vipps-developers issue 143",
      message,
    });
    expect(diagnosis).not.toHaveProperty("faq");
    expect(diagnosis.detail).toMatch(/^Log in/);
  });

  it.each([
    [15, "Log in as an older user, or move the clock past the birthday."],
    [
      18,
      "Log in as an older user, or move the clock past the birthday. The FAQ's question is about 15 years, " +
        "and its answer is 18.",
    ],
  ])("diagnosis of a user under %i, whom the FAQ knows by another number", (age, detail) => {
    expect(diagnoseObstacle("under_age", "ada", age)).toEqual({
      rule: "age",
      faq: "Can a Vipps user less than 15 years old use Vipps Login?",
      message: `the user ada is under ${age}`,
      detail,
    });
  });
});
