import { describe, expect, it } from "vitest";
import {
  dateInOslo,
  fromIso,
  isCalendarDate,
  toHttpDate,
  toIso,
} from "../src/platform/calendar.ts";
import { epochSeconds } from "../src/records/time.ts";
import { fc } from "./support/properties.ts";

/** Seconds since 1970, by the test's own use of Date. */
const at = (iso: string) => epochSeconds(Date.parse(iso) / 1000);

describe("dateInOslo", () => {
  it.each([
    ["winter, the last second of the day in Oslo", "2023-01-14T22:59:59Z", "2023-01-14"],
    ["winter, midnight in Oslo is 23:00 in UTC", "2023-01-14T23:00:00Z", "2023-01-15"],
    ["winter, midnight in UTC", "2023-01-15T00:00:00Z", "2023-01-15"],
    ["summer, the last second of the day in Oslo", "2023-07-14T21:59:59Z", "2023-07-14"],
    ["summer, midnight in Oslo is 22:00 in UTC", "2023-07-14T22:00:00Z", "2023-07-15"],
    ["the evening before summer time begins", "2023-03-25T22:59:59Z", "2023-03-25"],
    ["the day summer time begins, still winter at midnight", "2023-03-25T23:00:00Z", "2023-03-26"],
    ["the evening of that day", "2023-03-26T21:59:59Z", "2023-03-26"],
    ["the end of that day, which has 23 hours", "2023-03-26T22:00:00Z", "2023-03-27"],
    ["the day summer time ends, still summer at midnight", "2023-10-28T22:00:00Z", "2023-10-29"],
    ["the evening of that day, which has 25 hours", "2023-10-29T22:59:59Z", "2023-10-29"],
    ["the end of that day", "2023-10-29T23:00:00Z", "2023-10-30"],
    ["New Year", "2023-12-31T23:00:00Z", "2024-01-01"],
    ["a leap day", "2024-02-28T23:00:00Z", "2024-02-29"],
  ])("%s: %s is %s", (_, moment, date) => {
    expect(dateInOslo(at(moment))).toBe(date);
  });
});

describe("the rule of summer time", () => {
  const calendar = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Oslo",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const byTimeZone = (moment: number) => calendar.format(moment * 1000);

  it("is that of the time zone in the weeks around each change, to the second", () => {
    const differing: string[] = [];
    const days = [24, 25, 26, 27, 28, 29, 30, 31].flatMap((day) => [`03-${day}`, `10-${day}`]);
    for (let year = 1990; year < 2070; year += 1) {
      for (const hour of days.flatMap((day) =>
        ["00", "01", "21", "22", "23"].map((one) => `${day}T${one}`),
      )) {
        const start = at(`${year}-${hour}:00:00Z`);
        for (const moment of [epochSeconds(start - 1), epochSeconds(start)]) {
          if (dateInOslo(moment) !== byTimeZone(moment)) differing.push(toIso(moment));
        }
      }
    }
    expect(differing).toEqual([]);
  });

  it.each([
    "0001-06-01T00:00:00Z",
    "1944-10-01T22:30:00Z",
    "1996-10-27T00:59:59Z",
    "1996-10-27T01:00:00Z",
    "9999-12-30T23:00:00Z",
    "9999-12-31T23:00:00Z",
    "+010000-07-01T22:00:00Z",
  ])("has the time zone's date at %s", (moment) => {
    expect(dateInOslo(at(moment))).toBe(byTimeZone(at(moment)));
  });

  it("gives each moment its own date, whatever was asked before", () => {
    const moments = fc.array(
      fc.integer({ min: 0, max: at("2100-01-01T00:00:00Z") }).map(epochSeconds),
    );
    fc.assert(
      fc.property(moments, (asked) => {
        expect(asked.map(dateInOslo)).toEqual(asked.map(byTimeZone));
      }),
    );
  });
});

describe("isCalendarDate", () => {
  it.each(["2023-01-01", "2024-02-29", "2000-02-29", "1955-05-18", "2023-12-31"])(
    "%s is",
    (text) => {
      expect(isCalendarDate(text)).toBe(true);
    },
  );

  it.each([
    "2023-02-29",
    "1900-02-29",
    "2023-04-31",
    "2023-13-01",
    "2023-00-10",
    "2023-01-00",
    "2023-01-32",
    "2023-1-1",
    "23-01-01",
    "12023-01-01",
    "2023-01-01T00:00:00Z",
    " 2023-01-01",
    "2023-01-01\n",
    "2023/01/01",
    "today",
    "",
  ])("%j is not", (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });
});

describe("toIso and fromIso", () => {
  it.each([
    ["2023-05-17T10:00:00Z", "2023-05-17T10:00:00Z"],
    ["2023-05-17T12:00:00+02:00", "2023-05-17T10:00:00Z"],
    ["2023-05-17T05:30:00-04:30", "2023-05-17T10:00:00Z"],
    ["2023-05-17T00:30:00+02:00", "2023-05-16T22:30:00Z"],
    ["2023-05-17T10:00:00.999Z", "2023-05-17T10:00:00Z"],
    ["2023-05-17T10:00:00.123456789Z", "2023-05-17T10:00:00Z"],
    ["1969-12-31T23:59:58.500Z", "1969-12-31T23:59:58Z"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"],
  ])("%s is %s in UTC", (text, utc) => {
    const moment = fromIso(text);
    expect(moment).toBe(Date.parse(utc) / 1000);
    expect(moment !== undefined && toIso(moment)).toBe(utc);
  });

  it.each([
    ["no zone", "2023-05-17T10:00:00"],
    ["no seconds", "2023-05-17T10:00Z"],
    ["a date only", "2023-05-17"],
    ["a day that is not there", "2023-02-29T10:00:00Z"],
    ["hour 24", "2023-05-17T24:00:00Z"],
    ["minute 60", "2023-05-17T10:60:00Z"],
    ["second 60", "2023-05-17T10:00:60Z"],
    ["a zone that is not there", "2023-05-17T10:00:00+99:00"],
    ["a zone without a colon", "2023-05-17T10:00:00+0200"],
    ["a space for the T", "2023-05-17 10:00:00Z"],
    ["a dot without digits", "2023-05-17T10:00:00.Z"],
    ["something before", " 2023-05-17T10:00:00Z"],
    ["something after", "2023-05-17T10:00:00Z "],
    ["nothing", ""],
  ])("%s is no moment: %j", (_, text) => {
    expect(fromIso(text)).toBeUndefined();
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }), (seconds) => {
        expect(fromIso(toIso(epochSeconds(seconds)))).toBe(seconds);
      }),
    );
  });
});

describe("toHttpDate", () => {
  it.each([
    ["2023-05-17T10:00:00Z", "Wed, 17 May 2023 10:00:00 GMT"],
    ["2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 GMT"],
    ["1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ])("writes %s as %s", (iso, date) => {
    expect(toHttpDate(at(iso))).toBe(date);
  });
});
