import { createECDH, createHash, createPrivateKey, hkdfSync } from "node:crypto";
import type { PhoneKey } from "../platform/capabilities.ts";
import { formatUuid } from "../platform/uuid.ts";

/** The P-256 key that signs the ID tokens of login from phone number. */

/** The order of P-256 (SEC 2 §2.4.2): a private key is a number from 1 up to, and without, it. */
const ORDER = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** So many bytes are drawn for a number of 32 that no value is likelier than another (FIPS 186-5 A.2.1). */
const DRAWN_BYTES = 40;

/**
 * Makes the key from an RSA key, so that replicas with one signing key agree on both, and a key file
 * or a state document has them both. It takes about a millisecond.
 */
export function phoneKeyFrom(secret: Uint8Array): PhoneKey {
  const drawn = hkdfSync("sha256", secret, "", "vipps-login-mock ES256", DRAWN_BYTES);
  const number = (BigInt(`0x${Buffer.from(drawn).toString("hex")}`) % (ORDER - 1n)) + 1n;
  const d = Buffer.from(number.toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(d);
  // One byte says that both coordinates follow (SEC 1 §2.3.3).
  const point = curve.getPublicKey();
  const x = point.toString("base64url", 1, 33);
  const y = point.toString("base64url", 33);
  const members = { crv: "P-256", kty: "EC", x, y };
  const kid = kidOf(members);
  return {
    kid,
    alg: "ES256",
    privateKey: createPrivateKey({
      key: { ...members, d: d.toString("base64url") },
      format: "jwk",
    }),
    publicJwk: { use: "sig", kty: "EC", kid, crv: "P-256", alg: "ES256", x, y },
  };
}

export function kidOf(members: Readonly<Record<string, string>>): string {
  const thumbprint = createHash("sha256").update(JSON.stringify(members)).digest();
  return `public:${formatUuid(thumbprint, 4)}`;
}
