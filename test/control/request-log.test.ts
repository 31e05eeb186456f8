import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { until } from "../support/wait.ts";
import {
  authorize,
  BASE,
  basic,
  codeFrom,
  get,
  OUTLET,
  PATH,
  post,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
} from "../support/wire.ts";

describe("requests", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await mock.close();
  });

  const list = async (query = "") => (await call(mock, "GET", `/requests${query}`)).body;
  const count = async (query = "") => (await call(mock, "GET", `/requests/count${query}`)).body;
  const take = (body?: object) =>
    call(mock, "POST", "/requests/take", body === undefined ? {} : { body });

  /** Three requests of different kinds. */
  async function threeRequests(): Promise<void> {
    await get(mock, PATH.jwks);
    await authorize(mock, { redirect_uri: "https://example.com/callback/" });
    await requestToken(mock, "unknown-code", {}, basic(OUTLET));
  }

  it("are told flat, with why they were refused", async () => {
    await authorize(mock, { redirect_uri: "https://example.com/callback/" });
    const { items } = await list();
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^[A-Za-z0-9]{21}$/),
        at: "2023-05-17T10:00:00Z",
        method: "GET",
        url: expect.stringMatching(`^${BASE}${PATH.auth}\\?response_type=code&client_id=`),
        endpoint: "auth",
        status: 302,
        refused: true,
        diagnosis: {
          rule: "redirect-uri",
          faq: expect.any(String),
          message: expect.stringContaining("trailing slash"),
          detail: expect.any(String),
          sent: "https://example.com/callback/",
          closest: "https://example.com/callback",
        },
        notes: [],
        clientId: SHOP.id,
        duration: expect.any(Number),
        taken: false,
        request: { headers: expect.objectContaining({ host: "localhost:4747" }) },
        response: { headers: expect.objectContaining({ location: expect.any(String) }) },
      },
    ]);
    expect((await call(mock, "GET", `/requests/${items[0].id}`)).body).toEqual(items[0]);
  });

  it("have bodies as text, and in base64 where they are none", async () => {
    await post(mock, PATH.token, "grant_type=x");
    expect((await list()).items[0]).toMatchObject({
      request: { body: "grant_type=x" },
      response: { body: expect.stringContaining('"error":"invalid_request"') },
    });
    await mock.app.inject({
      method: "POST",
      url: PATH.token,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: Buffer.from([0xff]),
    });
    expect((await list()).items[1].request).toMatchObject({ bodyBase64: "/w==" });
  });

  it("have what was noticed beside", async () => {
    await get(mock, PATH.discovery, { origin: "https://example.com" });
    const [request] = (await list()).items;
    expect(request.refused).toBe(false);
    expect(request.notes).toMatchObject([{ rule: "cors" }]);
  });

  it("are listed from the oldest to the newest, page by page", async () => {
    await threeRequests();
    const { items } = await list();
    expect(items.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([
      "jwks",
      "auth",
      "token",
    ]);
    const first = await list("?limit=2");
    expect(first).toEqual({ items: items.slice(0, 2), next: items[1].id });
    expect(await list(`?limit=2&after=${first.next}`)).toEqual({ items: items.slice(2) });
    expect(await list(`?after=${items[2].id}`)).toEqual({ items: [] });
  });

  it.each([
    ["endpoint=auth", ["auth"]],
    ["endpoint=revoke", []],
    [`clientId=${OUTLET.id}`, ["token"]],
    [`clientId=${SHOP.id}`, ["auth"]],
    ["status=302", ["auth"]],
    ["status=500", []],
    ["refused=true", ["auth", "token"]],
    ["refused=false", ["jwks"]],
    ["user=ada", []],
    ["login=somebody", []],
    ["refused=true&status=400", ["token"]],
  ])("are chosen by %s, and counted", async (query, endpoints) => {
    await threeRequests();
    const { items } = await list(`?${query}`);
    expect(items.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(endpoints);
    expect(await count(`?${query}`)).toEqual({ count: endpoints.length });
    const taken = await take(
      Object.fromEntries(
        query.split("&").map((pair) => {
          const [name = "", value = ""] = pair.split("=");
          return [
            name,
            name === "status" ? Number(value) : name === "refused" ? value === "true" : value,
          ];
        }),
      ),
    );
    expect(taken.status).toBe(endpoints.length > 0 ? 200 : 404);
    if (endpoints.length > 0) expect(taken.body.endpoint).toBe(endpoints[0]);
  });

  it("are chosen by user, with the MSISDN too, and by login", async () => {
    const { access_token: accessToken } = await tokensFrom(mock, { user: "ada" });
    await tokensFrom(mock, { user: "leap-day" });
    await userinfo(mock, accessToken);
    const ofAda = (await list("?user=ada")).items;
    expect(ofAda.at(-1).endpoint).toBe("userinfo");
    expect((await list("?user=4712345678")).items).toEqual(ofAda);
    const { login } = ofAda.at(-1);
    const ofLogin = (await list(`?login=${login}`)).items;
    expect(ofLogin[0].endpoint).toBe("auth");
    expect(ofLogin.at(-1).endpoint).toBe("userinfo");
    expect(await count(`?login=${login}&endpoint=token`)).toEqual({ count: 1 });
    expect(await count("?endpoint=token")).toEqual({ count: 2 });
  });

  it("are chosen by a client id that no sales unit has, once it came", async () => {
    expect((await call(mock, "GET", "/requests?clientId=nobody")).status).toBe(404);
    await authorize(mock, { client_id: "nobody" });
    expect(await count("?clientId=nobody")).toEqual({ count: 1 });
  });

  it("are chosen by a user who was removed since", async () => {
    await tokensFrom(mock, { user: "leap-day" });
    await call(mock, "DELETE", "/users/leap-day");
    expect((await count("?user=leap-day&endpoint=token")).count).toBe(1);
  });

  it.each([
    ["endpoint=tokn", 400, 'did you mean "token"?'],
    ["refused=yes", 400, "refused"],
    ["status=99", 400, "status: is 99; expected 100 or more"],
    ["user=adda", 404, 'did you mean "ada"?'],
    [`clientId=${SHOP.id.slice(0, -1)}2`, 404, `did you mean "${SHOP.id}"?`],
    ["after=nobody", 404, "GET requests lists those there are"],
    ["clientid=x", 400, 'did you mean "clientId"?'],
  ])("are not silently none for a filter that cannot match: %s", async (query, status, told) => {
    for (const path of ["/requests", "/requests/count"]) {
      const answer = await call(mock, "GET", `${path}?${query}`);
      expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
    }
  });

  it("are not found under an unknown id", async () => {
    const { status, body } = await call(mock, "GET", "/requests/nobody");
    expect([status, body.detail]).toEqual([404, expect.stringContaining('"nobody"')]);
  });

  it("go all at once", async () => {
    await threeRequests();
    expect((await call(mock, "DELETE", "/requests")).status).toBe(204);
    expect(await list()).toEqual({ items: [] });
    expect(await count()).toEqual({ count: 0 });
  });

  describe("can be waited for", () => {
    it("and come as soon as there is one", async () => {
      const waiting = list("?endpoint=token&wait=30s");
      await get(mock, PATH.jwks);
      await requestToken(mock, "unknown-code");
      expect((await waiting).items).toMatchObject([{ endpoint: "token" }]);
    });

    it("after one that is known already", async () => {
      await get(mock, PATH.jwks);
      const [{ id }] = (await list()).items;
      const waiting = list(`?after=${id}&wait=30`);
      await authorize(mock);
      expect((await waiting).items).toMatchObject([{ endpoint: "auth" }]);
    });

    it("after one that is known already, however many came before it", async () => {
      for (const _ of [1, 2, 3]) await get(mock, PATH.jwks);
      const { id } = (await list()).items.at(-1);
      expect(await list(`?after=${id}&wait=1`)).toEqual({ items: [] });
      const taken = await call(mock, "POST", "/requests/take", { body: { after: id, wait: 1 } });
      expect(taken.status).toBe(404);
    });

    it("though the log is emptied meanwhile", async () => {
      await get(mock, PATH.jwks);
      const [{ id }] = (await list()).items;
      const waiting = list(`?after=${id}&wait=30`);
      // Servers answer in turn: when each has answered once more, the one that waits has looked for the id.
      for (const _ of [1, 2]) await list();
      await call(mock, "DELETE", "/requests");
      await authorize(mock);
      expect((await waiting).items).toMatchObject([{ endpoint: "auth" }]);
    });

    it("no longer than asked", async () => {
      expect(await list("?wait=1")).toEqual({ items: [] });
    });

    it("not past the end of the server", async () => {
      // That which the call has come to.
      await mock.close();
      mock = await startMock({}, { servers: 1 });
      const waiting = call(mock, "GET", "/requests?wait=60s");
      await call(mock, "GET", "/requests");
      await mock.app.close();
      expect((await waiting).body).toEqual({ items: [] });
    });

    it("across a reset, which leaves nothing of what was there before", async () => {
      await get(mock, PATH.jwks);
      const waiting = [
        take({ endpoint: "auth", wait: "30s" }),
        call(mock, "GET", "/requests?endpoint=auth&wait=30s"),
      ];
      await call(mock, "GET", "/requests");
      await call(mock, "POST", "/state/reset");
      await authorize(mock);
      const [taken, listed] = await Promise.all(waiting);
      expect(taken?.body).toMatchObject({ endpoint: "auth", taken: true });
      expect(listed?.body.items).toMatchObject([{ id: taken?.body.id }]);
    });

    it("until the sandbox is removed, which is told at once", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
      const waiting = [
        call(mock, "GET", "/requests?wait=30s", {}, "one"),
        call(mock, "POST", "/requests/take", { body: { wait: 30 } }, "one"),
      ];
      await call(mock, "GET", "/requests", {}, "one");
      await call(mock, "DELETE", "/sandboxes/one");
      for (const { status, body } of await Promise.all(waiting)) {
        expect([status, body.detail]).toEqual([404, "The sandbox was removed meanwhile."]);
      }
    });

    it("longer than the ttl of the sandbox, for it is in use", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: 5 } });
      const waiting = call(mock, "GET", "/requests?wait=30s", {}, "brief");
      const isUsed = async () =>
        (await mock.sandboxes.find("brief" as SandboxId))?.usedAt === mock.wall.now;
      for (let n = 0; n < 2; n++) {
        mock.wall.now = epochSeconds(mock.wall.now + 4);
        await until(isUsed);
        await mock.sandboxes.sweep();
      }
      await get(mock, `/s/brief${PATH.jwks}`);
      expect((await waiting).body.items).toMatchObject([{ endpoint: "jwks" }]);
    });

    it("in one sandbox without regard to another", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
      const waiting = call(mock, "GET", "/requests?wait=30s", {}, "one");
      await get(mock, PATH.jwks);
      await get(mock, `/s/one${PATH.discovery}`);
      expect((await waiting).body.items).toMatchObject([{ endpoint: "discovery" }]);
    });

    it.each(["1ms", "0.001", "PT0.001S"])("for less than a second as well: %s", async (wait) => {
      const { status, body } = await call(mock, "GET", `/requests?wait=${wait}`);
      expect([status, body.items]).toEqual([200, []]);
      expect((await take({ wait })).body.detail).toContain("came within 0.001s");
    });

    it.each([
      ["61", "wait: is 61; expected 0 to 60 seconds"],
      ["2m", "wait: is 2m; expected 0 to 60 seconds"],
      ["60001ms", "wait: is 60001ms; expected 0 to 60 seconds"],
      ["soon", '"soon" is no length of time'],
      ["-1", "wait: is -1; expected 0 to 60 seconds"],
    ])("but not for %s", async (wait, told) => {
      const answers = [
        await call(mock, "GET", `/requests?wait=${wait}`),
        await take({ wait: /^\d+$/.test(wait) ? Number(wait) : wait }),
      ];
      for (const { status, body } of answers) {
        expect([status, body.detail]).toEqual([400, expect.stringContaining(told)]);
      }
    });
  });

  describe("can be taken", () => {
    it("the oldest first, each once", async () => {
      await threeRequests();
      const taken = [await take(), await take({}), await take({ wait: 0 })];
      expect(taken.map(({ body }) => body.endpoint)).toEqual(["jwks", "auth", "token"]);
      expect(taken.map(({ body }) => body.taken)).toEqual([true, true, true]);
      expect((await take()).status).toBe(404);
      expect((await list()).items).toEqual(taken.map(({ body }) => body));
    });

    it("by one of many who ask at once", async () => {
      await threeRequests();
      const answers = await Promise.all(Array.from({ length: 10 }, () => take()));
      const got = answers.filter(({ status }) => status === 200).map(({ body }) => body.id);
      expect(got).toHaveLength(3);
      expect(new Set(got).size).toBe(3);
    });

    it("by one of many who wait for it", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const waiting = Array.from({ length: 5 }, () => take({ endpoint: "token", wait: "1s" }));
      await requestToken(mock, "unknown-code");
      const taken = await Promise.race(waiting);
      expect(taken.status).toBe(200);
      let ended = 0;
      for (const one of waiting) void one.then(() => ended++);
      await until(() => {
        vi.advanceTimersByTime(1000);
        return ended === waiting.length;
      });
      const answers = await Promise.all(waiting);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    });

    it("or else one learns what came instead", async () => {
      expect((await take()).body.detail).toBe(
        "No request came. The log is empty: nothing reached this sandbox.",
      );
      await codeFrom(mock);
      await requestToken(mock, "unknown-code");
      await take({ endpoint: "token" });
      const { body } = await take({ endpoint: "token", wait: 1 });
      expect(body.detail).toMatch(
        /^No request that fits \{"endpoint":"token"\} came within 1s; 1 that did was taken before\. Seen instead, the last 5 of \d+: .*GET auth 302 \([\w-]+, ada\); POST token 400 \([\w-]+\): no code .* was issued, taken\.$/,
      );
    });

    it.each([
      [{ refused: "true" }, "refused"],
      [{ status: "200" }, "status"],
      [{ endpoint: "tokn" }, "endpoint"],
      [{ limit: 2 }, "limit"],
    ])("not with %j, and nothing is", async (body, path) => {
      await threeRequests();
      const { status, body: problem } = await take(body);
      expect(status).toBe(400);
      expect(problem.errors.map((one: { path: string }) => one.path)).toEqual([path]);
      expect((await list()).items.some(({ taken }: { taken: boolean }) => taken)).toBe(false);
    });
  });

  it("stay with whoever hung up: nobody takes what nobody gets", async () => {
    await mock.close();
    mock = await startMock({}, { servers: 1 });
    await mock.app.listen({ host: "127.0.0.1", port: 0 });
    const address = mock.app.server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const controller = new AbortController();
    const waiting = fetch(`http://127.0.0.1:${port}/mock/api/requests/take`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ wait: 60 }),
      signal: controller.signal,
    });
    const aborted = expect(waiting).rejects.toThrow("aborted");
    await once(mock.app.server, "request");
    await list();
    controller.abort();
    await aborted;
    await until(
      () =>
        new Promise((resolve) =>
          mock.app.server.getConnections((_, count) => resolve(count === 0)),
        ),
    );
    await get(mock, PATH.jwks);
    expect((await take()).body.endpoint).toBe("jwks");
  });
});
