const assert = require("node:assert/strict");
const { createServer } = require("node:net");
const { ConfigError, ControlError, startVippsLoginMock } = require("vipps-login-mock");

/** What `require` gives works, is the same for `import`, and leaves nothing open. */
async function main() {
  assert.equal((await import("vipps-login-mock")).ControlError, ControlError);
  // The schema library and YAML come with the first config; the pages' engine with the first page.
  await assert.rejects(startVippsLoginMock({ config: { userz: [] } }), ConfigError);
  const vipps = await startVippsLoginMock({ config: "config.yaml" });
  const box = await vipps.createSandbox();
  const { code } = await box.login({ user: "grace" });
  assert.equal(typeof code, "string");
  await assert.rejects(box.scenarios.add({ outcome: "cansel" }), ControlError);
  assert.equal((await vipps.fetch(`${box.controlUrl}/openapi.json`)).status, 200);
  const page = await vipps.fetch(
    `${box.issuer}oauth2/auth?client_id=${box.salesUnits[0].clientId}&response_type=code` +
      "&scope=openid&state=12345678&redirect_uri=http://localhost:3000/callback",
  );
  assert.match(await page.text(), /data-testid/);
  await vipps.close();
  await cannotStart();
}

/** The process ends by itself after starts that fail. */
async function cannotStart() {
  const other = createServer();
  await new Promise((listening) => other.listen(0, "127.0.0.1", listening));
  const { port } = other.address();
  await assert.rejects(startVippsLoginMock({ port }), { code: "EADDRINUSE" });
  await assert.rejects(startVippsLoginMock({ host: "0.0.0.0", port }), { code: "EADDRINUSE" });
  await assert.rejects(startVippsLoginMock({ autoLogin: "nobody" }), /nobody/);
  await assert.rejects(startVippsLoginMock({ signingKey: "no-such-file" }), /no-such-file/);
  await new Promise((closed) => other.close(closed));
}

void main().then(() => console.log("done"));
