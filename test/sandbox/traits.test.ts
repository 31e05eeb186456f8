import { describe, expect, it } from "vitest";
import type { CalendarDate } from "../../src/platform/calendar.ts";
import { traitsOfUser } from "../../src/sandbox/users.ts";

const on = (birthDate: string, today: string) => traitsOfUser({ birthDate }, today as CalendarDate);

describe("what is special about a user", () => {
  it.each([
    ["2005-05-17", "2023-05-16", ["turns 18 tomorrow"]],
    ["2005-05-17", "2023-05-17", ["turns 18 today"]],
    ["2005-05-17", "2023-05-18", []],
    ["2005-05-18", "2023-05-16", ["17 years old"]],
    ["2004-02-29", "2023-02-28", ["turns 19 tomorrow"]],
    ["2004-02-29", "2023-03-01", ["born on 29 February"]],
    ["2004-02-29", "2024-02-29", ["turns 20 today"]],
    ["2006-01-01", "2023-12-31", ["turns 18 tomorrow"]],
    ["1932-05-18", "2023-05-16", []],
    ["1931-05-18", "2023-05-16", ["born in 1931"]],
  ])("who is born %s is, on %s, %j", (birthDate, today, traits) => {
    expect(on(birthDate, today)).toEqual(traits);
  });

  it.each([
    [{}, []],
    [{ addresses: [] }, ["no address"]],
    [{ status: "no_app" }, ["no app"]],
    [{ status: "active", emailVerified: false }, ["e-mail address never verified"]],
    [{ consentAnswer: "decline" }, ["declines consent in logins without pages"]],
    [{ givenName: "x".repeat(58), familyName: "y" }, []],
    [{ givenName: "x".repeat(59), familyName: "y" }, ["a name of 61 characters"]],
    [{ givenName: "Åse" }, ["letters beyond A to Z in the name"]],
  ] as const)("of %j is %j", (user, traits) => {
    expect(traitsOfUser(user, "2023-05-17" as CalendarDate)).toEqual(traits);
  });
});
