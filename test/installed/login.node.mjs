import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startVippsLoginMock } from "vipps-login-mock";

let vipps;
before(async () => {
  vipps = await startVippsLoginMock({ listen: false });
});
after(() => vipps.close());

test("logs somebody in", async () => {
  const { state } = await vipps.login({ user: "ada", state: "12345678" });
  assert.equal(state, "12345678");
});
