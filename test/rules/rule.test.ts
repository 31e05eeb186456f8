import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/rules/rule.ts";
import { diagnose } from "../../src/rules/rule.ts";

const rule: Rule = {
  id: "some-rule",
  faq: ["How can I log out a user?", "Why do I get a CORS error?"],
  enforces: "Something.",
  source: "FAQ",
  status: "documented",
};

describe("diagnose", () => {
  it("names the rule and the first of its FAQ entries", () => {
    expect(diagnose(rule, "wrong", "do it right")).toStrictEqual({
      rule: "some-rule",
      faq: "How can I log out a user?",
      message: "wrong",
      detail: "do it right",
    });
  });

  it.each([
    ["x".repeat(5000), "x".repeat(5000)],
    ["x".repeat(5001), `${"x".repeat(5000)}…`],
    ["x".repeat(64 * 1024), `${"x".repeat(5000)}…`],
  ])("cuts what somebody sent by the yard", (sent, told) => {
    expect(diagnose(rule, sent, sent)).toMatchObject({ message: told, detail: told });
  });

  it("shows what nobody sees as an escape, and compares it as it was sent", () => {
    const correction = { sent: "\u202ea", closest: "a" };
    expect(diagnose(rule, "\u202ea\n\u2066", "\u0007", correction)).toMatchObject({
      message: String.raw`\u202ea\n\u2066`,
      detail: String.raw`\u0007`,
      ...correction,
    });
  });

  it.each([
    ["near", "closest", { sent: "near", closest: "closest" }],
    ["", "", { sent: "", closest: "" }],
    [undefined, "closest", { closest: "closest" }],
    ["near", undefined, {}],
    ["x".repeat(5000), "x", { sent: "x".repeat(5000), closest: "x" }],
    ["x".repeat(5001), "x", { closest: "x" }],
  ])(
    "has the value that is wrong beside the closest one, and never alone",
    (sent, closest, told) => {
      const { sent: said, closest: meant } = diagnose(rule, "wrong", "right", { sent, closest });
      expect(JSON.parse(JSON.stringify({ sent: said, closest: meant }))).toEqual(told);
    },
  );
});
