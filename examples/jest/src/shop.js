const { once } = require("node:events");
const { createServer } = require("node:http");
const { generators, Issuer } = require("openid-client");

/** A shop whose customers log in with Vipps. Only its settings say that they do it at a mock. */

/** Opens the shop on a free port; it has to be configured before somebody can log in. */
exports.openShop = async () => {
  /** What belongs to each login that has begun, by its state. */
  const begun = new Map();
  let client;

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, url);
    if (pathname === "/login") {
      response.writeHead(302, { location: begin() }).end();
    } else {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(pathname === "/callback" ? await finish(request) : "Welcome!");
    }
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${server.address().port}`;
  const redirectUri = `${url}/callback`;

  function begin() {
    const [state, nonce] = [generators.state(), generators.nonce()];
    const verifier = generators.codeVerifier();
    begun.set(state, { state, nonce, code_verifier: verifier });
    return client.authorizationUrl({
      redirect_uri: redirectUri,
      scope: "openid name email",
      state,
      nonce,
      code_challenge: generators.codeChallenge(verifier),
      code_challenge_method: "S256",
    });
  }

  /** A shop of one customer's browser: a real one would keep the state in a cookie. */
  async function finish(request) {
    const parameters = client.callbackParams(request);
    const checks = begun.get(parameters.state);
    if (!checks) return "This login was not begun here.";
    begun.delete(parameters.state);
    if (parameters.error) return "You did not log in.";
    try {
      const user = await client.userinfo(await client.callback(redirectUri, parameters, checks));
      return `Hello, ${user.name}!`;
    } catch {
      return "Vipps has a problem. Try again later.";
    }
  }

  return {
    url,
    async configure({ issuer, clientId, clientSecret }) {
      const vipps = await Issuer.discover(issuer);
      client = new vipps.Client({ client_id: clientId, client_secret: clientSecret });
    },
    async close() {
      server.close();
      await once(server, "close");
    },
  };
};
