import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { snippetsFor } from "../../src/dashboard/snippets.ts";
import { call } from "../support/control.ts";
import { page } from "../support/dashboard.ts";
import { startMock } from "../support/mock.ts";

const FACTS = {
  issuer: "http://localhost:4747/access-management-1.0/access/",
  baseUrl: "http://localhost:4747",
  clientId: "an-id",
  clientSecret: `it's "quoted" \\ and $more`,
  redirectUri: "http://localhost:3000/callback",
  authMethod: "client_secret_basic",
  name: "Kiosk",
  postUnit: "Post Office",
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
          scope: "openid, name, email",
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
    expect(text("aspnet")).toContain("RequireHttpsMetadata = false");
    expect(text("aspnet", { issuer })).not.toContain("RequireHttpsMetadata");
    expect(parse(text("spring", post))["spring.security.oauth2.client"]).toMatchObject({
      "registration.vipps": { "client-authentication-method": "client_secret_post" },
    });
    expect(text("php")).toContain("HttpBasicAuthOptionProvider");
    expect(text("php", post)).not.toContain("optionProvider");
  });

  it.each([
    ["client_secret_post", "Post Office", undefined],
    [
      "client_secret_basic",
      "Post Office",
      "ASP.NET Core sends the secret in the body (client_secret_post), but Kiosk takes client_secret_basic: the " +
        "token request would be refused with invalid_client. To make it work, choose Post Office above, or change " +
        "the client authentication of this sales unit in the portal.",
    ],
    [
      "client_secret_basic",
      "",
      "ASP.NET Core sends the secret in the body (client_secret_post), but Kiosk takes client_secret_basic: the " +
        "token request would be refused with invalid_client. To make it work, change the client authentication of " +
        "this sales unit in the portal.",
    ],
  ])("say where the client takes another way than %s, beside %j", (authMethod, postUnit, told) => {
    const notes = snippetsFor({ ...FACTS, authMethod, postUnit }).filter(({ note }) => note !== "");
    expect(notes.map(({ id, note }) => [id, note])).toEqual(told ? [["aspnet", told]] : []);
  });

  it("stand on the page with their note", async () => {
    const mock = await startMock();
    const { items } = (await call(mock, "GET", "/sales-units")).body;
    const post = items.find(({ name }: { name: string }) => name === "Post Office");
    expect((await page(mock, "/mock")).text("note-aspnet")).toContain(
      "but Demo Shop takes client_secret_basic",
    );
    expect((await page(mock, "/mock")).text("note-aspnet")).toContain("choose Post Office above");
    expect((await page(mock, `/mock?unit=${post.msn}`)).text("note-aspnet")).toBeUndefined();
    await mock.close();
  });
});
