import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import { temporaryDirectory } from "../support/certificates.ts";
import { launchChromium, wholeChromium } from "../support/chromium.ts";
import { runProgram } from "../support/program.ts";
import { debian, describeWith } from "../support/requirement.ts";
import { confirmInApp, press, typePhoneNumber } from "./person.ts";

/** A browser that trusts the local CA, as a person has it do, and knows the mock by the real service's name. */

const certutil = debian("certutil", "libnss3-tools", "/usr/bin/certutil");
const both = {
  name: "Chromium and certutil",
  install: "apt-get install chromium libnss3-tools",
  isInstalled: wholeChromium.isInstalled && certutil.isInstalled,
};

const CALLBACK = "http://localhost:3000/callback";

describeWith(both, "Chromium over https", () => {
  const browsers: Browser[] = [];
  let vipps: VippsLoginMock;
  let home: string;
  const directory = temporaryDirectory();

  beforeAll(async () => {
    home = await directory;
    const dir = join(home, "tls");
    vipps = await startVippsLoginMock({ config: {}, tls: { dir, hosts: ["api.vipps.no"] } });
    const database = join(home, ".pki/nssdb");
    await mkdir(database, { recursive: true });
    const add = ["-A", "-t", "C,,", "-n", "vipps-login-mock", "-i", vipps.tls?.caFile ?? ""];
    for (const argv of [["-N", "--empty-password"], add]) {
      const { code, err } = await runProgram("certutil", ["-d", `sql:${database}`, ...argv]).ended;
      expect([code, err]).toEqual([0, ""]);
    }
  });

  afterAll(async () => {
    for (const browser of browsers) await browser.close();
    await vipps.close();
  });

  /** A tab of a Chromium for which all names of the real service lead to the mock. */
  async function openTab(home: string) {
    const { host } = new URL(vipps.tls?.url ?? "");
    const port = host.split(":")[1];
    const rules = `--host-resolver-rules=MAP *.vipps.no 127.0.0.1:${port}`;
    const browser = await launchChromium([rules], home);
    browsers.push(browser);
    return (await browser.newContext({ locale: "en-GB" })).newPage();
  }

  const startAt = (host: string) => {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: vipps.salesUnits[0]?.clientId ?? "",
      redirect_uri: CALLBACK,
      scope: "openid name",
      state: "state-of-the-test",
    });
    return `https://${host}/access-management-1.0/access/oauth2/auth?${query}`;
  };

  it("logs somebody in by the pages, with cookies for https alone", async () => {
    const page = await openTab(home);
    await page.route(`${CALLBACK}?*`, (route) => route.fulfill({ body: "here" }));
    await page.goto(startAt("api.vipps.no"));
    expect(new URL(page.url()).origin).toBe("https://api.vipps.no");
    expect(await page.evaluate("isSecureContext")).toBe(true);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: "oauth2_authentication_csrf", secure: true });
    await typePhoneNumber(page, "4712345678");
    await confirmInApp(page);
    await press(page, "Share information");
    await page.waitForURL(`${CALLBACK}?*`);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get("state")).toBe("state-of-the-test");
    expect(searchParams.get("code")).not.toBeNull();
  });

  it("refuses a name for which the mock has no certificate", async () => {
    const page = await openTab(home);
    await expect(page.goto(startAt("apitest.vipps.no"))).rejects.toThrow(
      "ERR_CERT_COMMON_NAME_INVALID",
    );
  });

  it("refuses the certificate where the CA is not trusted", async () => {
    const elsewhere = join(home, "elsewhere");
    await mkdir(elsewhere);
    const page = await openTab(elsewhere);
    await expect(page.goto(startAt("api.vipps.no"))).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
  });
});
