import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { sectorOf, subjectFor } from "../../src/rules/subject.ts";
import { fc } from "../support/properties.ts";

describe(FAQ.phoneNumberChange, () => {
  // Made with Python's uuid.uuid5. Merchants store subjects: these may never change.
  it.each([
    ["10121550047", "merchant", "b76d6048-ede4-55e6-ad00-d8488443cedc"],
    ["10121550047", "merchant-2", "76d8a0f0-00dc-53c5-9996-b9a6e9f263dc"],
    ["18855598765", "merchant", "9f50ebf5-0f5c-50d0-9556-877f674a6bec"],
  ])("NIN %s at %s is %s for all time", (nin, sector, sub) => {
    expect(subjectFor(nin, sector)).toBe(sub);
  });

  const nin = fc.stringMatching(/^\d{11}$/);
  const sector = fc.string({ minLength: 1, maxLength: 30 });

  it("is a version 5 UUID of the RFC's variant", () => {
    fc.assert(
      fc.property(nin, sector, (one, at) => {
        expect(subjectFor(one, at)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it("is the same however many others there were in between", () => {
    const subjects = Array.from({ length: 2500 }, (_, n) => subjectFor(String(n), "merchant"));
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(subjects.map((_, n) => subjectFor(String(n), "merchant"))).toEqual(subjects);
  });

  it("is the same for a pair, and different for a different merchant or person", () => {
    fc.assert(
      fc.property(nin, nin, sector, sector, (one, other, here, there) => {
        const same = subjectFor(one, here) === subjectFor(other, there);
        expect(same).toBe(one === other && here === there);
        expect(subjectFor(one, here)).toBe(subjectFor(one, here));
      }),
    );
  });
});

describe("sectorOf", () => {
  const unit = { merchant: "Demo Group", msn: "100001" };
  it.each([
    ["merchant", "Demo Group"],
    ["sales-unit", "100001"],
  ] as const)("per %s is %s", (per, sector) => {
    expect(sectorOf(unit, per)).toBe(sector);
  });
});
