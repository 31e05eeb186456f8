import { describe, expect, it } from "vitest";
import { ABSENCES } from "../../fidelity/absent.ts";
import { LEDGER } from "../../fidelity/ledger.ts";
import { citedSections, DOSSIER } from "../../fidelity/sources.ts";
import { fidelityDocument, rulesTable } from "../../scripts/fidelity.ts";
import { OAUTH_ERRORS } from "../../src/oidc/errors.ts";
import { PROFILES } from "../../src/profiles/index.ts";
import { FAQ } from "../../src/records/faq.ts";
import { CERTAINTIES } from "../../src/records/provenance.ts";
import { PATHS } from "../../src/request/addresses.ts";
import { RULES } from "../../src/rules/index.ts";

const behaviours = LEDGER.flatMap((section) => section.behaviours);
const questions: readonly string[] = Object.values(FAQ);

/** What a source may begin with; remarks may follow. */
function isKnownSource(part: string): boolean {
  if (part.startsWith("FAQ: ")) return questions.includes(part.slice("FAQ: ".length));
  if (part.startsWith("dossier ")) return /^dossier §[\d.]+(, §[\d.]+)*(, .+)?$/.test(part);
  return /^(no public source|the mock's own|RFC \d+ §[\d.]+)$/.test(part);
}

describe("the fidelity ledger", () => {
  it.each(behaviours)("knows where this comes from: $what", ({ what, source, status, reason }) => {
    expect(what).toMatch(/^[\w`“].*[.”]$/s);
    expect(Object.keys(CERTAINTIES)).toContain(status);
    const [first = "", ...others] = source.split("; ");
    expect(isKnownSource(first), `a known source: ${first}`).toBe(true);
    for (const part of others) {
      expect(part).not.toBe("");
      if (/^(FAQ|dossier §|RFC)/.test(part)) expect(isKnownSource(part), part).toBe(true);
    }
    for (const section of citedSections(source)) expect(DOSSIER).toHaveProperty([section]);
    expect(reason !== undefined).toBe(status === "deliberate difference");
    if (reason !== undefined) expect(reason).toMatch(/^[A-Z].*\.$/s);
  });

  it("calls nothing known that has no source, and nothing assumed that is the mock's own", () => {
    for (const { source, status } of behaviours) {
      if (source.startsWith("no public source")) expect(status).toBe("assumed");
      if (source.startsWith("the mock's own")) expect(status).toBe("deliberate difference");
    }
  });

  it("says nothing twice", () => {
    const whats = [...behaviours, ...ABSENCES].map(({ what }) => what.toLowerCase());
    expect(whats.filter((what, index) => whats.indexOf(what) !== index)).toEqual([]);
    const titles = LEDGER.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it("has every rule, every error text and every switch of every profile", () => {
    const whats = behaviours.map(({ what }) => what);
    for (const { enforces } of RULES) expect(whats).toContain(enforces);
    for (const [code, { description }] of Object.entries(OAUTH_ERRORS)) {
      expect(whats.some((what) => what.includes(code) && what.includes(description))).toBe(true);
    }
    for (const { name, settings } of Object.values(PROFILES)) {
      const own = whats.filter((what) => what.startsWith(`${name}: `));
      expect(own).toHaveLength(Object.keys(settings).length);
    }
  });

  it("names every path that a merchant or a browser can call", () => {
    const { control: _, ...paths } = PATHS;
    const endpoints = LEDGER.flatMap((section) => section.endpoints);
    for (const endpoint of endpoints) expect(endpoint).toMatch(/^(GET|POST|DELETE) \/[^ ]+$/);
    const named = [...endpoints.map((endpoint) => endpoint.split(" ")[1])];
    const absent = ABSENCES.map(({ what }) => what).join();
    for (const path of Object.values(paths)) {
      expect(named.includes(path) || absent.includes(`${path}\``), path).toBe(true);
    }
  });

  it("says of what is absent where it is described", () => {
    for (const { what, source } of ABSENCES) {
      expect(what).toMatch(/\.$/);
      expect(source).toMatch(/^(FAQ: |dossier §)/);
      expect(source.split("; ").every(isKnownSource)).toBe(true);
      for (const section of citedSections(source)) expect(DOSSIER).toHaveProperty([section]);
    }
  });
});

describe("citedSections", () => {
  it.each([
    ["dossier §1.2, variant (c)", ["1.2"]],
    ["FAQ; dossier §1.7, §2.10; dossier §5, no more", ["1.7", "2.10", "5"]],
    ["RFC 6749 §3.1; the words are not known", []],
  ])("%s", (source, sections) => {
    expect(citedSections(source)).toEqual(sections);
  });
});

describe("docs/fidelity.md", () => {
  const document = fidelityDocument();

  it("explains every certainty and counts its behaviours", () => {
    for (const [certainty, meaning] of Object.entries(CERTAINTIES)) {
      const count = behaviours.filter(({ status }) => status === certainty).length;
      expect(count).toBeGreaterThan(0);
      expect(document).toMatch(
        new RegExp(`^\\| \\**${certainty}\\** \\| .+ \\| ${count} \\|$`, "m"),
      );
      expect(document).toContain(meaning);
    }
  });

  it("has a row for each behaviour and an entry for each absence", () => {
    const rows = document.split("\n").filter((line) => line.startsWith("| ")).length;
    const heads = LEDGER.length + 2;
    const cited = [...behaviours, ...ABSENCES].flatMap(({ source }) => citedSections(source));
    const explained = Object.keys(CERTAINTIES).length + new Set(cited).size;
    expect(rows).toBe(heads + explained + behaviours.length);
    expect(document.match(/^\* /gm)).toHaveLength(ABSENCES.length);
  });

  it("keeps code whole and lets no markup slip out of it", () => {
    for (const line of document.split("\n")) {
      const code = line.match(/`[^`]*`/g) ?? [];
      const plain = line.replace(/`[^`]*`/g, "").replaceAll("<br>", "");
      expect(plain, line).not.toContain("`");
      if (!line.startsWith("<!--")) expect(plain, line).not.toMatch(/[<>]/);
      for (const one of code) expect(one).not.toMatch(/[^\\]\|/);
    }
  });
});

describe("rulesTable", () => {
  it("has a row for each rule, with its questions", () => {
    const [, , ...rows] = rulesTable().split("\n");
    expect(rows).toHaveLength(RULES.length);
    for (const [index, { id, enforces, faq }] of RULES.entries()) {
      expect(rows[index]).toBe(`| \`${id}\` | ${enforces} | ${faq.join("<br>")} |`);
    }
  });
});
