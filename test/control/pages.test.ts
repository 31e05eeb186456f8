import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cutPage, PAGE_BYTES } from "../../src/control/api/records.ts";
import type { KeptRequest } from "../../src/records/logged-request.ts";
import { ControlApi } from "../../src/sdk/control-api.ts";
import { insertAll, readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get, PATH } from "../support/wire.ts";

describe("a page", () => {
  /** Entries whose JSON has so many bytes each. */
  const entries = (...bytes: number[]) =>
    bytes.map((each, n) => ({
      id: `${n}`,
      text: "x".repeat(each - `{"id":"0","text":""}`.length),
    }));

  const idsOf = async (items: readonly { readonly id: string }[], limit = 10) => {
    const page = await cutPage(
      items,
      limit,
      ({ id }) => id,
      (item) => item,
    );
    return { ids: page.items.map(({ text }) => JSON.parse(text).id), next: page.next };
  };

  it("ends with the last record, and has no next page then", async () => {
    expect(await idsOf([])).toEqual({ ids: [] });
    expect(await idsOf(entries(100, 100))).toEqual({ ids: ["0", "1"] });
    expect(await idsOf(entries(100, 100), 2)).toEqual({ ids: ["0", "1"] });
  });

  it("ends after as many records as were asked for", async () => {
    expect(await idsOf(entries(100, 100, 100), 2)).toEqual({ ids: ["0", "1"], next: "1" });
  });

  it("ends before it has too many bytes", async () => {
    const half = PAGE_BYTES / 2;
    expect(await idsOf(entries(half, half))).toEqual({ ids: ["0", "1"] });
    expect(await idsOf(entries(half, half, 100))).toEqual({ ids: ["0", "1"], next: "1" });
    expect(await idsOf(entries(half, half + 1))).toEqual({ ids: ["0"], next: "0" });
    const wide = { id: "1", text: "ø".repeat(half / 2) };
    expect(await idsOf([...entries(half), wide])).toEqual({ ids: ["0"], next: "0" });
  });

  it("has one record, however large that is", async () => {
    expect(await idsOf(entries(PAGE_BYTES + 1))).toEqual({ ids: ["0"] });
    expect(await idsOf(entries(PAGE_BYTES + 1, 100))).toEqual({ ids: ["0"], next: "0" });
  });
});

describe("a list of large records", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
    await get(mock, PATH.jwks);
    const [one] = await readAll(mock.sandbox.store.requests);
    const body = { text: "x".repeat(64 * 1024) };
    const large = Array.from({ length: 200 }, (_, n) => ({
      ...(one as KeptRequest),
      id: `large-${n}` as KeptRequest["id"],
      sent: { url: "http://localhost/", request: { headers: {}, body } },
    }));
    await insertAll(mock.sandbox.store.requests, large);
  });
  afterEach(() => mock.close());

  it("comes in pages of some megabytes, which are the whole list together", async () => {
    const ids: string[] = [];
    for (let after = ""; ; ) {
      const query = `?limit=1000${after}`;
      const { body } = await call(mock, "GET", `/requests${query}`);
      expect(JSON.stringify(body).length).toBeLessThan(PAGE_BYTES + 100);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.next === undefined) break;
      after = `&after=${body.next}`;
    }
    expect(ids).toHaveLength(201);
    expect(new Set(ids).size).toBe(201);
  });

  it("is whole for the library, also where it asks for so many", async () => {
    const fetch = async (url: string) => {
      const response = await mock.app.inject({ url, headers: { host: "localhost:4747" } });
      return new Response(response.body, { headers: { "content-type": "application/json" } });
    };
    const api = new ControlApi("/mock/api", fetch, undefined);
    expect(await api.list(["requests"])).toHaveLength(201);
    expect(await api.list(["requests"], { limit: 150 })).toHaveLength(150);
  });
});
