import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { checkCsrf } from "../../src/rules/csrf.ts";

describe(FAQ.csrf, () => {
  it("the login's cookie comes back: all is well", () => {
    expect(checkCsrf("value-1", "value-1")).toBeUndefined();
  });

  it.each([undefined, ""])("without the cookie (%j)", (cookie) => {
    expect(checkCsrf(cookie, "value-1")).toMatchObject({
      hint: "csrf_cookie_lost",
      diagnosis: {
        rule: "csrf",
        faq: "Why do I get No CSRF value available in the session cookie?",
        message: "the browser came back from the login pages without the login's cookie",
      },
    });
  });

  it.each(["value-2", "VALUE-1", "value-1 ", "value-"])("with another value: %j", (cookie) => {
    expect(checkCsrf(cookie, "value-1")).toMatchObject({
      hint: "csrf_mismatch",
      diagnosis: {
        rule: "csrf",
        message: "the browser came back with the cookie of another login",
      },
    });
  });

  it("the diagnosis does not repeat the value that was expected", () => {
    for (const cookie of [undefined, "stolen"]) {
      expect(JSON.stringify(checkCsrf(cookie, "s3cr3t"))).not.toContain("s3cr3t");
    }
  });
});
