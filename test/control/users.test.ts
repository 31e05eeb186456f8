import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { epochSeconds } from "../../src/records/time.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { Browser, pageOf, tokensFrom, userinfo, walkLogin } from "../support/wire.ts";

describe("users", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const ada = async () => (await call(mock, "GET", "/users/ada")).body;

  it("are listed page by page", async () => {
    const { items } = (await call(mock, "GET", "/users")).body;
    const first = (await call(mock, "GET", "/users?limit=7")).body;
    const rest = (await call(mock, "GET", `/users?after=${first.next}`)).body;
    expect(items.length).toBeGreaterThanOrEqual(15);
    expect([...first.items, ...rest.items]).toEqual(items);
    expect(rest.next).toBeUndefined();
  });

  it.each([
    ["nordmann ada", ["ada"]],
    ["ADA", ["ada"]],
    ["ødegård", ["norwegian-letters"]],
    ["ODEGARD", []],
    ["no-address@example.com", ["no-address"]],
    ["4799000017", ["blocked"]],
    ["+47 990 00 017", ["blocked"]],
    ["00 017", ["blocked"]],
    ["ada blocked", []],
  ])("are searched for %s", async (search, ids) => {
    const { items } = (await call(mock, "GET", `/users?${new URLSearchParams({ search })}`)).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  it("are all found by no word, and a search has pages too", async () => {
    const all = (await call(mock, "GET", "/users")).body;
    expect((await call(mock, "GET", "/users?search=%20")).body).toEqual(all);
    const first = (await call(mock, "GET", "/users?search=turns&limit=1")).body;
    expect([first.items[0].id, first.next]).toEqual(["turns-18-today", "turns-18-today"]);
    const rest = (await call(mock, "GET", `/users?search=turns&after=${first.next}`)).body;
    expect([rest.items[0].id, rest.items.length]).toEqual(["turns-18-tomorrow", 3]);
    expect((await call(mock, "GET", `/users?search=${"x".repeat(201)}`)).status).toBe(400);
  });

  it("are found by id and by MSISDN", async () => {
    expect((await call(mock, "GET", "/users/4712345678")).body).toEqual(await ada());
  });

  it("that are not there are told with the closest that is", async () => {
    const { status, body } = await call(mock, "GET", "/users/adda");
    expect(status).toBe(404);
    expect(body.detail).toContain('"adda"; did you mean "ada"?');
  });

  it.each(["4712345678", "12345678", "0", "1-2", "-a"])(
    "cannot have the id %s, which could be the number of another",
    async (id) => {
      const { status, body } = await call(mock, "POST", "/users", { body: { id } });
      expect([status, body.errors[0].path, body.errors[0].value]).toEqual([400, "id", id]);
      expect(body.detail).toContain("with a letter among them");
    },
  );

  it.each(["a", "1a", "47-12345678-x", "0-z"])("can have the id %s", async (id) => {
    expect((await call(mock, "POST", "/users", { body: { id } })).status).toBe(201);
    expect((await call(mock, "GET", `/users/${id}`)).body.id).toBe(id);
  });

  it("are made up where nothing is given, and can log in", async () => {
    const { status, body, headers } = await call(mock, "POST", "/users", { body: {} });
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`http://localhost:4747/mock/api/users/${body.id}`);
    expect(body.nin.slice(0, 2)).toBe(body.birthDate.slice(8));
    const tokens = await tokensFrom(mock, { user: body.id });
    const claims = (await userinfo(mock, tokens.access_token)).json();
    expect(claims).toMatchObject({ given_name: body.givenName, family_name: body.familyName });
  });

  it("keep what is given, and what is made up fits it", async () => {
    const given = {
      id: "kari",
      givenName: "Kari",
      birthDate: "today-18y",
      phoneNumber: "4790000001",
    };
    const { body } = await call(mock, "POST", "/users", { body: given });
    expect(body).toMatchObject({ ...given, birthDate: "2005-05-17" });
    expect(body.nin.slice(0, 6)).toBe("178505");
  });

  it.each([
    ["id", { id: "ada" }, "ada"],
    ["phone number", { phoneNumber: "4712345678" }, "4712345678"],
    ["NIN", { nin: "10928503718" }, "10928503718"],
  ])("of a taken %s are refused", async (_what, body, value) => {
    const before = (await call(mock, "GET", "/users")).body;
    const { status, body: problem } = await call(mock, "POST", "/users", { body });
    expect(status).toBe(409);
    expect(problem.detail).toContain(value);
    expect((await call(mock, "GET", "/users")).body).toEqual(before);
  });

  it("for whom no NIN can exist are told so", async () => {
    await mock.sandbox.clock.set(epochSeconds(Date.parse("2049-06-01T12:00:00Z") / 1000));
    for (const [method, path, status] of [
      ["POST", "/users", 422],
      ["PATCH", "/users/ada", 400],
    ] as const) {
      const answer = await call(mock, method, path, { body: { birthDate: "today-5y" } });
      expect([answer.status, answer.body.detail]).toEqual([
        status,
        expect.stringContaining("2044-06-01"),
      ]);
    }
  });

  it.each([
    [{ nin: "12345678901" }, "no synthetic national identity number"],
    [{ birthDate: "1985-02-30" }, "no day of the calendar"],
  ])("of impossible data are refused: %j", async (body, told) => {
    const { status, body: problem } = await call(mock, "POST", "/users", { body });
    expect([status, problem.detail]).toEqual([400, expect.stringContaining(told)]);
  });

  it("get another value where somebody else takes a made-up one first", async () => {
    const { users } = mock.sandbox.store;
    const insert = users.insert.bind(users);
    vi.spyOn(users, "insert").mockImplementationOnce(async (user) => {
      await insert({ ...user, id: "first" });
      return insert(user);
    });
    const body = { id: "second" };
    const answer = await call(mock, "POST", "/users", { body });
    expect([answer.status, answer.body.id]).toEqual([201, "second"]);
    const [first, second] = (await readAll(users)).slice(-2);
    expect(first?.nin).not.toBe(second?.nin);
    expect(first?.phoneNumber).not.toBe(second?.phoneNumber);
  });

  it("that are not there are told how to add where there are none at all", async () => {
    const empty = await startMock({ users: [] });
    const { status, body } = await call(empty, "GET", "/users/ada");
    expect([status, body.detail]).toEqual([
      404,
      'No user has the id or MSISDN "ada"; add one with POST users',
    ]);
    await empty.close();
  });

  it("made up at the same time do not get in each other's way", async () => {
    const made = await Promise.all(
      Array.from({ length: 50 }, () => call(mock, "POST", "/users", { body: {} })),
    );
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
    expect(new Set(made.map(({ body }) => body.phoneNumber)).size).toBe(50);
  });

  it("cannot be given a name that nobody sees", async () => {
    const before = await ada();
    const answer = await call(mock, "PATCH", "/users/ada", { body: { givenName: " \u200b" } });
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      expect.stringContaining("givenName: has nothing in it that is seen"),
    ]);
    expect(await ada()).toEqual(before);
  });

  it("change what a PATCH names, and nothing else", async () => {
    const before = await ada();
    const body = { email: "new@example.com", addresses: [] };
    const answer = await call(mock, "PATCH", "/users/4712345678", { body });
    expect(answer.body).toEqual({ ...before, ...body });
    expect(await ada()).toEqual({ ...before, ...body });
  });

  it("take a PATCH of their whole selves", async () => {
    const body = { ...(await ada()), status: "no_app" };
    expect((await call(mock, "PATCH", "/users/ada", { body })).body).toEqual(body);
  });

  it("are seen by a session that began before, and by the next login", async () => {
    const { access_token } = await tokensFrom(mock);
    await call(mock, "PATCH", "/users/ada", { body: { givenName: "Augusta" } });
    expect((await userinfo(mock, access_token)).json()).toMatchObject({ given_name: "Augusta" });
    const next = await tokensFrom(mock);
    const claims = (await userinfo(mock, next.access_token)).json();
    expect(claims).toMatchObject({ given_name: "Augusta" });
  });

  it.each([
    [{ id: "eda" }, 400, 'id: stays "ada"'],
    [{ phoneNumber: "4799000002" }, 409, "4799000002"],
    [{ nin: "12345678901" }, 400, "no synthetic national identity number"],
    [{ birthDate: "1985-02-30" }, 400, "no day of the calendar"],
    [{ addresses: [{ type: "home" }] }, 400, "addresses[0].streetAddress"],
    [{ status: "gone" }, 400, "status"],
  ])("refuse the change %j as a whole", async (body, expected, told) => {
    const before = await ada();
    const change = { ...body, email: "new@example.com" };
    const answer = await call(mock, "PATCH", "/users/ada", { body: change });
    expect(answer.status).toBe(expected);
    expect(answer.body.detail).toContain(told);
    expect(await ada()).toEqual(before);
  });

  it("get another birth date only with a NIN that fits, and one is proposed", async () => {
    const refused = await call(mock, "PATCH", "/users/ada", { body: { birthDate: "today-17y" } });
    expect(refused.status).toBe(400);
    const [{ path, closest }] = refused.body.errors;
    expect(path).toBe("nin");
    const body = { birthDate: "2006-05-17", nin: closest };
    const { body: user } = await call(mock, "PATCH", "/users/ada", { body });
    expect(user).toMatchObject(body);
    expect(pageOf(await walkLogin(new Browser(mock)))).toBe("phone");
  });

  it("are gone with all that belongs to them", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    const { access_token } = await tokensFrom(mock);
    const whole = await ada();
    expect((await call(mock, "DELETE", "/users/4712345678")).status).toBe(204);
    expect((await call(mock, "DELETE", "/users/ada")).status).toBe(404);
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);

    await call(mock, "POST", "/users", { body: whole });
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    expect((await call(mock, "GET", "/consents")).body.items).toEqual([]);
    expect((await call(mock, "GET", "/browsers")).body.items).toEqual([]);
  });
});
