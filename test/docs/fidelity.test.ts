import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { ABSENCES } from "../../fidelity/absent.ts";
import { LEDGER } from "../../fidelity/ledger.ts";
import type { SourceName } from "../../fidelity/sources.ts";
import { partsOf, SOURCES, sourceOf } from "../../fidelity/sources.ts";
import { linked } from "../../scripts/sources.ts";
import { FAQ } from "../../src/records/faq.ts";
import { PATHS } from "../../src/request/addresses.ts";
import { titlesIn } from "./titles.ts";

/** What the ledger claims can be looked up: its sources, its tests, its endpoints. */

const behaviours = LEDGER.flatMap((section) => section.behaviours);
const questions: readonly string[] = Object.values(FAQ);

const ROOT = new URL("../../", import.meta.url);

function readText(path: string): Promise<string> {
  return readFile(new URL(path, ROOT), "utf8");
}

/** Every text in a folder, with its path. */
async function textsIn(folder: string) {
  const entries = await readdir(new URL(folder, ROOT), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(ts|mts|js|mjs|md|json|yaml|hbs|css)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => !/\/(node_modules|dist)\//.test(path));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, "utf8") })));
}

/** What a source may begin with; remarks may follow. */
function isKnownSource(part: string): boolean {
  if (part.startsWith("FAQ: ")) return questions.includes(part.slice("FAQ: ".length));
  return sourceOf(part) !== undefined || /^(no public source|the mock's own)$/.test(part);
}

describe("the fidelity ledger", () => {
  it("cites sources that exist", () => {
    for (const { source } of [...behaviours, ...ABSENCES]) {
      const [first = "", ...others] = partsOf(source);
      const named = others.filter((part) => /^(FAQ|RFC|OpenID|CIBA)\b/.test(part));
      for (const part of [first, ...named]) expect(isKnownSource(part), part).toBe(true);
    }
  });

  it("leads from every source that it names to a place in sources.md", async () => {
    const page = await readText("docs/sources.md");
    const anchors = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, anchor]) => anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
    const ledger = await readText("docs/fidelity.md");
    const links = [...ledger.matchAll(/\]\(sources\.md#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(behaviours.length / 2);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
    const unlinked = behaviours.filter(({ source, status }) => {
      const isOurs = status === "assumed" || source.startsWith("the mock's own");
      return !isOurs && !linked(source).includes("](sources.md#");
    });
    expect(unlinked.map(({ what }) => what)).toEqual([]);
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

describe("the sources", () => {
  it("are all cited: in the ledger, or in a comment or a diagnosis of the code", async () => {
    const code = await textsIn("src");
    const cited = [...behaviours, ...ABSENCES].flatMap(({ source }) =>
      partsOf(source).map(sourceOf),
    );
    const unused = (Object.keys(SOURCES) as SourceName[]).filter(
      (name) => !cited.includes(name) && !code.some(({ text }) => text.includes(name)),
    );
    expect(unused).toEqual([]);
  });

  it("have an address each of their own", () => {
    const addresses = Object.values(SOURCES).map(({ url }) => url);
    expect(addresses.filter((url) => !URL.canParse(url))).toEqual([]);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it("are named so that a reader can open them: no text cites what is not published", async () => {
    const unpublished = new RegExp(["dos", "sier"].join(""), "i");
    const folders = ["src", "test", "fidelity", "scripts", "docs", "examples", "bench", "views"];
    const texts = (await Promise.all(folders.map(textsIn))).flat();
    const whole = [...texts, { path: "README.md", text: await readText("README.md") }];
    expect(whole.filter(({ text }) => unpublished.test(text)).map(({ path }) => path)).toEqual([]);
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
        "leads from every source that it names to a place in sources.md",
        "calls nothing known that has no source, and nothing assumed that is the mock's own",
        "names for each behaviour a test that exists",
        "says nothing twice",
        "has a section for every path that a merchant or a browser can call",
        "the sources",
        "are all cited: in the ledger, or in a comment or a diagnosis of the code",
        "have an address each of their own",
        "are named so that a reader can open them: no text cites what is not published",
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
