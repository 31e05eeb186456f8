import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VippsLoginMock } from "../../../src/index.ts";
import { startVippsLoginMock } from "../../../src/index.ts";
import { PROBE_IDS } from "../../../src/rules/probes.ts";
import { APACHE, AUTHLIB, GO } from "../sites.ts";
import type { OpenApplication } from "./applications.ts";
import * as applications from "./applications.ts";

/**
 * What docs/go-live.md says of eight clients, each checked by the whole run. They wait for the real time, most of
 * all for a minute after the keys were fetched: so all of them do so at once.
 */

let vipps: VippsLoginMock;
beforeAll(async () => {
  vipps = await startVippsLoginMock();
});
afterAll(() => vipps.close());

/** By the name in the table, without its version. */
const CLIENTS: Readonly<Record<string, OpenApplication>> = {
  "openid-client": applications.openidClient,
  "Auth.js": applications.authJs,
  "Better Auth": applications.betterAuthPlugin,
  "passport-openidconnect": applications.passportOpenidconnect,
  "express-openid-connect": applications.expressOpenidConnect,
  Authlib: applications.site(AUTHLIB),
  mod_auth_openidc: applications.site(APACHE),
  "go-oidc": applications.site(GO),
};

const MISSING: Readonly<Record<string, boolean>> = {
  Authlib: !AUTHLIB.requirement.isInstalled,
  mod_auth_openidc: !APACHE.requirement.isInstalled,
  "go-oidc": !GO.requirement.isInstalled,
};

/** The rows of the table: the probes that each client fails, and those that it would be better to pass. */
const ROWS = readFileSync(new URL("../../../docs/go-live.md", import.meta.url), "utf8")
  .split("## Eight clients")[1]
  ?.matchAll(/^\| ([\w.-]+(?: Auth)?)[^|]* \|([^|]*)\|([^|]*)\|$/gm);
const TOLD = new Map(
  [...(ROWS ?? [])].map(([, name = "", failed = "", advice = ""]) => [
    name,
    { failed: probesIn(failed), advice: probesIn(advice) },
  ]),
);

function probesIn(cell: string): string[] {
  const named = [...cell.matchAll(/`([a-z0-9-]+)`/g)].map(([, id = ""]) => id);
  return PROBE_IDS.filter((id) => named.includes(id));
}

describe("the clients of docs/go-live.md", () => {
  test("are those that are checked", () => {
    expect([...TOLD.keys()].filter((name) => name !== "Client")).toEqual(Object.keys(CLIENTS));
  });

  for (const [name, open] of Object.entries(CLIENTS)) {
    const isSkipped = MISSING[name] === true && process.env["CI"] !== "true";
    const testOne = isSkipped ? test.skip : test.concurrent;
    testOne(
      `${name} does what is said of it`,
      async () => {
        const box = await vipps.createSandbox();
        const { login, close } = await open(box);
        try {
          const report = await box.checkClient(login, { salesUnit: "Shop", timeout: 10 });
          const having = (status: string) =>
            report.probes.filter((probe) => probe.status === status).map(({ id }) => id);
          const found = { failed: having("failed"), advice: having("advice") };
          expect(found, report.text).toEqual(TOLD.get(name));
          expect(report.status).toBe("finished");
        } finally {
          await close();
        }
      },
      300_000,
    );
  }
});
