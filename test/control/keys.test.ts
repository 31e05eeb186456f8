import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { approve, begin, poll } from "../support/phone.ts";
import { startServer } from "../support/server.ts";
import { get, jwtPart, PATH, SHOP, tokensFrom, userinfo } from "../support/wire.ts";

interface Key {
  readonly kid: string;
  readonly phoneLoginKid: string;
  readonly status: string;
  readonly shared: boolean;
}

describe("keys", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const list = async (sandbox?: string): Promise<Key[]> =>
    (await call(mock, "GET", "/keys", {}, sandbox)).body.items;

  const rotate = async (phase?: string, sandbox?: string): Promise<Key[]> => {
    const body = phase === undefined ? undefined : { phase };
    const answer = await call(mock, "POST", "/keys/rotate", { body }, sandbox);
    expect(answer.status).toBe(200);
    return answer.body.items;
  };

  const jwks = async (sandbox?: string) =>
    (await get(mock, `${sandbox ? `/s/${sandbox}` : ""}${PATH.jwks}`)).json();

  const kidsOf = (items: readonly { kid: string }[]) => items.map(({ kid }) => kid);

  /** The kids in JWKS where these are the keys: the P-256 keys stand behind the others. */
  const inJwks = (items: readonly Key[]) => [
    ...kidsOf(items),
    ...items.map(({ phoneLoginKid }) => phoneLoginKid),
  ];

  /** An ID token made just now. */
  const idToken = async (sandbox?: string): Promise<string> => {
    const body = { user: "ada", clientId: SHOP.id, scope: "openid" };
    return (await call(mock, "POST", "/tokens", { body }, sandbox)).body.idToken;
  };

  const kidOf = (token: string): string => JSON.parse(jwtPart(token, 0)).kid;

  const verify = (token: string, keys: Awaited<ReturnType<typeof jwks>>) =>
    jwtVerify(token, createLocalJWKSet(keys), {
      audience: SHOP.id,
      currentDate: new Date("2023-05-17T10:00:01Z"),
    });

  it("are the server's own at first", async () => {
    const items = await list();
    expect(items).toEqual([
      {
        kid: expect.stringMatching(/^public:/),
        alg: "RS256",
        bits: 2048,
        phoneLoginKid: expect.stringMatching(/^public:/),
        status: "current",
        shared: true,
      },
    ]);
    expect(kidsOf((await jwks()).keys)).toEqual(inJwks(items));
    expect(kidOf(await idToken())).toBe(items[0]?.kid);
  });

  it("rotate step by step: JWKS knows the new key before and the old one after it signs", async () => {
    const [old] = kidsOf(await list());
    const before = await idToken();

    const published = await rotate("publish");
    expect(published).toEqual([
      expect.objectContaining({ kid: old, status: "current", shared: true }),
      expect.objectContaining({
        status: "published",
        shared: false,
        bits: 2048,
        createdAt: "2023-05-17T10:00:00Z",
      }),
    ]);
    const fresh = published[1]?.kid ?? "";
    expect(kidsOf((await jwks()).keys)).toEqual(inJwks(published));
    expect(kidOf(await idToken())).toBe(old);

    const used = await rotate("use");
    expect(used.map(({ kid, status }) => [kid, status])).toEqual([
      [fresh, "current"],
      [old, "retiring"],
    ]);
    const between = await idToken();
    expect(kidOf(between)).toBe(fresh);
    const both = await jwks();
    expect(kidsOf(both.keys)).toEqual(inJwks(used));
    for (const token of [before, between]) await verify(token, both);

    const left = await rotate("retire");
    expect(kidsOf(left)).toEqual([fresh]);
    const after = await jwks();
    expect(kidsOf(after.keys)).toEqual(inJwks(left));
    await verify(between, after);
    await expect(verify(before, after)).rejects.toThrow("no applicable key");
    expect(await list()).toEqual([expect.objectContaining({ kid: fresh, status: "current" })]);
  });

  it("rotate together with the key of login from phone number", async () => {
    const phoneToken = async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await approve(mock, authReqId);
      return (await poll(mock, authReqId)).json().id_token as string;
    };
    const [old] = await list();
    const before = await phoneToken();
    expect(kidOf(before)).toBe(old?.phoneLoginKid);

    const [, fresh] = await rotate("publish");
    expect(kidOf(await phoneToken())).toBe(old?.phoneLoginKid);
    await rotate("use");
    const between = await phoneToken();
    expect(kidOf(between)).toBe(fresh?.phoneLoginKid);
    for (const token of [before, between]) await verify(token, await jwks());
    await rotate("retire");
    await verify(between, await jwks());
    await expect(verify(before, await jwks())).rejects.toThrow("no applicable key");
  });

  it("rotate at once: what the old key signed verifies no more, access tokens live on", async () => {
    const { access_token: accessToken, id_token: before } = await tokensFrom(mock);
    const [old] = kidsOf(await list());
    const items = await rotate();
    expect(items).toEqual([expect.objectContaining({ status: "current", shared: false })]);
    expect(kidsOf(items)).not.toContain(old);
    await verify(await idToken(), await jwks());
    await expect(verify(before, await jwks())).rejects.toThrow("no applicable key");
    expect((await userinfo(mock, accessToken)).statusCode).toBe(200);
  });

  it("leave JWKS at once when they are removed, and a new one signs where none is left", async () => {
    const [old = ""] = kidsOf(await list());
    const [, waiting] = kidsOf(await rotate("publish"));
    const { status, body } = await call(mock, "DELETE", `/keys/${old}`);
    expect(status).toBe(200);
    expect(body.items).toEqual([
      expect.objectContaining({ status: "current", shared: false }),
      expect.objectContaining({ kid: waiting, status: "published" }),
    ]);
    expect(kidsOf(body.items)).not.toContain(old);
    expect(kidsOf((await jwks()).keys)).toEqual(inJwks(body.items));
    expect(kidOf(await idToken())).toBe(body.items[0].kid);

    const left = await call(mock, "DELETE", `/keys/${waiting}`);
    expect(left.body.items).toEqual([body.items[0]]);
  });

  it.each([
    [["publish"], "publish", '{"phase":"use"}'],
    [[], "use", '{"phase":"publish"}'],
    [[], "retire", '{"phase":"publish"}'],
    [["publish"], "retire", '{"phase":"use"}'],
  ])("refuse, after %j, to %s, say what is next and change nothing", async (steps, phase, told) => {
    for (const step of steps) await rotate(step);
    const before = await list();
    const { status, body } = await call(mock, "POST", "/keys/rotate", { body: { phase } });
    expect([status, body.detail]).toEqual([409, expect.stringContaining(told)]);
    expect(await list()).toEqual(before);
  });

  it("are not lost by rotations at the same time", async () => {
    const publishing = Array.from({ length: 4 }, () =>
      call(mock, "POST", "/keys/rotate", { body: { phase: "publish" } }),
    );
    const statuses = (await Promise.all(publishing)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409, 409, 409]);
    expect(await list()).toHaveLength(2);

    await Promise.all(Array.from({ length: 4 }, () => rotate()));
    const items = await list();
    expect(items.map(({ status }) => status)).toEqual(["current"]);
    expect(kidsOf((await jwks()).keys)).toEqual(inJwks(items));
    await verify(await idToken(), await jwks());
  });

  it.each([
    [{ phase: "publsh" }, 'did you mean "publish"?'],
    [{ phase: null }, 'one of "publish", "use", "retire"'],
    [{ phse: "use" }, 'did you mean "phase"?'],
    [[], "expected an object"],
  ])("refuse the rotation %j", async (body, told) => {
    const before = await list();
    const answer = await call(mock, "POST", "/keys/rotate", { body });
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(told)]);
    expect(await list()).toEqual(before);
  });

  it("say which key was meant", async () => {
    const [kid = ""] = kidsOf(await list());
    const { status, body } = await call(mock, "DELETE", `/keys/${kid.slice(0, -1)}`);
    expect([status, body.detail]).toEqual([404, expect.stringContaining(`did you mean "${kid}"?`)]);
    const other = await call(mock, "DELETE", "/keys/nobody");
    expect(other.body.detail).toContain(`there are ${kid}`);
    const beside = (await list())[0]?.phoneLoginKid;
    const third = await call(mock, "DELETE", `/keys/${beside}`);
    expect([third.status, third.body.detail]).toEqual([404, expect.stringContaining(kid)]);
    expect(kidsOf(await list())).toEqual([kid]);
  });

  it("are a sandbox's own: every other one keeps the server's", async () => {
    for (const id of ["one", "two"]) await call(mock, "POST", "/sandboxes", { body: { id } });
    const shared = await list();
    await rotate(undefined, "one");
    await rotate("publish", "two");
    expect(await list()).toEqual(shared);
    expect(kidsOf((await jwks()).keys)).toEqual(inJwks(shared));
    expect(kidOf(await idToken())).toBe(shared[0]?.kid);
    expect(kidsOf(await list("one"))).not.toContain(shared[0]?.kid);
    expect((await list("two")).map(({ shared: same }) => same)).toEqual([true, false]);
    await expect(verify(await idToken("one"), await jwks("two"))).rejects.toThrow();
    await verify(await idToken("one"), await jwks("one"));
  });
});

describe("a client that caches JWKS", () => {
  it("picks up the rotated key", async () => {
    const server = await startServer();
    try {
      const post = async (path: string, body: object) => {
        const response = await fetch(`${server.url}/mock/api${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        return response.json();
      };
      const { clientId } = await server.salesUnit();
      const mint = async () =>
        (await post("/tokens", { user: "ada", clientId, scope: "openid" })).idToken as string;
      const keys = createRemoteJWKSet(
        new URL("/access-management-1.0/access/.well-known/jwks.json", server.url),
        { cooldownDuration: 0 },
      );
      const expected = { issuer: server.issuer, audience: clientId };
      await jwtVerify(await mint(), keys, expected);
      await post("/keys/rotate", {});
      const { protectedHeader } = await jwtVerify(await mint(), keys, expected);
      const listed = await (await fetch(`${server.url}/mock/api/keys`)).json();
      expect(listed.items[0].kid).toBe(protectedHeader.kid);
    } finally {
      await server.close();
    }
  });
});
