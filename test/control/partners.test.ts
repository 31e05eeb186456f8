import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  actingFor,
  keysOf,
  MSN,
  ownKeysOf,
  PARTNER,
  platformTokenFor,
  requestPlatformToken,
  userinfoBySubject,
} from "../support/partner.ts";
import { SHOP } from "../support/wire.ts";

const DEMO = "/partners/demo-partner";

describe("partners", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const demo = async () => (await call(mock, "GET", DEMO)).body;
  const all = async () => (await call(mock, "GET", "/partners")).body.items;

  it("are listed page by page, secrets included", async () => {
    await call(mock, "POST", "/partners", { body: { id: "second", name: "Second" } });
    const first = (await call(mock, "GET", "/partners?limit=1")).body;
    const rest = (await call(mock, "GET", `/partners?after=${first.next}`)).body;
    expect([...first.items, ...rest.items]).toEqual(await all());
    expect(first.items[0]).toMatchObject({
      clientSecret: PARTNER.secret,
      subscriptionKey: PARTNER.key,
    });
  });

  it("that are not there are told with the closest that is", async () => {
    for (const method of ["GET", "DELETE"] as const) {
      const { status, body } = await call(mock, method, "/partners/demo-partnr");
      expect([status, body.detail]).toEqual([
        404,
        'No partner has the id "demo-partnr"; did you mean "demo-partner"?',
      ]);
    }
    await call(mock, "DELETE", DEMO);
    const { status, body } = await call(mock, "PATCH", DEMO, { body: { name: "X" } });
    expect([status, body.detail]).toEqual([404, expect.stringContaining("there are none")]);
  });

  it("are answered with all that was made up, and work at once", async () => {
    const { status, body, headers } = await call(mock, "POST", "/partners", {
      body: { name: "Tills" },
    });
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`http://localhost:4747/mock/api/partners/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^partner-\d{6}$/),
      name: "Tills",
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      subscriptionKey: expect.any(String),
      salesUnits: [],
    });
    const keys = { id: body.clientId, secret: body.clientSecret, key: body.subscriptionKey };
    expect((await requestPlatformToken(mock, keysOf(keys))).statusCode).toBe(200);
  });

  it.each([
    [{}, 400, "name: missing: expected a string"],
    [{ name: "" }, 400, "name: is empty"],
    [{ name: " " }, 400, "name: has nothing in it that is seen"],
    [{ name: "Ti\u0007lls" }, 400, "name: contains U+0007"],
    [{ name: "Tills", id: "Tills" }, 400, "id: "],
    [{ name: "Tills", salesUnit: [] }, 400, 'did you mean "salesUnits"?'],
    [{ name: "Tills", salesUnits: "100001" }, 400, "salesUnits: expected a list"],
    [{ name: "Tills", salesUnits: ["100001", "100001"] }, 400, "has an entry twice"],
    [{ name: "Tills", salesUnits: ["100001", "10004"] }, 400, 'did you mean "100004"?'],
    [{ name: "Tills", id: "demo-partner" }, 409, "demo-partner"],
    [{ name: "Tills", clientId: PARTNER.id }, 409, "clientId"],
  ])("are not added as %j", async (body, expected, told) => {
    const before = await all();
    const answer = await call(mock, "POST", "/partners", { body });
    expect([answer.status, answer.body.detail]).toEqual([expected, expect.stringContaining(told)]);
    expect(await all()).toEqual(before);
  });

  it("are told nothing of a key that is wrong", async () => {
    const body = { name: "Tills", clientSecret: "blå", subscriptionKey: "with space" };
    const { status, body: problem } = await call(mock, "POST", "/partners", { body });
    expect([status, problem.detail]).toEqual([400, expect.stringContaining("subscriptionKey")]);
    expect(problem.detail).not.toMatch(/blå|with space/);
  });

  it("change what a PATCH names, and nothing else", async () => {
    const before = await demo();
    const body = { salesUnits: [MSN.outlet] };
    expect((await call(mock, "PATCH", DEMO, { body })).body).toEqual({ ...before, ...body });
    expect(await demo()).toEqual({ ...before, ...body });
  });

  it("share their client id with no sales unit, whichever comes first", async () => {
    const clientId = (await mock.sandbox.store.salesUnits.get("100001"))?.clientId;
    const patched = await call(mock, "PATCH", "/partners/demo-partner", { body: { clientId } });
    expect([patched.status, patched.body.errors]).toMatchObject([
      400,
      [{ path: "clientId", message: expect.stringContaining('the sales unit "Demo Shop"') }],
    ]);
    const own = { clientId: PARTNER.id };
    const unit = await call(mock, "PATCH", "/sales-units/100001", { body: own });
    expect([unit.status, unit.body.errors]).toMatchObject([
      409,
      [{ path: "clientId", message: expect.stringContaining('the partner "demo-partner"') }],
    ]);
    const added = await call(mock, "POST", "/sales-units", {
      body: { name: "Other", redirectUris: [], ...own },
    });
    expect(added.status).toBe(409);
  });

  it("take a PATCH of their whole selves", async () => {
    const body = { ...(await demo()), name: "Renamed" };
    expect((await call(mock, "PATCH", DEMO, { body })).body).toEqual(body);
  });

  it.each([
    [{ id: "other" }, 400, 'id: stays "demo-partner"'],
    [{ salesUnits: ["100011"] }, 400, 'did you mean "100001"?'],
    [{ clientId: "second-client" }, 409, "clientId"],
    [{ sales_units: [] }, 400, 'did you mean "salesUnits"?'],
  ])("refuse the change %j as a whole", async (body, expected, told) => {
    await call(mock, "POST", "/partners", { body: { name: "Second", clientId: "second-client" } });
    const before = await demo();
    const answer = await call(mock, "PATCH", DEMO, { body: { ...body, name: "Renamed" } });
    expect([answer.status, answer.body.detail]).toEqual([expected, expect.stringContaining(told)]);
    expect(await demo()).toEqual(before);
  });

  it("are gone with their platform tokens, and those of others stay", async () => {
    const [theirs, own] = [
      await platformTokenFor(mock),
      await platformTokenFor(mock, ownKeysOf(SHOP)),
    ];
    expect((await call(mock, "DELETE", DEMO)).status).toBe(204);
    const statusWith = async (token: string) =>
      (await userinfoBySubject(mock, "nobody", actingFor(MSN.shop, token))).statusCode;
    expect([await statusWith(theirs), await statusWith(own)]).toEqual([401, 404]);
    expect((await requestPlatformToken(mock)).statusCode).toBe(400);
  });

  it("act no more for a sales unit that is removed, whose own platform tokens go along", async () => {
    const own = await platformTokenFor(mock, ownKeysOf(SHOP));
    await call(mock, "DELETE", `/sales-units/${MSN.shop}`);
    expect((await demo()).salesUnits).toEqual([MSN.bank]);
    const { statusCode } = await userinfoBySubject(mock, "nobody", actingFor(undefined, own));
    expect(statusCode).toBe(401);
  });

  it("come back with a state, unless they act for nobody who is there", async () => {
    const state = (await call(mock, "GET", "/state")).body;
    const broken = { ...state, partners: [{ ...state.partners[0], salesUnits: ["100011"] }] };
    const refused = await call(mock, "PUT", "/state", { body: broken });
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      expect.stringContaining("partners[0].salesUnits[0]"),
    ]);
    await call(mock, "DELETE", DEMO);
    expect((await call(mock, "PUT", "/state", { body: state })).status).toBe(204);
    expect(await all()).toEqual(state.partners);
  });
});
