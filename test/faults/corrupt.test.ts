import { createPublicKey } from "node:crypto";
import { compactVerify } from "jose";
import { describe, expect, it } from "vitest";
import { corruptIdToken, corruptSubject } from "../../src/faults/corrupt.ts";
import { fixtureKey } from "../../src/keys/key-file.ts";
import type { Corruption } from "../../src/records/vocabulary.ts";

const key = await fixtureKey();
const { publicJwk } = key;
const signature = Buffer.from("signature").toString("base64url");
const token = {
  header: { alg: "RS256", kid: "public:one" },
  payload: {
    at_hash: "hash",
    aud: ["client"],
    exp: 4600,
    iat: 1000,
    iss: "https://issuer.example/",
    nonce: "nonce",
    sub: "subject",
  },
  sign: async (header: object, payload: string) =>
    `${encoded(JSON.stringify(header))}.${encoded(payload)}.${signature}`,
};

function encoded(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** The members in which two objects differ. */
function differences(one: object, other: object): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const memberOf = (of: object, name: string) =>
    JSON.stringify(Object.entries(of).find(([key]) => key === name));
  return [...names].filter((name) => memberOf(one, name) !== memberOf(other, name));
}

describe("corruptIdToken", () => {
  it.each<[Corruption, string[], string[]]>([
    ["signature", [], []],
    ["alg_none", ["alg"], []],
    ["alg_hs256", ["alg"], []],
    ["unknown_kid", ["kid"], []],
    ["wrong_iss", [], ["iss"]],
    ["wrong_aud", [], ["aud"]],
    ["expired", [], ["exp"]],
    ["future_iat", [], ["iat"]],
    ["wrong_nonce", [], ["nonce"]],
    ["missing_nonce", [], ["nonce"]],
    ["wrong_at_hash", [], ["at_hash"]],
    ["sub_mismatch", [], ["sub"]],
    ["wrong_auth_req_id", [], []],
    ["clock_ahead", [], ["exp", "iat"]],
    ["clock_behind", [], ["exp", "iat"]],
    ["unknown_members", [], ["x_added_by_a_fault"]],
    ["wrong_state", [], []],
  ])("%s changes just that: header %j, claims %j", async (corruption, header, claims) => {
    const corrupt = corruptIdToken(token, corruption, publicJwk);
    expect(differences(corrupt.header, token.header)).toEqual(header);
    expect(differences(corrupt.payload, token.payload)).toEqual(claims);
    expect(Object.keys(corrupt.payload)).toEqual(Object.keys(corrupt.payload).sort());
    const [head, body, made] = (await corrupt.sign(corrupt.header, "input")).split(".");
    expect([head, body]).toEqual([encoded(JSON.stringify(corrupt.header)), encoded("input")]);
    const resigned = !["signature", "alg_none", "alg_hs256"].includes(corruption);
    expect(made === signature).toBe(resigned);
  });

  it.each<[Corruption, string, unknown]>([
    ["wrong_iss", "iss", "https://issuer.example/wrong/"],
    ["wrong_aud", "aud", ["wrong-client"]],
    ["expired", "exp", 1000 - 3600],
    ["future_iat", "iat", 1000 + 24 * 3600],
    ["clock_ahead", "iat", 1000 + 60],
    ["clock_ahead", "exp", 4600 + 60],
    ["clock_behind", "iat", 1000 - 60],
    ["wrong_nonce", "nonce", "wrong-nonce"],
    // The hash of the text "hash", made with Python's hashlib.
    ["wrong_at_hash", "at_hash", "0EuY9I6Pi8wVxq5awFCAHA"],
  ])("%s makes %s %j", (corruption, claim, value) => {
    expect(corruptIdToken(token, corruption, publicJwk).payload[claim]).toEqual(value);
  });

  it("names a key that nobody has", () => {
    const { kid } = corruptIdToken(token, "unknown_kid", publicJwk).header;
    expect(kid).toMatch(
      /^public:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(kid).not.toBe(token.header.kid);
  });

  it("changes one bit of the signature and keeps its length", async () => {
    const corrupt = corruptIdToken(token, "signature", publicJwk);
    const made = (await corrupt.sign(token.header, "input")).split(".")[2] ?? "";
    const [bytes, before] = [made, signature].map((text) => Buffer.from(text, "base64url"));
    expect(bytes).toHaveLength(before?.length ?? 0);
    const bits = bytes?.map((byte, index) => byte ^ (before?.[index] ?? 0));
    expect([...(bits ?? [])].filter((byte) => byte !== 0)).toEqual([1]);
  });

  it("has no signature with alg none", async () => {
    const { header, sign } = corruptIdToken(token, "alg_none", publicJwk);
    // The one of RFC 7519 §6.1, but for its header's kid.
    expect(await sign({ ...header, kid: "" }, "{}")).toBe("eyJhbGciOiJub25lIiwia2lkIjoiIn0.e30.");
  });

  it("takes the nonce away, and gives one where none was sent", () => {
    expect(corruptIdToken(token, "missing_nonce", publicJwk).payload).not.toHaveProperty("nonce");
    const { nonce: _, ...payload } = token.payload;
    const corrupt = corruptIdToken({ ...token, payload }, "wrong_nonce", publicJwk);
    expect(corrupt.payload["nonce"]).toBe("wrong-nonce");
  });

  describe("of a token of login from phone number", () => {
    const { publicJwk: p256 } = key.phoneKey;
    const phoneToken = {
      ...token,
      header: { kid: "public:two", alg: "ES256" },
      payload: {
        aud: "client",
        sub: "subject",
        auth_req_id: "VYGaaAMRkI6SyAm_uIywhxsN2K0",
        iss: "https://issuer.example/",
        exp: 1600,
        iat: 1000,
      },
    };

    it.each<[Corruption, string, unknown]>([
      ["wrong_auth_req_id", "auth_req_id", expect.stringMatching(/^[\w-]{27}$/)],
      ["wrong_aud", "aud", "wrong-client"],
      ["expired", "exp", 1000 - 3600],
    ])("%s changes %s where it stands", (corruption, claim, value) => {
      const { payload } = corruptIdToken(phoneToken, corruption, p256);
      expect(differences(payload, phoneToken.payload)).toEqual([claim]);
      expect(Object.keys(payload)).toEqual(Object.keys(phoneToken.payload));
      expect(payload[claim]).toEqual(value);
    });

    it("takes the public P-256 key for a secret of HS256", async () => {
      const { header, sign } = corruptIdToken(phoneToken, "alg_hs256", p256);
      expect(header).toEqual({ kid: "public:two", alg: "HS256" });
      const { x, y } = p256;
      const secret = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" })
        .export({ type: "spki", format: "pem" })
        .toString();
      const jwt = await sign(header, "input");
      expect(Buffer.from((await compactVerify(jwt, Buffer.from(secret))).payload).toString()).toBe(
        "input",
      );
    });
  });

  it("leaves the token alone without a corruption", () => {
    expect(corruptIdToken(token, undefined, publicJwk)).toBe(token);
  });
});

describe("corruptSubject", () => {
  it("is another UUID for sub_mismatch, and the same subject for everything else", () => {
    expect(corruptSubject("subject", "sub_mismatch")).toMatch(/^[0-9a-f-]{36}$/);
    for (const corruption of [undefined, "signature", "expired"] as const) {
      expect(corruptSubject("subject", corruption)).toBe("subject");
    }
  });

  it("is the same in the ID token and at userinfo", () => {
    const { payload } = corruptIdToken(token, "sub_mismatch", publicJwk);
    expect(payload["sub"]).toBe(corruptSubject("subject", "sub_mismatch"));
  });
});
