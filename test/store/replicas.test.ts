import { afterEach, beforeEach, expect, it } from "vitest";
import { connect } from "../../src/index.ts";
import type { Program } from "../support/program.ts";
import { runMock } from "../support/program.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";
import { basic, formOf, PATH, SHOP } from "../support/wire.ts";

/** Two processes of the program, as it was built, on one Redis. */

interface Replica {
  readonly url: string;
  readonly program: Program;
}

describeWith(redisServer, "two replicas", () => {
  let redis: RedisServer;
  let replicas: readonly [Replica, Replica];

  async function start(...more: string[]): Promise<Replica> {
    const argv = ["--store", redis.url, "--port", "0", "--json", "--log-level", "warn", ...more];
    const program = runMock(argv);
    return { url: JSON.parse(await program.firstLine).url, program };
  }
  beforeEach(async () => {
    redis = await startRedis();
    replicas = await Promise.all([start(), start()]);
  });
  afterEach(async () => {
    for (const { program } of replicas) program.child.kill("SIGTERM");
    for (const { program } of replicas) await program.ended;
    await redis.stop();
  });

  const sentTo = (n: number) => replicas[n % 2 === 0 ? 0 : 1].url;
  const post = (url: string, fields: Record<string, string>) =>
    fetch(url, {
      method: "POST",
      headers: { ...basic(SHOP), "content-type": "application/x-www-form-urlencoded" },
      body: formOf(fields),
    });
  /** How many of 200 requests at one moment, in turn to one and the other, have that status. */
  async function winners(status: number, send: (url: string) => Promise<Response>) {
    const responses = await Promise.all(Array.from({ length: 200 }, (_, n) => send(sentTo(n))));
    return responses.filter((response) => response.status === status).length;
  }

  it("redeem a code once", async () => {
    const box = connect(replicas[0].url);
    await box.refresh();
    const redirectUri = "https://example.com/callback";
    const { code } = await box.login({ user: "ada", salesUnit: SHOP.id, redirectUri });
    const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    expect(await winners(200, (url) => post(`${url}${PATH.token}`, fields))).toBe(1);
  });

  it("approve a login once, and redeem it once", async () => {
    const begun = await post(`${replicas[0].url}${PATH.backchannel}`, {
      login_hint: "urn:msisdn:4712345678",
      scope: "openid",
    });
    const { auth_req_id: id } = (await begun.json()) as { auth_req_id: string };
    const approve = (url: string) =>
      fetch(`${url}/mock/api/logins/${id}/approve`, { method: "POST" });
    expect(await winners(200, approve)).toBe(1);
    const fields = { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: id };
    expect(await winners(200, (url) => post(`${url}${PATH.token}`, fields))).toBe(1);
  });

  it("lose nothing that one of them has said yes to before it was killed", async () => {
    const [one, other] = replicas;
    const created: string[] = [];
    const writing = async () => {
      for (;;) {
        const response = await fetch(`${one.url}/mock/api/users`, { method: "POST" });
        created.push(((await response.json()) as { id: string }).id);
        if (created.length === 50) one.program.child.kill("SIGKILL");
      }
    };
    await expect(writing()).rejects.toThrow();
    expect(created.length).toBeGreaterThanOrEqual(50);
    for (const id of created) {
      expect((await fetch(`${other.url}/mock/api/users/${id}`)).status).toBe(200);
    }
  });

  it("find the store filled, and take another config where they are told to", async () => {
    const [{ url }] = replicas;
    const profile = async () => {
      const response = await fetch(`${url}/mock/api/settings`);
      return ((await response.json()) as { profile?: string }).profile;
    };
    const kept = await start("--profile", "2026");
    expect([kept.program.err(), await profile()]).toEqual([
      expect.stringContaining("start with --reseed, which drops what is in that sandbox"),
      "2023",
    ]);
    const taken = await start("--profile", "2026", "--reseed");
    expect([taken.program.err(), await profile()]).toEqual(["", "2026"]);
    for (const { program } of [kept, taken]) {
      program.child.kill("SIGTERM");
      await program.ended;
    }
  });

  it("end in order, and say nothing of their store then", async () => {
    for (const { program } of replicas) program.child.kill("SIGTERM");
    for (const { program } of replicas) {
      const { code, err } = await program.ended;
      expect([code, err]).toEqual([0, ""]);
    }
  });
});
