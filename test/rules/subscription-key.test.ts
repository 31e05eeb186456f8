import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseSubscriptionKey } from "../../src/rules/subscription-key.ts";

describe(FAQ.credentials, () => {
  it("a subscription key sent anyway is noted as not being for Login", () => {
    expect(diagnoseSubscriptionKey()).toMatchObject({
      rule: "subscription-key",
      faq: "Where do I find the client_id and client_secret?",
      message: "the request carries Ocp-Apim-Subscription-Key, which is not for Login",
    });
    expect(diagnoseSubscriptionKey().detail).toMatch(/^Leave the header out/);
  });
});
