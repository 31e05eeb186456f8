import { createWalker, walkLogin } from "../clients/walker.ts";
import { send } from "../support/trusting-fetch.ts";
import { basic, formOf, PATH } from "../support/wire.ts";

/** What people and programs outside of the containers' network see of it: the ports that are published. */

/** Sends a request to where its URL leads from there. */
export type Reach = (request: Request) => Promise<Response>;

/**
 * @param sockets those of published ports, by the host of a URL with its port, such as `localhost:4747`
 * @param ca whom an https request trusts
 */
export function reachBy(sockets: Readonly<Record<string, string>>, ca?: string): Reach {
  return async (request) => {
    const { host } = new URL(request.url);
    const socketPath = sockets[host];
    if (socketPath === undefined) throw new Error(`nothing leads to ${request.url}`);
    return send(request, { socketPath, agent: false, ...(ca !== undefined && { ca }) });
  };
}

const PERSON = { phoneNumber: "4712345678" };

/** A sales unit, and where it has people come back. */
export interface Shop {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

/** Logs Ada in at a mock, for a shop that sends its own requests there too. */
export async function logIn(shop: Shop, base: string, reach: Reach): Promise<unknown> {
  const { redirectUri } = shop;
  const query = new URLSearchParams({
    response_type: "code",
    client_id: shop.id,
    scope: "openid name",
    state: "a-state-of-its-own",
    redirect_uri: redirectUri,
  });
  const walker = createWalker((url) => url.href.startsWith(redirectUri), reach);
  const { url } = await walkLogin(walker, `${base}${PATH.auth}?${query}`, PERSON);
  const fields = { grant_type: "authorization_code", code: url.searchParams.get("code") ?? "" };
  const redeemed = await reach(
    new Request(`${base}${PATH.token}`, {
      method: "POST",
      headers: { ...basic(shop), "content-type": "application/x-www-form-urlencoded" },
      body: formOf({ ...fields, redirect_uri: redirectUri }),
    }),
  );
  const { access_token: token } = (await redeemed.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}` };
  return (await reach(new Request(`${base}${PATH.userinfo}`, { headers }))).json();
}

/**
 * Logs Ada in at a shop, in a browser that the shop sends to the mock and back.
 *
 * @param meanwhile happens when she sends the first page
 */
export async function logInAt(shop: string, reach: Reach, meanwhile?: () => Promise<void>) {
  let pages = 0;
  const walker = createWalker(
    (url) => url.href.startsWith(`${shop}/callback`),
    async (request) => {
      if (request.method === "POST" && pages++ === 0) await meanwhile?.();
      return reach(request);
    },
  );
  const { url } = await walkLogin(walker, `${shop}/login`, PERSON);
  const response = await reach(new Request(url));
  return { status: response.status, text: await response.text() };
}
