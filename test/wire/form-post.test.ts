import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  Browser,
  CALLBACK,
  expectReason,
  get,
  parameterOf,
  requestToken,
  STATE,
  TEXT,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

const mode = { response_mode: "form_post" };

/** Where the form of a page goes, and its fields in their order. */
function formOn({ body }: { readonly body: string }) {
  const action = /<form class="card" method="post" action="([^"]*)"/.exec(body)?.[1];
  const fields = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return { action, fields: fields.map(([, name, value]) => [name, value]) };
}

describe("response_mode=form_post", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  it("brings a code to the redirect URI as a form", async () => {
    const response = await walkLogin(new Browser(mock), { request: mode });
    const { action, fields } = formOn(response);
    expect(action).toBe(CALLBACK);
    const [, code = ""] = fields[0] ?? [];
    expect(fields).toEqual([
      ["code", expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/)],
      ["scope", "openid name"],
      ["state", STATE],
    ]);
    const { access_token } = (await requestToken(mock, code)).json();
    expect((await userinfo(mock, access_token)).json().name).toBe("Ada Nordmann");
  });

  it.each<[string, Fields, string, string]>([
    ["an error of the request", { state: "short" }, "invalid_state", TEXT.invalid_state],
    ["an error of the login", { prompt: "none" }, "login_required", TEXT.login_required],
  ])("brings %s to the redirect URI as a form", async (_what, request, error, description) => {
    const response = await authorize(mock, { ...mode, ...request });
    expect(response.statusCode).toBe(200);
    expect(formOn(response)).toEqual({
      action: CALLBACK,
      fields: [
        ["error", error],
        ["error_description", description.replaceAll("'", "&#x27;")],
        ["state", request["state"] ?? STATE],
      ],
    });
  });

  it("brings a user's no to the redirect URI as a form", async () => {
    const response = await walkLogin(new Browser(mock), { request: mode, consent: "decline" });
    expect(formOn(response).fields[0]).toEqual(["error", "access_denied"]);
  });

  it("is a page that goes on by itself, or by its button", async () => {
    const response = await walkLogin(new Browser(mock), { request: mode });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers["content-security-policy"]).toContain("script-src 'self'");
    expect(response.body).toContain('<button type="submit" data-testid="continue">');
    const [, script = ""] = /<script src="([^"]*)"/.exec(response.body) ?? [];
    const at = new URL(script, "http://localhost:4747/access-management-1.0/access/oauth2/auth");
    const served = await get(mock, at.pathname);
    expect([served.statusCode, served.headers["content-type"]]).toEqual([
      200,
      "text/javascript; charset=utf-8",
    ]);
    expect(served.body).toContain(".submit()");
  });

  it("finds its script from a page of the login too, below whatever a proxy put before it", async () => {
    const browser = new Browser(mock);
    const phone = await browser.login(mode);
    await mock.sandbox.clock.advance(1800);
    const response = await browser.submit(phone, { fixture_user: "ada" });
    expect(formOn(response).fields[0]).toEqual(["error", "request_unauthorized"]);
    const [, script = ""] = /<script src="([^"]*)"/.exec(response.body) ?? [];
    const at = "https://demo.example.com/base/s/mine/vipps-login-idp/login";
    expect(new URL(script, at).pathname).toBe("/base/s/mine/vipps-login-idp/form-post.js");
  });

  it("keeps the query of the redirect URI, and escapes what was sent", async () => {
    const state = `"><script>alert('1')</script>`;
    const response = await authorize(mock, { ...mode, state, scope: "openid nin" });
    expect(response.body).not.toContain("<script>alert");
    expect(formOn(response).fields.at(-1)?.[0]).toBe("state");
  });

  it("is noted once, and its code is masked in the log", async () => {
    const response = await walkLogin(new Browser(mock), { request: mode });
    const [, code = ""] = formOn(response).fields[0] ?? [];
    const logged = await loggedRequests(mock);
    expect(JSON.stringify([logged, mock.log])).not.toContain(code);
    const notes = logged.flatMap((request) => request.notes);
    expect(notes.map(({ message }) => message)).toEqual([
      "response_mode is form_post, which Vipps does not list in its discovery document",
    ]);
  });

  it("is refused like an unknown mode where a rule says so", async () => {
    await mock.close();
    mock = await startMock({ rules: { formPost: false } });
    const response = await authorize(mock, mode);
    expect(parameterOf(response, "error")).toBe("unsupported_response_mode");
    const source = "OAuth 2.0 Multiple Response Types §2.1";
    expectReason(mock, "response-mode", source, "form_post");
  });
});
