import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Check, CheckNext } from "../../src/control/types.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { User } from "../../src/records/user.ts";
import { check, goOn } from "../support/check.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { authorize, BANK, Browser, parameterOf, requestToken, SHOP } from "../support/wire.ts";

/** The runs in which an application is checked, over HTTP. */

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const begin = async (input: object = {}) =>
  call(mock, "POST", "/checks", { body: { clientId: SHOP.id, ...input } });
const nextOf = async (id: string): Promise<CheckNext> =>
  (await call(mock, "GET", `/checks/${id}/next`)).body;
const say = (id: string, body: object) => call(mock, "POST", `/checks/${id}/outcome`, { body });
const runOf = async (id: string): Promise<Check> => (await call(mock, "GET", `/checks/${id}`)).body;
const pass = (seconds: number) => {
  mock.wall.now = epochSeconds(mock.wall.now + seconds);
};

/** A run of one probe whose first login has succeeded. */
async function inProbe(probe: string, input: object = {}): Promise<string> {
  const { id } = (await begin({ probes: [probe], ...input })).body;
  await nextOf(id);
  await new RelyingParty(mock).login();
  await say(id, { login: 1, loggedIn: true });
  return id;
}

const probeOf = async (id: string) => (await runOf(id)).probes[0];

describe("a run", () => {
  it("says what to do, and the same when it is asked again", async () => {
    const { body, status } = await begin({ probes: ["state", "issuer"] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: "running", passed: false, logins: 0, of: 5 });
    const next = await nextOf(body.id);
    expect(next).toMatchObject({ do: "log in", login: 1, of: 5, timeout: 30 });
    expect(next.user?.id).toBe(body.user);
    expect(await nextOf(body.id)).toEqual(next);
    const { items } = (await call(mock, "GET", "/scenarios")).body;
    expect(items).toMatchObject([{ match: { clientId: SHOP.id }, user: body.user }]);
  });

  it("plays the probes in the order of the table, whatever order they are named in", async () => {
    const { probes } = (await begin({ probes: ["key-rotation", "state", "issuer"] })).body;
    expect(probes.map(({ id }: { id: string }) => id)).toEqual(["issuer", "state", "key-rotation"]);
  });

  it("gives the same report for the same seed, and is listed", async () => {
    const reports = [];
    for (let time = 0; time < 2; time += 1) {
      const shop = new RelyingParty(mock);
      const input = { seed: 7, without: ["token-slow"] };
      const { id } = await check(mock, () => shop.login(), input);
      reports.push((await call(mock, "GET", `/checks/${id}/report?format=junit`)).body);
    }
    expect(reports[0]).toBe(reports[1]);
    expect(reports[0]).toContain('tests="36" failures="0" skipped="3"');
    const { items } = (await call(mock, "GET", "/checks")).body;
    expect(items.map(({ seed }: Check) => seed)).toEqual([7, 7]);
  });

  it("leaves the sandbox as it was", async () => {
    const seen = async () => {
      const paths = [
        "/users?limit=1000",
        "/consents",
        "/scenarios",
        "/faults",
        "/keys",
        "/browsers",
      ];
      const bodies = paths.map(async (path) => (await call(mock, "GET", path)).body);
      return Promise.all([...bodies, mock.sandbox.store.phoneLogins.count()]);
    };
    const before = await seen();
    const shop = new RelyingParty(mock);
    await check(mock, () => shop.login(), { without: ["token-slow"] });
    expect(await seen()).toEqual(before);
  });

  it("lets a key that was published wait again", async () => {
    await call(mock, "POST", "/keys/rotate", { body: { phase: "publish" } });
    const before = (await call(mock, "GET", "/keys")).body;
    const shop = new RelyingParty(mock);
    const run = await check(mock, () => shop.login(), { probes: ["key-rotation"] });
    const why = "The new key was in JWKS before, so the application may have known it.";
    expect(run.probes).toMatchObject([{ status: "not reached", why }]);
    expect((await call(mock, "GET", "/keys")).body).toEqual(before);
  });

  it("keeps the user that is named, with the phone number", async () => {
    const before = (await call(mock, "GET", "/users/ada")).body;
    const shop = new RelyingParty(mock);
    const probes = ["changed-phone-number", "changed-email", "letters"];
    const run = await check(mock, () => shop.login(), { user: before.phoneNumber, probes });
    expect(run).toMatchObject({ user: "ada", passed: true });
    expect((await call(mock, "GET", "/users/ada")).body).toEqual(before);
  });

  it("keeps the newest five", async () => {
    const ids = [];
    for (let count = 0; count < 6; count += 1) {
      const { id } = await check(mock, async () => undefined, { probes: ["state"] });
      ids.push(id);
    }
    const { items } = (await call(mock, "GET", "/checks")).body;
    expect(items.map(({ id }: Check) => id)).toEqual(ids.slice(1));
    expect((await call(mock, "GET", `/checks/${ids[0]}`)).status).toBe(404);
  });
});

describe("a run cannot begin", () => {
  it.each([
    ["/faults", { match: { endpoint: "token" }, then: { status: 500 } }, "a fault ("],
    ["/scenarios", { user: "ada" }, "a waiting scenario ("],
  ])("where others have ordered something: %s", async (path, body, message) => {
    await call(mock, "POST", path, { body });
    const refused = await begin();
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(message)]);
  });

  it("where a clock was moved, by which what is over could not be told", async () => {
    await call(mock, "PATCH", "/clock", { body: { advance: "2h" } });
    const refused = await begin();
    expect(refused.body.detail).toContain("clock is 7200 s ahead of the real time");
    expect(refused.status).toBe(409);
    await call(mock, "DELETE", "/clock");
    expect((await begin()).status).toBe(201);
  });

  it("where the clock is behind, or several faults are there", async () => {
    await call(mock, "PATCH", "/clock", { body: { at: "2023-05-17T09:00:00Z" } });
    expect((await begin()).body.detail).toContain("clock is 3600 s behind the real time");
    await call(mock, "DELETE", "/clock");
    for (const status of [500, 503]) {
      const body = { match: { endpoint: "token" }, then: { status } };
      await call(mock, "POST", "/faults", { body });
    }
    expect((await begin()).body.detail).toContain("has 2 faults that would disturb");
  });

  it("twice at once", async () => {
    const begun = await Promise.all([1, 2, 3].map(() => begin()));
    expect(begun.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it("but with what is used up, or for another client", async () => {
    const faults = [
      { match: { endpoint: "token", clientId: BANK.id }, then: { status: 500 } },
      { match: { endpoint: "token" }, then: { status: 500 }, times: 1 },
    ];
    for (const body of faults) await call(mock, "POST", "/faults", { body });
    await call(mock, "POST", "/scenarios", { body: { user: "ada", match: { clientId: BANK.id } } });
    await requestToken(mock, "x");
    expect((await begin()).status).toBe(201);
  });

  it("where another one is under way; it can be removed, and takes back what it has made", async () => {
    const before = (await call(mock, "GET", "/counts")).body;
    const { id } = (await begin()).body;
    await nextOf(id);
    const refused = await begin({ clientId: BANK.id });
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(id)]);
    expect((await call(mock, "DELETE", `/checks/${id}`)).status).toBe(204);
    expect((await call(mock, "GET", "/counts")).body).toEqual(before);
    expect((await call(mock, "GET", `/checks/${id}/next`)).status).toBe(404);
    expect((await begin()).status).toBe(201);
  });

  it.each([
    [{ probes: ["sate"] }, 400, 'did you mean "state"'],
    [{ probes: [] }, 400, "probes"],
    [{ probes: ["state"], without: ["state"] }, 400, "none of the probes"],
    [{ user: "adda" }, 404, 'did you mean "ada"'],
    [{ clientId: "x" }, 400, "no sales unit"],
    [{ timeout: 0 }, 400, "1 or more"],
    [{ timeout: 601 }, 400, "600"],
    [{ seed: -1 }, 400, "seed"],
  ])("with what cannot be played: %j", async (input, status, message) => {
    const before = (await call(mock, "GET", "/counts")).body;
    const refused = await begin(input);
    expect([refused.status, refused.body.detail]).toEqual([
      status,
      expect.stringContaining(message),
    ]);
    expect((await call(mock, "GET", "/counts")).body).toEqual(before);
  });
});

describe("an outcome", () => {
  it("is for the login that is under way", async () => {
    const { id } = (await begin({ probes: ["state"] })).body;
    expect((await say(id, { login: 1, loggedIn: true })).status).toBe(409);
    await nextOf(id);
    expect((await say(id, { login: 2, loggedIn: true })).status).toBe(409);
    expect((await say(id, { login: 1, loggedIn: true })).status).toBe(200);
    expect((await say(id, { login: 1, loggedIn: true })).status).toBe(409);
  });

  it.each([
    {},
    { loggedIn: true, failure: "x" },
    { loggedIn: true, timedOut: true },
    { timedOut: false },
    { loggedIn: "yes" },
    { loggedIn: null },
  ])("says one thing: not %j", async (said) => {
    const { id } = (await begin()).body;
    await nextOf(id);
    expect((await say(id, { login: 1, ...said })).status).toBe(400);
    expect((await say(id, { login: 1, loggedIn: true })).status).toBe(200);
  });

  it("of several that come at once counts once", async () => {
    const { id } = (await begin({ probes: ["state"] })).body;
    await nextOf(id);
    await new RelyingParty(mock).login();
    const said = await Promise.all([1, 2, 3].map(() => say(id, { login: 1, loggedIn: true })));
    expect(said.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await runOf(id)).logins).toBe(1);
  });
});

describe("the first login", () => {
  it.each([
    [{ loggedIn: false }, /has not called\. Is the application configured/],
    [{ loggedIn: true }, /has not called\. Drive each login with a browser that has no cookies/],
    [{ failure: "ECONNREFUSED" }, /The driver failed after 0 s: ECONNREFUSED/],
    [{ timedOut: true }, /not said within 30 s/],
  ])("has to succeed: %j", async (said, why) => {
    const { id } = (await begin()).body;
    await nextOf(id);
    await say(id, { login: 1, ...said });
    const { status, summary, probes } = await runOf(id);
    expect(status).toBe("stopped");
    expect(summary).toMatch(why);
    expect(probes.every((probe) => probe.status === "not played")).toBe(true);
    expect((await nextOf(id)).do).toBe("stop");
    expect((await begin()).status).toBe(201);
  });

  it("is not found where the requests of the login were refused", async () => {
    const id = await inProbe("issuer");
    await nextOf(id);
    await authorize(mock);
    await requestToken(mock, "no-code");
    const { body } = await say(id, { login: 2, loggedIn: false });
    expect(body).toMatchObject({
      verdict: "not reached",
      why: expect.stringMatching(/^The request was refused\./),
    });
  });

  it("is shown with why the mock refused it", async () => {
    const redirectUris = ["https://other.example/"];
    await call(mock, "PATCH", "/sales-units/100001", { body: { redirectUris } });
    const run = await check(mock, () => new RelyingParty(mock).login());
    expect(run.summary).toMatch(
      /The mock refused a request: .*redirect.* It called: .*GET auth → 302: redirect_uri/s,
    );
  });
});

describe("what a driver does", () => {
  it("may be too late", async () => {
    const id = await inProbe("token-500");
    await nextOf(id);
    pass(31);
    expect((await say(id, { login: 2, loggedIn: false })).body.verdict).toBe("hangs");
    expect(await probeOf(id)).toMatchObject({ status: "failed", verdict: "hangs" });
  });

  it("may never end: whoever asks what is next goes on", async () => {
    const id = await inProbe("token-500", { timeout: 5 });
    await nextOf(id);
    pass(5);
    expect(await nextOf(id)).toMatchObject({ login: 2 });
    pass(1);
    expect(await nextOf(id)).toMatchObject({ login: 3 });
    const why = expect.stringContaining("5 s");
    expect(await probeOf(id)).toMatchObject({ verdict: "hangs", why });
    expect((await call(mock, "GET", "/faults")).body.items).toEqual([]);
  });

  it("may fail, with the probe and the time", async () => {
    const id = await inProbe("state");
    await nextOf(id);
    pass(4);
    const { body } = await say(id, { login: 2, failure: "no button" });
    const why = "The driver failed after 4 s: no button.";
    expect(body).toMatchObject({ probe: "state", verdict: "driver failed", why });
    expect(await probeOf(id)).toMatchObject({ status: "not judged" });
  });

  it("may log in somebody else", async () => {
    const id = await inProbe("letters");
    await nextOf(id);
    await new RelyingParty(mock).login();
    const { body } = await say(id, { login: 2, loggedIn: true, user: "Ada Nordmann" });
    const why = expect.stringContaining('"Ada Nordmann"');
    expect(body).toMatchObject({ verdict: "logs in somebody else", why });
  });

  it.each(["id", "phoneNumber", "email"] as const)("may name the user by %s", async (name) => {
    const id = await inProbe("letters");
    const { user } = await nextOf(id);
    await new RelyingParty(mock).login();
    const said = { login: 2, loggedIn: true, user: ` ${user?.[name].toUpperCase()} ` };
    expect((await say(id, said)).body.verdict).toBe("as it must");
  });

  it("may remove the user", async () => {
    const id = await inProbe("letters");
    const { user } = await nextOf(id);
    await call(mock, "DELETE", `/users/${user?.id}`);
    const { body } = await say(id, { login: 2, loggedIn: true });
    const why = "Somebody has removed the user of this login meanwhile.";
    expect(body).toMatchObject({ verdict: "disturbed", why });
  });

  it("may be nothing: a run that nobody goes on with ends when the next one begins", async () => {
    await call(mock, "DELETE", "/clock");
    const { id } = (await begin({ timeout: 10 })).body;
    await nextOf(id);
    pass(610);
    expect((await begin()).status).toBe(409);
    pass(1);
    expect((await call(mock, "GET", "/checks")).body.items[0].status).toBe("stopped");
    expect((await call(mock, "GET", "/scenarios")).body.items).toEqual([]);
    const { body } = await begin();
    expect((await runOf(id)).summary).toContain("Nobody has gone on with it.");
    await nextOf(body.id);
    expect((await call(mock, "GET", "/scenarios")).body.items).toHaveLength(1);
  });
});

describe("an application that does not work afterwards", () => {
  it("gets two more chances, and then the run is over", async () => {
    const id = await inProbe("token-500");
    const waits = [];
    for (let login = 2; login <= 5; login += 1) {
      const next = await nextOf(id);
      if (next.do === "wait") {
        waits.push(next.seconds);
        pass(next.seconds ?? 0);
        await nextOf(id);
      }
      await say(id, { login, loggedIn: false });
    }
    expect(waits).toEqual([1, 5]);
    const { status, summary } = await runOf(id);
    expect([status, await probeOf(id)]).toMatchObject(["stopped", { verdict: "never recovers" }]);
    expect(summary).toContain("After the probe token-500 no ordinary login works any more");
  });

  it("is not judged by a driver that breaks: the probe keeps its verdict", async () => {
    const id = await inProbe("token-500");
    for (let login = 2; login <= 5; login += 1) {
      const next = await nextOf(id);
      if (next.do === "wait") pass(next.seconds ?? 0);
      await nextOf(id);
      if (login === 2) await authorizeAndRedeem();
      await say(id, { login, ...(login === 2 ? { loggedIn: false } : { failure: "gone" }) });
    }
    expect((await runOf(id)).summary).toContain("The driver failed after 0 s: gone.");
    expect(await probeOf(id)).toMatchObject({ status: "passed", verdict: "as it must" });
  });

  async function authorizeAndRedeem(): Promise<void> {
    await requestToken(mock, parameterOf(await authorize(mock), "code") ?? "");
  }

  it("passes when it works again in time", async () => {
    const id = await inProbe("token-500");
    const shop = new RelyingParty(mock);
    let calls = 0;
    const run = await goOn(mock, id, async () => {
      const user = await shop.login();
      calls += 1;
      return calls === 2 ? undefined : user;
    });
    expect(run).toMatchObject({ status: "finished", passed: true });
  });
});

describe("after a rotation of the keys", () => {
  const probes = ["key-rotation"];
  /** A login that does not work until somebody says that it does. */
  const careless = () => new RelyingParty(mock, "key-rotation");

  it("the second login may be the one that works", async () => {
    const [stubborn, shop] = [careless(), new RelyingParty(mock)];
    let tries = 0;
    const run = await check(
      mock,
      ({ probe }) => {
        tries += probe === undefined ? 0 : 1;
        return tries === 2 && probe !== undefined ? shop.login() : stubborn.login();
      },
      { probes },
    );
    expect(run).toMatchObject({ passed: true, logins: 4, of: 4 });
  });

  it.each([
    [31, 5],
    [61, 6],
  ])(
    "a client that keeps the keys for %i s has them, and the same new key",
    async (kept, logins) => {
      const [stubborn, shop] = [careless(), new RelyingParty(mock)];
      const kids = new Set<string>();
      let began = 0;
      const run = await check(
        mock,
        async ({ probe }) => {
          if (probe === undefined) return stubborn.login();
          began ||= mock.wall.now;
          kids.add((await call(mock, "GET", "/keys")).body.items[0].kid);
          return mock.wall.now < began + kept ? stubborn.login() : shop.login();
        },
        { probes },
      );
      expect(run).toMatchObject({ passed: true, logins, of: logins });
      expect(mock.wall.now - began).toBe(kept);
      expect(kids.size).toBe(1);
    },
  );

  it.each(["in the run", "before it"])(
    "one that keeps those of %s for longer fails after a minute",
    async (when) => {
      const shop = careless();
      if (when === "before it") await shop.login();
      const began = mock.wall.now;
      const run = await check(mock, () => shop.login(), { probes });
      expect(run.probes).toMatchObject([
        { status: "failed", verdict: "refuses what it must bear" },
      ]);
      expect(mock.wall.now - began).toBe(61);
      expect((await call(mock, "GET", "/keys")).body.items).toHaveLength(1);
    },
  );

  it("one that verifies no signature shows nothing", async () => {
    const run = await check(mock, loginWithoutKeys, { probes });
    expect(run).toMatchObject({ status: "finished", passed: false });
    expect(run.probes).toMatchObject([{ status: "not reached" }]);
    expect(run.summary).toMatch(/^Not shown: 0 of 1 probes passed, 1 had nothing to show\.$/);
  });

  it("the sandbox follows the server's key again", async () => {
    const before = (await call(mock, "GET", "/state")).body.keys;
    const shop = new RelyingParty(mock);
    await check(mock, () => shop.login(), { probes });
    expect((await call(mock, "GET", "/state")).body.keys).toEqual(before);
  });

  async function loginWithoutKeys({ user }: CheckNext): Promise<string | undefined> {
    const code = parameterOf(await authorize(mock), "code") ?? "";
    return (await requestToken(mock, code)).statusCode === 200 ? user?.givenName : undefined;
  }
});

describe("a driver that takes everybody for logged in", () => {
  it("is found by the first probe, and nothing else is judged", async () => {
    const shop = new RelyingParty(mock);
    const run = await check(mock, async () => (await shop.login()) ?? "somebody");
    expect(run).toMatchObject({ status: "stopped", passed: false, logins: 2 });
    expect(run.summary).toContain("Is what shows that somebody is logged in there in any case?");
    expect(run.probes.filter(({ status }) => status !== "not played")).toMatchObject([
      { id: "cancelled", status: "failed" },
    ]);
  });
});

describe("a page with an error at the end", () => {
  it.each([
    [500, "advice"],
    [502, "passed"],
    [200, "passed"],
  ])("%i, where an error was to be handled: %s", async (status, expected) => {
    const id = await inProbe("cancelled");
    await nextOf(id);
    await new RelyingParty(mock).login();
    const page = { url: "http://shop/callback?code=secret", status };
    await say(id, { login: 2, loggedIn: false, page });
    const probe = await probeOf(id);
    expect(probe?.status).toBe(expected);
    expect(JSON.stringify(probe)).not.toContain("secret");
  });

  it("is shown where nobody is logged in who should be", async () => {
    const { id } = (await begin()).body;
    await nextOf(id);
    await new RelyingParty(mock).login();
    await say(id, { login: 1, loggedIn: false, page: { url: "http://shop/?x=1", status: 200 } });
    expect((await runOf(id)).summary).toContain(
      "Nobody is logged in; the browser is at http://shop/, status 200.",
    );
  });
});

describe("what others do meanwhile", () => {
  it.each(["/faults", "/scenarios"])("makes no verdict: DELETE %s", async (path) => {
    const id = await inProbe("token-500");
    await nextOf(id);
    await new RelyingParty(mock).login();
    await call(mock, "DELETE", path);
    const { body } = await say(id, { login: 2, loggedIn: false });
    expect(body.verdict).toBe("disturbed");
    expect(await probeOf(id)).toMatchObject({ status: "not judged" });
  });

  it("does not count as what the application has sent: another client, an emptied log", async () => {
    const id = await inProbe("nonce");
    await nextOf(id);
    await call(mock, "DELETE", "/requests");
    const { body } = await say(id, { login: 2, loggedIn: false });
    expect(body.verdict).toBe("never calls the mock");
    const next = await inProbe2("nonce");
    await nextOf(next);
    await authorize(mock);
    await authorize(mock, { client_id: BANK.id, nonce: "nonce-of-the-bank" });
    const said = await say(next, { login: 2, loggedIn: true });
    expect(said.body).toMatchObject({
      verdict: "not reached",
      why: "The application sends no nonce.",
    });
  });

  it("asks for what is next at the same time, and everybody hears the same", async () => {
    const ada = (await call(mock, "GET", "/users/ada")).body;
    const id = await inProbe("changed-phone-number", { user: "ada" });
    const heard = await Promise.all([1, 2, 3].map(() => nextOf(id)));
    for (const one of heard) expect(one).toEqual(heard[0]);
    expect((await call(mock, "GET", "/scenarios")).body.items).toHaveLength(1);
    const changed = (await call(mock, "GET", "/users/ada")).body.phoneNumber;
    expect(changed).not.toBe(ada.phoneNumber);
    await new RelyingParty(mock).login();
    await say(id, { login: 2, loggedIn: true });
    expect((await call(mock, "GET", "/users/ada")).body).toEqual(ada);
  });

  it("takes the names that would be made up", async () => {
    const shop = new RelyingParty(mock);
    const probes = ["changed-phone-number", "changed-email"];
    const first = await check(mock, () => shop.login(), { probes });
    const { id } = (await begin({ probes })).body;
    const taken = (await nextOf(id)).user;
    await call(mock, "DELETE", `/checks/${id}`);
    await call(mock, "POST", "/users", { body: { id: first.user, phoneNumber: "4712000001" } });
    for (let digits = 0; digits < 10_000; digits += 7) {
      const phoneNumber = `479999${String(digits).padStart(4, "0")}`;
      await mock.sandbox.store.users.insert({
        ...(taken as never as User),
        id: phoneNumber,
        phoneNumber,
        nin: phoneNumber,
      });
    }
    const second = await check(mock, () => shop.login(), { probes });
    expect(second).toMatchObject({ passed: true });
    expect(second.user).not.toBe(first.user);
  });

  it("removes the sales unit: the report still says what came of it", async () => {
    const { id } = await check(mock, async () => undefined, { probes: ["state"] });
    await call(mock, "DELETE", "/sales-units/100001");
    const report = (await call(mock, "GET", `/checks/${id}/report`)).body;
    expect(report).toMatch(/^Probes of a removed sales unit, client_id /);
  });

  it("ends it between two logins after a rotation: the key that signed does so again", async () => {
    const before = (await call(mock, "GET", "/keys")).body;
    const id = await inProbe("key-rotation");
    await nextOf(id);
    await new RelyingParty(mock).login();
    await say(id, { login: 2, loggedIn: false });
    expect((await call(mock, "GET", "/keys")).body).not.toEqual(before);
    await call(mock, "DELETE", `/checks/${id}`);
    expect((await call(mock, "GET", "/keys")).body).toEqual(before);
  });

  it("leaves no room for a key: the run ends before the login", async () => {
    await call(mock, "PATCH", "/settings", { body: { limits: { keys: 1 } } });
    const before = (await call(mock, "GET", "/keys")).body;
    const shop = new RelyingParty(mock);
    const run = await check(mock, () => shop.login(), { probes: ["key-rotation"] });
    expect(run.summary).toMatch(/could not be made: There are 1 signing keys/);
    expect((await call(mock, "GET", "/keys")).body).toEqual(before);
  });

  it("leaves no room: the run ends, with what has come of it, and nothing stays", async () => {
    await call(mock, "PATCH", "/settings", { body: { limits: { faults: 3 } } });
    const shop = new RelyingParty(mock);
    const run = await check(mock, () => shop.login(), { probes: ["issuer", "unknown-members"] });
    expect(run.status).toBe("stopped");
    expect(run.summary).toMatch(/could not be made: there are 3 faults already/);
    expect(run.probes[0]?.status).toBe("passed");
    expect((await call(mock, "GET", "/faults")).body.items).toEqual([]);
    expect((await call(mock, "GET", "/scenarios")).body.items).toEqual([]);
  });

  async function inProbe2(probe: string): Promise<string> {
    for (const { id } of (await call(mock, "GET", "/checks")).body.items) {
      await call(mock, "DELETE", `/checks/${id}`);
    }
    return inProbe(probe);
  }
});

describe("in a sandbox with an automatic login", () => {
  it("a user who cancels is not logged in by the login that the application begins again", async () => {
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    const run = await check(
      mock,
      async () => {
        let user: string | undefined;
        const shop = new RelyingParty(mock);
        for (let tries = 0; tries < 5 && user === undefined; tries += 1) user = await shop.login();
        return user;
      },
      { probes: ["cancelled"] },
    );
    expect(run.passed).toBe(true);
  });
});

describe("of a user who was there before", () => {
  it("no consent and no session of the check stays", async () => {
    const shop = new RelyingParty(mock);
    await check(mock, () => shop.login(), { user: "ada", probes: ["letters"] });
    expect((await call(mock, "GET", "/consents")).body.items).toEqual([]);
    expect(await mock.sandbox.store.sessions.count()).toBe(0);
  });
});

describe("of a user who had agreed before", () => {
  it("the consent is as it was", async () => {
    await call(mock, "POST", "/scenarios", { body: { user: "ada", outcome: "approve" } });
    await new Browser(mock).login({ scope: "openid name" });
    const before = (await call(mock, "GET", "/consents")).body;
    expect(before.items).toMatchObject([{ user: "ada", scopes: ["name"] }]);
    const shop = new RelyingParty(mock);
    const run = await check(mock, () => shop.login(), { user: "ada", probes: ["letters"] });
    expect(run.passed).toBe(true);
    expect((await call(mock, "GET", "/consents")).body).toEqual(before);
  });
});

describe("a driver whose browser keeps its cookies", () => {
  it("is said as such, and nothing of it is said against the application", async () => {
    const shop = new RelyingParty(mock);
    let known: string | undefined;
    const run = await check(mock, async () => (known ??= await shop.login()));
    expect(run).toMatchObject({ status: "stopped", passed: false });
    expect(run.probes[0]).toMatchObject({ id: "cancelled", status: "not judged" });
    expect(run.probes.filter(({ status }) => status === "failed")).toEqual([]);
    expect(run.summary).toMatch(/Drive each login with a browser that has no cookies/);
  });
});

describe("where there is nobody else", () => {
  it("injected-code makes somebody whose code it can be", async () => {
    const { items } = (await call(mock, "GET", "/users?limit=1000")).body;
    for (const { id } of items) await call(mock, "DELETE", `/users/${id}`);
    const shop = new RelyingParty(mock);
    const run = await check(mock, () => shop.login(), { probes: ["injected-code"] });
    expect(run.passed).toBe(true);
    expect((await call(mock, "GET", "/users")).body.items).toEqual([]);
  });
});

describe("the report", () => {
  it("calls what is only recommended no must", async () => {
    const shop = new RelyingParty(mock, "signature");
    const { id } = await check(mock, () => shop.login(), { probes: ["signature"] });
    const text = (await call(mock, "GET", `/checks/${id}/report`)).body;
    expect(text).toContain("Would be better otherwise:\n- signature: ");
    expect(text).toContain("  Accepts what it should refuse: ");
  });

  it("says in a sentence how it stands, and then what failed, with the requests and what to do", async () => {
    const shop = new RelyingParty(mock, "issuer");
    const { id } = await check(mock, () => shop.login(), { probes: ["issuer", "audience"] });
    const text = (await call(mock, "GET", `/checks/${id}/report`)).body;
    expect(text).toMatch(
      /^Probes of .*: Not ready: 1 of 2 probes passed, 1 failed\.\n\nFailed:\n- issuer: /,
    );
    expect(text).toContain("  Accepts what it must refuse: ");
    expect(text).toContain(
      "    POST token → 200, with the probe\n    GET userinfo → 200\n  What to do: ",
    );
    const markdown = (await call(mock, "GET", `/checks/${id}/report?format=markdown`)).body;
    expect(markdown).toContain("| ❌ failed | `issuer`: ");
    const junit = (await call(mock, "GET", `/checks/${id}/report?format=junit`)).body;
    expect(junit).toContain('tests="2" failures="1" skipped="0"');
  });
});

describe("of a store that takes its time, several callers at once", () => {
  beforeEach(async () => {
    await mock.close();
    mock = await startMock({}, { slow: true });
  });
  const thrice = <Result>(what: () => Promise<Result>) => Promise.all([what(), what(), what()]);

  it("begin one run, make its login once, and end it once", async () => {
    const before = (await call(mock, "GET", "/counts")).body;
    const begun = await thrice(() => begin({ probes: ["letters"] }));
    expect(begun.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const { id } = begun.find(({ status }) => status === 201)?.body ?? {};
    for (let login = 1; login <= 3; login += 1) {
      const [next, ...others] = await thrice(() => nextOf(id));
      expect(others).toEqual([next, next]);
      expect((await call(mock, "GET", "/scenarios")).body.items).toHaveLength(1);
      await new RelyingParty(mock).login();
      const said = await thrice(() => say(id, { login, loggedIn: true }));
      expect(said.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    }
    expect(await runOf(id)).toMatchObject({ passed: true, logins: 3 });
    const { requests, ...after } = (await call(mock, "GET", "/counts")).body;
    expect({ ...after, requests: before.requests }).toEqual(before);
  });

  it("rotate the keys once", async () => {
    const before = (await call(mock, "GET", "/keys")).body;
    const id = await inProbe("key-rotation");
    await thrice(() => nextOf(id));
    expect((await call(mock, "GET", "/keys")).body.items).toHaveLength(2);
    await call(mock, "DELETE", `/checks/${id}`);
    expect((await call(mock, "GET", "/keys")).body).toEqual(before);
  });

  it.each(["first", "second"])(
    "end it while its %s login is made: nothing of that stays",
    async (which) => {
      const before = (await call(mock, "GET", "/counts")).body;
      const { id } = (await begin({ probes: ["unknown-members"] })).body;
      if (which === "second") {
        await nextOf(id);
        await new RelyingParty(mock).login();
        await say(id, { login: 1, loggedIn: true });
      }
      await Promise.all([nextOf(id), nextOf(id), call(mock, "DELETE", `/checks/${id}`)]);
      const { requests, ...after } = (await call(mock, "GET", "/counts")).body;
      expect({ ...after, requests: before.requests }).toEqual(before);
    },
  );
});
