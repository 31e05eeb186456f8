import { describe, expect, it } from "vitest";
import {
  birthDateOf,
  isRelative,
  isSyntheticNin,
  resolveBirthDate,
  syntheticNin,
} from "../../src/config/nin.ts";
import { CompletionError } from "../../src/config/problem.ts";
import type { CalendarDate } from "../../src/platform/calendar.ts";
import { dateInOslo, isCalendarDate, toIso } from "../../src/platform/calendar.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { fc } from "../support/properties.ts";

const day = (text: string) => text as CalendarDate;
const DAY_SECONDS = 86_400;

function thrownBy(action: () => unknown): unknown {
  try {
    return void action();
  } catch (error) {
    return error;
  }
}

/** Any day between two, both included. */
const days = (first: string, last: string) =>
  fc
    .integer({
      min: Date.parse(first) / 1000 / DAY_SECONDS,
      max: Date.parse(last) / 1000 / DAY_SECONDS,
    })
    .map((number) => day(toIso(epochSeconds(number * DAY_SECONDS)).slice(0, 10)));

describe("isSyntheticNin", () => {
  it.each<[string, boolean, string]>([
    ["10928503718", true, "all in order"],
    ["10928503719", false, "second check digit"],
    ["10928503728", false, "first check digit"],
    ["10128503718", false, "a month as people have it"],
    ["10808503718", false, "month 80"],
    ["10938503718", false, "month 93"],
    ["00928503718", false, "day 0"],
    ["1092850371", false, "ten digits"],
    ["109285037180", false, "twelve digits"],
    ["1092850371x", false, "a letter"],
    ["", false, "nothing"],
  ])("%s: %s (%s)", (nin, valid) => {
    expect(isSyntheticNin(nin)).toBe(valid);
  });

  it("refuses every number with one digit changed", () => {
    fc.assert(
      fc.property(
        days("1900-01-01", "2039-12-31"),
        fc.nat(1000),
        fc.nat(10),
        fc.integer({ min: 1, max: 9 }),
        (date, start, at, by) => {
          const nin = syntheticNin(date, (below) => start % below);
          const digit = (Number(nin[at]) + by) % 10;
          expect(isSyntheticNin(`${nin.slice(0, at)}${digit}${nin.slice(at + 1)}`)).toBe(false);
        },
      ),
    );
  });
});

describe("birthDateOf", () => {
  it.each<[string, string | undefined]>([
    ["01810000000", "1900-01-01"],
    ["31929949900", "1999-12-31"],
    ["01815450000", "1854-01-01"],
    ["31929974900", "1899-12-31"],
    ["31925350000", undefined],
    ["01819975000", undefined],
    ["01810050000", "2000-01-01"],
    ["31923999900", "2039-12-31"],
    ["01814075000", undefined],
    ["01814090000", "1940-01-01"],
    ["31929999900", "1999-12-31"],
    ["31923990000", "2039-12-31"],
    ["29829600000", "1996-02-29"],
    ["29829700000", undefined],
    ["01019000000", undefined],
    ["01419000000", undefined],
    ["abc", undefined],
  ])("%s: %s", (nin, date) => {
    expect(birthDateOf(nin)).toBe(date);
  });
});

describe("syntheticNin", () => {
  it("is valid and holds its birth date, in every series", () => {
    fc.assert(
      fc.property(days("1854-01-01", "2039-12-31"), fc.nat(1000), (date, start) => {
        const nin = syntheticNin(date, (below) => start % below);
        expect(isSyntheticNin(nin)).toBe(true);
        expect(birthDateOf(nin)).toBe(date);
        expect(syntheticNin(date, (below) => start % below)).toBe(nin);
      }),
    );
  });

  it.each(["1853-12-31", "2040-01-01"])("gives none to %s", (date) => {
    const error = thrownBy(() => syntheticNin(day(date), () => 0));
    expect(error).toBeInstanceOf(CompletionError);
    expect(error).toMatchObject({
      path: "birthDate",
      message: `no national identity number exists for the birth date ${date}; use one from 1854 to 2039`,
    });
  });

  it("gives hundreds for one day, all different, and says when there are no more", () => {
    const taken = new Set<string>();
    const next = () =>
      syntheticNin(
        day("2000-01-01"),
        (below) => below - 1,
        (n) => !taken.has(n),
      );
    for (let count = 0; count < 380; count++) taken.add(next());
    expect(taken.size).toBe(380);
    const error = thrownBy(() =>
      syntheticNin(
        day("2000-01-01"),
        () => 0,
        () => false,
      ),
    );
    expect(error).toBeInstanceOf(CompletionError);
    expect(error).toMatchObject({
      path: "nin",
      message:
        "every national identity number for the birth date 2000-01-01 is taken; use another birth date",
    });
  });
});

describe("resolveBirthDate", () => {
  it.each<[string, string, string | undefined]>([
    ["1985-12-10", "2023-05-17", "1985-12-10"],
    ["1985-02-29", "2023-05-17", undefined],
    ["today-18y", "2023-05-17", "2005-05-17"],
    ["today-18y+1d", "2023-05-17", "2005-05-18"],
    ["today-18y-1d", "2023-05-17", "2005-05-16"],
    ["today-0y", "2023-05-17", "2023-05-17"],
    ["today-18y+1d", "2023-12-31", "2006-01-01"],
    ["today-18y", "2024-02-29", "2006-02-28"],
    ["today-18y+1d", "2024-02-29", "2006-03-01"],
    ["today-20y", "2024-02-29", "2004-02-29"],
    ["today-18y+1d", "2022-02-28", "2004-02-29"],
    ["today", "2023-05-17", undefined],
    ["tomorrow-18y", "2023-05-17", undefined],
  ])("%s on %s: %s", (text, today, expected) => {
    expect(resolveBirthDate(text, day(today))).toBe(expected);
  });

  it("makes somebody 18 today and somebody who is not yet, whatever the day", () => {
    fc.assert(
      fc.property(days("1990-01-01", "2049-12-31"), (today) => {
        // Whoever is 18 today was born no later than the same day and month 18 years ago; text
        // comparison takes care of 29 February, which turns on 1 March.
        const limit = `${Number(today.slice(0, 4)) - 18}${today.slice(4)}`;
        const born = resolveBirthDate("today-18y", today) ?? "";
        const bornLater = resolveBirthDate("today-18y+1d", today) ?? "";
        expect(isCalendarDate(born) && isCalendarDate(bornLater)).toBe(true);
        expect(born <= limit).toBe(true);
        expect(bornLater > limit).toBe(true);
      }),
    );
  });

  it("tells moving dates from fixed ones", () => {
    expect(isRelative("today-18y")).toBe(true);
    expect(isRelative("1985-12-10")).toBe(false);
    expect(dateInOslo(epochSeconds(0))).toBe("1970-01-01");
  });
});
