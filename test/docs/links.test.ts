import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import type { Page } from "./pages.ts";
import { PAGES, ROOT } from "./pages.ts";

/** The links between the pages lead somewhere, in the package as in the checkout. */

/** A page without its blocks of code, where `#` begins a comment and `[a](b)` is no link. */
function proseOf({ text }: Page): string {
  return text.replace(/^ *```.*?^ *```$/gms, "");
}

/** The anchors of a page: those of its headings, as GitHub makes them, and those that it sets. */
function anchorsOf(page: Page): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => slug(title));
  const numbered = headings.map((anchor, index) => {
    const before = headings.slice(0, index).filter((one) => one === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  const set = [...page.text.matchAll(/<a id="([^"]+)">/g)].map(([, anchor = ""]) => anchor);
  return new Set([...numbered, ...set]);
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{Pc}\s-]/gu, "")
    .replaceAll(" ", "-");
}

/** Every link of a page to another place in the package: the path from the root, and the anchor. */
function linksOf(page: Page): (readonly [string, string | undefined])[] {
  const targets = [...proseOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
  return targets.map(([, target, anchor]) => [
    target ? posix.join(posix.dirname(page.path), target) : page.path,
    anchor,
  ]);
}

describe("the pages", () => {
  const anchors = new Map(PAGES.map((page) => [page.path, anchorsOf(page)]));
  const { files } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));

  it.each(PAGES.map((page) => [page.path, page] as const))(
    "link to what is there: %s",
    (_, page) => {
      for (const [target, anchor] of linksOf(page)) {
        expect(existsSync(`${ROOT}${target}`), target).toBe(true);
        expect(files, target).toContain(target.split("/", 1)[0]);
        if (anchor !== undefined)
          expect([...(anchors.get(target) ?? [])], target).toContain(anchor);
      }
    },
  );

  it("show pictures that are there, and small", () => {
    const shown = PAGES.flatMap(({ path, text }) =>
      [...text.matchAll(/<img src="([^"]+)"[^>]* alt="[^"]{20,}">/g)].map(([, src = ""]) =>
        posix.join(posix.dirname(path), src),
      ),
    );
    const all = PAGES.flatMap(({ text }) => text.match(/<img|!\[/g) ?? []);
    expect(shown.length).toBe(all.length);
    const pictures = readdirSync(`${ROOT}docs/images`).map((name) => `docs/images/${name}`);
    expect([...new Set(shown)].toSorted()).toEqual(pictures.toSorted());
    for (const picture of pictures) {
      expect(statSync(`${ROOT}${picture}`).size, picture).toBeLessThan(80 * 1024);
    }
  });

  it("can all be found from the README", () => {
    const [readme] = PAGES.filter(({ path }) => path === "README.md");
    const linked = readme === undefined ? [] : linksOf(readme).map(([target]) => target);
    const pages = PAGES.map(({ path }) => path).filter((path) => path !== "README.md");
    expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
  });
});
