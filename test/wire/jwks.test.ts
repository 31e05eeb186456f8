import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get, PATH } from "../support/wire.ts";

describe("jwks", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it("lists the signing key as go-jose writes it", async () => {
    const response = await get(mock, PATH.jwks);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.body).toMatch(
      /^\{"keys":\[\{"use":"sig","kty":"RSA","kid":"public:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}","alg":"RS256","n":"[\w-]+","e":"AQAB"\}\]\}\n$/,
    );
  });

  it("lists nothing of the private key", async () => {
    const [key] = (await get(mock, PATH.jwks)).json().keys;
    expect(Object.keys(key)).toEqual(["use", "kty", "kid", "alg", "n", "e"]);
  });
});
