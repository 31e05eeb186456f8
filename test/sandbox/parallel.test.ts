import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox, VippsLoginMock } from "../../src/index.ts";
import { connect, startVippsLoginMock } from "../../src/index.ts";

/**
 * Fifty tests at the same time against one server. Each changes the world under its feet, with its own
 * clock and faults, and none would pass in the world of another.
 *
 * `PARALLEL_ROUNDS=100 npx vitest run test/sandbox/parallel.test.ts` runs them a hundred times over.
 */

const ROUNDS = Number(process.env["PARALLEL_ROUNDS"] ?? 3);

/** One of the fifty. */
interface Trial {
  readonly name: string;
  run(box: Sandbox): Promise<void>;
}

const CALLBACK = "https://example.com/callback";

/** What a merchant's application does, with nothing but HTTP. */
async function redeem(box: Sandbox, code: string): Promise<Response> {
  const [shop] = box.salesUnits;
  const { token_endpoint } = await (await fetch(box.discoveryUrl)).json();
  return fetch(token_endpoint, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${shop?.clientId}:${shop?.clientSecret}`).toString("base64")}`,
    },
    body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: CALLBACK }),
  });
}

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

async function tokensFor(box: Sandbox, user: string): Promise<Tokens> {
  const { code } = await box.login({ user, redirectUri: CALLBACK, scope: "openid name" });
  const response = await redeem(box, code);
  expect(response.status).toBe(200);
  return response.json();
}

function part(token: string, index: 0 | 1) {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
}

function userinfo(box: Sandbox, { access_token }: Tokens): Promise<Response> {
  return fetch(`${box.url}/vipps-userinfo-api/userinfo`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
}

/** An authorization request of a browser that follows nothing. */
async function authorize(box: Sandbox, overrides: Record<string, string> = {}): Promise<URL> {
  const { authorization_endpoint } = await (await fetch(box.discoveryUrl)).json();
  const query = new URLSearchParams({
    response_type: "code",
    client_id: box.salesUnits[0]?.clientId ?? "",
    redirect_uri: CALLBACK,
    scope: "openid",
    state: "a-state-of-its-own",
    ...overrides,
  });
  const { headers } = await fetch(`${authorization_endpoint}?${query}`, { redirect: "manual" });
  return new URL(headers.get("location") ?? "about:blank");
}

const KINDS: readonly ((n: number) => Trial)[] = [
  (n) => ({
    name: `a user cancels (${n})`,
    async run(box) {
      await box.scenarios.add({ user: "ada", outcome: n % 2 ? "cancel" : "wrong_challenge" });
      const { searchParams } = await authorize(box);
      expect(searchParams.get("error")).toBe(n % 2 ? "access_denied" : "wrong_challenge");
      expect(await box.scenarios.list({ unused: true })).toEqual([]);
    },
  }),
  (n) => ({
    name: `time stands still in 202${n}`,
    async run(box) {
      await box.clock.freeze(`202${n}-05-17T12:00:00Z`);
      const { id_token } = await tokensFor(box, "born-1931");
      expect(part(id_token, 1).iat).toBe(Date.parse(`202${n}-05-17T12:00:00Z`) / 1000);
    },
  }),
  (n) => ({
    name: `the token endpoint fails ${n + 1} times, and the code is still good`,
    async run(box) {
      await box.faults.add({ match: { endpoint: "token" }, times: n + 1, then: { status: 503 } });
      const { code } = await box.login({
        user: "leap-day",
        redirectUri: CALLBACK,
        scope: "openid",
      });
      for (let failures = 0; failures <= n; failures++) {
        expect((await redeem(box, code)).status).toBe(503);
      }
      expect((await redeem(box, code)).status).toBe(200);
    },
  }),
  (n) => ({
    name: `a user is called ${n}`,
    async run(box) {
      await box.updateUser("unit-line", { givenName: `Number ${n}` });
      const tokens = await tokensFor(box, "unit-line");
      expect(await (await userinfo(box, tokens)).json()).toMatchObject({
        given_name: `Number ${n}`,
      });
    },
  }),
  (n) => ({
    name: `a consent is withdrawn, and 168 hours pass (${n})`,
    async run(box) {
      const tokens = await tokensFor(box, "no-address");
      await box.consents.revoke({ user: "no-address" });
      await box.clock.freeze();
      await box.clock.advance("167h");
      expect((await userinfo(box, tokens)).status).toBe(200);
      await box.clock.advance("1h");
      expect((await userinfo(box, tokens)).status).toBe(401);
      expect(await box.requests.list({ refused: true })).toMatchObject([
        { endpoint: "userinfo", diagnosis: { rule: "retention" } },
      ]);
    },
  }),
  (n) => ({
    name: `a token says another issuer (${n})`,
    async run(box) {
      await box.faults.add({ match: { endpoint: "token" }, times: 1, corrupt: "wrong_iss" });
      expect(part((await tokensFor(box, "foreign-address")).id_token, 1).iss).not.toBe(box.issuer);
      expect(part((await tokensFor(box, "foreign-address")).id_token, 1).iss).toBe(box.issuer);
    },
  }),
  (n) => ({
    name: `the log has ${n + 2} requests, and no more`,
    async run(box) {
      await box.requests.clear();
      for (let count = 0; count < n + 2; count++) await fetch(box.discoveryUrl);
      expect(await box.requests.count()).toBe(n + 2);
    },
  }),
  (n) => ({
    name: `the keys are rotated (${n})`,
    async run(box) {
      const [before] = await box.keys.list();
      await box.keys.rotate();
      const [now, ...others] = await box.keys.list();
      expect(others).toEqual([]);
      expect(now?.kid).not.toBe(before?.kid);
      expect(part((await tokensFor(box, "born-1931")).id_token, 0).kid).toBe(now?.kid);
    },
  }),
  (n) => ({
    name: `somebody turns 18 (${n})`,
    async run(box) {
      const login = () => box.login({ user: "child", redirectUri: CALLBACK, scope: "openid" });
      await box.clock.freeze("2023-05-16T12:00:00Z");
      await box.addUser({ id: "child", birthDate: "2005-05-17" });
      await expect(login()).rejects.toThrow(/access_denied/);
      await box.clock.advance("1d");
      expect((await login()).code).toMatch(/^.{43}\..{43}$/);
    },
  }),
  (n) => ({
    name: `a redirect URI is registered here alone (${n})`,
    async run(box) {
      const redirectUri = `https://example.com/${n}`;
      const [shop] = box.salesUnits;
      await box.updateSalesUnit(shop?.msn ?? "", { redirectUris: [redirectUri, CALLBACK] });
      await box.scenarios.add({ user: "ada", outcome: "approve" });
      const here = await authorize(box, { redirect_uri: redirectUri });
      expect(here.searchParams.get("code")).toBeTruthy();
      const other = await authorize(box, { redirect_uri: `https://example.com/${n + 1}` });
      expect(other.searchParams.get("error")).toBe("invalid_request");
    },
  }),
];

const FIFTY = KINDS.flatMap((kind) => [0, 1, 2, 3, 4].map(kind));

describe("fifty tests at the same time against one server", () => {
  let server: VippsLoginMock;
  let vipps: VippsLoginMock;
  beforeAll(async () => {
    server = await startVippsLoginMock();
    vipps = connect(server.url);
  });
  afterAll(() => server.close());

  it(`pass, each in a sandbox of its own, ${ROUNDS} times over`, { timeout: 600_000 }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const failures = await Promise.all(
        FIFTY.map(async ({ name, run }) => {
          const box = await vipps.createSandbox();
          try {
            await run(box);
            return [];
          } catch (error) {
            return [`round ${round}, ${name}: ${error}`];
          } finally {
            await box.delete();
          }
        }),
      );
      expect(failures.flat()).toEqual([]);
    }
    expect((await vipps.sandboxes.list()).map(({ id }) => id)).toEqual(["default"]);
  });

  it("get in each other's way in one sandbox", { timeout: 60_000 }, async () => {
    const box = await vipps.createSandbox();
    const ends = await Promise.allSettled(FIFTY.map(({ run }) => run(box)));
    const failed = ends.filter(({ status }) => status === "rejected");
    expect(failed.length).toBeGreaterThan(10);
    await box.delete();
  });
});
