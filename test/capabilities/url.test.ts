import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isUrl } from "../../src/platform/url.ts";

it.each([
  ["https://example.com/a", undefined, true],
  ["http://støtte.example.com/", undefined, true],
  ["http://exa mple.com/", undefined, false],
  ["http://", undefined, false],
  ["callback", undefined, false],
  ["callback", "http://localhost/mock/", true],
  ["log?q=ł", "http://localhost/mock/", true],
  ["//[", "http://localhost/mock/", false],
])("%j, seen from %j, is a URL: %s", (text, base, is) => {
  expect(isUrl(text, base)).toBe(is);
});

it("says the same however often it was asked", () => {
  for (let round = 0; round < 200_000; round += 1) isUrl(`http://a.example/${round % 7}`);
  expect(isUrl("http://støtte.example.com/")).toBe(true);
});

it("is asked everywhere in place of what Node has for that", () => {
  const root = fileURLToPath(new URL("../../src/", import.meta.url));
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  const others = names.filter(
    (name) => name.endsWith(".ts") && /canParse\(/.test(readFileSync(`${root}${name}`, "utf8")),
  );
  expect(others).toEqual([]);
});
