import type { KeyObject } from "node:crypto";
import type { EpochSeconds, Seconds } from "../records/time.ts";

/**
 * The capabilities, as types. A function that needs one says so in its signature with
 * `Pick<Sandbox, "clock" | "store">`; nothing reads the wall clock or rolls dice by itself.
 */

/** A sandbox's time. Its state lives in the store, so every replica reads the same. */
export interface Clock {
  /** The moment it is in the sandbox. */
  now(): Promise<EpochSeconds>;
  /** How the clock stands. */
  read(): Promise<ClockReading>;
  /** Stops at `at`, or at the present moment; a later `advance` moves it and leaves it stopped. */
  freeze(at?: EpochSeconds): Promise<void>;
  /** Goes on from `at`, running (or standing, where it was frozen). */
  set(at: EpochSeconds): Promise<void>;
  /** Moves on by so many seconds. */
  advance(seconds: Seconds): Promise<void>;
  /** Runs on from where it stands. */
  resume(): Promise<void>;
  /** Back to the real time. */
  reset(): Promise<void>;
}

export interface ClockReading {
  readonly now: EpochSeconds;
  readonly frozen: boolean;
  /** Seconds ahead of the real time; negative when behind. */
  readonly offset: Seconds;
}

/** The real time underneath every sandbox's clock. */
export type WallClock = () => EpochSeconds;

/** Bytes nobody can foresee, or, with a seed, the same bytes in every run. */
export type RandomBytes = (count: number) => Uint8Array;

/** Names for new things. */
export interface Ids {
  /** An RFC 9562 version 4 UUID. */
  uuid(): string;
  /** 32 hexadecimal characters: login and consent challenges, verifiers, CSRF values (Hydra 1.10.6). */
  challenge(): string;
  /** 43 characters, a dot, 43 characters: codes and access tokens (fosite 0.40.2). */
  token(): string;
  /** 27 characters: what a merchant polls with in login from phone number (documentation 2023). */
  authReqId(): string;
  /** `ciba.` and 43 characters: an access token of login from phone number (documentation 2023). */
  phoneToken(): string;
  /** A short URL-safe id for records of our own. */
  id(): string;
  /** A whole number from 0 up to, and without, `below`. */
  integer(below: number): number;
}

/** The signing keys of a sandbox. */
export interface Keyring {
  /** The key that signs now. Resolves once it is there; a generated key may take a second. */
  current(): Promise<SigningKey>;
  /** Every key that JWKS publishes. */
  published(): Promise<readonly SigningKey[]>;
}

/** A private key and its public part, whose members stand in the order of JWKS (documentation 2023). */
interface Key<Alg extends string, Members extends string> {
  /** `public:` and a UUID made from the public key, so that replicas with one key file agree. */
  readonly kid: string;
  readonly alg: Alg;
  readonly privateKey: KeyObject;
  readonly publicJwk: Readonly<Record<"use" | "kty" | "kid" | "alg" | Members, string>>;
}

/** An RSA key: `use`, `kty`, `kid`, `alg`, `n`, `e`. */
export interface SigningKey extends Key<"RS256", "n" | "e"> {
  readonly bits: number;
  /** The private key as PKCS#8. A JWK would lose the third and the fourth prime of the built-in one. */
  readonly pem: string;
  /**
   * Signs the ID tokens of login from phone number. It is made from the RSA key, so that the two are
   * published, used, retired and exported as one.
   */
  readonly phoneKey: PhoneKey;
}

/** A P-256 key: `use`, `kty`, `kid`, `crv`, `alg`, `x`, `y`. */
export type PhoneKey = Key<"ES256", "crv" | "x" | "y">;
