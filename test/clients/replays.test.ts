import { afterEach, describe, expect, test } from "vitest";
import { serverForFile } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import type { Client } from "./replays/client.ts";
import { ADA, loginOf, partnerToken, replay } from "./replays/client.ts";
import { OTHERS } from "./replays/others.ts";
import { PHP } from "./replays/php.ts";

/**
 * Clients that the suite cannot run, replayed request by request: a login of Ada with all that the
 * client reads, a cancel, a wrong secret.
 */

const CLIENTS = [...PHP, ...OTHERS];

const servers = {
  "2023": await serverForFile({ autoLogin: "ada" }),
  "2026": await serverForFile({ autoLogin: "ada", profile: "2026" }),
};

/** As docs/clients.md says to start it for clients that send a subscription key. */
const relaxed = await serverForFile({
  autoLogin: "ada",
  profile: "2026",
  rules: { subscriptionKeyRefused: false },
});

/** A login that was refused has left its scenario. */
afterEach(async () => {
  for (const { url } of [...Object.values(servers), relaxed]) {
    await fetch(`${url}/mock/api/scenarios`, { method: "DELETE" });
  }
});

function named<Case extends Client>(clients: readonly Case[]) {
  return clients.map((client) => [client.name, client] as const);
}

const CASES = CLIENTS.flatMap((client) =>
  (client.profiles ?? (["2023", "2026"] as const)).map(
    (profile) => [client.name, profile, client] as const,
  ),
);

describe.each(CASES)("%s in profile %s", (_, profile, client) => {
  const needsSwitch = client.sendsSubscriptionKey && profile === "2026";
  const server = needsSwitch ? relaxed : servers[profile];

  test("logs in as ada, and has all that it reads", async () => {
    const platformToken = await partnerToken(server);
    const login = await loginOf(server, await replay(server, client, { platformToken }));
    const wanted = Object.fromEntries(client.reads.map((claim) => [claim, ADA[claim]]));
    expect(login.userinfo).toMatchObject(wanted);
    expect(login.idToken["sub"]).toBe(login.userinfo["sub"]);
    client.insists?.(login);
  });

  test("is told that the user cancelled", async () => {
    await fetch(`${server.url}/mock/api/scenarios`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ outcome: "cancel" }),
    });
    const { answer } = await replay(server, client);
    expect(Object.fromEntries(answer)).toEqual({
      error: "access_denied",
      error_description: expect.stringMatching(/./),
      state: expect.stringMatching(/^.{8,}$/),
    });
  });

  test("is refused with a wrong secret", async () => {
    const wrong = { clientSecret: "wrong", platformToken: "wrong" };
    const { token } = await replay(server, client, wrong);
    expect(token).toMatchObject({
      status: 401,
      body: { error: "invalid_client", error_description: expect.stringMatching(/./) },
    });
  });
});

describe("profile 2026 refuses a subscription key at userinfo, unless its rule is set", () => {
  const clients = CLIENTS.filter(({ sendsSubscriptionKey }) => sendsSubscriptionKey);

  test.each(named(clients))("%s", async (_, client) => {
    const platformToken = await partnerToken(servers["2026"]);
    const { token, userinfo } = await replay(servers["2026"], client, { platformToken });
    expect([token?.status, userinfo?.status]).toEqual([200, 401]);
  });
});

describe("a client that tries both methods", () => {
  const clients = CLIENTS.filter(({ name }) => name.startsWith("vipps-login-go"));

  test.each(named(clients))(
    "is told of a wrong secret by both diagnoses: %s",
    async (_, client) => {
      const { log } = servers["2023"];
      const before = log.length;
      await replay(servers["2023"], client, { clientSecret: "wrong" });
      await eventually(() => {
        const told = log.slice(before).flatMap(({ diagnosis }) => diagnosis?.message ?? []);
        const wrong = expect.stringMatching(/client_secret sent (for \S+ )?is wrong/);
        expect(told).toEqual([wrong, wrong]);
      });
    },
  );
});
