import { describe, expect, it } from "vitest";
import {
  completePartners,
  completeSalesUnit,
  completeSalesUnits,
  completeUser,
  completeUsers,
} from "../../src/config/complete.ts";
import { birthDateOf, isSyntheticNin } from "../../src/config/nin.ts";
import { CompletionError } from "../../src/config/problem.ts";
import { findProblems } from "../../src/config/schema-problems.ts";
import { findSalesUnitProblems, findUserProblems } from "../../src/config/semantics.ts";
import type { CalendarDate } from "../../src/platform/calendar.ts";
import { createIds, seededRandom } from "../../src/platform/ids.ts";
import { OperatorError } from "../../src/platform/operator-error.ts";
import { PartnerSchema } from "../../src/records/partner.ts";
import { SalesUnitSchema } from "../../src/records/sales-unit.ts";
import { UserSchema } from "../../src/records/user.ts";
import { fc } from "../support/properties.ts";

const today = "2023-05-17" as CalendarDate;

/** Numbers in the order given, round and round; each reduced to the range asked for. */
function idsFrom(numbers: readonly number[]) {
  let at = 0;
  return {
    integer(below: number) {
      at += 1;
      return (numbers[at % numbers.length] ?? 0) % below;
    },
    uuid: () => "6f1f1c2e-0d9a-4b5e-8c55-0a3f7f0d1e11",
    id: () => "Xy_9",
  };
}
const zeros = idsFrom([0]);
const idsByName = (name: string) => createIds(seededRandom(name));

function thrownBy(action: () => unknown): unknown {
  try {
    return void action();
  } catch (error) {
    return error;
  }
}

describe("completeUser", () => {
  it("makes up everything", () => {
    expect(completeUser({}, zeros, today)).toEqual({
      id: "user-000000",
      givenName: "Kari",
      familyName: "Testesen",
      birthDate: "1999-01-01",
      nin: expect.stringMatching(/^018199/),
      phoneNumber: "4799990000",
      email: "kari.testesen@example.com",
      emailVerified: true,
      addresses: [
        {
          type: "home",
          streetAddress: "BOKS 6300, ETTERSTAD",
          postalCode: "0603",
          region: "OSLO",
          country: "NO",
        },
      ],
      gender: "female",
      language: "nb",
      status: "active",
      consentAnswer: "accept",
    });
  });

  it("gives a gender that the NIN tells, unless the user prefers not to say", () => {
    expect(completeUser({ nin: "10928503718" }, zeros, today).gender).toBe("male");
    expect(completeUser({ nin: "02867907451" }, zeros, today).gender).toBe("female");
    expect(completeUser({ nin: "02867907451", gender: null }, zeros, today).gender).toBeNull();
  });

  it("keeps everything that is given", () => {
    const user = completeUser({}, zeros, today);
    const other = { ...user, emailVerified: false, addresses: [], status: "blocked" as const };
    expect(completeUser(other, idsFrom([7]), today)).toEqual(other);
  });

  it("takes the birth date from the NIN, and from the present day", () => {
    expect(completeUser({ nin: "10928503718" }, zeros, today).birthDate).toBe("1985-12-10");
    const moving = completeUser({ birthDate: "today-18y+1d" }, zeros, today);
    expect(moving.birthDate).toBe("2005-05-18");
    expect(birthDateOf(moving.nin)).toBe("2005-05-18");
  });

  it.each([
    ["Bjørn Åge", "Sæther-Ødegård", "bjorn.age.saether.odegard@example.com"],
    ["Zoë", "Weiß", "zoe.weiss@example.com"],
    ["李", "王", "user-000000@example.com"],
    ["a".repeat(63), "b".repeat(63), `${"a".repeat(63)}@example.com`],
  ])("makes an e-mail address of %s %s", (givenName, familyName, email) => {
    expect(completeUser({ givenName, familyName }, zeros, today).email).toBe(email);
  });

  it("is always whole, valid and grown up", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (numbers) => {
        const user = completeUser({}, idsFrom(numbers), today);
        expect(findProblems(UserSchema, user)).toEqual([]);
        expect(findUserProblems(user)).toEqual([]);
        expect(isSyntheticNin(user.nin)).toBe(true);
        expect(user.birthDate < "2003").toBe(true);
      }),
    );
  });

  it("says when no phone number is free", () => {
    const noPhone = (value: string) => !value.startsWith("479999");
    expect(thrownBy(() => completeUser({}, zeros, today, noPhone))).toMatchObject({
      path: "phoneNumber",
      message: "all 10000 numbers that could be made up are taken; give one",
    });
  });

  it("says when no id is free", () => {
    const error = thrownBy(() => completeUser({}, zeros, today, (value) => !/^user-/.test(value)));
    expect(error).toBeInstanceOf(CompletionError);
    expect(error).toMatchObject({ path: "id" });
  });

  it("says when a moving birth date has moved beyond the years that have NINs", () => {
    const late = "2049-06-01" as CalendarDate;
    const error = thrownBy(() => completeUser({ birthDate: "today-5y" }, zeros, late));
    expect(error).toBeInstanceOf(CompletionError);
    expect(error).toBeInstanceOf(OperatorError);
    expect(error).toMatchObject({
      path: "birthDate",
      message:
        "no national identity number exists for the birth date 2044-06-01; use one from 1854 to 2039",
    });
    expect(completeUser({ birthDate: "today-10y" }, zeros, late).birthDate).toBe("2039-06-01");
  });

  it("needs no new NIN for a birth date of any year when one is given", () => {
    const user = { birthDate: "today-5y", nin: "10928503718" };
    const late = "2049-06-01" as CalendarDate;
    expect(completeUser(user, zeros, late).nin).toBe("10928503718");
  });
});

describe("completeUsers", () => {
  it("makes nothing up twice, nor what another has", async () => {
    const inputs = [{}, {}, {}, { id: "user-000001", phoneNumber: "4799990000" }];
    const users = await completeUsers(inputs, () => zeros, today);
    expect(users.map(({ id }) => id)).toEqual([
      "user-000000",
      "user-000002",
      "user-000003",
      "user-000001",
    ]);
    expect(new Set(users.map(({ phoneNumber }) => phoneNumber)).size).toBe(4);
    expect(new Set(users.map(({ nin }) => nin)).size).toBe(4);
  });

  it("makes up the same in every run, from the name of each, whoever else is in the list", async () => {
    const [kari, ola] = await completeUsers([{ id: "kari" }, { id: "ola" }], idsByName, today);
    expect(await completeUsers([{ id: "ola" }, { id: "kari" }], idsByName, today)).toEqual([
      ola,
      kari,
    ]);
    expect(kari?.nin).not.toBe(ola?.nin);
    expect(kari?.phoneNumber).not.toBe(ola?.phoneNumber);
  });

  it("tells those without a name apart by their place", async () => {
    const inputs = [{}, { id: "kari" }, {}];
    const [first, , third] = await completeUsers(inputs, idsByName, today);
    expect(first?.nin).not.toBe(third?.nin);
    expect((await completeUsers(inputs, idsByName, today))[2]).toEqual(third);
  });

  it("keeps who somebody is, and so their sub, when names are added or a year goes by", async () => {
    const [before] = await completeUsers([{ id: "kari" }], idsByName, today);
    const next = "2024-01-01" as CalendarDate;
    const named = { id: "kari", givenName: "Kari", familyName: "Nordmann", email: "k@example.com" };
    const [after] = await completeUsers([named], idsByName, next);
    expect(after).toMatchObject({
      nin: before?.nin,
      birthDate: before?.birthDate,
      phoneNumber: before?.phoneNumber,
    });
  });
});

describe("completeSalesUnit", () => {
  const input = { name: "Shop", redirectUris: ["https://example.com/cb"] };

  it("makes up what is missing", () => {
    const unit = completeSalesUnit(input, zeros);
    expect(unit).toEqual({
      msn: "100000",
      name: "Shop",
      merchant: "Shop",
      clientId: "6f1f1c2e-0d9a-4b5e-8c55-0a3f7f0d1e11",
      clientSecret: "mock-secret-Xy_9",
      redirectUris: ["https://example.com/cb"],
      tokenEndpointAuthMethod: "client_secret_basic",
      scopes: ["openid", "address", "birthDate", "email", "name", "phoneNumber"],
      features: { loginFromPhoneNumber: false, delegatedConsents: null, customFlow: null },
      consentWebhookUrl: null,
      loginActivated: true,
      active: true,
    });
    expect(findProblems(SalesUnitSchema, unit)).toEqual([]);
    expect(findSalesUnitProblems(unit)).toEqual([]);
  });

  it("keeps everything that is given", () => {
    const unit = {
      ...completeSalesUnit(input, zeros),
      merchant: "Group",
      scopes: ["openid" as const],
      loginActivated: false,
      active: false,
    };
    expect(completeSalesUnit(unit, idsFrom([5]))).toEqual(unit);
  });

  it("says when no msn is free", () => {
    const error = thrownBy(() => completeSalesUnit(input, zeros, () => false));
    expect(error).toBeInstanceOf(CompletionError);
    expect(error).toMatchObject({
      path: "msn",
      message: "all 900000 numbers that could be made up are taken; give one",
    });
  });

  it("makes up no msn twice in a list", async () => {
    const units = await completeSalesUnits(
      [input, input, { ...input, msn: "100001" }],
      () => zeros,
    );
    expect(units.map(({ msn }) => msn)).toEqual(["100000", "100002", "100001"]);
  });

  it("makes up the same in every run, from the name of each", async () => {
    const [shop, cafe] = [input, { ...input, name: "Café" }];
    const [first, second, again] = await completeSalesUnits([shop, cafe, shop], idsByName);
    expect(await completeSalesUnits([cafe, shop], idsByName)).toEqual([second, first]);
    for (const [one, other] of [
      [first, second],
      [first, again],
    ] as const) {
      expect(one?.clientId).not.toBe(other?.clientId);
      expect(one?.clientSecret).not.toBe(other?.clientSecret);
      expect(one?.msn).not.toBe(other?.msn);
    }
  });
});
describe("completePartners", () => {
  it("makes up what is missing, the same for one name", async () => {
    const [partner, other] = await completePartners(
      [{ name: "Till" }, { name: "Till" }],
      () => zeros,
    );
    expect(partner).toEqual({
      id: "partner-000000",
      name: "Till",
      clientId: "6f1f1c2e-0d9a-4b5e-8c55-0a3f7f0d1e11",
      clientSecret: "mock-secret-Xy_9",
      subscriptionKey: "mock-key-Xy_9",
      salesUnits: [],
    });
    expect(other?.id).toBe("partner-000001");
    expect(findProblems(PartnerSchema, partner)).toEqual([]);
  });
});
