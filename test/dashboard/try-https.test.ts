import { join } from "node:path";
import { expect, it } from "vitest";
import { startVippsLoginMock } from "../../src/index.ts";
import { temporaryDirectory } from "../support/certificates.ts";

/** Try asks the mock in its own process, and as if by https where its page was asked for so. */
it("has the issuer hold over https", async () => {
  const dir = join(await temporaryDirectory(), "tls");
  const vipps = await startVippsLoginMock({ tls: { dir }, autoLogin: "ada", port: 0 });
  try {
    const { url = "" } = vipps.tls ?? {};
    let cookie = "";
    const send = async (address: string, form?: Record<string, string>) => {
      const response = await vipps.fetch(address, {
        redirect: "manual",
        headers: { accept: "text/html", cookie, ...(form && { origin: new URL(url).origin }) },
        ...(form && { method: "POST", body: new URLSearchParams(form) }),
      });
      const set = response.headers.getSetCookie().filter((one) => one.includes("mock-try="));
      cookie = set[0]?.split(";")[0] ?? cookie;
      return response;
    };
    const { msn } = vipps.salesUnits[0] ?? {};
    await send(`${url}/mock/try`, { unit: `${msn}`, action: "register" });
    let at = await send(`${url}/mock/try`, { unit: `${msn}`, action: "login", scope: "openid" });
    expect(cookie).not.toBe("");
    while (at.headers.has("location")) {
      at = await send(new URL(at.headers.get("location") ?? "", at.url).href);
    }
    const html = await at.text();
    expect(at.url).toBe(`${url}/mock/try/result`);
    expect(html).toContain("Logged in: every check holds.");
    expect(html).toContain(`${url}/access-management-1.0/access/`);
  } finally {
    await vipps.close();
  }
});
