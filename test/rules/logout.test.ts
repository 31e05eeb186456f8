import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseLogout } from "../../src/rules/logout.ts";

describe(FAQ.logout, () => {
  it("there is no logout that a merchant can start", () => {
    expect(diagnoseLogout()).toMatchObject({
      rule: "logout",
      faq: "How can I log out a user?",
      message: "the merchant sent the browser to the logout endpoint, which logs nobody out",
      detail: "End your own session only; the user forgets remembered browsers in the app.",
    });
  });
});
