import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { askForRedirect } from "../support/phone.ts";
import { authorize, Browser, parameterOf, SHOP, walkLogin } from "../support/wire.ts";

/** Redirect URIs on plain http to a container or to the host of an emulator. */

const CONTAINER = "http://shop:3000/callback";
const EMULATOR = "http://10.0.2.2:3000/callback";

/** A sales unit that has registered both. */
const unit = {
  name: "Demo Shop",
  clientId: SHOP.id,
  clientSecret: SHOP.secret,
  redirectUris: [CONTAINER, EMULATOR],
  features: { loginFromPhoneNumber: true },
};

const opened = { httpRedirectHosts: ["shop", "10.0.2.2"] };

let mock: Mock;
afterEach(() => mock.close());

describe("a host that the config has opened", () => {
  beforeEach(async () => {
    mock = await startMock({ rules: opened, salesUnits: [unit], partners: [] });
  });

  it.each([CONTAINER, EMULATOR])("gets the user back at %s", async (redirect_uri) => {
    const end = await walkLogin(new Browser(mock), { request: { redirect_uri } });
    expect(end.headers.location).toContain(`${redirect_uri}?code=`);
  });

  it("gets the user of a phone back in a browser", async () => {
    expect((await askForRedirect(mock, { redirect_uri: CONTAINER })).statusCode).toBe(200);
  });

  it("can be an app that is called, too", async () => {
    const request = { requested_flow: "app_to_app", app_callback_uri: EMULATOR };
    const answer = await authorize(mock, { ...request, redirect_uri: CONTAINER });
    expect(parameterOf(answer, "error")).toBeUndefined();
  });

  it("is no other host, port or scheme than the one that is registered", async () => {
    for (const redirect_uri of ["http://shop:3001/callback", "http://SHOP:3000/callback"]) {
      const { headers } = await authorize(mock, { redirect_uri });
      expect(headers.location).toContain("/error?error=invalid_request");
    }
  });

  it("is shown among the rules in force, and is in the state that is exported", async () => {
    const { rules } = (await call(mock, "GET", "/settings")).body;
    expect(rules.httpRedirectHosts).toEqual(["shop", "10.0.2.2"]);
    const { body: state } = await call(mock, "GET", "/state");
    expect((await call(mock, "PUT", "/state", { body: state })).status).toBe(204);
    const closed = { ...state, settings: { ...state.settings, rules: {} } };
    expect((await call(mock, "PUT", "/state", { body: closed })).body.errors).toMatchObject([
      { path: "salesUnits[0].redirectUris[0]", value: CONTAINER },
      { path: "salesUnits[0].redirectUris[1]", value: EMULATOR },
    ]);
  });

  it("cannot be closed while a redirect URI leads there", async () => {
    const body = { rules: { httpRedirectHosts: ["10.0.2.2"] } };
    const refused = await call(mock, "PATCH", "/settings", { body });
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      `rules.httpRedirectHosts: ${CONTAINER} of the sales unit Demo Shop needs its host here; keep it, or remove that redirect URI first`,
    ]);
    const { items } = (await call(mock, "GET", "/sales-units")).body;
    const patch = { redirectUris: [EMULATOR] };
    await call(mock, "PATCH", `/sales-units/${items[0].msn}`, { body: patch });
    expect((await call(mock, "PATCH", "/settings", { body })).status).toBe(200);
  });

  it("is open in the sandboxes that are made of that config, unless theirs says otherwise", async () => {
    const made = await call(mock, "POST", "/sandboxes", { body: { id: "same" } });
    expect(made.body.salesUnits[0].redirectUris).toEqual(unit.redirectUris);
    const config = { rules: { httpRedirectHosts: [] } };
    const refused = await call(mock, "POST", "/sandboxes", { body: { config } });
    expect([refused.status, refused.body.errors[0].path]).toEqual([
      400,
      "config.salesUnits[0].redirectUris[0]",
    ]);
  });
});

describe("a host that nobody has opened", () => {
  beforeEach(async () => {
    mock = await startMock();
  });

  it("is refused with what to do, when it is registered and when it is asked for", async () => {
    const body = { name: "Kiosk", redirectUris: [CONTAINER] };
    const refused = await call(mock, "POST", "/sales-units", { body });
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      expect.stringContaining('use https, or add "shop" to rules.httpRedirectHosts'),
    ]);
    const remedy = 'on plain http that needs "shop" in rules.httpRedirectHosts';
    await authorize(mock, { redirect_uri: CONTAINER });
    expect(mock.log.at(-1)?.diagnosis?.detail).toContain(remedy);
    await askForRedirect(mock, { redirect_uri: CONTAINER });
    expect(mock.log.at(-1)?.diagnosis?.detail).toContain(remedy);
  });

  it("is opened over the control API, in one sandbox alone", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "box" } });
    const settings = { body: { rules: { httpRedirectHosts: ["shop"] } } };
    expect((await call(mock, "PATCH", "/settings", settings, "box")).status).toBe(200);
    const body = { name: "Kiosk", redirectUris: [CONTAINER] };
    expect((await call(mock, "POST", "/sales-units", { body }, "box")).status).toBe(201);
    expect((await call(mock, "POST", "/sales-units", { body })).status).toBe(400);
  });

  it.each([
    "*",
    "*.example.com",
    "shop:3000",
    "http://shop",
    "shop/",
    "",
    "a..b",
    ".shop",
    "shop.",
    "fd00::1",
    "a b",
    "[FD00::1]",
    "bløt",
  ])("is not opened as %j, which is no single host", async (host) => {
    const body = { rules: { httpRedirectHosts: [host] } };
    const { status, body: problem } = await call(mock, "PATCH", "/settings", { body });
    expect([status, problem.errors[0].path]).toEqual([400, "rules.httpRedirectHosts[0]"]);
  });

  it("is not opened twice in one list", async () => {
    const body = { rules: { httpRedirectHosts: ["shop", "shop"] } };
    expect((await call(mock, "PATCH", "/settings", { body })).status).toBe(400);
  });
});
