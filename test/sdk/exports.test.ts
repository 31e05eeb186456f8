import { describe, expect, it } from "vitest";

/** The bundler decides what is in which file. */
describe("the built library", () => {
  it.each([
    ["index.js", "index.ts"],
    ["index.mjs", "index.ts"],
    ["playwright.js", "playwright.ts"],
    ["fixtures.js", "sdk/fixtures.ts"],
  ])("exports in %s what its source does", async (built, source) => {
    const [there, here] = await Promise.all([
      import(new URL(`../../dist/${built}`, import.meta.url).href),
      import(new URL(`../../src/${source}`, import.meta.url).href),
    ]);
    const names = Object.keys(there).filter(
      (name) => !["default", "module.exports"].includes(name),
    );
    expect(names.sort()).toEqual(Object.keys(here).sort());
  });
});
