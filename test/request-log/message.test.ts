import { describe, expect, it } from "vitest";
import { masked } from "../../src/request-log/mask.ts";
import { hasLongText, maskSent, messageAsSent, shortened } from "../../src/request-log/message.ts";

describe("what the request log keeps", () => {
  const longest = "x".repeat(8192);
  const url = "https://shop.example/";
  const sent = (headers: Record<string, number | string | string[]>) => {
    return { url, request: messageAsSent({ headers, body: undefined }) };
  };

  it.each([
    ["a URL", { ...sent({}), url: longest }, false],
    ["a longer URL", { ...sent({}), url: `${longest}y` }, true],
    ["a header", sent({ a: longest, b: 5 }), false],
    ["a longer header", sent({ a: "a", b: `${longest}y` }), true],
    ["a header that came twice", sent({ a: ["a", longest] }), false],
    ["a header that came twice, once longer", sent({ a: ["a", `${longest}y`] }), true],
    [
      "a longer header of the response",
      { ...sent({}), response: sent({ a: `${longest}y` }).request },
      true,
    ],
  ])("of 8192 characters %s is not too long: %j", (_, one, isLong) => {
    expect(hasLongText(one)).toBe(isLong);
  });

  it("says how much is missing of what is too long, and leaves the rest", () => {
    const more = `${longest}… (1 more characters)`;
    const headers = { a: longest, b: `${longest}y`, c: [longest, `${longest}y`], d: 5 };
    const short = { a: longest, b: more, c: [longest, more], d: "5" };
    const long = {
      url: `${longest}yy`,
      request: sent(headers).request,
      response: sent(headers).request,
    };
    expect(shortened(long)).toEqual({
      url: `${longest}… (2 more characters)`,
      request: { headers: short, body: { text: "" } },
      response: { headers: short, body: { text: "" } },
    });
    expect(shortened(sent({}))).toStrictEqual({
      url,
      request: { headers: {}, body: { text: "" } },
    });
  });

  it("masks a secret as a whole, however long it is", () => {
    const secret = "s".repeat(20_000);
    const { request } = shortened(maskSent(sent({ authorization: `Bearer ${secret}` })));
    expect(request.headers).toEqual({ authorization: `Bearer ${masked(secret)}` });
  });
});
