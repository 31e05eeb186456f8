import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { Browser, pageOf, tokensFrom, userinfo, walkLogin } from "../support/wire.ts";

describe("consents", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const list = async (query = "") => (await call(mock, "GET", `/consents${query}`)).body;

  it("are listed once they are given, by user and by merchant", async () => {
    expect(await list()).toEqual({ items: [] });
    await tokensFrom(mock, { user: "ada" });
    await tokensFrom(mock, { user: "leap-day" });
    const { items } = await list();
    expect(items).toEqual([
      {
        id: expect.any(String),
        user: "ada",
        merchant: "Demo Group",
        scopes: ["name"],
        givenAt: "2023-05-17T10:00:00Z",
      },
      expect.objectContaining({ user: "leap-day" }),
    ]);
    expect((await list("?user=4712345678")).items).toEqual([items[0]]);
    expect((await list("?merchant=Demo%20Group")).items).toEqual(items);
    expect((await list("?user=ada&merchant=Post+Office")).items).toEqual([]);
    expect((await call(mock, "GET", `/consents/${items[0].id}`)).body).toEqual(items[0]);
  });

  it.each([
    ["2023", ["100001", "100002"]],
    ["2026", ["100001"]],
  ] as const)(
    "are found in profile %s by each sales unit that they are for",
    async (profile, msns) => {
      await mock.close();
      mock = await startMock({ profile });
      await tokensFrom(mock, { user: "ada" });
      const found: string[] = [];
      for (const msn of ["100001", "100002", "100003"]) {
        if ((await list(`?msn=${msn}`)).items.length > 0) found.push(msn);
      }
      expect(found).toEqual(msns);
      const revoked = await call(mock, "DELETE", "/consents?user=ada&msn=100001");
      expect(revoked.body.items).toHaveLength(1);
      expect((await call(mock, "DELETE", "/consents?msn=100001")).status).toBe(404);
      expect((await call(mock, "GET", "/consents?msn=100009")).status).toBe(404);
    },
  );

  it("are listed page by page", async () => {
    for (const user of ["ada", "leap-day", "born-1931"]) await tokensFrom(mock, { user });
    const { items } = await list();
    const first = await list("?limit=2");
    expect(first).toEqual({ items: items.slice(0, 2), next: items[1].id });
    expect(await list(`?limit=2&after=${first.next}`)).toEqual({ items: items.slice(2) });
    expect(await list(`?limit=3`)).toEqual({ items });
    expect(await list("?after=gone")).toEqual({ items: [] });
    expect(await list(`?user=ada&after=${items[1].id}`)).toEqual({ items: [] });
  });

  it.each([
    ["?user=adda", 'did you mean "ada"?'],
    ["?merchant=Demo+Gruop", 'did you mean "Demo Group"?'],
    ["?merchant=Somebody", "there are Demo Group"],
    ["/no-such-consent", "GET consents lists"],
  ])("that cannot be are refused, not answered with nothing: %s", async (query, told) => {
    for (const method of ["GET", "DELETE"] as const) {
      const { status, body } = await call(mock, method, `/consents${query}`);
      expect([status, body.detail]).toEqual([404, expect.stringContaining(told)]);
    }
  });

  it("are revoked once, at the sandbox's time, and the next login asks again", async () => {
    const { access_token } = await tokensFrom(mock);
    const [consent] = (await list()).items;
    await call(mock, "PATCH", "/clock", { body: { advance: 60 } });
    const revoked = (await call(mock, "DELETE", `/consents/${consent.id}`)).body;
    expect(revoked).toEqual({ ...consent, revokedAt: "2023-05-17T10:01:00Z" });
    await call(mock, "PATCH", "/clock", { body: { advance: 60 } });
    expect((await call(mock, "DELETE", `/consents/${consent.id}`)).body).toEqual(revoked);
    expect((await userinfo(mock, access_token)).statusCode).toBe(200);

    const browser = new Browser(mock);
    const app = await browser.submit(await browser.login(), { fixture_user: "ada" });
    expect(pageOf(app)).toBe("app");
    await walkLogin(new Browser(mock), { consent: "accept" });
    expect((await list("?user=ada")).items).toHaveLength(2);
  });

  it("are revoked by user and merchant", async () => {
    await tokensFrom(mock, { user: "ada" });
    await tokensFrom(mock, { user: "leap-day" });
    const { items } = (await call(mock, "DELETE", "/consents?user=ada")).body;
    expect(items).toEqual([expect.objectContaining({ user: "ada", revokedAt: expect.anything() })]);
    const others = (await call(mock, "DELETE", "/consents?merchant=Demo%20Group")).body;
    expect(others.items).toEqual([expect.objectContaining({ user: "leap-day" })]);
    const again = await call(mock, "DELETE", "/consents?user=ada");
    expect([again.status, again.body.detail]).toEqual([404, expect.stringContaining("none")]);
  });

  it("are not all revoked by a forgotten filter", async () => {
    await tokensFrom(mock);
    const { status, body } = await call(mock, "DELETE", "/consents");
    expect([status, body.detail]).toEqual([400, expect.stringContaining("?user=")]);
    expect((await list()).items[0].revokedAt).toBeUndefined();
  });
});
