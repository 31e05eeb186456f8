import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { snippetsFor } from "../../src/dashboard/snippets.ts";

const FACTS = {
  issuer: "http://localhost:4747/access-management-1.0/access/",
  baseUrl: "http://localhost:4747",
  clientId: "an-id",
  clientSecret: `it's "quoted" \\ and $more`,
  redirectUri: "http://localhost:3000/callback",
  authMethod: "client_secret_basic",
};

const text = (id: string, facts: Partial<typeof FACTS> = {}) =>
  snippetsFor({ ...FACTS, ...facts }).find((snippet) => snippet.id === id)?.text ?? "";

describe("the snippets of the overview", () => {
  it("have every value in them, escaped as their language wants it", () => {
    expect(parse(text("spring"))).toEqual({
      "spring.security.oauth2.client": {
        "registration.vipps": {
          "client-id": FACTS.clientId,
          "client-secret": FACTS.clientSecret,
          "client-authentication-method": FACTS.authMethod,
          scope: ["openid", "name", "email"],
        },
        "provider.vipps": { "issuer-uri": FACTS.issuer },
      },
    });
    expect(text("php")).toContain(`'clientSecret' => 'it\\'s "quoted" \\\\ and $more'`);
    for (const id of ["openid-client", "auth-js", "aspnet"]) {
      expect(text(id)).toContain(JSON.stringify(FACTS.clientSecret));
      expect(text(id)).toContain(FACTS.issuer);
    }
  });

  it("follow the sales unit's client authentication, and https", () => {
    const post = { authMethod: "client_secret_post" };
    expect(text("openid-client")).toContain("ClientSecretBasic");
    expect(text("openid-client", post)).toContain("ClientSecretPost");
    expect(text("auth-js", post)).toContain('"client_secret_post"');
    const issuer = "https://localhost:4748/access-management-1.0/access/";
    expect(text("openid-client")).toContain("allowInsecureRequests");
    expect(text("openid-client", { issuer })).not.toContain("allowInsecureRequests");
    expect(text("aspnet", { issuer })).toContain("RequireHttpsMetadata = true");
  });
});
