import { afterEach, expect, it } from "vitest";
import type { Project } from "../support/project.ts";
import { makeProject } from "../support/project.ts";

/** What Jest's `test` does beyond that of failing-tests.test.ts, with a mock in Jest's own process. */

let project: Project;
afterEach(() => project.remove());

/** Runs one file, and hands over what Jest said. */
async function run(tests: string): Promise<string> {
  project = await makeProject(["jest"], { "shop.test.js": tests });
  // Out of a link, our package looks like sources that have to be compiled.
  const argv = [
    "node_modules/jest/bin/jest.js",
    "--config",
    '{ "transform": {} }',
    "--testTimeout",
    "60000",
  ];
  const { output } = await project.run(argv, { VIPPS_LOGIN_MOCK_URL: "" });
  return output;
}

it("declares tests of every kind, each with what it needs", { timeout: 300_000 }, async () => {
  const output = await run(`
      const { expect, test } = require("vipps-login-mock/jest");
      const seen = {};
      test("own sandbox", async ({ vipps, vippsServer }) => {
        await vipps.addUser({ id: "grace" });
        expect((await fetch(vipps.discoveryUrl)).status).toBe(200);
        Object.assign(seen, { box: vipps, server: vippsServer });
      });
      test("another one at the same mock", async ({ vipps, vippsServer }) => {
        expect(vippsServer).toBe(seen.server);
        expect(vipps.users).not.toHaveProperty("grace");
        await expect(seen.box.refresh()).rejects.toMatchObject({ status: 404 });
      });
      test("removed by the test", ({ vipps }) => vipps.delete());
      test.skip("left out", () => { throw new Error("was not left out"); });
      test.failing("must fail", () => { throw new Error("as it must"); });
      const other = test.extend({
        vippsOptions: { profile: "2026" },
        vippsSandbox: { config: { users: [{ id: "grace" }] } },
      });
      other("other settings", async ({ vipps, vippsServer }) => {
        expect(vippsServer).not.toBe(seen.server);
        expect(Object.keys(vipps.users)).toEqual(["grace"]);
        expect((await vippsServer.settings.read()).profile).toBe("2026");
      });
    `);
  expect(output).toContain("Tests:       1 skipped, 5 passed, 6 total");
  expect(output).not.toContain("vipps-login-mock:");
});

it("explains a test that is out of time, and no other", { timeout: 300_000 }, async () => {
  const output = await run(
    `
    const { expect, test } = require("vipps-login-mock/jest");
    test("too slow", () => new Promise(() => {}), 3000);
    test("quick", async ({ vipps }) => expect(vipps.users.ada.givenName).toBe("Ada"));
    test("not chosen", () => { throw new Error("was not left out"); });
  `.replaceAll(/test\("(?!not)/g, 'test.only("'),
  );
  expect(output).toContain("Tests:       1 failed, 1 skipped, 1 passed, 3 total");
  expect(output).toContain("Exceeded timeout of 3000 ms");
  expect(output.match(/vipps-login-mock: No request came to the sandbox /g)).toHaveLength(1);
});
