import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { BANK, errorBody, get, PATH, SHOP, TEXT, tokensFrom, userinfo } from "../support/wire.ts";

const EVERYTHING = "openid address birthDate email name nin phoneNumber";
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

describe("userinfo", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  it("is one line of alphabetical JSON, on the path with and without the slash", async () => {
    const request = { scope: EVERYTHING };
    const { access_token } = await tokensFrom(mock, { request }, BANK);
    for (const path of [PATH.userinfo, `${PATH.userinfo}/`]) {
      const response = await userinfo(mock, access_token, path);
      expect(response.statusCode).toBe(200);
      expect(response.headers["content-type"]).toBe("application/json;charset=UTF-8");
      expect(Object.keys(response.headers).join()).not.toMatch(/cache-control|pragma|etag/);
      expect(response.body.replace(UUID, "UUID")).toBe(
        '{"address":{"address_type":"home","country":"NO","formatted":"BOKS 6300, ETTERSTAD\\n0603\\nOSLO\\nNO","postal_code":"0603","region":"OSLO","street_address":"BOKS 6300, ETTERSTAD"},"birthdate":"1985-12-10","email":"ada@example.com","email_verified":true,"family_name":"Nordmann","given_name":"Ada","name":"Ada Nordmann","nin":"10928503718","other_addresses":[],"phone_number":"4712345678","phone_number_verified":true,"sid":"UUID","sub":"UUID"}',
      );
    }
  });

  it("has the sub and sid of the ID token", async () => {
    const { access_token, id_token } = await tokensFrom(mock);
    const { sub, sid } = JSON.parse(
      Buffer.from(String(id_token.split(".")[1]), "base64url").toString(),
    );
    expect((await userinfo(mock, access_token)).json()).toMatchObject({ sub, sid });
  });

  it.each([
    ["openid", []],
    ["openid name", ["family_name", "given_name", "name"]],
    ["openid phoneNumber", ["phone_number", "phone_number_verified"]],
    ["openid email", ["email", "email_verified"]],
    ["openid birthDate", ["birthdate"]],
    ["openid birthdate", ["birthdate"]],
    ["openid address", ["address", "other_addresses"]],
  ])("the scope %j gives its claims and no others", async (scope, claims) => {
    const { access_token } = await tokensFrom(mock, { request: { scope } });
    const names = Object.keys((await userinfo(mock, access_token)).json());
    expect(names).toEqual([...claims, "sid", "sub"]);
  });

  it.each<[string, string, Record<string, unknown>]>([
    [
      "no-address",
      "address",
      {
        address: {
          ...{ address_type: "", country: "", formatted: "" },
          ...{ postal_code: "", region: "", street_address: "" },
        },
        other_addresses: [],
      },
    ],
    [
      "three-addresses",
      "address",
      {
        address: expect.objectContaining({ address_type: "home" }),
        other_addresses: [
          expect.objectContaining({ address_type: "work" }),
          expect.objectContaining({
            address_type: "other",
            formatted: "Strandvegen 12\n9007\nTROMSØ\nNO",
          }),
        ],
      },
    ],
    [
      "unit-line",
      "address",
      {
        address: expect.objectContaining({
          street_address: "Storgata 1\nH0302",
          formatted: "Storgata 1\nH0302\n0155\nOSLO\nNO",
        }),
      },
    ],
    ["foreign-address", "address", { address: expect.objectContaining({ country: "DE" }) }],
    ["unverified-email", "email", { email_verified: false }],
    ["norwegian-letters", "name", { name: "Bjørn Åge Sæther-Ødegård", given_name: "Bjørn Åge" }],
    ["leap-day", "birthDate", { birthdate: "2004-02-29" }],
  ])("of %s: %s", async (user, scope, claims) => {
    const { access_token } = await tokensFrom(mock, {
      user,
      request: { scope: `openid ${scope}` },
    });
    expect((await userinfo(mock, access_token)).json()).toMatchObject(claims);
  });

  it("takes the scheme in any case, and blanks behind it", async () => {
    const { access_token } = await tokensFrom(mock);
    for (const scheme of ["Bearer", "bearer", "BEARER", "Bearer  "]) {
      const headers = { authorization: `${scheme} ${access_token}` };
      expect((await get(mock, PATH.userinfo, headers)).statusCode).toBe(200);
    }
  });

  it("takes the token in the header only", async () => {
    const { access_token } = await tokensFrom(mock);
    const inQuery = await get(mock, `${PATH.userinfo}?access_token=${access_token}`);
    expect(inQuery.statusCode).toBe(401);
    const twice = { authorization: `Bearer ${access_token} ${access_token}` };
    expect((await get(mock, PATH.userinfo, twice)).statusCode).toBe(401);
  });

  it("knows nothing of a user who was removed", async () => {
    const { access_token } = await tokensFrom(mock);
    await call(mock, "DELETE", "/users/ada");
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
  });
});

describe("the old userinfo path", () => {
  let mock: Mock;
  beforeAll(async () => {
    const unit = { name: "Old", clientId: SHOP.id, clientSecret: SHOP.secret };
    const scopes = ["openid", "address", "birthDate", "email", "name", "nin", "api_version_2"];
    mock = await startMock({
      salesUnits: [
        {
          ...unit,
          redirectUris: ["https://example.com/callback"],
          scopes: scopes as ["openid"],
        },
      ],
    });
  });
  afterAll(() => mock.close());

  it("has the format from before 2021, and a line break at its end", async () => {
    const request = { scope: "openid address birthDate nin" };
    const { access_token } = await tokensFrom(mock, { user: "three-addresses", request });
    const response = await userinfo(mock, access_token, PATH.legacyUserinfo);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.body).toMatch(/^\{"address":\[.+\}\n$/);
    const { address, ...rest } = response.json();
    expect(address).toEqual([
      expect.objectContaining({ address_type: "home", default: true }),
      expect.objectContaining({ address_type: "work", default: false }),
      expect.objectContaining({ address_type: "other", default: false }),
    ]);
    expect(rest).toEqual({
      birthdate: "17.09.1990",
      nnin: "17899011163",
      sid: expect.any(String),
      sub: expect.any(String),
    });
  });

  it("has the new one for the scope api_version_2", async () => {
    const request = { scope: "openid birthDate api_version_2" };
    const { access_token } = await tokensFrom(mock, { request });
    const response = await userinfo(mock, access_token, PATH.legacyUserinfo);
    expect(response.json().birthdate).toBe("1985-12-10");
  });

  it.each([undefined, "Bearer junk", "Basic eDp4"])("refuses %s as Hydra does", async (value) => {
    const headers = value === undefined ? {} : { authorization: value };
    const response = await get(mock, PATH.legacyUserinfo, headers);
    const hint = "Check that you provided valid credentials in the right format.";
    const text = `${TEXT.request_unauthorized} ${hint}`;
    expect(response.statusCode).toBe(401);
    expect(response.body.trim()).toBe(errorBody("request_unauthorized", text));
    expect(response.headers["www-authenticate"]).toBe(
      `Bearer error="request_unauthorized",error_description="${text}"`,
    );
  });
});
