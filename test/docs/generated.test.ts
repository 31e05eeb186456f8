import { describe, expect, it } from "vitest";
import { findStale, makeOutputs, withPart } from "../../scripts/outputs.ts";

describe("what is made from the code", () => {
  it("is on the disk as the code makes it; if not, run: npm run docs", async () => {
    expect((await findStale()).map(({ path }) => path)).toEqual([]);
  });

  it("is stale when it is missing or was changed by hand", async () => {
    expect((await findStale(async () => undefined)).map(({ path }) => path)).toEqual([
      "fixtures/config.schema.json",
      "docs/fidelity.md",
      "docs/sources.md",
      "docs/control-api.md",
      "docs/limits.md",
    ]);
    const outputs = await makeOutputs();
    const changed = async (path: string) => {
      const content = outputs.find((output) => output.path === path)?.content;
      return path === "docs/fidelity.md" ? `${content} ` : content;
    };
    expect((await findStale(changed)).map(({ path }) => path)).toEqual(["docs/fidelity.md"]);
  });

  it("cannot be written into a page without a place for it", async () => {
    await expect(makeOutputs(async () => "# README\n")).rejects.toThrow(
      "docs/users.md must have <!-- sales-units:begin --> and, below it, <!-- sales-units:end -->, each once",
    );
  });
});

describe("withPart", () => {
  const begin = "<!-- rules:begin -->";
  const end = "<!-- rules:end -->";

  it("puts a part between its markers and changes nothing else", () => {
    const text = `a\n${begin}\nold\n${end}\nb\n<!-- users:begin -->\nc\n<!-- users:end -->\n`;
    const next = withPart("a.md", text, "rules", "| new $& |");
    expect(next).toBe(
      `a\n${begin}\n\n| new $& |\n\n${end}\nb\n<!-- users:begin -->\nc\n<!-- users:end -->\n`,
    );
    expect(withPart("a.md", next, "rules", "| new $& |")).toBe(next);
  });

  it.each([
    ["no marker", "a"],
    ["no end", `a${begin}b`],
    ["no begin", `a${end}b`],
    ["the wrong order", `${end}a${begin}`],
    ["two begins", `${begin}${begin}a${end}`],
    ["two ends", `${begin}a${end}${end}`],
    ["an end before", `${end}${begin}a${end}`],
    ["two parts", `${begin}a${end}${begin}a${end}`],
  ])("refuses %s", (_, text) => {
    expect(() => withPart("a.md", text, "rules", "x")).toThrow(`a.md must have ${begin} and`);
  });
});
