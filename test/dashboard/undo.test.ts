import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { call } from "../support/control.ts";
import type { Got } from "../support/dashboard.ts";
import { page, submit, undoOf } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { SHOP } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const cookieOf = ({ headers }: Got) => String(headers["set-cookie"]).split(";")[0] ?? "";

describe("what an action did", () => {
  const ADA = "/mock/portal/people/ada";
  const rename = async (givenName: string) => {
    const { addresses: _, ...ada } = (await call(mock, "GET", "/users/ada")).body;
    return submit(mock, ADA, { ...ada, givenName, action: "change" });
  };
  const nameNow = async () => (await call(mock, "GET", "/users/ada")).body.givenName;

  it("is taken back once, by an id that says nothing", async () => {
    const before = await nameNow();
    const undo = undoOf(await rename("Else"));
    expect(Object.keys(undo)).toEqual(["undo"]);
    expect(undo["undo"]).not.toContain(before);
    await submit(mock, ADA, undo);
    expect(await nameNow()).toBe(before);
    await rename("Other");
    const late = await page(mock, ADA, { form: undo });
    expect([late.status, late.text("problem")]).toEqual([410, expect.stringContaining("any more")]);
    expect(late.html).toContain('value="Other"');
  });

  it.each([
    [3599, 303],
    [3600, 410],
  ])("is taken back %i seconds later with %i", async (later, status) => {
    const form = undoOf(await rename("Else"));
    mock.wall.now = (mock.wall.now + later) as typeof mock.wall.now;
    expect((await page(mock, ADA, { form })).status).toBe(status);
  });

  it.each([
    [49, 303],
    [50, 410],
  ])("is taken back after %i others with %i", async (others, status) => {
    const form = undoOf(await rename("Else"));
    for (let n = 0; n < others; n += 1) {
      await page(mock, "/mock/lab/clock", { form: { advance: "1s" } });
    }
    expect((await page(mock, ADA, { form })).status).toBe(status);
  });

  it("is taken back however long it is", async () => {
    const long = "\u{1f600}".repeat(100);
    const addresses = ["home", "work", "other"].map((type) => ({
      ...{ type, streetAddress: long, postalCode: "0150", region: long, country: "NO" },
    }));
    const body = { givenName: long, familyName: long, addresses };
    await call(mock, "PATCH", "/users/ada", { body });
    const before = (await call(mock, "GET", "/users/ada")).body;
    const after = await submit(mock, ADA, { action: "remove" });
    await submit(mock, "/mock/portal/people/new", undoOf(after));
    expect((await call(mock, "GET", "/users/ada")).body).toEqual(before);
  });

  it("can be tried again where it could not be taken back", async () => {
    const form = undoOf(await submit(mock, ADA, { action: "remove" }));
    const path = "/mock/portal/people/new";
    await call(mock, "POST", "/users", { body: { id: "ada" } });
    expect((await page(mock, path, { form })).status).toBe(409);
    await call(mock, "DELETE", "/users/ada");
    expect((await page(mock, path, { form })).status).toBe(303);
  });
});

describe("a secret", () => {
  const UNIT = "/mock/portal/units/100001";

  it("that was typed is not shown in the command", async () => {
    const form = { action: "keys", clientId: SHOP.id, clientSecret: "new-and-very-secret" };
    const sent = await page(mock, UNIT, { form });
    const after = await page(mock, UNIT, { headers: { cookie: cookieOf(sent) } });
    const seen = Buffer.from(cookieOf(sent).split("=")[1] ?? "", "base64url").toString();
    for (const text of [seen, after.html]) expect(text).not.toContain("very-secret");
    expect(after.text("done")).toContain('-d \'{"clientSecret":"***"}\'');
    expect(after.text("done")).toContain("*** stands for a secret");
  });

  it("of a sales unit that was removed is not in the page, and is back with it", async () => {
    const before = (await call(mock, "GET", "/sales-units/100001")).body;
    const after = await submit(mock, UNIT, { action: "remove" });
    expect(after.html).not.toContain(before.clientSecret);
    const back = await submit(mock, "/mock/portal/units/new", undoOf(after));
    expect(back.html).not.toContain(before.clientSecret);
    expect((await call(mock, "GET", "/sales-units/100001")).body).toEqual(before);
  });
});

describe("what was done in one sandbox", () => {
  beforeEach(async () => {
    await mock.sandboxes.create({ id: "box" as SandboxId });
  });

  it("is told in no other", async () => {
    const headers = { cookie: cookieOf(await page(mock, "/mock/log", { form: {} })) };
    const other = await page(mock, "/s/box/mock/log", { headers });
    expect([other.text("done"), other.headers["set-cookie"]]).toEqual([undefined, undefined]);
    expect((await page(mock, "/mock/log", { headers })).text("done")).toContain("empty");
  });

  it("is told after the sandbox itself is gone", async () => {
    const form = { action: "remove", id: "box" };
    const sent = await page(mock, "/s/box/mock/lab/sandboxes", { form });
    const at = "http://localhost/s/box/mock/lab/sandboxes";
    const { pathname } = new URL(String(sent.headers["location"]), at);
    expect(pathname).toBe("/mock/lab/sandboxes");
    const headers = { cookie: cookieOf(sent) };
    const after = await page(mock, "/mock/lab/sandboxes", { headers });
    expect(after.text("done")).toContain("The sandbox box is gone");
  });
});
