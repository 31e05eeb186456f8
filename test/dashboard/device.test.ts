import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Door } from "../../src/control/door.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { page } from "../support/dashboard.ts";
import type { Mock, MockOptions } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";

const OPEN = "/mock/device?user=ada";

describe("a phone on a real device", () => {
  let mock: Mock;
  const start = async (options: MockOptions = {}) => {
    mock = await startMock({}, { servers: 1, ...options });
  };
  afterEach(() => mock.close());

  async function startWithToken() {
    const store = createMemoryStore();
    const door = new Door("t", store, () => NOON);
    await start({
      store,
      control: { open: false, token: "t", door },
      pinned: { publicUrl: "https://vipps.example.com/base/" },
    });
    const headers = { cookie: `vipps-login-mock-pass=${await door.enter("t")}` };
    return { store, door, headers };
  }

  it("cannot reach a mock that listens on this machine alone, which says how it could", async () => {
    await start();
    await mock.app.listen({ host: "127.0.0.1", port: 0 });
    const { status, text } = await page(mock, OPEN);
    expect([status, text("qr")]).toEqual([200, undefined]);
    expect(text("obstacle")).toContain("--host 0.0.0.0 --control-token");
  });

  it("gets no code where it could not look", async () => {
    await start({ pinned: { publicUrl: "https://vipps.example.com" } });
    const { text } = await page(mock, OPEN);
    expect(text("obstacle")).toContain("Start it with --control-token");
  });

  it("gets a code that lets it in, once, to this user's phone", async () => {
    const { door, headers } = await startWithToken();
    const asked = await page(mock, OPEN, { headers });
    expect([asked.text("make"), asked.text("address")]).toEqual(["Make a code", undefined]);
    const { text } = await page(mock, OPEN, { headers, form: {} });
    const [address, code = ""] = text("address")?.split("#") ?? [];
    expect(address).toBe("https://vipps.example.com/base/mock/enter?to=phone%3Fuser%3Dada");
    expect(await door.enter(code)).toBeDefined();
    expect(await door.enter(code)).toBeUndefined();
  });

  it("makes no code by being looked at", async () => {
    const { store, headers } = await startWithToken();
    await page(mock, OPEN, { headers });
    await mock.app.inject({ method: "HEAD", url: OPEN, headers });
    expect(await store.entryCodes.get()).toBeUndefined();
  });

  it("is led there at once where everybody may look, in a sandbox too", async () => {
    await start({ control: { open: true } });
    await mock.app.listen({ host: "0.0.0.0", port: 0 });
    const { port } = mock.app.server.address() as AddressInfo;
    const shown = await page(mock, "/s/default/mock/device?user=4712345678");
    // A machine without any network has no address that others know.
    const address = shown.text("address");
    if (address === undefined) expect(shown.text("obstacle")).toContain("--host");
    else
      expect(address).toMatch(
        new RegExp(`^http://[\\d.]+:${port}/s/default/mock/phone\\?user=ada$`),
      );
  });

  it("asks whose it is where nobody said so", async () => {
    await start();
    const { status, headers } = await page(mock, "/mock/device");
    expect([status, headers["location"]]).toEqual([303, "./phone"]);
  });

  it("is nobody's where there is no such user", async () => {
    await start();
    const { status, text } = await page(mock, "/mock/device?user=nobody");
    expect([status, text("problem")]).toEqual([404, expect.stringContaining("nobody")]);
  });
});
