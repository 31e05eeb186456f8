import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/**
 * What is wrong with a page in a browser: WCAG 2.2 AA by axe-core, a page wider than its window, targets that are
 * too small, and what a keyboard does not reach or does not show that it has reached.
 */

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * The rules that look at how a page is laid out. All others look at the document, which is the same at every
 * width: nothing is hidden by one (views.test.ts), so they are asked once.
 */
const LAYOUT = [
  "color-contrast",
  "link-in-text-block",
  "scrollable-region-focusable",
  "target-size",
];

/** The rules that look at colours; in the other theme nothing else differs. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** A desk, a phone, and the narrowest that has to work (WCAG 1.4.10). */
const WIDTHS = [1280, 390, 320];

/** Half as long as what axe-core exports; every page that is opened has to read it. */
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Has axe read in every page of the tab. */
export async function addAxe(page: Page): Promise<void> {
  await page.addInitScript({ content: await readFile(AXE, "utf8") });
}

/**
 * How much can be wrong with a page in a look: everything; all but the colours and what follows from its layout
 * alone, where only the language is another; or the colours.
 */
export type Look = "whole" | "language" | "colours";

/** Expects that nothing is wrong with the page that is open, at any width, with all details open. */
export async function expectAccessible(page: Page, label: string, look: Look): Promise<void> {
  await page.evaluate(`for (const each of document.querySelectorAll("details")) each.open = true`);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    expect.soft(await faultsOf(page, rulesFor(look, width)), `${label} at ${width} px`).toEqual({
      scrollWidth: width,
      violations: [],
      smallTargets: [],
      keyless: [],
    });
  }
}

/** What axe is asked; nothing where the sizes alone are looked at. */
function rulesFor(look: Look, width: number): object | null {
  if (look === "colours") return { runOnly: { type: "rule", values: COLOURS } };
  if (width !== WIDTHS[0]) {
    return look === "whole" ? { runOnly: { type: "rule", values: LAYOUT } } : null;
  }
  const without = Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }]));
  return { runOnly: TAGS, rules: look === "whole" ? {} : without };
}

/** A button or box smaller than 24 by 24 px is too small wherever it stands (WCAG 2.2, 2.5.8). */
function faultsOf(page: Page, asked: object | null): Promise<unknown> {
  const options = JSON.stringify({ ...asked, resultTypes: ["violations"] });
  return page.evaluate(`
    (${asked ? `axe.run(${options})` : "Promise.resolve({ violations: [] })"}).then(({ violations }) => ({
      scrollWidth: document.documentElement.scrollWidth,
      violations: violations.map(
        ({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")),
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
    }))`);
}
