import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Door } from "../../src/control/door.ts";
import type { SandboxId } from "../../src/records/ids.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Got } from "../support/dashboard.ts";
import { page } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";

const cookieOf = ({ headers }: Got) => String(headers["set-cookie"]).split(";")[0] ?? "";

const STRANGER = { remoteAddress: "192.0.2.7" };

describe("people at a mock with a control token", () => {
  let mock: Mock;
  let door: Door;
  beforeEach(async () => {
    const store = createMemoryStore();
    door = new Door("the token", store, () => NOON);
    mock = await startMock({}, { store, control: { open: false, token: "the token", door } });
  });
  afterEach(() => mock.close());

  const enter = (code: string, to = "") =>
    page(mock, "/mock/enter", { ...STRANGER, form: { code, to } });

  it("are shown the way in by every page", async () => {
    const closed = await page(mock, "/mock/log?refused=true", STRANGER);
    expect(closed.status).toBe(401);
    expect(closed.html).toContain('href="./enter?to&#x3D;log%3Frefused%3Dtrue"');
    expect((await page(mock, "/mock/enter", STRANGER)).text("enter")).toBe("Get in");
  });

  it.each(["the token", "a code"])("get in with %s, and only to pages", async (how) => {
    const entered = await enter(how === "a code" ? await door.makeCode() : how, "log");
    expect([entered.status, entered.headers["location"]]).toEqual([303, "log"]);
    expect(entered.headers["set-cookie"]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookieOf(entered) };
    expect((await page(mock, "/mock/log", { ...STRANGER, headers })).status).toBe(200);
    expect((await page(mock, "/s/default/mock", { ...STRANGER, headers })).status).toBe(200);
    const api = await page(mock, "/mock/api/users", { ...STRANGER, headers });
    expect(api.status).toBe(401);
  });

  it("do not get in with anything else, and are told why", async () => {
    const code = await door.makeCode();
    expect((await enter(code)).status).toBe(303);
    for (const wrong of [code, "", "The token", "x".repeat(10_000)]) {
      const refused = await enter(wrong);
      expect(refused.status).toBe(401);
      expect(refused.text("problem")).toContain("neither the control token nor a code");
      expect(refused.headers["set-cookie"]).toBeUndefined();
    }
    expect(JSON.stringify(mock.log)).not.toContain(code);
  });

  it("go where they wanted after a mistake, in any alphabet", async () => {
    const to = "phone?user=łada&x=é";
    const refused = await enter("a typo", to);
    expect(refused.html).toContain(
      `name="to" value="${to.replace("&", "&amp;").replaceAll("=", "&#x3D;")}"`,
    );
    const code = await door.makeCode();
    expect((await enter(code, to)).headers["location"]).toBe("phone?user=%C5%82ada&x=%C3%A9");
    const overview = await enter("the token", "../mock?unit=100002");
    expect(overview.headers["location"]).toBe("../mock?unit=100002");
  });

  it("look at every sandbox with what they got in one", async () => {
    await mock.sandboxes.create({ id: "box" as SandboxId });
    const form = { code: await door.makeCode() };
    const entered = await page(mock, "/s/box/mock/enter", { ...STRANGER, form });
    expect(entered.headers["set-cookie"]).toContain("; Path=/;");
  });

  it.each([
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "../../evil",
    "javascript:x",
  ])("are sent nowhere else: %s", async (to) => {
    expect((await enter("the token", to)).headers["location"]).toBe("../mock");
  });

  it("cannot be sent in by a page of another site", async () => {
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const sent = await page(mock, "/mock/enter", { form: { code: "the token" }, headers });
    expect(sent.status).toBe(403);
    expect(sent.headers["set-cookie"]).toBeUndefined();
  });
});

it("a mock without a control token asks nobody for one", async () => {
  const mock = await startMock();
  expect((await page(mock, "/mock/enter")).html).toContain("asks for no token");
  await mock.close();
});

describe("a mock with a public URL on another path", () => {
  it.each([
    ["localhost:4747", "Path=/; HttpOnly; SameSite=Strict"],
    ["pub.example", "Path=/vipps; HttpOnly; Secure; SameSite=Strict"],
  ])("lets in and tells what was done at the host that asked: %s", async (host, attributes) => {
    const store = createMemoryStore();
    const door = new Door("the token", store, () => NOON);
    const mock = await startMock(
      {},
      {
        store,
        pinned: { publicUrl: "https://pub.example/vipps" },
        control: { open: false, token: "the token", door },
      },
    );
    onTestFinished(() => mock.close());
    const headers = { host, origin: `http://${host}` };
    const entered = await page(mock, "/mock/enter", { form: { code: "the token" }, headers });
    expect(entered.headers["set-cookie"]).toContain(attributes);
    const cookie = cookieOf(entered);
    const sent = await page(mock, "/s/default/mock/log", {
      form: {},
      headers: { ...headers, cookie },
    });
    expect(sent.headers["set-cookie"]).toContain(attributes);
    expect((await page(mock, "/mock/log", { headers: { ...headers, cookie } })).status).toBe(200);
  });
});
