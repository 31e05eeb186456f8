import { readdir } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "../support/chromium.ts";
import type { Picture, Worlds } from "./dashboard-models.ts";
import { assetsOf, closeWorlds, GALLERY, openWorlds, pictures } from "./dashboard-models.ts";
import { expectAccessible, openTab } from "./inspect.ts";

/** Every page of the dashboard in every state, in a real browser: wide and narrow, light and dark. */

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => closeWorlds(worlds));

test("every template of the dashboard is in the gallery, test/views/dashboard-models.ts", async () => {
  const names = await readdir(new URL("../../views/dashboard/", import.meta.url));
  const templates = names.flatMap((name) => /^(.+)\.hbs$/.exec(name)?.[1] ?? []);
  expect(Object.keys(GALLERY)).toEqual(expect.arrayContaining(templates));
});

test("every state is a page, and no two are the same", async () => {
  const own = await openWorlds();
  const all: Picture[] = [];
  for (const view of Object.keys(GALLERY)) all.push(...(await pictures(own, view)));
  await closeWorlds(own);
  for (const { label, html } of all) expect(html, label).toMatch(/^<!doctype html>[\s\S]+<h1>/);
  const seen = new Map(
    all.map(({ label, html }) => [html.replace(/data-version="[^"]*"/, ""), label]),
  );
  expect(new Set(seen.values()).size).toBe(all.length);
});

describeInChromium("the dashboard in Chromium", (browser) => {
  let tab: Page;
  beforeAll(async () => {
    tab = await openTab(browser());
    const assets = await assetsOf(worlds.full);
    await tab.route("**/*", (route) => {
      const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
      // Nothing will ever change: a stream that got this is not opened again (HTML, server-sent events).
      if (name === "changes") return route.fulfill({ status: 204 });
      const body = assets[name];
      return body === undefined
        ? route.fulfill({ contentType: "text/html; charset=utf-8" })
        : route.fulfill({ contentType: typeOf(name), body });
    });
    await tab.goto("http://vipps.localhost/");
  });
  afterAll(() => tab?.context().close());

  test.each(Object.keys(GALLERY))(
    "%s is accessible in every state, light and dark",
    async (view) => {
      for (const { label, path, html } of await pictures(worlds, view)) {
        await tab.evaluate(`history.replaceState(null, "", ${JSON.stringify(path)})`);
        await tab.setContent(html);
        await expectAccessible(tab, label, "whole");
      }
    },
  );
});

function typeOf(name: string): string {
  return name.endsWith(".css") ? "text/css" : "text/javascript";
}
