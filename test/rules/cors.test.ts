import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseCors } from "../../src/rules/cors.ts";

describe(FAQ.cors, () => {
  it("the diagnosis says that the request came from a browser, and from which page", () => {
    const diagnosis = diagnoseCors("http://localhost:3000");
    expect(diagnosis).toMatchObject({
      rule: "cors",
      faq: "Why do I get a CORS error?",
      message: "the request came from a script in a browser, on the page http://localhost:3000",
    });
    expect(diagnosis?.detail).toContain("from your server");
  });

  it("an opaque origin is an origin too", () => {
    expect(diagnoseCors("null")?.message).toContain("null");
  });

  it("a request without Origin is none of a script", () => {
    expect(diagnoseCors(undefined)).toBeUndefined();
  });
});
