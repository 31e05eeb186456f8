const { ControlError, startVippsLoginMock } = require("vipps-login-mock");

let vipps;
beforeAll(async () => {
  vipps = await startVippsLoginMock({ config: {} });
});
afterAll(() => vipps.close());

test("logs somebody in", async () => {
  const box = await vipps.createSandbox();
  const { state } = await box.login({ user: "ada", state: "12345678" });
  expect(state).toBe("12345678");
  await expect(box.scenarios.add({ outcome: "cansel" })).rejects.toThrow(ControlError);
  await box.delete();
});
