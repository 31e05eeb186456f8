import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

/**
 * What is wrong with a page in a browser: WCAG 2.2 AA by axe-core, a page wider than its window, targets that are
 * too small, and what a keyboard does not reach or does not show that it has reached.
 */

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * The rules that look at where things are. All others look at the document and at how things look, which are the
 * same at every width (views.test.ts), so they are asked once.
 */
const LAYOUT = ["scrollable-region-focusable", "target-size"];

/** The rules that look at colours; in the other theme nothing else differs. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** A desk, a phone, and the narrowest that has to work (WCAG 1.4.10). */
const WIDTHS = [1280, 390, 320];

/** Half as long as what axe-core exports; every page that is opened has to read it. */
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** How much can be wrong with a page: everything, or what is another in another language. */
export type Look = "whole" | "language";

/**
 * A tab whose pages axe looks at, in a context where nothing moves. To read axe takes longer than to show a page, and a
 * browser learns to run it fast: so tests load one document, and set what is in it (`setContent`) from page to page.
 */
export async function openTab(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const tab = await context.newPage();
  await tab.addInitScript({ content: await readFile(AXE, "utf8") });
  return tab;
}

/** Expects that nothing is wrong with the page that is open, at any width and in both themes, with all details open. */
export async function expectAccessible(page: Page, label: string, look: Look): Promise<void> {
  await page.evaluate(`for (const each of document.querySelectorAll("details")) each.open = true`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    for (const { theme, rules } of asked(look, width)) {
      await page.emulateMedia({ colorScheme: theme });
      expect
        .soft(await violationsOf(page, rules), `${label}, ${theme}, at ${width} px`)
        .toEqual([]);
    }
    expect.soft(await sizesOf(page), `${label} at ${width} px`).toEqual({
      scrollWidth: width,
      smallTargets: [],
      keyless: [],
    });
  }
}

interface Asked {
  readonly theme: "light" | "dark";
  /** For axe. */
  readonly rules: object;
}

function asked(look: Look, width: number): readonly Asked[] {
  if (width !== WIDTHS[0]) return look === "whole" ? [{ theme: "light", rules: only(LAYOUT) }] : [];
  if (look === "whole") {
    return [
      { theme: "light", rules: { runOnly: TAGS } },
      { theme: "dark", rules: only(COLOURS) },
    ];
  }
  const withoutColours = Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }]));
  return [{ theme: "light", rules: { runOnly: TAGS, rules: withoutColours } }];
}

function only(values: readonly string[]): object {
  return { runOnly: { type: "rule", values } };
}

function violationsOf(page: Page, rules: object): Promise<unknown> {
  const options = JSON.stringify({ ...rules, resultTypes: ["violations"] });
  return page.evaluate(`
    axe.run(${options}).then(({ violations }) => violations.map(
      ({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
}

/** A button or box smaller than 24 by 24 px is too small wherever it stands (WCAG 2.2, 2.5.8). */
function sizesOf(page: Page): Promise<unknown> {
  return page.evaluate(`
    ({
      scrollWidth: document.documentElement.scrollWidth,
      smallTargets: [...document.querySelectorAll("button, input:not([type=hidden]), select, summary")]
        .filter((element) => element.checkVisibility())
        .filter((element) => {
          const { width, height } = element.getBoundingClientRect();
          return width < 24 || height < 24;
        })
        .map((element) => element.outerHTML),
      keyless: [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter((element) => element.checkVisibility() && !element.disabled)
        .filter((element) => {
          element.focus();
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const isShown = outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
          return document.activeElement !== element || element.tabIndex !== 0 || !isShown;
        })
        .map((element) => element.outerHTML),
    })`);
}
