import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

/**
 * oidc-provider is a library. This is a server made with it as its documentation says: in-memory
 * adapter, opaque access tokens, a key from a file, and a login without pages. The browser's
 * session is remembered, so that only its first login has an interaction; each login has a grant of its
 * own, because one that served thousands of logins would have a list of thousands of tokens.
 */

const [port, keyFile, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const scope = "openid profile email";

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  jwks: { keys: [JSON.parse(readFileSync(keyFile, "utf8"))] },
  cookies: { keys: ["not-secret"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  claims: { profile: ["name"], email: ["email", "email_verified"] },
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, name: "Ada", email: "ada@example.com", email_verified: true }),
  }),
  async loadExistingGrant({ oidc }) {
    const accountId = oidc.session.accountId;
    const grant = new oidc.provider.Grant({ accountId, clientId: oidc.client.clientId });
    grant.addOIDCScope(scope);
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  return provider.interactionFinished(request, response, { login: { accountId: "ada" } });
}).listen(Number(port), "127.0.0.1");
