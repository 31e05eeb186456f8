import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { authorize, OUTLET, SHOP as SHOP_CLIENT, tokensFrom, userinfo } from "../support/wire.ts";

const SHOP = "/sales-units/100001";

describe("sales units", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const shop = async () => (await call(mock, "GET", SHOP)).body;

  it("are listed page by page, secrets included", async () => {
    const { items } = (await call(mock, "GET", "/sales-units")).body;
    const first = (await call(mock, "GET", "/sales-units?limit=2")).body;
    const rest = (await call(mock, "GET", `/sales-units?after=${first.next}`)).body;
    expect([...first.items, ...rest.items]).toEqual(items);
    expect(items[0].clientSecret).toBe("public-mock-secret-of-demo-shop");
  });

  it.each([
    ["100001", "Demo Shop"],
    ["DEMO SHOP", "Demo Shop"],
    [SHOP_CLIENT.id, "Demo Shop"],
  ])("are searched for %s", async (search, name) => {
    const query = new URLSearchParams({ search });
    const { items } = (await call(mock, "GET", `/sales-units?${query}`)).body;
    expect(items.map((unit: { name: string }) => unit.name)).toEqual([name]);
  });

  it("get a new secret in place of the old one, and keep all else", async () => {
    const before = await shop();
    const { body } = await call(mock, "POST", `${SHOP}/rotate-secret`);
    expect(body).toEqual({ ...before, clientSecret: expect.stringMatching(/^mock-secret-/) });
    expect(await shop()).toEqual(body);
    const other = await call(mock, "POST", "/sales-units/100009/rotate-secret");
    expect(other.status).toBe(404);
  });

  it("that are not there are told with the closest that is", async () => {
    const close = await call(mock, "GET", "/sales-units/100011");
    expect([close.status, close.body.detail]).toEqual([
      404,
      'No sales unit has the msn "100011"; did you mean "100001"?',
    ]);
    const far = await call(mock, "DELETE", "/sales-units/my-shop");
    expect([far.status, far.body.detail]).toEqual([404, expect.stringContaining("100001, 100002")]);
  });

  it("that are not there are told so where there are none at all", async () => {
    const empty = await startMock({ salesUnits: [] });
    const { status, body } = await call(empty, "GET", "/sales-units/100001");
    expect([status, body.detail]).toEqual([404, expect.stringContaining("there are none")]);
    await empty.close();
  });

  it("are answered with all that was made up, and work at once", async () => {
    const given = { name: "Kiosk", redirectUris: ["https://kiosk.example.com/callback"] };
    const { status, body, headers } = await call(mock, "POST", "/sales-units", { body: given });
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`http://localhost:4747/mock/api/sales-units/${body.msn}`);
    expect(body).toMatchObject({
      ...given,
      merchant: "Kiosk",
      tokenEndpointAuthMethod: "client_secret_basic",
      loginActivated: true,
      active: true,
    });
    const page = await authorize(mock, {
      client_id: body.clientId,
      redirect_uri: given.redirectUris[0],
    });
    expect(page.headers.location).toContain("login_challenge=");
  });

  it.each([
    [{ name: "Kiosk" }, 400, "redirectUris: missing: expected a list"],
    [{ name: "Kiosk", redirectUris: ["http://kiosk.example.com/"] }, 400, "redirectUris[0]"],
    [{ name: "", redirectUris: [] }, 400, "name: is empty"],
    [{ name: "  ", redirectUris: [] }, 400, "name: has nothing in it that is seen"],
    [
      { name: "Kiosk", redirectUris: [], msn: "\u202egnp.exe\u2066" },
      400,
      String.raw`msn: "\u202egnp.exe\u2066" does not fit; what belongs here`,
    ],
    [{ name: "Kiosk", redirectUris: [], msn: "100001" }, 409, "100001"],
    [
      { name: "Kiosk", redirectUris: [], clientId: "10000000-0000-4000-8000-000000000001" },
      409,
      "clientId",
    ],
    [{ name: "Kiosk", redirectUris: [], scopes: ["name"] }, 400, 'lacks "openid"'],
    [
      { name: "Kiosk", redirectUris: [], tokenEndpointAuthMethod: "client_secret_pots" },
      400,
      'did you mean "client_secret_post"?',
    ],
  ])("are not added as %j", async (body, expected, told) => {
    const before = (await call(mock, "GET", "/sales-units")).body;
    const answer = await call(mock, "POST", "/sales-units", { body });
    expect([answer.status, answer.body.detail]).toEqual([expected, expect.stringContaining(told)]);
    expect((await call(mock, "GET", "/sales-units")).body).toEqual(before);
  });

  it("change what a PATCH names, and nothing else", async () => {
    const before = await shop();
    const body = { name: "Renamed", active: false };
    expect((await call(mock, "PATCH", SHOP, { body })).body).toEqual({ ...before, ...body });
    expect(await shop()).toEqual({ ...before, ...body });
  });

  it("take a PATCH of their whole selves", async () => {
    const body = { ...(await shop()), scopes: ["openid"] };
    expect((await call(mock, "PATCH", SHOP, { body })).body).toEqual(body);
  });

  it.each([
    [{ msn: "999999" }, 400, 'msn: stays "100001"'],
    [{ redirectUris: ["https://example.com/#fragment"] }, 400, "redirectUris[0]"],
    [{ clientId: "20000000-0000-4000-8000-000000000002" }, 409, "clientId"],
    [{ redirect_uris: [] }, 400, 'did you mean "redirectUris"?'],
  ])("refuse the change %j as a whole", async (body, expected, told) => {
    const before = await shop();
    const answer = await call(mock, "PATCH", SHOP, { body: { ...body, name: "Renamed" } });
    expect([answer.status, answer.body.detail]).toEqual([expected, expect.stringContaining(told)]);
    expect(await shop()).toEqual(before);
  });

  it("that are not there cannot be changed", async () => {
    const { status } = await call(mock, "PATCH", "/sales-units/999999", { body: { name: "X" } });
    expect(status).toBe(404);
  });

  it("are gone with their tokens", async () => {
    const { access_token } = await tokensFrom(mock);
    expect((await call(mock, "DELETE", SHOP)).status).toBe(204);
    expect((await call(mock, "DELETE", SHOP)).status).toBe(404);
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    expect((await authorize(mock)).headers.location).toContain("invalid_client");
  });

  it("are gone with the consents that are for them alone", async () => {
    for (const consentPer of ["sales-unit", "merchant"]) {
      await call(mock, "PATCH", "/settings", { body: { rules: { consentPer } } });
      for (const client of [SHOP_CLIENT, OUTLET]) {
        await tokensFrom(mock, { request: { scope: "openid name" } }, client);
      }
    }
    const consents = async () =>
      (await call(mock, "GET", "/consents")).body.items.map(({ msn = "all" }) => msn);
    expect(await consents()).toEqual(["100001", "100002", "all"]);
    await call(mock, "DELETE", SHOP);
    expect(await consents()).toEqual(["100002", "all"]);
  });
});
