import { describe, expect, it } from "vitest";
import { readCredentials } from "../../src/oidc/client-auth.ts";
import { escapeQuery } from "../../src/oidc/encoding.ts";
import { JsonRefusal } from "../../src/oidc/errors.ts";
import { parseParameters } from "../../src/oidc/params.ts";
import { fc } from "../support/properties.ts";

const basic = (pair: string, scheme = "Basic") =>
  `${scheme} ${Buffer.from(pair).toString("base64")}`;
/** Any text: made once out here, because fast-check takes a while for it. */
const part = fc.string({ unit: "binary" });
const read = (header: string | undefined, body = "") =>
  readCredentials(header, parseParameters(body));

const invalidRequest =
  "The request is missing a required parameter, includes an invalid parameter value, includes a " +
  "parameter more than once, or is otherwise malformed. ";
const missing = `${invalidRequest}Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.`;

function refusalOf(header: string | undefined, body = ""): unknown {
  try {
    return read(header, body);
  } catch (error) {
    expect(error).toBeInstanceOf(JsonRefusal);
    return error instanceof JsonRefusal ? error.error : undefined;
  }
}

describe("readCredentials", () => {
  it.each([
    ["Basic", basic("id:secret"), "secret"],
    ["basic in lower case", basic("id:secret", "basic"), "secret"],
    ["BASIC in upper case", basic("id:secret", "BASIC"), "secret"],
    ["a colon in the secret", basic("id:se:cr:et"), "se:cr:et"],
    ["an empty secret", basic("id:"), ""],
    ["a raw + becomes a space", basic("id:a+b"), "a b"],
    ["an encoded +", basic("id:a%2Bb"), "a+b"],
    ["an encoded %", basic("id:100%25"), "100%"],
    ["an encoded colon", basic("id:a%3Ab"), "a:b"],
    ["a letter outside ASCII", basic("id:%C3%98"), "Ø"],
  ])("%s", (_, header, secret) => {
    expect(read(header)).toEqual({ clientId: "id", secret, methods: ["client_secret_basic"] });
  });

  it("form-decodes the id too", () => {
    expect(read(basic("my+shop%3A1:secret"))).toMatchObject({ clientId: "my shop:1" });
  });

  it.each([
    ["the id in the body beside Basic is fine", "client_id=id", ["client_secret_basic"]],
    ["a secret alone beside Basic", "client_secret=other", ["client_secret_basic"]],
    [
      "both at once",
      "client_id=other&client_secret=other",
      ["client_secret_post", "client_secret_basic"],
    ],
    ["an empty secret in the body", "client_id=id&client_secret=", ["client_secret_basic"]],
  ])("%s, and Basic wins", (_, body, methods) => {
    expect(read(basic("id:secret"), body)).toEqual({ clientId: "id", secret: "secret", methods });
  });

  it.each([
    ["id and secret", "client_id=id&client_secret=a+b%2B", "a b+", ["client_secret_post"]],
    ["an id alone", "client_id=id", "", []],
    ["an empty secret", "client_id=id&client_secret=", "", []],
  ])("the body: %s", (_, body, secret, methods) => {
    expect(read(undefined, body)).toEqual({ clientId: "id", secret, methods });
  });

  it.each([
    ["no base64", "Basic !!!"],
    ["base64 without its padding", "Basic aWQ6c2VjcmV0MQ"],
    ["base64url", "Basic aWQ6_-8="],
    ["white space inside", "Basic aWQ6 c2VjcmV0"],
    ["two spaces", "Basic  aWQ6c2VjcmV0"],
    ["no colon", basic("idsecret")],
    ["nothing behind the scheme", "Basic "],
    ["only the scheme", "Basic"],
    ["another scheme", "Bearer aWQ6c2VjcmV0"],
    ["a scheme that ends alike", "NotBasic aWQ6c2VjcmV0"],
    ["an empty header", ""],
    ["no header", undefined],
  ])("%s: no credentials, unless the body has some", (_, header) => {
    expect(refusalOf(header)).toEqual({ code: "invalid_request", description: missing });
    expect(refusalOf(header, "client_secret=secret")).toEqual({
      code: "invalid_request",
      description: missing,
    });
    expect(read(header, "client_id=id&client_secret=secret")).toEqual({
      clientId: "id",
      secret: "secret",
      methods: ["client_secret_post"],
    });
  });

  it.each([
    ["id", "100%:secret"],
    ["id", "%zz:%zz"],
    ["secret", "id:100%"],
    ["secret", "id:%4"],
  ])("a client %s with a raw percent sign: %s", (what, pair) => {
    expect(refusalOf(basic(pair), "client_id=id&client_secret=secret")).toEqual({
      code: "invalid_request",
      description:
        `${invalidRequest}The client ${what} in the HTTP authorization header could not be ` +
        "decoded from 'application/x-www-form-urlencoded'.",
    });
  });

  it("reads back what a standard client writes", () => {
    fc.assert(
      fc.property(part, part, (id, secret) => {
        const header = basic(`${escapeQuery(id)}:${escapeQuery(secret)}`);
        expect(read(header)).toMatchObject({ clientId: id, secret });
      }),
    );
  });
});
