import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { ControlError, connect, startVippsLoginMock } from "vipps-login-mock";

assert.equal(createRequire(import.meta.url)("vipps-login-mock").ControlError, ControlError);
const vipps = await startVippsLoginMock();
await assert.rejects(connect(vipps.url).sandbox("none"), ControlError);
const { code } = await vipps.login({ user: "ada" });
assert.equal(typeof code, "string");
await vipps.close();
console.log("done");
