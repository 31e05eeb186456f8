import { ControlError } from "vipps-login-mock";
import { expect, test } from "vipps-login-mock/vitest";

test("logs somebody in", async ({ vipps }) => {
  const { state } = await vipps.login({ user: "ada", state: "12345678" });
  expect(state).toBe("12345678");
  const wrong = { outcome: "cansel" } as object;
  await expect(vipps.scenarios.add(wrong)).rejects.toBeInstanceOf(ControlError);
});
