import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../../src/index.ts";
import { certificateFiles, temporaryDirectory } from "../support/certificates.ts";
import { freePort } from "../support/free-port.ts";
import { runMock } from "../support/program.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";
import { SHOP } from "../support/wire.ts";

const directory = await temporaryDirectory();

/** A Redis as a provider has it: over TLS, with a user who may do nothing but what is the mock's. */
describeWith(redisServer, "a Redis that speaks TLS", () => {
  let redis: RedisServer;
  let url: string;
  let ca: string;
  beforeAll(async () => {
    const files = await certificateFiles(directory, ["localhost"]);
    ca = files.ca;
    const port = await freePort("127.0.0.1");
    redis = await startRedis(
      ...["--tls-port", `${port}`, "--tls-auth-clients", "no", "--tls-ca-cert-file", files.ca],
      ...["--tls-cert-file", files.cert, "--tls-key-file", files.key],
    );
    await redis.command("acl", "setuser", "mock", "on", ">secret", "~mock:*", "&mock:*", "+@all");
    url = `rediss://mock:secret@localhost:${port}/3`;
  });
  afterAll(() => redis.stop());

  const start = (env: Record<string, string>) =>
    runMock(["--store", url, "--store-prefix", "mock:", "--port", "0", "--json"], {
      env: { ...process.env, ...env },
    });

  it("keeps what a mock has whose process trusts its CA", async () => {
    const program = start({ NODE_EXTRA_CA_CERTS: ca });
    const box = connect(JSON.parse(await program.firstLine).url);
    await box.refresh();
    const redirectUri = "https://example.com/callback";
    const { code } = await box.login({ user: "ada", salesUnit: SHOP.id, redirectUri });
    expect(code).toMatch(/./);
    const keys = await redis.command("-n", "3", "keys", "*");
    expect(keys.filter((key) => key.endsWith("codes:r"))).toHaveLength(1);
    expect(keys.filter((key) => !key.startsWith("mock:"))).toEqual([]);
    program.child.kill("SIGTERM");
    expect((await program.ended).code).toBe(0);
  });

  it("is refused where nobody trusts its CA, and the password is not shown", async () => {
    const { code, err } = await start({}).ended;
    expect([code, err]).toEqual([2, expect.stringContaining("rediss://mock:***@localhost:")]);
    expect(err).toContain("certificate");
    expect(err).not.toContain("secret");
  });
});
