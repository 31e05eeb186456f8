import { describe, expect, it } from "vitest";
import { masked } from "../../src/request-log/mask.ts";
import { cut, maskMessage, messageAsSent } from "../../src/request-log/message.ts";

describe("a message in the request log", () => {
  const longest = "x".repeat(8192);
  const sent = (headers: Record<string, number | string | string[]>) =>
    messageAsSent({ headers, body: undefined });

  it("has headers of up to 8192 characters, and says how much is missing of a longer one", () => {
    const more = `${longest}… (1 more characters)`;
    const headers = { a: longest, b: `${longest}y`, c: [longest, `${longest}y`], d: 5 };
    expect(sent(headers).headers).toEqual({ a: longest, b: more, c: [longest, more], d: "5" });
    expect([cut(longest), cut(`${longest}yy`)]).toEqual([
      longest,
      `${longest}… (2 more characters)`,
    ]);
  });

  it("masks what it keeps of a secret that is too long", () => {
    const { headers } = maskMessage(sent({ authorization: `Bearer ${"s".repeat(20_000)}` }));
    const kept = `${"s".repeat(8192 - "Bearer ".length)}… (11815 more characters)`;
    expect(headers).toEqual({ authorization: `Bearer ${masked(kept)}` });
  });
});
