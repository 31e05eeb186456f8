import { createServer } from "node:http";
import * as client from "openid-client";

/**
 * A shop that is as small as it can be: its page, a login, and a greeting by name. It stands in for your application
 * beside the mock, and keeps who is on the way to log in, by the state that comes back.
 */

const { VIPPS_BASE_URL, CLIENT_ID, CLIENT_SECRET, PORT = "3000" } = process.env;
const redirectUri = `http://localhost:${PORT}/callback`;

const config = await client.discovery(
  new URL("/access-management-1.0/access/", VIPPS_BASE_URL),
  CLIENT_ID,
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  // The mock speaks http in a network of its own.
  { execute: [client.allowInsecureRequests] },
);

const onTheWay = new Map();

async function login() {
  const [state, verifier] = [client.randomState(), client.randomPKCECodeVerifier()];
  onTheWay.set(state, verifier);
  return client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid name",
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
}

async function welcome(url) {
  const state = url.searchParams.get("state");
  const tokens = await client.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: onTheWay.get(state),
    expectedState: state,
  });
  onTheWay.delete(state);
  const { name } = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return `Welcome, ${name}\n`;
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, redirectUri);
  try {
    if (url.pathname === "/login") {
      response.writeHead(302, { location: (await login()).href }).end();
    } else if (url.pathname === "/callback") response.end(await welcome(url));
    else response.setHeader("content-type", "text/html").end('<a href="/login">Log in</a>\n');
  } catch (error) {
    console.error(error);
    response.writeHead(502).end("The login did not work.\n");
  }
});
server.listen(Number(PORT), () => console.log(`The shop is at http://localhost:${PORT}`));

// The first process of a container is sent nothing else when it is to end.
process.once("SIGTERM", () => server.close());
