import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import type { User } from "../../src/records/user.ts";
import { insertAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import { page, submit, undoOf } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { authorize, SHOP } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

/** Many more of the same kind. */
async function fill() {
  const { users, salesUnits } = mock.sandbox.store;
  const user = (await users.get("ada")) as User;
  const unit = (await salesUnits.get("100001")) as SalesUnit;
  const numbers = Array.from({ length: 10_000 }, (_, n) => n);
  await insertAll(
    users,
    numbers.map((n) => ({
      ...{ ...user, id: `many-${n}`, givenName: `Nr ${n}` },
      ...{ phoneNumber: `47${40_000_000 + n}`, nin: `${n}` },
    })),
  );
  await insertAll(
    salesUnits,
    numbers.map((n) => ({ ...unit, msn: `${2_000_000 + n}`, clientId: `client-${n}` })),
  );
}

describe("the portal", () => {
  it("lists the sales units, with what keeps users from them", async () => {
    const got = await page(mock, "/mock/portal");
    expect(got.texts("unit")[0]).toBe("Demo Shop active Demo Group · client_secret_basic 100001");
    expect(got.texts("unit").at(-1)).toContain("Vipps Login not activated");
    expect(got.texts("count")).toEqual(["6", "20", "1", "0"]);
  });

  it.each([
    ["search=bank", ["Demo Bank"]],
    ["search=100002", ["Demo Outlet"]],
    ["search=nothing", []],
    ["search=", undefined],
  ])("is searched: %s", async (query, names) => {
    const { texts } = await page(mock, `/mock/portal?${query}`);
    const found = texts("unit").map((text) => text.replace(/ (active|inactive|Vipps) .*/, ""));
    if (names) expect(found).toEqual(names);
    else expect(found).toHaveLength(6);
  });

  it.each(["/mock/portal", "/mock/portal/people"])(
    "has pages of fifty at %s, however many there are",
    async (path) => {
      await fill();
      const first = await page(mock, path);
      const row = path === "/mock/portal" ? "unit" : "person";
      expect(first.texts(row)).toHaveLength(50);
      expect(first.html.length).toBeLessThan(100_000);
      const [, next = ""] = /href="([^"]*)" data-testid="next"/.exec(first.html) ?? [];
      const to = new URL(
        next.replaceAll("&#x3D;", "=").replaceAll("&amp;", "&"),
        `http://x${path}`,
      );
      const second = await page(mock, to.pathname + to.search);
      expect(second.texts(row)).toHaveLength(50);
      expect(second.texts(row)[0]).not.toBe(first.texts(row)[0]);
      expect(second.text("first")).toBe("First");
      const found = await page(mock, `${path}?search=9999`);
      expect(found.texts(row).length).toBeGreaterThan(0);
      expect(found.text("next")).toBeUndefined();
    },
  );

  it("leads from a client id to its sales unit or partner", async () => {
    const unit = await page(mock, `/mock/portal?clientId=${SHOP.id}`);
    expect([unit.status, unit.headers["location"]]).toEqual([303, "./portal/units/100001"]);
    const partner = await page(mock, "/mock/portal?clientId=a0000000-0000-4000-8000-00000000000a");
    expect(partner.headers["location"]).toContain("portal/partners?search=a0000000");
    const nobody = await page(mock, `/mock/portal?clientId=${"x".repeat(10_000)}`);
    expect(nobody.status).toBe(404);
    const typo = await page(mock, `/mock/portal?clientId=${SHOP.id.slice(0, -1)}2x`);
    expect(typo.text("problem")).toContain("did you mean");
  });

  it("says what to do where there is nothing", async () => {
    const empty = await startMock({ salesUnits: [], users: [], partners: [] });
    for (const path of ["", "/people", "/partners", "/webhooks"]) {
      const got = await page(empty, `/mock/portal${path}`);
      expect([path, got.status, got.html.includes('class="empty"')]).toEqual([path, 200, true]);
    }
    await empty.close();
  });
});

describe("a new sales unit", () => {
  const NEW = "/mock/portal/units/new";

  it("is made of little, can log users in, and is taken back", async () => {
    const form = {
      action: "add",
      name: "Kiosk",
      redirectUris: "http://localhost:1/a\r\n\r\nmy:/b\r\n",
    };
    const after = await submit(mock, NEW, form);
    expect(after.text("done")).toContain("Kiosk was added.");
    const { items } = (await call(mock, "GET", "/sales-units?search=kiosk")).body;
    expect(items[0].redirectUris).toEqual(["http://localhost:1/a", "my:/b"]);
    const { statusCode } = await authorize(mock, {
      ...{ client_id: items[0].clientId, redirect_uri: "http://localhost:1/a" },
    });
    expect(statusCode).toBe(302);
    await submit(mock, `/mock/portal/units/${items[0].msn}`, undoOf(after));
    expect((await call(mock, "GET", "/sales-units?search=kiosk")).body.items).toEqual([]);
  });

  it("is refused with what is wrong beside each field", async () => {
    const form = {
      action: "add",
      name: "",
      redirectUris: "https://x.example/#\n/y",
      msn: "100001",
    };
    const refused = await page(mock, NEW, { form });
    expect(refused.text("wrong-name")).toBeDefined();
    const unseen = await page(mock, NEW, { form: { ...form, name: " \u00a0" } });
    expect(unseen.text("wrong-name")).toContain("nothing in it that is seen");
    const turned = await page(mock, NEW, { form: { ...form, msn: "\u202egnp.exe\u2066" } });
    expect(turned.text("wrong-msn")).toContain(String.raw`\u202egnp.exe\u2066`);
    expect(turned.text("wrong-msn")).not.toMatch(/[\u202e\u2066]/);
    const uris = { ...form, name: "Kiosk" };
    const told = (await page(mock, NEW, { form: uris })).text("wrong-redirectUris");
    expect(told).toContain("leave the fragment out");
    expect(told).toContain("it is not absolute");
    const taken = await page(mock, NEW, { form: { ...uris, redirectUris: "" } });
    expect([taken.status, taken.text("wrong-msn")]).toEqual([
      409,
      expect.stringContaining("100001"),
    ]);
  });
});

describe("the partners", () => {
  it("are listed with the sales units they act for, and with keys when asked", async () => {
    const got = await page(mock, "/mock/portal/partners");
    expect(got.text("partner")).toContain("Demo Shop");
    expect(got.html).not.toContain("public-mock-secret-of-demo-partner");
    expect(got.html).not.toContain("public-mock-key-of-demo-partner");
    const shown = await page(mock, "/mock/portal/partners?keys=demo-partner");
    expect(shown.text("client-secret")).toBe("public-mock-secret-of-demo-partner");
    expect(shown.text("subscription-key")).toBe("public-mock-key-of-demo-partner");
    expect((await page(mock, "/mock/portal/partners?search=x")).texts("partner")).toEqual([]);
  });
});
