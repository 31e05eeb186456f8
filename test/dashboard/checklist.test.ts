import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { check } from "../support/check.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { Shop } from "../support/shop.ts";
import { Visitor } from "../support/visitor.ts";
import { authorize, OUTLET, SHOP, tokensFrom } from "../support/wire.ts";

/** The page of the go-live checklist. */

let mock: Mock;
let visitor: Visitor;
beforeEach(async () => {
  mock = await startMock();
  visitor = new Visitor(mock);
});
afterEach(() => mock.close());

const textOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("the page of the checklist", () => {
  it("says in a sentence how the application stands, and then what failed", async () => {
    await new Shop(mock, "a state of digits").openForADay();
    const { html } = await visitor.go("/mock/checklist");
    expect(textOf(html)).toMatch(/Demo Shop : not ready: 1 failed, \d+ of \d+ done/);
    const headings = [...html.matchAll(/<h2 id="section-\d">([^<]+)/g)].map(([, text]) => text);
    expect(headings).toEqual(["Failed", "Not seen yet", "For a person to say", "Done"]);
    const [, failed = ""] = /data-testid="item-state"([\s\S]*?)<\/li>/.exec(html) ?? [];
    expect(textOf(failed)).toContain("state is a number");
    expect(textOf(failed)).toContain("What to do Make state anew for each login");
    const [, link = ""] = /href="\.?\.?\/?([^"]*log\/[^"]+)"/.exec(failed) ?? [];
    expect((await visitor.go(`/mock/${link.replace(/^.*log\//, "log/")}`)).html).toContain("auth");
  });

  it("asks which application is meant where several have called", async () => {
    await tokensFrom(mock);
    await tokensFrom(mock, {}, OUTLET);
    const { html } = await visitor.go("/mock/checklist");
    expect(html).toContain('data-testid="choose"');
    const chosen = await visitor.go(`/mock/checklist?clientId=${OUTLET.id}`);
    expect(textOf(chosen.html)).toContain("Demo Outlet : not ready");
    expect(chosen.html).toContain(`<option value="${OUTLET.id}" selected>`);
  });

  it("takes what a person says, and shows the command that does it", async () => {
    const fields = { clientId: SHOP.id, item: "branding", action: "done", note: "Kari <b>" };
    const { html } = await visitor.go("/mock/checklist", fields);
    expect(textOf(html)).toContain("It is written down what you say of branding.");
    expect(textOf(html)).toContain("curl");
    expect(html).toContain("Somebody has said that it is done: Kari &lt;b&gt;");
    await visitor.go("/mock/checklist", { ...fields, action: "open" });
    const { items } = (await call(mock, "GET", `/checklist?clientId=${SHOP.id}`)).body;
    expect(items.find(({ id }: { id: string }) => id === "branding").status).toBe("by hand");
  });

  it("takes that something does not concern the application, and opens it again", async () => {
    const fields = { clientId: SHOP.id, item: "webhooks", action: "not ours", note: "" };
    const { html } = await visitor.go("/mock/checklist", fields);
    expect(textOf(html)).toContain("Does not concern this application");
    const [, item = ""] = /data-testid="item-webhooks"([\s\S]*?)<\/li>/.exec(html) ?? [];
    expect(item).toContain('value="open"');
    const again = await visitor.go("/mock/checklist", { ...fields, action: "open" });
    expect(textOf(again.html)).not.toContain("Does not concern this application");
  });

  it("says why it does not take something", async () => {
    const fields = { clientId: SHOP.id, item: "state", action: "done" };
    const { status, html } = await visitor.go("/mock/checklist", fields);
    expect(status).toBe(400);
    expect(textOf(html)).toContain("requests show how state stands, nobody has to say it");
  });

  it("begins anew", async () => {
    await authorize(mock, { state: "12345678" });
    await visitor.go("/mock/checklist", { clientId: SHOP.id, action: "reset" });
    const { html } = await visitor.go(`/mock/checklist?clientId=${SHOP.id}`);
    expect(html).not.toContain('<h2 id="section-0">Failed');
  });

  it("says how to have the probes played where nobody has", async () => {
    const { html } = await visitor.go(`/mock/checklist?clientId=${SHOP.id}`);
    expect(textOf(html)).toContain("npx vipps-login-mock check http://localhost:3000/login");
    expect(html).not.toContain('data-testid="run"');
  });

  it("shows the newest run: what failed, with its requests, and then the rest", async () => {
    const shop = new RelyingParty(mock, "nonce");
    await check(mock, () => shop.login(), { probes: ["issuer", "nonce", "auth-req-id"] });
    const { html } = await visitor.go(`/mock/checklist?clientId=${SHOP.id}`);
    expect(textOf(html)).toContain(
      "Not ready: 1 of 3 probes passed, 1 failed, 1 had nothing to show.",
    );
    const headings = [...html.matchAll(/<h3 id="probes-\d">([^<]+)/g)].map(([, text]) => text);
    expect(headings).toEqual(["Failed", "Had nothing to show", "Passed"]);
    const [, failed = ""] = /data-testid="probe-nonce"([\s\S]*?)<p class="hint">/.exec(html) ?? [];
    expect(textOf(failed)).toContain("POST token → 200, with the probe");
    expect(textOf(failed)).toContain("What to do Compare nonce");
    const [, link = ""] = /href="[^"]*(log\/[^"]+)"/.exec(failed) ?? [];
    expect((await visitor.go(`/mock/${link}`)).status).toBe(200);
    const other = await visitor.go(`/mock/checklist?clientId=${OUTLET.id}`);
    expect(other.html).not.toContain('data-testid="run"');
  });

  it("says that there is no such client, and shows a request that the log has no more as a time alone", async () => {
    const unknown = await visitor.go("/mock/checklist?clientId=nobody");
    expect(unknown.status).toBe(400);
    expect(textOf(unknown.html)).toContain("is the client id of no sales unit");
    await tokensFrom(mock);
    await visitor.go("/mock/checklist");
    await call(mock, "DELETE", "/requests");
    const { html } = await visitor.go("/mock/checklist");
    const [, item = ""] = /data-testid="item-code"([\s\S]*?)<\/li>/.exec(html) ?? [];
    expect(item).toMatch(/Seen in <time/);
  });
});
