import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { formIn, page, submit, undoOf } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { tokensFrom } from "../support/wire.ts";

const PEOPLE = "/mock/portal/people";
const ADA = `${PEOPLE}/ada`;

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const user = async (id = "ada") => (await call(mock, "GET", `/users/${id}`)).body;

/** The form of Ada as her page has it. */
async function formOf(id = "ada"): Promise<Record<string, string>> {
  const { addresses, nin, ...rest } = await user(id);
  const fields: Record<string, string> = { action: "change", nin };
  for (const name of [
    ...["givenName", "familyName", "birthDate", "phoneNumber", "email"],
    ...["status", "gender", "language", "consentAnswer"],
  ]) {
    fields[name] = rest[name] ?? "unsaid";
  }
  if (rest.emailVerified) fields["emailVerified"] = "yes";
  for (const [index, address] of addresses.entries()) {
    for (const [name, value] of Object.entries(address)) {
      fields[`addresses[${index}].${name}`] = String(value).replaceAll("\n", "\r\n");
    }
  }
  return fields;
}

describe("the people", () => {
  it("are listed with what is special about each, and whether they can log in", async () => {
    const people = (await page(mock, PEOPLE)).texts("person");
    expect(people[0]).toBe("Ada Nordmann +47 123 45 678 An ordinary adult. 37 years ada");
    expect(people.join("\n")).toMatch(/Turns 18 today\. 18 years turns-18-today/);
    expect(people.join("\n")).toMatch(/Turns 18 tomorrow\. Cannot log in\. 17 years/);
    expect(people.join("\n")).toMatch(/Outdated app\. Cannot log in\./);
  });

  it("get older with the clock of the sandbox", async () => {
    const tomorrow = `${PEOPLE}/turns-18-tomorrow`;
    expect((await page(mock, tomorrow)).text("special")).toContain("Cannot log in: under 18");
    await call(mock, "PATCH", "/clock", { body: { advance: "24h" } });
    const got = await page(mock, tomorrow);
    expect([got.text("special"), got.text("age")]).toEqual([
      "Turns 18 today.",
      "18 years old today",
    ]);
  });

  it.each([
    ["ødegård", 1],
    ["+47 123 45 678", 1],
    ["turns-18", 2],
    ["<script>", 0],
  ])("are searched for %s", async (search, count) => {
    const got = await page(mock, `${PEOPLE}?${new URLSearchParams({ search })}`);
    expect(got.texts("person")).toHaveLength(count);
    expect(got.html).not.toMatch(/<script(?! src=)/);
  });
});

describe("the page of a person", () => {
  it.each(["ada", "three-addresses", "unit-line", "no-address", "long-name", "declines"])(
    "changes nothing of %s where nothing was changed",
    async (id) => {
      const after = await submit(mock, `${PEOPLE}/${id}`, await formOf(id));
      expect(after.text("done")).toBe("Nothing was changed: all is as it was.");
    },
  );

  it("changes what was changed, and takes it back", async () => {
    const before = await user();
    const { emailVerified: _, ...form } = await formOf();
    const changed = {
      ...form,
      givenName: "Grace",
      gender: "unsaid",
      "addresses[0].region": "BERGEN",
    };
    const after = await submit(mock, ADA, changed);
    expect(after.text("done")).toContain(
      "Grace Nordmann has changed: givenName, gender, emailVerified, addresses.",
    );
    expect(await user()).toMatchObject({ gender: null, emailVerified: false });
    await submit(mock, ADA, undoOf(after));
    expect(await user()).toEqual(before);
  });

  describe("that is open while somebody else changes the person", () => {
    const patch = (body: object) => call(mock, "PATCH", "/users/ada", { body });

    it("changes what was changed in it, and takes nothing back", async () => {
      const form = formIn(await page(mock, ADA), "change");
      await patch({ givenName: "Grace", email: "grace@example.com", emailVerified: false });
      const after = await submit(mock, ADA, { ...form, familyName: "Hopper" });
      expect(after.text("done")).toContain("Grace Hopper has changed: familyName.");
      expect(await user()).toMatchObject({
        ...{ givenName: "Grace", familyName: "Hopper", email: "grace@example.com" },
        emailVerified: false,
      });
      await submit(mock, ADA, undoOf(after));
      expect(await user()).toMatchObject({ givenName: "Grace", familyName: "Nordmann" });
    });

    it("says so where it is the same that both change, and saves it when that was read", async () => {
      const form = formIn(await page(mock, ADA), "change");
      await patch({ familyName: "Lovelace", email: "ada@example.com" });
      const refused = await page(mock, ADA, { form: { ...form, familyName: "<Byron>" } });
      expect(refused.status).toBe(409);
      expect(refused.text("problem")).toBe(
        "Nothing was saved. “Family name” is “Lovelace” now, which somebody has set meanwhile; " +
          "you typed “<Byron>”. Save once more to have what you typed.",
      );
      expect(refused.text("wrong-familyName")).toContain("Is “Lovelace” now");
      expect(await user()).toMatchObject({ familyName: "Lovelace" });
      const again = formIn(refused, "change");
      expect(again).toMatchObject({ familyName: "<Byron>", email: "ada@example.com" });
      await submit(mock, ADA, again);
      expect(await user()).toMatchObject({ familyName: "<Byron>", email: "ada@example.com" });
    });

    it("is content where both have changed it to the same", async () => {
      const form = formIn(await page(mock, ADA), "change");
      await patch({ familyName: "Lovelace" });
      const after = await submit(mock, ADA, { ...form, familyName: "Lovelace" });
      expect(after.text("done")).toBe("Nothing was changed: all is as it was.");
    });

    it("changes one part of an address, and leaves the other as it has become", async () => {
      const form = formIn(await page(mock, ADA), "change");
      const [home] = (await user()).addresses;
      await patch({ addresses: [{ ...home, streetAddress: "New street 1" }] });
      await submit(mock, ADA, { ...form, "addresses[0].region": "BERGEN" });
      expect((await user()).addresses).toMatchObject([
        { streetAddress: "New street 1", region: "BERGEN" },
      ]);
    });

    it("takes nothing back that was changed once more", async () => {
      const form = formIn(await page(mock, ADA), "change");
      const after = await submit(mock, ADA, { ...form, familyName: "Hopper", gender: "other" });
      await patch({ familyName: "Lovelace" });
      const refused = await page(mock, ADA, { form: undoOf(after) });
      expect([refused.status, refused.text("problem")]).toEqual([
        409,
        expect.stringContaining("somebody has changed familyName once more"),
      ]);
      expect(await user()).toMatchObject({ familyName: "Lovelace", gender: "other" });
    });
  });

  it("changes no address whose members came in another order", async () => {
    const [home] = (await user()).addresses;
    const turned = Object.fromEntries(Object.entries(home).toReversed());
    await call(mock, "PATCH", "/users/ada", { body: { addresses: [turned] } });
    const after = await submit(mock, ADA, formIn(await page(mock, ADA), "change"));
    expect(after.text("done")).toBe("Nothing was changed: all is as it was.");
  });

  it("is there for somebody who is called new", async () => {
    const body = { id: "new", givenName: "Nova" };
    const { phoneNumber } = (await call(mock, "POST", "/users", { body })).body;
    const people = await page(mock, `${PEOPLE}?search=nova`);
    expect(people.html).toContain(`href="../portal/people/${phoneNumber}"`);
    const path = `${PEOPLE}/${phoneNumber}`;
    const form = { ...formIn(await page(mock, path), "change"), phoneNumber: "4799988877" };
    expect((await submit(mock, path, form)).text("done")).toContain("changed: phoneNumber.");
    expect((await user("new")).phoneNumber).toBe("4799988877");
  });

  it("offers the national identity number that fits another birth date", async () => {
    const form = { ...(await formOf()), birthDate: "today-18y" };
    const refused = await page(mock, ADA, { form });
    expect(refused.text("wrong-nin")).toContain("change both together");
    const [, nin = ""] = /name="use:nin" value="(\d{11})"/.exec(refused.html) ?? [];
    await submit(mock, ADA, { ...form, "use:nin": nin });
    expect(await user()).toMatchObject({ birthDate: "2005-05-17", nin });
  });

  it.each([
    ["givenName", "", "givenName"],
    ["givenName", "x".repeat(10_000), "givenName"],
    ["familyName", "a\u0000b", "familyName"],
    ["phoneNumber", "12345678", "phoneNumber"],
    ["phoneNumber", "4799000002", "phoneNumber"],
    ["email", "nobody", "email"],
    ["birthDate", "1985-02-30", "birthDate"],
    ["addresses[0].country", "Norway", "addresses[0].country"],
    ["addresses[1].region", "OSLO", "addresses[1].country"],
  ])("says beside %s what is wrong with %j", async (name, value, at) => {
    const before = await user();
    const refused = await page(mock, ADA, { form: { ...(await formOf()), [name]: value } });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.html).toContain(`data-testid="wrong-${at}"`);
    expect(refused.html).toContain('aria-invalid="true"');
    expect(await user()).toEqual(before);
  });

  it("lists the companies that were given something, and leads to phone and log", async () => {
    expect((await page(mock, ADA)).texts("consent")).toEqual([]);
    await tokensFrom(mock);
    await call(mock, "DELETE", "/consents?user=ada");
    await tokensFrom(mock);
    const got = await page(mock, ADA);
    expect(got.texts("consent")[0]).toMatch(/^Demo GroupSince now: /);
    expect(got.texts("consent")[1]).toMatch(/^Demo GroupWithdrawn now: /);
    expect(got.html).toContain('href="../../phone?user&#x3D;ada"');
    expect(got.html).toContain('href="../../log?user&#x3D;ada"');
  });

  it("removes the person, and puts the same back", async () => {
    const before = await user();
    const after = await submit(mock, ADA, { action: "remove" });
    expect((await page(mock, ADA)).status).toBe(404);
    await submit(mock, `${PEOPLE}/new`, undoOf(after));
    expect(await user()).toEqual(before);
  });

  it("is found by phone number too, and refuses a form that it has not written", async () => {
    expect((await page(mock, `${PEOPLE}/4712345678`)).text("special")).toBe("An ordinary adult.");
    expect((await page(mock, ADA, { form: {} })).status).toBe(400);
    expect((await page(mock, ADA, { form: { action: "restore", values: "" } })).status).toBe(400);
  });

  it("is not broken by a name of any kind", async () => {
    const { users } = mock.sandbox.store;
    const hostile = `<script>alert(1)</script>"'&{{x}}\u202e`;
    await users.update("ada", (ada) => ({
      ...{ ...ada, givenName: hostile.repeat(300), familyName: "x".repeat(10_000) },
    }));
    for (const path of [PEOPLE, ADA]) {
      const got = await page(mock, path);
      expect(got.status).toBe(200);
      expect(got.html).not.toMatch(/<script(?! src=)/);
      expect(got.html).toMatch(/<bdi>&lt;script/);
    }
    const after = await submit(mock, ADA, { action: "remove" });
    expect([after.text("done"), after.text("undo")]).toEqual([
      expect.stringContaining("was removed"),
      "Undo",
    ]);
  });
});

describe("a new person", () => {
  const NEW = `${PEOPLE}/new`;
  const EMPTY = { action: "add", id: "", givenName: "", birthDate: "", nin: "", gender: "" };

  it("is made up and fits together, can log in, and is taken back", async () => {
    const after = await submit(mock, NEW, { ...EMPTY, id: "made-new", emailVerified: "yes" });
    const made = await user("made-new");
    expect(made.nin.slice(0, 2)).toBe(made.birthDate.slice(8));
    expect([made.emailVerified, made.addresses.length]).toEqual([true, 1]);
    await tokensFrom(mock, { user: "made-new" });
    await submit(mock, `${PEOPLE}/made-new`, undoOf(after));
    expect((await call(mock, "GET", "/users/made-new")).status).toBe(404);
  });

  it("has what was typed", async () => {
    const form = {
      ...EMPTY,
      id: "kari",
      givenName: "Kari",
      birthDate: "today-18y",
      noAddress: "yes",
    };
    await submit(mock, NEW, form);
    expect(await user("kari")).toMatchObject({
      ...{ givenName: "Kari", birthDate: "2005-05-17", addresses: [], emailVerified: false },
    });
  });

  it("is refused with what is wrong beside each field", async () => {
    const form = { ...EMPTY, id: "ada", "addresses[0].country": "no" };
    const refused = await page(mock, NEW, { form });
    expect(refused.html).toContain('data-testid="wrong-addresses[0].country"');
    expect(refused.html).toContain("<details open>");
    const unseen = await page(mock, NEW, { form: { ...EMPTY, givenName: " " } });
    expect(unseen.text("wrong-givenName")).toContain("nothing in it that is seen");
    const taken = await page(mock, NEW, { form: { ...EMPTY, id: "ada" } });
    expect([taken.status, taken.text("wrong-id")]).toEqual([409, expect.stringContaining("ada")]);
  });
});
