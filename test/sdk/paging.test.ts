import { describe, expect, it } from "vitest";
import { ControlApi } from "../../src/sdk/control-api.ts";

/** A list of pages of two, in which a record can go while it is read. */
function listing(
  ids: string[],
  gone: "nothing" | 404,
  meanwhile: (call: number) => void = () => {},
) {
  let calls = 0;
  const fetch = async (url: string) => {
    meanwhile(++calls);
    const after = new URL(url).searchParams.get("after");
    const start = after === null ? 0 : ids.indexOf(after) + 1;
    if (after !== null && start === 0) {
      return gone === 404
        ? Response.json({ detail: "gone" }, { status: 404 })
        : Response.json({ items: [] });
    }
    const items = ids.slice(start, start + 2);
    const next = start + 2 < ids.length ? items.at(-1) : undefined;
    return Response.json({ items, next });
  };
  return new ControlApi("http://mock", fetch, undefined);
}

describe("a list that is read page by page", () => {
  it("is whole", async () => {
    expect(await listing(["a", "b", "c", "d", "e"], 404).list(["x"])).toEqual([..."abcde"]);
    expect(await listing(["a", "b", "c"], 404).list(["x"], { limit: 2 })).toEqual(["a", "b"]);
  });

  it.each(["nothing", 404] as const)(
    "is whole though the record at a border goes meanwhile (the server answers %s)",
    async (gone) => {
      const ids = ["a", "b", "c", "d", "e"];
      const api = listing(ids, gone, (call) => {
        if (call === 2) ids.splice(ids.indexOf("b"), 1);
      });
      expect(await api.list(["x"])).toEqual(["a", "c", "d", "e"]);
    },
  );

  it("ends where all that was to come goes meanwhile", async () => {
    const ids = ["a", "b", "c"];
    const api = listing(ids, "nothing", (call) => {
      if (call === 2) ids.splice(2, 1);
    });
    expect(await api.list(["x"])).toEqual(["a", "b"]);
  });

  it("fails when the list itself is not there", async () => {
    const fetch = async () => Response.json({ detail: "no sandbox" }, { status: 404 });
    const api = new ControlApi("http://mock", fetch, undefined);
    await expect(api.list(["x"])).rejects.toMatchObject({ status: 404 });
  });
});
