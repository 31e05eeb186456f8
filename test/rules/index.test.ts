import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { DEFAULT_LIMITS } from "../../src/records/limits.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { checkAppCallbackUri } from "../../src/rules/app-callback-uri.ts";
import { diagnoseCors } from "../../src/rules/cors.ts";
import {
  diagnoseAuthMethod,
  diagnoseInactive,
  diagnoseNotActivated,
  diagnoseSubscriptionKey,
  diagnoseUnknownClient,
  diagnoseWrongSecret,
} from "../../src/rules/credentials.ts";
import { checkCsrf } from "../../src/rules/csrf.ts";
import { diagnoseObstacle } from "../../src/rules/eligibility.ts";
import { diagnoseMissingOpenid, diagnoseScope } from "../../src/rules/entitlement.ts";
import { RULES } from "../../src/rules/index.ts";
import { diagnoseLogout } from "../../src/rules/logout.ts";
import { diagnoseBrowserFlow } from "../../src/rules/partner-keys.ts";
import { checkRedirectUri } from "../../src/rules/redirect-uri.ts";
import { checkRequestLength } from "../../src/rules/request-length.ts";
import { checkReadable } from "../../src/rules/retention.ts";
import { diagnoseTooShort } from "../../src/rules/state.ts";
import { askerWith } from "./fixtures.ts";

const secret = { clientId: "shop", sent: "a", expected: "b", redirectUris: [] };

/** Every function that produces a diagnosis, once for each rule it can name. */
const diagnoses = () => [
  diagnoseCors("http://localhost"),
  diagnoseUnknownClient("shop", []),
  diagnoseWrongSecret({ ...secret, redirectUri: undefined }),
  diagnoseNotActivated("shop"),
  diagnoseInactive("shop"),
  diagnoseAuthMethod({ ...secret, used: "client_secret_post", configured: "client_secret_basic" }),
  checkCsrf(undefined, "value")?.diagnosis,
  checkCsrf("other", "value")?.diagnosis,
  diagnoseObstacle("unknown", "4712345678", 18),
  diagnoseObstacle("under_age", "ada", 18),
  diagnoseObstacle("blocked", "ada", 18),
  diagnoseScope("nin", askerWith([])),
  diagnoseScope("offline", askerWith([])),
  diagnoseScope("other", askerWith(["openid"])),
  diagnoseScope("gender", askerWith([])),
  diagnoseScope("delegatedConsents", askerWith([])),
  diagnoseScope("delegatedConsents", askerWith(["delegatedConsents"], "2026")),
  diagnoseScope("customFlow", askerWith(["customFlow"], "2026")),
  diagnoseMissingOpenid([]),
  diagnoseMissingOpenid(["openid,name"]),
  checkRedirectUri("https://a.example", []),
  checkRedirectUri("https://a.example", ["https://b.example"]),
  checkRequestLength("x".repeat(2001), DEFAULT_LIMITS, () => undefined),
  checkRequestLength("", DEFAULT_LIMITS, () => "x".repeat(1000)),
  checkReadable(
    {
      tokenExpiresAt: epochSeconds(1),
      sessionBeganAt: epochSeconds(0),
      consentRevokedAt: undefined,
      retention: "payments",
    },
    epochSeconds(1),
  ),
  diagnoseTooShort("state", "abc"),
  diagnoseSubscriptionKey(),
  diagnoseBrowserFlow(),
  diagnoseLogout(),
  checkAppCallbackUri("", [])?.diagnosis,
  checkAppCallbackUri("myapp://login", [])?.diagnosis,
];

describe("RULES", () => {
  it("has each id once, in kebab-case", () => {
    const ids = RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(RULES)("$id names entries of the FAQ, and says what it enforces and why", (rule) => {
    const questions: readonly string[] = Object.values(FAQ);
    expect(new Set(rule.faq).size).toBe(rule.faq.length);
    for (const question of rule.faq) expect(questions).toContain(question);
    expect(rule.enforces).toMatch(/^\S.*\.$/s);
    expect(rule.source).toMatch(
      /^(FAQ|documentation|agent toolkit|developer site|Webhooks API|fosite|Hydra)/,
    );
    expect(["documented", "observed", "derived", "assumed", "deliberate difference"]).toContain(
      rule.status,
    );
  });

  it("lists the rule of every diagnosis, under the FAQ entry that the diagnosis names", () => {
    for (const diagnosis of diagnoses()) {
      const rule = RULES.find(({ id }) => id === diagnosis?.rule);
      expect(rule, `the rule ${diagnosis?.rule}`).toBeDefined();
      if (rule?.faq.length === 0) expect(diagnosis?.source).toBe(rule.source);
      else expect(rule?.faq).toContain(diagnosis?.faq);
    }
  });

  it("says in every diagnosis what was wrong and what to do, as sentences", () => {
    for (const diagnosis of diagnoses()) {
      expect(diagnosis?.message).toMatch(/^\S.*[^.\s]$/s);
      expect(diagnosis?.detail).toMatch(/^[A-Z].*[.)]$/s);
    }
  });

  it("covers the FAQ's entries about the browser flow", () => {
    const covered = new Set<string>(RULES.flatMap(({ faq }) => faq));
    const phoneNumberFlowAndLater = [
      "Who can get access to Vipps Login from phone number and how?",
    ];
    const missing = Object.values(FAQ).filter((question) => !covered.has(question));
    for (const question of missing) expect(phoneNumberFlowAndLater).toContain(question);
  });
});
