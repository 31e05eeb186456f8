import { Auth, Vipps } from "../../clients/auth-core.js";
import { createWalker, walkLogin } from "../../clients/walker.ts";

/**
 * An application with Auth.js and its Vipps provider as it comes: it knows the real service's address, and
 * takes no other. Prints who is logged in. It trusts whom Node trusts.
 */

const app = "http://localhost:3000";
const callbackPath = "/api/auth/callback/vipps";
const [clientId = "", clientSecret = ""] = process.argv.slice(2);

const config = {
  basePath: "/api/auth",
  secret: "a secret of the application, long enough",
  trustHost: true,
  providers: [Vipps({ clientId, clientSecret })],
  logger: { error: (error: Error) => console.error(error), warn: () => {}, debug: () => {} },
};

const handle = (request: Request) => Auth(request, config);
const called: URL[] = [];
const browser = createWalker(
  (url) => url.origin === app && url.pathname === callbackPath,
  (request) => {
    if (request.url.startsWith(app)) return handle(request);
    called.push(new URL(request.url));
    return fetch(request);
  },
);

const { html } = await browser.open(`${app}/api/auth/csrf`);
const { csrfToken } = JSON.parse(html) as { csrfToken: string };
const form = { csrfToken, callbackUrl: `${app}/welcome` };
const button = `${app}/api/auth/signin/vipps`;
const { url: callback } = await walkLogin(
  { ...browser, open: (url, fields) => browser.open(url, url === button ? form : fields) },
  button,
  { phoneNumber: "4712345678" },
);

const back = createWalker((url) => url.origin === app && url.pathname === "/welcome", handle);
for (const [name, value] of browser.cookies) back.cookies.set(name, value);
await back.open(callback);
const session = await back.open(`${app}/api/auth/session`);
const origins = [...new Set(called.map(({ origin }) => origin))];
console.log(JSON.stringify({ origins, session: JSON.parse(session.html) }));
