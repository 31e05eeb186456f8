import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { hasAppeared, STATISTICS_DELAY } from "../../src/rules/statistics.ts";

describe(FAQ.statistics, () => {
  const at = epochSeconds(1_684_317_600);

  it("lags ten minutes behind", () => {
    expect(STATISTICS_DELAY).toBe(600);
  });

  it.each([
    ["an hour before", -3600, false],
    ["at once", 0, false],
    ["9:59 after", 599, false],
    ["10:00 after", 600, true],
    ["a day after", 86_400, true],
  ])("%s the login: %j seconds, %j", (_when, seconds, appeared) => {
    expect(hasAppeared(at, epochSeconds(at + seconds))).toBe(appeared);
  });
});
