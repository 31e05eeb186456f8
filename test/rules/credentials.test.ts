import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import type { WrongSecret } from "../../src/rules/credentials.ts";
import {
  diagnoseAuthMethod,
  diagnoseInactive,
  diagnoseNotActivated,
  diagnoseSecretAsId,
  diagnoseSubscriptionKey,
  diagnoseUnknownClient,
  diagnoseWrongSecret,
} from "../../src/rules/credentials.ts";

const wrong = (over: Partial<WrongSecret>): WrongSecret => ({
  clientId: "shop",
  sent: "sent-Secret",
  expected: "expected+Secret",
  redirectUri: undefined,
  redirectUris: ["https://shop.example/cb"],
  ...over,
});

describe(FAQ.invalidClient, () => {
  it("an unknown id, with the closest known one", () => {
    expect(diagnoseUnknownClient("shop-2", ["other", "shop-1"])).toMatchObject({
      rule: "credentials",
      faq: "Why do I get Error: invalid_client?",
      message: "no sales unit has the client_id shop-2",
      sent: "shop-2",
      closest: "shop-1",
    });
  });

  it("an unknown id where there is no sales unit at all", () => {
    expect(diagnoseUnknownClient("shop", [])).not.toHaveProperty("closest");
  });

  it("an empty id", () => {
    expect(diagnoseUnknownClient("", ["shop"]).message).toBe("client_id is missing");
  });

  it("a secret in the id's place, with the id that was meant", () => {
    expect(diagnoseSecretAsId("shop")).toMatchObject({
      rule: "credentials",
      message: "the client_secret of shop was sent as client_id",
      closest: "shop",
    });
  });

  it("keys of another environment are hinted at", () => {
    expect(diagnoseUnknownClient("shop", []).detail).toContain("test or production environment");
  });

  it.each([
    ["altogether", "sent", "expected", ""],
    ["by its end only", "secret-1", "secret-2", ""],
    ["empty", "", "expected", ": it is empty, and PKCE does not replace it"],
    ["white space after it", "secret\n", "secret", " only by white space around it"],
    ["white space before it", " secret", "secret", " only by white space around it"],
    ["white space missing", "secret", "secret ", " only by white space around it"],
    ["upper and lower case", "SECRET", "sEcret", " only by upper and lower case"],
    [
      "a plus sign that was not encoded",
      "a b c",
      "a+b+c",
      ": a + in it became a space, because Basic credentials are form-decoded",
    ],
  ])("a wrong secret: %s", (_, sent, expected, how) => {
    expect(diagnoseWrongSecret(wrong({ sent, expected })).message).toBe(
      `the client_secret sent for shop is wrong${how}`,
    );
  });

  it("a wrong secret alone", () => {
    expect(diagnoseWrongSecret(wrong({}))).toStrictEqual({
      rule: "credentials",
      faq: "Why do I get Error: invalid_client?",
      message: "the client_secret sent for shop is wrong",
      detail: "Copy the secret of that sales unit again.",
    });
  });

  it("a wrong secret with a good redirect URI", () => {
    const diagnosis = diagnoseWrongSecret(wrong({ redirectUri: "https://shop.example/cb" }));
    expect(diagnosis.detail).toBe("Copy the secret of that sales unit again.");
    expect(diagnosis).not.toHaveProperty("closest");
  });

  it("a wrong secret with a wrong redirect URI: both are compared", () => {
    expect(diagnoseWrongSecret(wrong({ redirectUri: "https://shop.example/cb/" }))).toMatchObject({
      detail:
        "Copy the secret of that sales unit again. Then correct this too: redirect_uri " +
        "https://shop.example/cb/ differs from the registered https://shop.example/cb only by the " +
        "trailing slash.",
      sent: "https://shop.example/cb/",
      closest: "https://shop.example/cb",
    });
  });

  it("no secret is repeated", () => {
    for (const sent of ["sent-Secret", "EXPECTED+SECRET", "expected Secret", " expected+Secret "]) {
      const text = JSON.stringify(diagnoseWrongSecret(wrong({ sent }))).toLowerCase();
      expect(text).not.toContain("sent-secret");
      expect(text).not.toContain("expected+secret");
      expect(text).not.toContain("expected secret");
    }
  });
});

describe(FAQ.activation, () => {
  it("a sales unit without Vipps Login", () => {
    expect(diagnoseNotActivated("shop")).toMatchObject({
      rule: "activation",
      faq: "How can I activate and set up Vipps Login?",
      message: "Vipps Login is not activated for the sales unit of client_id shop",
    });
    expect(diagnoseNotActivated("shop").detail).toContain("loginActivated to true");
  });
});

describe(FAQ.inactive, () => {
  it("a sales unit that is not active", () => {
    expect(diagnoseInactive("shop")).toMatchObject({
      rule: "inactive",
      faq: "Why do I get The client or its related sale unit or merchant does not exist or is not active?",
      message: "the sales unit of client_id shop is not active",
    });
    expect(diagnoseInactive("shop").detail).toContain("active to true");
  });
});

describe(FAQ.clientSecretPost, () => {
  it.each([
    ["client_secret_basic", "client_secret_post"],
    ["client_secret_post", "client_secret_basic"],
  ])("%s where %s is wanted", (used, configured) => {
    const right = { clientId: "shop", sent: "secret", expected: "secret" };
    expect(diagnoseAuthMethod({ ...right, used, configured })).toMatchObject({
      rule: "token-endpoint-auth-method",
      faq: "How can I use client_secret_post for authentication?",
      message: `client_id shop authenticated with ${used}, but its sales unit takes ${configured}`,
      detail:
        `Make the application use ${configured}, or set tokenEndpointAuthMethod to ${used} on the ` +
        "sales unit (Azure B2C, Auth0 and most brokers need client_secret_post). A client that tries " +
        `both methods, as Go's oauth2 does, goes on with ${configured} by itself.`,
      sent: used,
      closest: configured,
    });
  });

  it.each([
    ["altogether", "other", "the client_secret sent is wrong"],
    ["by white space", "secret ", "the client_secret sent is wrong only by white space around it"],
  ])("a wrong method with a secret that is wrong too, %s: both are told", (_, sent, told) => {
    const methods = { used: "client_secret_post", configured: "client_secret_basic" };
    const diagnosis = diagnoseAuthMethod({
      ...methods,
      clientId: "shop",
      sent,
      expected: "secret",
    });
    expect(diagnosis.message).toBe(
      `client_id shop authenticated with client_secret_post, but its sales unit takes client_secret_basic, and ${told}`,
    );
    expect(diagnosis.detail).toMatch(
      /^Copy the secret of that sales unit again\. If client_secret_basic was refused just before, that is all/,
    );
    expect(diagnosis.detail).toContain("Make the application use client_secret_basic");
  });
});

describe(FAQ.credentials, () => {
  it("a subscription key sent anyway is noted as not being for Login", () => {
    expect(diagnoseSubscriptionKey()).toMatchObject({
      rule: "subscription-key",
      faq: "Where do I find the client_id and client_secret?",
      message: "the request carries Ocp-Apim-Subscription-Key, which is not for Login",
    });
    expect(diagnoseSubscriptionKey().detail).toMatch(/^Leave the header out/);
  });
});
