import { ControlError } from "vipps-login-mock";
import { expect, test } from "vipps-login-mock/playwright";

test("logs somebody in", async ({ vipps, request }) => {
  const discovery = await request.get(vipps.discoveryUrl);
  expect(await discovery.json()).toMatchObject({ issuer: vipps.issuer });
  const wrong = vipps.scenarios.add({ outcome: "cansel" } as object);
  expect(await wrong.catch((error) => error)).toBeInstanceOf(ControlError);
});
