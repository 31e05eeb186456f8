import { createHmac, timingSafeEqual } from "node:crypto";
import type { WallClock } from "../platform/capabilities.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import type { EntryCode } from "../records/entry-code.ts";
import type { Seconds } from "../records/time.ts";
import { after, HOUR, MINUTE } from "../records/time.ts";
import type { Store } from "../store/store.ts";

/**
 * How people get in where a control token is asked for: browsers send no bearer token. Whoever has the
 * token, or a link with a code, gets a pass, which the browser keeps in a cookie. A code serves once.
 */

const CODE_LIFETIME: Seconds = 15 * MINUTE;

/** So many codes are good at a time; the oldest goes for one more. */
const MOST_CODES = 20;

export const PASS_LIFETIME: Seconds = 12 * HOUR;

/** Not by a seed: nobody must foresee it. */
const newCode = createIds(secureRandom).id;

export class Door {
  readonly #token: string;
  readonly #codes: Store["entryCodes"];
  readonly #wall: WallClock;

  constructor(token: string, { entryCodes }: Pick<Store, "entryCodes">, wall: WallClock) {
    this.#token = token;
    this.#codes = entryCodes;
    this.#wall = wall;
  }

  /** A code that opens the door once, for some minutes. */
  async makeCode(): Promise<string> {
    const code = newCode();
    const now = this.#wall();
    const made: EntryCode = { digest: this.#sign("code", code), until: after(now, CODE_LIFETIME) };
    await this.#codes.update((codes = []) => [
      ...codes.filter(({ until }) => until > now).slice(1 - MOST_CODES),
      made,
    ]);
    return code;
  }

  /** A pass for whoever brings the token, or a code; undefined for anything else. */
  async enter(given: string): Promise<string | undefined> {
    const isToken = isEqual(this.#sign("token", given), this.#sign("token", this.#token));
    if (!isToken && !(await this.#use(given))) return undefined;
    const until = after(this.#wall(), PASS_LIFETIME);
    return `${until}.${this.#sign("pass", String(until))}`;
  }

  holds(pass: string | undefined): boolean {
    const [until = "", signature = ""] = pass?.split(".") ?? [];
    return isEqual(signature, this.#sign("pass", until)) && Number(until) > this.#wall();
  }

  /** Whether the code was good; it is not any more. */
  async #use(code: string): Promise<boolean> {
    const digest = this.#sign("code", code);
    const by = newCode();
    const now = this.#wall();
    // Of several who bring it at the same time, the one whose mark stands has used it.
    const codes = await this.#codes.update((known = []) =>
      known
        .filter(({ until }) => until > now)
        .map((one) => (one.digest === digest && one.by === undefined ? { ...one, by } : one)),
    );
    return codes.some((one) => one.digest === digest && one.by === by);
  }

  /** Another control token makes all codes and passes worthless. */
  #sign(what: string, text: string): string {
    return createHmac("sha256", this.#token).update(`${what}:${text}`).digest("base64url");
  }
}

function isEqual(one: string, other: string): boolean {
  const [given, wanted] = [Buffer.from(one), Buffer.from(other)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
