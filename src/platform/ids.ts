import { createHash, randomBytes } from "node:crypto";
import { customRandom } from "nanoid";
import type { Ids, RandomBytes } from "./capabilities.ts";
import { formatUuid } from "./uuid.ts";

/** Names for new things, all drawn from one source of bytes: unforeseeable, or by a seed. */

/** Letters and digits only: an id can stand in a URL, a file name and on a command line. */
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ID_LENGTH = 21;
const POOL_BYTES = 4096;
const UINT32_VALUES = 2 ** 32;

export function createIds(random: RandomBytes): Ids {
  const bytes = (count: number) => {
    const { buffer, byteOffset } = random(count);
    return Buffer.from(buffer, byteOffset, count);
  };
  const secret = () => bytes(32).toString("base64url");
  return {
    uuid: () => formatUuid(random(16), 4),
    challenge: () => bytes(16).toString("hex"),
    token: () => `${secret()}.${secret()}`,
    authReqId: () => bytes(20).toString("base64url"),
    phoneToken: () => `ciba.${secret()}`,
    id: customRandom(ALPHABET, ID_LENGTH, random),
    integer(below) {
      if (!Number.isInteger(below) || below < 1 || below > UINT32_VALUES) {
        throw new RangeError(`integer() takes a whole number from 1 to 2^32, not ${below}`);
      }
      // The values behind the last multiple of `below` would favour the small results.
      const fair = UINT32_VALUES - (UINT32_VALUES % below);
      let drawn: number;
      do drawn = bytes(4).readUInt32BE();
      while (drawn >= fair);
      return drawn % below;
    },
  };
}

/**
 * Bytes nobody can foresee. They are fetched 4 KiB at a time, which makes a token's 64 bytes some
 * fifteen times cheaper; a pool is handed out once and then left to the garbage collector.
 */
export const secureRandom: RandomBytes = pooled((count) => randomBytes(count));

/**
 * The same bytes in every run: SHA-256 of the seed and a counter, block after block. Whoever knows
 * the seed knows every code and token, so this is for reproducible test runs only.
 */
export function seededRandom(seed: string, poolBytes = POOL_BYTES): RandomBytes {
  let blocks = 0;
  return pooled((count) => {
    const drawn: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      drawn.push(createHash("sha256").update(`${seed}:${blocks++}`).digest());
    }
    return Buffer.concat(drawn);
  }, poolBytes);
}

/** Serves small requests from one large draw; what is left of a pool too small is thrown away. */
function pooled(draw: RandomBytes, poolBytes = POOL_BYTES): RandomBytes {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  return (count) => {
    if (used + count > pool.length) {
      pool = draw(Math.max(count, poolBytes));
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}
