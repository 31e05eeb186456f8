import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { Browser, pageOf, walkLogin } from "../support/wire.ts";

describe("browsers", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  const list = async () => (await call(mock, "GET", "/browsers")).body.items;

  it("are listed when they remember a user, and forget one by one or all together", async () => {
    const browsers = [1, 2, 3].map((n) => new Browser(mock, { "user-agent": `Test/${n}` }));
    for (const browser of browsers) await walkLogin(browser, { remember: true });
    const items = await list();
    expect(items.map(({ id: _, ...rest }: { id: string }) => rest)).toEqual(
      [1, 2, 3].map((n) => ({
        user: "ada",
        userAgent: `Test/${n}`,
        authenticatedAt: "2023-05-17T10:00:00Z",
        forgetAt: "2024-05-16T10:00:00Z",
      })),
    );
    expect((await call(mock, "GET", "/browsers?limit=1")).body).toEqual({
      items: [items[0]],
      next: items[0].id,
    });

    const of = async (user: string) => (await call(mock, "GET", `/browsers?user=${user}`)).body;
    expect((await of("4712345678")).items).toEqual(items);
    expect((await of("leap-day")).items).toEqual([]);
    expect((await of("adda")).detail).toContain('did you mean "ada"?');

    const path = `/browsers/${items[0].id}`;
    expect((await call(mock, "GET", path)).body).toEqual(items[0]);
    expect((await call(mock, "DELETE", path)).status).toBe(204);
    expect(await list()).toEqual(items.slice(1));
    expect(pageOf(await (browsers[0] as Browser).login())).toBe("phone");
    expect((await (browsers[1] as Browser).login()).headers.location).toContain("code=");

    for (const method of ["GET", "DELETE"] as const) {
      const { status, body } = await call(mock, method, path);
      expect([status, body.detail]).toEqual([404, expect.stringContaining(items[0].id)]);
    }
    expect((await call(mock, "DELETE", "/browsers")).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(pageOf(await (browsers[1] as Browser).login())).toBe("phone");
  });
});
