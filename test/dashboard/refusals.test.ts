import type { InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { HOST } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const HTML = "text/html,application/xhtml+xml";
const FORM = "application/x-www-form-urlencoded";
const FOREIGN = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };

type Sent = Pick<InjectOptions, "method" | "url" | "payload" | "headers">;

const REFUSED: readonly [what: string, status: number, sent: Sent][] = [
  ["a form that is too long", 413, post(FORM, `a=${"x".repeat(64 * 1024)}`)],
  ["a body of another type", 415, post("text/csv", "a,b")],
  ["a body that is no text", 400, post(FORM, Buffer.from([0x61, 0x3d, 0xff]))],
  ["a page of another site", 403, { ...post(FORM, "", "/mock/enter"), headers: FOREIGN }],
  ["a name that is none", 404, { url: "/mock/nothing" }],
  ["a method that is none", 405, { url: "/mock/live.js", method: "POST" }],
  ["a sandbox that is none", 404, { url: "/s/none/mock/log" }],
  ["a path that cannot be read", 400, { url: "/mock/log/%ff" }],
];

function post(type: string, payload: string | Buffer, url = "/mock/lab/clock"): Sent {
  return { method: "POST", url, payload, headers: { "content-type": type } };
}

const send = ({ headers, ...sent }: Sent, accept: string) =>
  mock.app.inject({ ...sent, headers: { host: HOST, ...headers, accept } });

describe("a refusal below /mock", () => {
  it.each(REFUSED)("is a page for people: %s", async (_, status, sent) => {
    const { statusCode, headers, body } = await send(sent, HTML);
    expect([statusCode, headers["content-type"]]).toEqual([status, "text/html; charset=utf-8"]);
    expect(body).toContain('data-testid="problem"');
    expect(body).toContain("this is a mock for testing");
    for (const [, path = ""] of body.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (path.startsWith("data:")) continue;
      const { pathname } = new URL(path, `http://localhost${sent.url}`);
      expect((await mock.app.inject(pathname)).statusCode, pathname).toBe(200);
    }
  });

  it.each(REFUSED)("is no page for programs: %s", async (_, status, sent) => {
    const { statusCode, headers } = await send(sent, "*/*");
    expect(statusCode).toBe(status);
    expect(headers["content-type"]).not.toContain("html");
  });

  it("is what it was at the control API", async () => {
    const { headers } = await send({ url: "/mock/api/nothing" }, HTML);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
  });
});

describe("an address without its last name", () => {
  it.each([
    ["/mock/log/", "/mock/log"],
    ["/mock/portal/people/", "/mock/portal/people"],
    ["/s/default/mock/portal/people/", "/s/default/mock/portal/people"],
  ])("is the list: %s", async (path, list) => {
    const { status, headers } = await page(mock, path);
    const { pathname } = new URL(String(headers["location"]), `http://localhost${path}`);
    expect([status, pathname]).toEqual([303, list]);
  });

  it("is nothing for a form", async () => {
    const form = { action: "remove", id: "" };
    const { status, text } = await page(mock, "/mock/lab/faults", { form });
    expect([status, text("problem")]).toEqual([404, "Nothing is asked for: there is no name."]);
  });
});
