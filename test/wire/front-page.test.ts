import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get } from "../support/wire.ts";

describe("the front page", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
    await call(mock, "POST", "/sandboxes", { body: { id: "mine" } });
  });
  afterAll(() => mock.close());

  it.each([
    ["/", ""],
    ["/?a=b", ""],
    ["/mock", ""],
    ["/mock/", ""],
    ["/s/mine", "/s/mine"],
    ["/s/mine/", "/s/mine"],
    ["/s/mine/mock", "/s/mine"],
  ])("says at %s what this is, where everything is, and no secret", async (url, prefix) => {
    const response = await get(mock, url);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(response.headers["cache-control"]).toContain("no-store");
    const base = `http://${response.raw.req.headers.host}${prefix}`;
    expect(response.body).toContain("vipps-login-mock 0.0.0-test: a mock for testing, not Vipps\n");
    expect(response.body).toContain(`Issuer         ${base}/access-management-1.0/access/\n`);
    expect(response.body).toContain(`Control API    ${base}/mock/api\n`);
    expect(response.body).not.toContain("secret");
  });
});
