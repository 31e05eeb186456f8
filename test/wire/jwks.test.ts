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

  it("lists the signing keys as go-jose writes them, that of browser logins first", async () => {
    const response = await get(mock, PATH.jwks);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.headers["cache-control"]).toBeUndefined();
    const kid = '"kid":"public:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"';
    const rsa = `{"use":"sig","kty":"RSA",${kid},"alg":"RS256","n":"[\\w-]+","e":"AQAB"}`;
    const p256 = `{"use":"sig","kty":"EC",${kid},"crv":"P-256","alg":"ES256","x":"[\\w-]{43}","y":"[\\w-]{43}"}`;
    expect(response.body).toMatch(new RegExp(`^{"keys":\\[${rsa},${p256}\\]}\n$`));
  });

  it("lists nothing of the private keys", async () => {
    const { keys } = (await get(mock, PATH.jwks)).json();
    expect(keys.map(Object.keys)).toEqual([
      ["use", "kty", "kid", "alg", "n", "e"],
      ["use", "kty", "kid", "crv", "alg", "x", "y"],
    ]);
  });
});
