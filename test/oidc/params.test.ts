import { describe, expect, it } from "vitest";
import { escapeQuery } from "../../src/oidc/encoding.ts";
import {
  MalformedParameters,
  malformedRequest,
  parseParameters,
  unreadableRequest,
} from "../../src/oidc/params.ts";
import { fc } from "../support/properties.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it leaves out.
const text = fc.string({ unit: "binary" }).filter((value) => !/[\x00-\x1f\x7f]/.test(value));

describe("parseParameters", () => {
  it.each([
    ["a=1&b=2", { a: "1", b: "2" }],
    ["a=b+c", { a: "b c" }],
    ["a=b%20c", { a: "b c" }],
    ["a=%2B", { a: "+" }],
    ["a=b=c", { a: "b=c" }],
    ["a==", { a: "=" }],
    ["a=", { a: undefined }],
    ["a", { a: undefined }],
    ["=x", { "": "x" }],
    ["a+b=1", { "a b": "1", "a+b": undefined }],
    ["%61=1", { a: "1" }],
    ["A=1", { A: "1", a: undefined }],
    ["&&a=1&", { a: "1" }],
    ["a=%c3%98", { a: "Ø" }],
    ["a=%F0%9F%98%80", { a: "😀" }],
    ["a=Ø", { a: "Ø" }],
    ["a=1;b=2", { a: "1;b=2", b: undefined }],
    ["__proto__=1&constructor=2", { ["__proto__"]: "1", constructor: "2" }],
    ["", { a: undefined, toString: undefined }],
  ])("%j", (query, expected) => {
    const parameters = parseParameters(query);
    for (const [name, value] of Object.entries(expected)) {
      expect(parameters.get(name), name).toBe(value);
    }
  });

  it.each([
    ["a=1&b=2", []],
    ["a=1&a=1", [{ name: "a", differs: false }]],
    ["a=1&a=2&b=3&a=4", [{ name: "a", differs: true }]],
    ["a=1&a=2&a=1", [{ name: "a", differs: true }]],
    ["a=1&a=1&a=2", [{ name: "a", differs: true }]],
    ["a=&a=", [{ name: "a", differs: false }]],
    ["a=1&a=", [{ name: "a", differs: true }]],
    [
      "b=1&a=1&a=2&b=1",
      [
        { name: "a", differs: true },
        { name: "b", differs: false },
      ],
    ],
    ["a=1&%61=2", [{ name: "a", differs: true }]],
    ["a=1&A=2", []],
  ])("%s repeats %j", (query, repeated) => {
    expect(parseParameters(query).repeated).toEqual(repeated);
  });

  it.each([
    ["loginHint=1", "login_hint", "loginHint"],
    ["LOGIN-HINT=1", "login_hint", "LOGIN-HINT"],
    ["a=1&bindingMessage=", "binding_message", "bindingMessage"],
    ["login_hint=1&loginHint=2", "login_hint", undefined],
    ["login_hints=1", "login_hint", undefined],
    ["", "login_hint", undefined],
  ])("in %j, %s is misspelled as %s", (query, name, sent) => {
    expect(parseParameters(query).misspelled(name)).toBe(sent);
  });

  it("of a repeated parameter, the first counts", () => {
    expect(parseParameters("a=1&a=2").get("a")).toBe("1");
  });

  it.each([
    ["", true],
    ["&&", true],
    ["a", false],
    ["a=", false],
    ["=", false],
  ])("whether %j is empty", (query, isEmpty) => {
    expect(parseParameters(query).isEmpty).toBe(isEmpty);
  });

  it.each([
    ["a lone %", "a=%", 'a is not percent-encoded UTF-8: "%"'],
    ["half an escape", "a=x%4", 'a is not percent-encoded UTF-8: "x%4"'],
    ["no hexadecimal digits", "a=%zz", 'a is not percent-encoded UTF-8: "%zz"'],
    ["a broken sequence", "a=%C3%28", 'a is not percent-encoded UTF-8: "%C3%28"'],
    ["a cut sequence", "a=%C3", 'a is not percent-encoded UTF-8: "%C3"'],
    ["an overlong sequence", "a=%C0%AF", 'a is not percent-encoded UTF-8: "%C0%AF"'],
    ["half a surrogate pair", "a=%ED%A0%80", 'a is not percent-encoded UTF-8: "%ED%A0%80"'],
    ["beyond Unicode", "a=%F5%80%80%80", 'a is not percent-encoded UTF-8: "%F5%80%80%80"'],
    ["Latin-1", "a=bl%E5", 'a is not percent-encoded UTF-8: "bl%E5"'],
    ["in a name", "%=1", `a parameter's name is not percent-encoded UTF-8: "%"`],
    ["in a name without =", "%", `a parameter's name is not percent-encoded UTF-8: "%"`],
    ["NUL", "a=%00", String.raw`a contains a control character: "\u0000"`],
    [
      "a line break",
      "a=x%0D%0ASet-Cookie:y",
      String.raw`a contains a control character: "x\r\nSet-Cookie:y"`,
    ],
    ["a line feed", "a=%0A", String.raw`a contains a control character: "\n"`],
    ["a tab", "a=%09", String.raw`a contains a control character: "\t"`],
    ["the last control character", "a=%1F", String.raw`a contains a control character: "\u001f"`],
    ["DEL", "a=%7F", 'a contains a control character: "\\u007f"'],
    ["raw NUL", "a=\u0000", String.raw`a contains a control character: "\u0000"`],
    ["in a name", "a%0A=1", String.raw`a parameter's name contains a control character: "a\n"`],
    ["in the second of a repeated one's name", "a=1&b=%", 'b is not percent-encoded UTF-8: "%"'],
  ])("%s is malformed: %j", (_, query, message) => {
    expect(() => parseParameters(query)).toThrow(new MalformedParameters(message));
    expect(() => parseParameters(query)).toThrow(MalformedParameters);
  });

  it.each([
    ["client_secret=mysupersecret%ZZ", "client_secret is not percent-encoded UTF-8"],
    ["code=abc%0A", "code contains a control character"],
    ["Client-Secret=abc%0A", "Client-Secret contains a control character"],
  ])("%s is malformed, and its value is kept secret", (query, message) => {
    expect(() => parseParameters(query)).toThrow(new MalformedParameters(message));
  });

  it.each(["%20", "%21", "%7E", "%C2%80"])("%s is just behind the control characters", (code) => {
    expect(parseParameters(`a=x${code}`).get("a")).toBe(`x${decodeURIComponent(code)}`);
  });

  it("repeats no more than 80 characters of what was sent", () => {
    const start = "x".repeat(80);
    expect(() => parseParameters(`a=${start}y%`)).toThrow(
      `a is not percent-encoded UTF-8: "${start}"`,
    );
    expect(() => parseParameters(`a=${start}y%00`)).toThrow(
      `a contains a control character: "${start}"`,
    );
  });

  it("reads a form that a framework has parsed by the same rules", () => {
    const parameters = parseParameters({ a: "1", b: ["2", "3"], c: "" });
    expect(["a", "b", "c", "d"].map(parameters.get)).toEqual(["1", "2", undefined, undefined]);
    expect(parameters.repeated).toEqual([{ name: "b", differs: true }]);
    expect(parseParameters({}).isEmpty).toBe(true);
    const refusal = new MalformedParameters(String.raw`a contains a control character: "\n"`);
    expect(() => parseParameters({ a: ["1", "\n"] })).toThrow(refusal);
    expect(() => parseParameters({ "a\n": "1" })).toThrow(/^a parameter's name contains/);
  });

  it("reads back what Go writes", () => {
    const pairs = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name });
    fc.assert(
      fc.property(pairs, (given) => {
        const query = given.map(([n, v]) => `${escapeQuery(n)}=${escapeQuery(v)}`).join("&");
        const parameters = parseParameters(query);
        for (const [name, value] of given) expect(parameters.get(name)).toBe(value || undefined);
        expect(parameters.repeated).toEqual([]);
        expect(parameters.isEmpty).toBe(given.length === 0);
      }),
    );
  });

  it("either reads a text or calls it malformed", () => {
    const pieces = fc.constantFrom("%", "%C3", "%28", "%00", "a", "=", "&", "+", "å", "%0D%0A");
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        try {
          expect(parseParameters(parts.join("")).get("a") ?? "").not.toMatch(/[\r\n\0]/);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedParameters);
        }
      }),
    );
  });
});

describe("malformedRequest", () => {
  it("is invalid_request with the hint in place of the default one", () => {
    expect(malformedRequest("The parameter state cannot be read.")).toEqual({
      code: "invalid_request",
      description:
        "The request is missing a required parameter, includes an invalid parameter value, " +
        "includes a parameter more than once, or is otherwise malformed. " +
        "The parameter state cannot be read.",
    });
  });

  it("quotes with the quotation marks of the real service", () => {
    expect(malformedRequest('state is not percent-encoded UTF-8: "%"').description).toMatch(
      / state is not percent-encoded UTF-8: '%'$/,
    );
  });
});

describe("unreadableRequest", () => {
  it("is invalid_request in fosite's words", () => {
    expect(unreadableRequest()).toEqual(
      malformedRequest(
        "Unable to parse HTTP body, make sure to send a properly formatted form request body.",
      ),
    );
  });
});
