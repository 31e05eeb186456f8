import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import { page } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { begin } from "../support/phone.ts";
import { SHOP } from "../support/wire.ts";

/** More than the API lists at once. */
const COUNT = 1010;

const LAST = { msn: "301009", clientId: "client-1009", name: "Shop 1009" };

let mock: Mock;
beforeAll(async () => {
  mock = await startMock();
  const { salesUnits, users } = mock.sandbox.store;
  const [unit] = (await readAll(salesUnits)).filter(({ msn }) => msn === "100001");
  const [user] = await readAll(users);
  if (!unit || !user) throw new Error("no fixtures");
  for (let n = 0; n < COUNT; n += 1) {
    const number = String(n).padStart(4, "0");
    await salesUnits.insert({
      ...unit,
      ...{ msn: `30${number}`, clientId: `client-${number}`, name: `Shop ${number}` },
    });
    await users.insert({
      ...user,
      ...{
        id: `user-${number}`,
        givenName: `Given${number}`,
        phoneNumber: `479800${number}`,
        nin: `1092850${number}`,
      },
    });
  }
  for (let n = 0; n < 101; n += 1) await mock.sandboxes.create({ id: `box-${n}` as SandboxId });
}, 60_000);
afterAll(() => mock.close());

describe("of more than a thousand", () => {
  it("a user is found whose phone it is to be", async () => {
    const got = await page(mock, "/mock/phone?q=given1009");
    expect(got.texts("person")).toEqual([expect.stringContaining("user-1009")]);
  });

  it.each(["/mock/try", "/mock"])("the sales unit that is asked for is shown: %s", async (path) => {
    const got = await page(mock, `${path}?unit=${LAST.msn}`);
    expect(got.html).toContain(`value="${LAST.msn}" selected>${LAST.name}`);
    expect(got.html).toContain("Search all of them");
    expect((await page(mock, `${path}?unit=999999`)).status).toBe(404);
  });

  it("the one that asks a phone has its name there", async () => {
    await begin(mock, {}, { ...SHOP, id: LAST.clientId });
    expect((await page(mock, "/mock/phone?user=ada")).text("login")).toContain(LAST.name);
  });

  it("sandboxes the bar leads to all", async () => {
    expect((await page(mock, "/mock")).text("all-sandboxes")).toBe("All");
    expect((await call(mock, "GET", "/sandboxes?search=box-100")).body.items).toHaveLength(1);
  });
});
