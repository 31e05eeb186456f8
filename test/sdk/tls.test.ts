import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StartOptions, VippsLoginMock } from "../../src/index.ts";
import { connect, startVippsLoginMock } from "../../src/index.ts";
import { openMock } from "../../src/sdk/fixtures.ts";
import { certificateFiles, temporaryDirectory } from "../support/certificates.ts";

/** https with the library: its own mock, and one that runs elsewhere. */

const dir = join(await temporaryDirectory(), "tls");
const config = {};
const REAL = "https://api.vipps.no";

describe("a mock in this process that serves https", () => {
  let vipps: VippsLoginMock;
  beforeAll(async () => {
    vipps = await startVippsLoginMock({ config, tls: { dir, hosts: ["api.vipps.no"] } });
  });
  afterAll(() => vipps.close());

  it("says where, and which CA to trust", async () => {
    const { url } = vipps.tls ?? { url: "" };
    expect(url).toMatch(/^https:\/\/localhost:\d+$/);
    expect(vipps.tls).toEqual({
      url,
      issuer: `${url}/access-management-1.0/access/`,
      discoveryUrl: `${url}/access-management-1.0/access/.well-known/openid-configuration`,
      controlUrl: `${url}/mock/api`,
      caFile: join(dir, "ca.pem"),
    });
    expect(vipps.url).toMatch(/^http:\/\/localhost:\d+$/);
    const document = await vipps.fetch(vipps.tls?.discoveryUrl ?? "");
    expect(await document.json()).toMatchObject({ issuer: vipps.tls?.issuer });
  });

  it("says the same of a sandbox", async () => {
    const box = await vipps.createSandbox({ id: "checkout-7" });
    expect(box.tls?.url).toBe(`${vipps.tls?.url}/s/checkout-7`);
    const document = await vipps.fetch(box.tls?.discoveryUrl ?? "");
    expect(await document.json()).toMatchObject({ issuer: box.tls?.issuer });
    await box.delete();
  });

  it("is reached from elsewhere with its CA", async () => {
    const { url = "", caFile } = vipps.tls ?? {};
    const remote = await connect(url, { caFile }).refresh();
    expect(remote.issuer).toBe(`${url}/access-management-1.0/access/`);
    expect((await remote.login({ user: "ada" })).code).toEqual(expect.any(String));
    await expect(remote.fetch(remote.discoveryUrl)).resolves.toMatchObject({ status: 200 });
  });

  it("is not reached without, and what to do is said", async () => {
    await expect(connect(vipps.tls?.url ?? "").refresh()).rejects.toThrow(
      /cannot be reached at https:.*\. Trust the mock's CA: give its file to connect\(\) as caFile, or/,
    );
    const caFile = join(dir, "none.pem");
    await expect(connect(vipps.tls?.url ?? "", { caFile }).refresh()).rejects.toThrow(/none\.pem/);
  });

  it("is what the fixtures of test runners reach, by the CA that is kept", async () => {
    const env = { VIPPS_LOGIN_MOCK_URL: vipps.tls?.url, VIPPS_LOGIN_MOCK_TLS_DIR: dir };
    expect((await openMock({}, env)).issuer).toBe(vipps.tls?.issuer);
  });

  it.each(["here", "elsewhere"])(
    "logs somebody in who was sent to a name of the real service that it was given: %s",
    async (where) => {
      const { url = "", caFile } = vipps.tls ?? {};
      const mock = where === "here" ? vipps : connect(url, { caFile });
      const { salesUnits } = await vipps.refresh();
      const query = new URLSearchParams({
        response_type: "code",
        client_id: salesUnits[0]?.clientId ?? "",
        redirect_uri: "http://localhost:3000/callback",
        scope: "openid",
        state: `state-of-the-test-${where}`,
      });
      const path = `/access-management-1.0/access/oauth2/auth?${query}`;
      expect(await mock.login({ user: "ada", url: `${REAL}${path}` })).toMatchObject({
        state: `state-of-the-test-${where}`,
      });
      const other = `https://apitest.vipps.no${path}`;
      await expect(mock.login({ user: "ada", url: other })).rejects.toThrow(
        /is a login at the real service; .*, or start the mock with --tls-hosts apitest\.vipps\.no/,
      );
    },
  );
});

it("serves https with a certificate of your own, on a port of your choice", async () => {
  const { cert, key, ca } = await certificateFiles(await temporaryDirectory(), ["localhost"]);
  const first = await startVippsLoginMock({ config, tls: { cert, key, port: 0 } });
  expect(first.tls).not.toHaveProperty("caFile");
  expect(await connect(first.tls?.url ?? "", { caFile: ca }).refresh()).toBeDefined();
  const port = Number(new URL(first.tls?.url ?? "").port);
  await expect(startVippsLoginMock({ config, tls: { cert, key, port } })).rejects.toThrow(
    `Port ${port} is already in use. Stop what listens there, or choose another with the option "tls.port".`,
  );
  await first.close();
});

it("serves no https unless it is asked for", async () => {
  for (const tls of [undefined, false]) {
    const vipps = await startVippsLoginMock({ config, tls });
    expect(vipps.tls).toBeUndefined();
    await vipps.close();
  }
});

it("takes the port after the one for http", async () => {
  const free = await startVippsLoginMock({ config });
  const port = Number(new URL(free.url).port);
  await free.close();
  // The next one may be taken, which is told; another mock may have taken the first meanwhile.
  const started = startVippsLoginMock({ config, port, tls: { dir } });
  const found = await started.then(
    async (vipps) => {
      await vipps.close();
      return vipps.tls?.url;
    },
    (error: Error) => error.message,
  );
  expect(found).toMatch(new RegExp(`:${port + 1}$|Port (${port}|${port + 1}) is already in use`));
});

it("refuses what it cannot do, all at once", async () => {
  const options = {
    listen: false,
    seed: -1,
    tls: {
      hosts: ["*.vipps.no", 7, "api.vipps.no"],
      port: "443",
      cert: "no-cert.pem",
      hots: "x",
    },
  };
  await expect(startVippsLoginMock(options as unknown as StartOptions)).rejects.toMatchObject({
    problems: [
      { path: "seed" },
      { path: "tls.hosts[0]", message: expect.stringContaining("is a wildcard") },
      { path: "tls.hosts[1]", message: "expected a host, got the number 7" },
      { path: "tls.port", message: 'expected the number 443, got the string "443"' },
      { path: "tls.hots", closest: "hosts" },
      { path: "tls.cert", message: "needs tls.key, the file of its other half" },
      { path: "tls.cert", message: "no-cert.pem: there is no such file; check the path" },
      { path: "tls", message: "https needs a socket; leave one of tls and listen: false out" },
    ],
  });
  for (const tls of [7, "yes", null, []]) {
    const refused = startVippsLoginMock({ tls } as unknown as StartOptions);
    await expect(refused).rejects.toThrow("tls: expected true, false or an object, got");
  }
});
