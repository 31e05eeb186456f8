import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { checkAppCallbackUri, missingAppCallbackUri } from "../../src/rules/app-callback-uri.ts";

const registered = ["https://shop.example/cb", "merchant-app://callback/"];

describe(FAQ.redirectUris, () => {
  it.each(registered)("%s is registered as a redirect URI: the app may be called", (uri) => {
    expect(checkAppCallbackUri(uri, registered)).toBeUndefined();
  });

  it.each([
    ["no absolute URI", "callback", "it is not absolute"],
    ["a custom scheme without a path", "merchant-app://", "a custom scheme needs a path"],
    ["a fragment", "merchant-app://callback/#x", "it contains #"],
    ["a scheme that leads nowhere", "javascript:alert(1)", "javascript: is no scheme"],
    ["http to another machine", "http://shop.example/cb", "http is for localhost"],
    ["nothing", "", "it is not absolute"],
  ])("malformed: %s", (_, uri, reason) => {
    const refusal = checkAppCallbackUri(uri, [...registered, uri]);
    expect(refusal).toMatchObject({
      code: "invalid_app_callback_uri",
      diagnosis: { rule: "app-callback-uri", faq: "What are the requirements for Redirect URIs?" },
    });
    expect(refusal?.diagnosis.message).toContain(
      `app_callback_uri ${uri} is no URI to call an app with: ${reason}`,
    );
  });

  it("on plain http where its host is opened", () => {
    const uri = "http://10.0.2.2:3000/app";
    expect(checkAppCallbackUri(uri, [uri])?.diagnosis.message).toMatch(
      /use https, or add "10\.0\.2\.2" to rules\.httpRedirectHosts$/,
    );
    expect(checkAppCallbackUri(uri, [uri], ["10.0.2.2"])).toBeUndefined();
    expect(checkAppCallbackUri(uri, [], ["10.0.2.2"])?.code).toBe(
      "app_callback_uri_not_registered",
    );
  });

  it("well-formed but not registered", () => {
    expect(checkAppCallbackUri("merchant-app://callback", registered)).toEqual({
      code: "app_callback_uri_not_registered",
      diagnosis: {
        rule: "app-callback-uri",
        faq: "What are the requirements for Redirect URIs?",
        message:
          "app_callback_uri merchant-app://callback differs from the registered " +
          "merchant-app://callback/ only by the trailing slash",
        detail:
          "Send merchant-app://callback/ exactly, or register merchant-app://callback on the sales unit.",
        sent: "merchant-app://callback",
        closest: "merchant-app://callback/",
      },
    });
  });

  it("missing where an app is to be called", () => {
    expect(missingAppCallbackUri()).toMatchObject({
      code: "invalid_app_callback_uri",
      diagnosis: {
        rule: "app-callback-uri",
        message: "requested_flow=app_to_app was sent without app_callback_uri",
      },
    });
  });

  it("nothing is registered at all", () => {
    const refusal = checkAppCallbackUri("merchant-app://callback", []);
    expect(refusal?.code).toBe("app_callback_uri_not_registered");
    expect(refusal?.diagnosis).not.toHaveProperty("closest");
  });
});
