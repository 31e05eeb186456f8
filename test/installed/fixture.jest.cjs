const { test, expect } = require("vipps-login-mock/jest");

test("logs somebody in", async ({ vipps }) => {
  const { state } = await vipps.login({ user: "ada", state: "12345678" });
  expect(state).toBe("12345678");
});
