import { describe, expect, it } from "vitest";
import { ABSENCES } from "../../fidelity/absent.ts";
import { LEDGER } from "../../fidelity/ledger.ts";
import { sourceOf } from "../../fidelity/sources.ts";
import { FAQ } from "../../src/records/faq.ts";
import { PATHS } from "../../src/request/addresses.ts";
import { titlesIn } from "./titles.ts";

/** What the ledger claims can be looked up: its sources, its tests, its endpoints. */

const behaviours = LEDGER.flatMap((section) => section.behaviours);
const questions: readonly string[] = Object.values(FAQ);

/** What a source may begin with; remarks may follow. */
function isKnownSource(part: string): boolean {
  if (part.startsWith("FAQ: ")) return questions.includes(part.slice("FAQ: ".length));
  if (part.startsWith("dossier ")) return /^dossier §[\d.]+(, §[\d.]+)*(, .+)?$/.test(part);
  return sourceOf(part) !== undefined || /^(no public source|the mock's own)$/.test(part);
}

describe("the fidelity ledger", () => {
  it("cites sources that exist", () => {
    for (const { source } of [...behaviours, ...ABSENCES]) {
      const [first = "", ...others] = source.split("; ");
      const named = others.filter((part) => /^(FAQ|dossier §|RFC)/.test(part));
      for (const part of [first, ...named]) expect(isKnownSource(part), part).toBe(true);
    }
  });

  it("calls nothing known that has no source, and nothing assumed that is the mock's own", () => {
    for (const { source, status, reason, what } of behaviours) {
      if (source.startsWith("no public source")) expect(status, what).toBe("assumed");
      if (source.startsWith("the mock's own")) expect(status, what).toBe("deliberate difference");
      expect(reason !== undefined, what).toBe(status === "deliberate difference");
    }
  });

  it("names for each behaviour a test that exists", () => {
    const files = new Map<string, ReadonlySet<string>>();
    const missing = behaviours.flatMap(({ tests }) =>
      tests.filter((test) => {
        const [, file = "", title = ""] = /^(\S+) > (.*)$/s.exec(test) ?? [];
        const titles = files.get(file) ?? titlesIn(file);
        files.set(file, titles);
        return !titles.has(title);
      }),
    );
    expect(missing).toEqual([]);
    expect(behaviours.filter(({ tests }) => tests.length === 0)).toEqual([]);
  });

  it("says nothing twice", () => {
    const whats = [...behaviours, ...ABSENCES].map(({ what }) => what.toLowerCase());
    expect(whats.filter((what, index) => whats.indexOf(what) !== index)).toEqual([]);
  });

  it("has a section for every path that a merchant or a browser can call", () => {
    const { control: _, ...paths } = PATHS;
    const named = LEDGER.flatMap(({ endpoints }) => endpoints.map((one) => one.split(" ")[1]));
    expect(Object.values(paths).filter((path) => !named.includes(path))).toEqual([]);
  });
});

describe("sourceOf", () => {
  it.each([
    ["documentation 2023", "documentation 2023"],
    ["documentation 2023, for the header", "documentation 2023"],
    ["CIBA Core §11", "CIBA Core"],
    ["FAQ: How can I log a user out?", "FAQ"],
    ["Webhooks API 2023", "Webhooks API 2023"],
    ["Go", "Go"],
    ["Good to know", undefined],
    ["documentation 20231", undefined],
    ["that it is documented is known", undefined],
  ])("%s", (part, name) => {
    expect(sourceOf(part)).toBe(name);
  });
});

describe("titlesIn", () => {
  it("finds the titles of tests, groups, tables, and of rows that are registered by name", () => {
    expect(titlesIn("docs/fidelity.test.ts")).toEqual(
      new Set([
        "the fidelity ledger",
        "cites sources that exist",
        "calls nothing known that has no source, and nothing assumed that is the mock's own",
        "names for each behaviour a test that exists",
        "says nothing twice",
        "has a section for every path that a merchant or a browser can call",
        "sourceOf",
        "%s",
        "titlesIn",
        "finds the titles of tests, groups, tables, and of rows that are registered by name",
      ]),
    );
    expect(titlesIn("wire/profiles.test.ts")).toContain("minimumAge");
    expect(titlesIn("wire/faq.test.ts")).toContain(FAQ.language);
  });
});
