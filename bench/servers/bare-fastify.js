import { createPrivateKey, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import { CompactSign } from "jose/jws/compact/sign";
import { importPKCS8 } from "jose/key/import";

/**
 * The yardstick: the same requests and responses as in a login at our program, about as long, with the
 * same signature by the same call, and no logic at all: what a login server on Fastify costs at least.
 */

const [port, keyFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const pem = createPrivateKey(readFileSync(keyFile)).export({ type: "pkcs8", format: "pem" });
const key = await importPKCS8(pem, "RS256");
const opaque = "a".repeat(87);

const app = Fastify();
app.addContentTypeParser(
  "application/x-www-form-urlencoded",
  { parseAs: "string" },
  (_, body, done) => done(null, body),
);

app.get("/.well-known/openid-configuration", (_request, reply) => {
  reply.send({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
  });
});

app.get("/authorize", ({ query }, reply) => {
  const { redirect_uri, state } = query;
  reply.redirect(`${redirect_uri}?code=${opaque}&scope=openid&state=${state}`);
});

app.post("/token", async () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    at_hash: "aaaaaaaaaaaaaaaaaaaaaa",
    aud: ["10000000-0000-4000-8000-000000000001"],
    auth_time: now,
    exp: now + 3600,
    iat: now,
    iss: issuer,
    jti: randomUUID(),
    nonce: "nonce-of-1-is-here",
    rat: now,
    sid: randomUUID(),
    sub: randomUUID(),
  };
  const id_token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: "RS256", kid: "public:00000000-0000-4000-8000-000000000000" })
    .sign(key);
  return {
    access_token: opaque,
    expires_in: 3599,
    id_token,
    scope: "openid",
    token_type: "bearer",
  };
});

app.get("/userinfo", (_request, reply) => {
  reply.send({ sub: "00000000-0000-4000-8000-000000000000", sid: "0000", name: "Ada Nordmann" });
});

await app.listen({ port: Number(port), host: "127.0.0.1" });
