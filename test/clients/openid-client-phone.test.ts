import * as client from "openid-client";
import { describe, expect, test } from "vitest";
import {
  approvePhoneLogin,
  expirePhoneLogin,
  rejectPhoneLogin,
} from "../../src/login/phone-login.ts";
import type { PhoneLogin } from "../../src/records/phone-login.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { actingFor, MSN, platformTokenFor } from "../support/partner.ts";

/** Logins from phone number by openid-client, as a merchant's till uses it. */

const SCOPE = "openid name phoneNumber";
const HINT = "urn:msisdn:4712345678";

type Answer = (place: Parameters<typeof approvePhoneLogin>[0], id: PhoneLogin["id"]) => unknown;

/**
 * A till at a server whose clock stands at the real present, and a user who answers as soon as the
 * till was told to go on waiting: the second poll gets the answer, whatever the interval.
 */
async function withTill(
  answer: Answer,
  use: (till: client.Configuration, mock: Mock) => Promise<void>,
): Promise<void> {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const mock = await startMock({ clock: { at, frozen: true } });
  try {
    const address = `http://localhost:${await mock.listen()}`;
    const { port } = new URL(address);
    const { clientId, clientSecret } = await mock.salesUnit("Demo Shop");
    const till = await client.discovery(
      new URL(`http://localhost:${port}/access-management-1.0/access/`),
      clientId,
      { id_token_signed_response_alg: "ES256" },
      client.ClientSecretBasic(clientSecret),
      { execute: [client.allowInsecureRequests] },
    );
    till[client.customFetch] = async (url, options) => {
      const response = await fetch(url, options as RequestInit);
      if (url.includes("oauth2/token") && response.status === 400) await answerAll(mock, answer);
      return response;
    };
    await use(till, mock);
  } finally {
    await mock.close();
  }
}

async function answerAll({ sandbox }: Mock, answer: Answer): Promise<void> {
  const items = await readAll(sandbox.store.phoneLogins);
  const place = { sandbox, now: await sandbox.clock.now(), trace: { notes: [] } };
  for (const { id } of items) await answer(place, id);
}

/** Begins a login; the library waits as long as the answer says, so a test asks it to be quick. */
async function begin(till: client.Configuration, parameters: Record<string, string> = {}) {
  const asked = { scope: SCOPE, login_hint: HINT, ...parameters };
  return { ...(await client.initiateBackchannelAuthentication(till, asked)), interval: 0.01 };
}

describe("openid-client from a phone number", () => {
  test("polls until the user has approved, checks the ES256 ID token, and reads userinfo", async () => {
    await withTill(approvePhoneLogin, async (till) => {
      const { backchannel_authentication_endpoint: endpoint } = till.serverMetadata();
      expect(endpoint).toMatch(/\/vipps-login-ciba\/api\/backchannel\/authentication$/);
      const begun = await begin(till, { binding_message: "TILL-7" });
      const tokens = await client.pollBackchannelAuthenticationGrant(till, begun);
      const claims = tokens.claims();
      expect(tokens.expires_in).toBe(300);
      expect(claims).toMatchObject({ auth_req_id: begun.auth_req_id });
      const sub = String(claims?.sub);
      const userinfo = await client.fetchUserInfo(till, tokens.access_token, sub);
      expect(userinfo).toMatchObject({ name: "Ada Nordmann", phone_number: "4712345678" });
    });
  });

  test("logs in for a merchant of a partner, with a platform token in place of the merchant's secret", async () => {
    await withTill(approvePhoneLogin, async (till, mock) => {
      const token = await platformTokenFor(mock);
      const partner = new client.Configuration(
        till.serverMetadata(),
        till.clientMetadata().client_id,
        { id_token_signed_response_alg: "ES256" },
        (_server, _client, _body, headers) => {
          const own = actingFor(MSN.shop, token);
          for (const [name, value] of Object.entries(own)) headers.set(name, value);
        },
      );
      client.allowInsecureRequests(partner);
      const { [client.customFetch]: fetchAndAnswer } = till;
      if (fetchAndAnswer) partner[client.customFetch] = fetchAndAnswer;
      const begun = await begin(partner);
      const tokens = await client.pollBackchannelAuthenticationGrant(partner, begun);
      expect(tokens.claims()).toMatchObject({ msn: MSN.shop, auth_req_id: begun.auth_req_id });
    });
  });

  test.each([
    ["access_denied", rejectPhoneLogin],
    ["expired_token", expirePhoneLogin],
  ] as const)("is told %s as an error of its own", async (error, answer) => {
    await withTill(answer, async (till) => {
      const polled = client.pollBackchannelAuthenticationGrant(till, await begin(till));
      await expect(polled).rejects.toMatchObject({ name: "ResponseBodyError", status: 400, error });
    });
  });

  test.each([
    [{ login_hint: "urn:msisdn:4799999999" }, 400, "unknown_user_id"],
    [{ login_hint: "4712345678" }, 400, "invalid_request"],
    [{ binding_message: "till seven" }, 400, "invalid_binding_message"],
    [{ scope: "openid unheard-of" }, 400, "invalid_scope"],
  ])("is told why no login begins with %j", async (parameters, status, error) => {
    await withTill(approvePhoneLogin, async (till) => {
      const begun = begin(till, parameters);
      await expect(begun).rejects.toMatchObject({ name: "ResponseBodyError", status, error });
    });
  });

  test("is told when to try again", async () => {
    await withTill(approvePhoneLogin, async (till) => {
      for (const _ of [1, 2, 3]) await begin(till);
      const refused = await begin(till).catch((error: unknown) => error);
      expect(refused).toMatchObject({ status: 429, error: "too_many_requests" });
      const { response } = refused as client.ResponseBodyError;
      expect(response.headers.get("retry-after")).toBe("600");
    });
  });

  test("leaves it to the merchant to see that the ID token is of another login", async () => {
    await withTill(approvePhoneLogin, async (till, mock) => {
      await mock.app.inject({
        method: "POST",
        url: "/mock/api/faults",
        headers: { "content-type": "application/json" },
        payload: { match: { endpoint: "token" }, corrupt: "wrong_auth_req_id" },
      });
      const begun = await begin(till);
      const tokens = await client.pollBackchannelAuthenticationGrant(till, begun);
      expect(tokens.claims()?.["auth_req_id"]).not.toBe(begun.auth_req_id);
    });
  });

  test("refuses an ID token with a wrong signature", async () => {
    await withTill(approvePhoneLogin, async (till, mock) => {
      client.enableNonRepudiationChecks(till);
      await mock.app.inject({
        method: "POST",
        url: "/mock/api/faults",
        headers: { "content-type": "application/json" },
        payload: { match: { endpoint: "token" }, corrupt: "signature" },
      });
      const polled = client.pollBackchannelAuthenticationGrant(till, await begin(till));
      await expect(polled).rejects.toMatchObject({
        code: "OAUTH_INVALID_RESPONSE",
        cause: { message: "JWT signature verification failed" },
      });
    });
  });
});
