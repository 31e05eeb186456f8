import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import Fastify from "fastify";

/**
 * The yardstick: the same requests and responses as in a login at our program, about as long, with the
 * same signature by the same call (src/keys/keys.ts), and no logic at all: what a login server on
 * Fastify costs at least.
 */

const [port, keyFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const key = createPrivateKey(readFileSync(keyFile));
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
  reply.redirect(`${redirect_uri}?code=${opaque}&scope=openid+name+email&state=${state}`);
});

app.post("/token", async () => {
  const now = Math.floor(Date.now() / 1000);
  const id_token = await signJwt({
    at_hash: "aaaaaaaaaaaaaaaaaaaaaa",
    aud: ["10000000-0000-4000-8000-000000000001"],
    auth_time: now,
    exp: now + 3600,
    iat: now,
    iss: issuer,
    jti: randomUUID(),
    msn: "100001",
    nonce: "nonce-of-1-is-here",
    rat: now,
    sid: randomUUID(),
    sub: randomUUID(),
  });
  return {
    access_token: opaque,
    expires_in: 3599,
    id_token,
    scope: "openid name email",
    token_type: "bearer",
  };
});

app.get("/userinfo", (_request, reply) => {
  reply.send({
    email: "ada@example.com",
    email_verified: true,
    family_name: "Nordmann",
    given_name: "Ada",
    name: "Ada Nordmann",
    phone_number: "4712345678",
    phone_number_verified: true,
    sid: "00000000-0000-4000-8000-000000000000",
    sub: "00000000-0000-4000-8000-000000000000",
  });
});

await app.listen({ port: Number(port), host: "127.0.0.1" });

async function signJwt(claims) {
  const header = { alg: "RS256", kid: "public:00000000-0000-4000-8000-000000000000" };
  const signed = `${base64url(header)}.${base64url(claims)}`;
  const signature = await promisify(sign)("sha256", Buffer.from(signed), key);
  return `${signed}.${signature.toString("base64url")}`;
}

function base64url(json) {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}
