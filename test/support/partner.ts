import { LOGIN_PING } from "../../src/records/vocabulary.ts";
import type { Mock } from "./mock.ts";
import type { Client, Headers } from "./wire.ts";
import { get, HOST } from "./wire.ts";

/** Partners and platform tokens, as a partner's program sees them. */

export const PLATFORM_TOKEN = "/accesstoken/get";

/** The partner of the fixtures, which acts for Demo Shop and Demo Bank. */
export const PARTNER = {
  id: "a0000000-0000-4000-8000-00000000000a",
  secret: "public-mock-secret-of-demo-partner",
  key: "public-mock-key-of-demo-partner",
};

export type Keys = typeof PARTNER;

/** The msn of each sales unit of the fixtures that the tests name. */
export const MSN = { shop: "100001", outlet: "100002", bank: "100004" } as const;

/** The three headers, in the case in which most programs write them. */
export function keysOf({ id, secret, key }: Keys): Headers {
  return { client_id: id, client_secret: secret, "Ocp-Apim-Subscription-Key": key };
}

/** The keys of a sales unit, with a subscription key that nobody compares. */
export function ownKeysOf(client: Client): Headers {
  return keysOf({ ...client, key: "any-key" });
}

export function requestPlatformToken(mock: Mock, headers: Headers = keysOf(PARTNER)) {
  return mock.app.inject({
    method: "POST",
    url: PLATFORM_TOKEN,
    headers: { host: HOST, ...headers },
  });
}

export async function platformTokenFor(mock: Mock, headers?: Headers): Promise<string> {
  const response = await requestPlatformToken(mock, headers);
  if (response.statusCode !== 200) throw new Error(`no platform token: ${response.body}`);
  return response.json().access_token;
}

/** What stands in place of a client's own credentials. */
export function actingFor(msn: string | undefined, token: string): Headers {
  return {
    authorization: `Bearer ${token}`,
    ...(msn !== undefined && { "Merchant-Serial-Number": msn }),
  };
}

/** Who registers for the pings of login from phone number, and where they shall go. */
export interface Registration {
  readonly url: string;
  /** Left out where a partner registers for all that it acts for. */
  readonly msn?: string | undefined;
  readonly keys: Headers;
}

/** Registers as a merchant's or partner's backend does: a platform token first, then the webhook. */
export async function registerWebhook(mock: Mock, { url, msn, keys }: Registration) {
  const key = "Ocp-Apim-Subscription-Key";
  const caller = { ...actingFor(msn, await platformTokenFor(mock, keys)), [key]: keys[key] };
  return mock.app.inject({
    method: "POST",
    url: "/webhooks/v1/webhooks",
    headers: { host: HOST, "content-type": "application/json", ...caller },
    payload: JSON.stringify({ url, events: [LOGIN_PING] }),
  });
}

/** Userinfo by the `sub` of a payment or a login. */
export function userinfoBySubject(mock: Mock, subject: string, headers: Headers) {
  return get(mock, `/vipps-userinfo-api/userinfo/${subject}`, headers);
}
