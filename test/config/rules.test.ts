import { describe, expect, it } from "vitest";
import { findRuleProblems, rulesInSeconds, withRulesInSeconds } from "../../src/config/rules.ts";
import type { ConfigInput } from "../../src/records/config.ts";
import type { RulesInput } from "../../src/records/settings.ts";

describe("lifetimes in rules", () => {
  it.each<[RulesInput, object]>([
    [{ codeLifetime: "10m" }, { codeLifetime: 600 }],
    [
      { expiresIn: "120s", accessTokenLifetime: "168h" },
      { expiresIn: 120, accessTokenLifetime: 604_800 },
    ],
    [{ webhookRemovedAfter: "PT168H" }, { webhookRemovedAfter: 604_800 }],
    [
      { codeLifetime: 300, webhookRemovedAfter: null },
      { codeLifetime: 300, webhookRemovedAfter: null },
    ],
    [{ codeLifetime: "300" }, { codeLifetime: 300 }],
    [{ minimumAge: 15 }, { minimumAge: 15 }],
  ])("%j are kept as %j", (rules, kept) => {
    expect(findRuleProblems(rules)).toEqual([]);
    expect(rulesInSeconds(rules)).toEqual(kept);
    expect(withRulesInSeconds({ profile: "2026", rules })).toEqual({
      profile: "2026",
      rules: kept,
    });
  });

  it.each<[RulesInput, string]>([
    [
      { codeLifetime: "10 minutes" },
      'rules.codeLifetime: "10 minutes" is no length of time; write seconds, or 700ms, 10s, 1h30m, 7d, PT168H',
    ],
    [{ expiresIn: "0s" }, "rules.expiresIn: is 0s; expected 1 second to 36500 days"],
    [
      { accessTokenLifetime: -1 },
      "rules.accessTokenLifetime: is -1; expected 1 second to 36500 days",
    ],
    [
      { webhookRemovedAfter: "1500ms" },
      "rules.webhookRemovedAfter: is 1500ms; expected whole seconds",
    ],
  ])("%j are refused: %s", (rules, told) => {
    const [problem, ...others] = findRuleProblems(rules);
    expect(others).toEqual([]);
    expect(`${problem?.path}: ${problem?.message}`).toContain(told);
  });

  it("leaves a config without rules as it is", () => {
    const config: ConfigInput = { profile: "2026" };
    expect(withRulesInSeconds(config)).toEqual(config);
  });
});
