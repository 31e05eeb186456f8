import { createHash, createPublicKey, randomBytes } from "node:crypto";
import type { JWK } from "jose";
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from "jose";
import { stopwatch } from "../../src/platform/clock.ts";
import type { Mock } from "./mock.ts";
import { POLL_GRANT } from "./phone.ts";
import type { Fields, Tokens } from "./wire.ts";
import {
  Browser,
  basic,
  CALLBACK,
  get,
  ISSUER,
  PATH,
  parametersOf,
  post,
  SHOP,
  userinfo,
} from "./wire.ts";

/** Who logs in, as far as an application needs to know. */
interface Person {
  readonly phoneNumber: string;
}

/**
 * An application that makes every check there is. With a slip it leaves out one of them, the one that the probe
 * of the same name is about.
 */
export class RelyingParty {
  readonly #mock: Mock;
  readonly #slip: string | undefined;
  #keys: readonly JWK[] = [];
  #discovery: Record<string, unknown> | undefined;
  /** Something went wrong once that it does not get over. */
  #isBroken = false;
  /** What it knows of its users, by `sub`. */
  readonly #accounts = new Map<string, Record<string, unknown>>();

  constructor(mock: Mock, slip?: string) {
    this.#mock = mock;
    this.#slip = slip;
  }

  /** @returns the name of who is logged in; undefined when nobody is */
  async login(): Promise<string | undefined> {
    return this.#orNobody(() => this.#loginInBrowser());
  }

  /** The same by phone number. */
  async loginByPhone(person: Person): Promise<string | undefined> {
    return this.#orNobody(() => this.#loginByPhone(person));
  }

  async #orNobody(login: () => Promise<string>): Promise<string | undefined> {
    if (this.#isBroken) return undefined;
    try {
      return await login();
    } catch (error) {
      if (error instanceof Outage && error.probe === this.#slip) this.#isBroken = true;
      return undefined;
    }
  }

  #misses(check: string): boolean {
    return this.#slip === check;
  }

  async #loginInBrowser(): Promise<string> {
    await this.#fetchDiscovery();
    const isBare = this.#misses("injected-code");
    const verifier = randomBytes(32).toString("base64url");
    const state = randomBytes(16).toString("base64url");
    const nonce = isBare ? undefined : randomBytes(16).toString("base64url");
    const response = await new Browser(this.#mock).login({
      scope: "openid name email phoneNumber address",
      state,
      nonce,
      ...(!isBare && { code_challenge: sha256(verifier), code_challenge_method: "S256" }),
    });
    const back = new Map(parametersOf(response) as [string, string][]);
    if (back.get("state") !== state && !this.#misses("state")) throw new Error("another state");
    const error = back.get("error");
    const known = error === "access_denied" ? "cancelled" : "unknown-error";
    if (error !== undefined && this.#misses(known)) return "a guest";
    const code = back.get("code");
    if (code === undefined && error === undefined && this.#misses("no-code")) return "a guest";
    if (code === undefined) throw new Error(`no code but ${error}`);
    const form = { grant_type: "authorization_code", redirect_uri: CALLBACK, code };
    const tokens = await this.#redeem({ ...form, code_verifier: isBare ? undefined : verifier });
    return this.#accept(tokens, { nonce });
  }

  async #loginByPhone({ phoneNumber }: Person): Promise<string> {
    const hint = { login_hint: `urn:msisdn:${phoneNumber}`, scope: "openid name" };
    const begun = await post(this.#mock, PATH.backchannel, hint, basic(SHOP));
    const { auth_req_id } = begun.json<{ auth_req_id: string }>();
    const tokens = await this.#redeem({ grant_type: POLL_GRANT, auth_req_id });
    return this.#accept(tokens, { auth_req_id });
  }

  async #redeem(form: Fields): Promise<Tokens> {
    const waited = stopwatch();
    const response = await post(this.#mock, PATH.token, form, basic(SHOP)).catch(() => {
      // Here nothing tells a response that broke off from one that never came.
      throw new Outage(BROKEN.includes(this.#slip ?? "") ? (this.#slip ?? "") : "token-reset");
    });
    const { statusCode, body, headers } = response;
    if (waited() > PATIENCE && this.#misses("token-slow")) throw new Outage("token-slow");
    if (statusCode === 500) throw new Outage("token-500");
    if (statusCode === 429) throw new Outage("token-429");
    if (String(headers["content-type"]).startsWith("text/html")) throw new Outage("token-html");
    if (statusCode !== 200) throw new Error(body);
    return response.json<Tokens>();
  }

  /** @param sent what the claims of the ID token have to repeat */
  async #accept(
    tokens: Tokens,
    sent: { readonly nonce?: string | undefined; readonly auth_req_id?: string },
  ): Promise<string> {
    if (this.#misses("unknown-members") && Object.keys(tokens).length > 5)
      throw new Error("unknown");
    const claims = await this.#verify(tokens.id_token);
    const now = this.#mock.wall.now;
    const { iss, aud, exp = 0, iat = 0, nonce, at_hash, sub, auth_req_id } = claims;
    const leeway = 120;
    const wrong = {
      issuer: iss !== ISSUER,
      audience: ![aud].flat().includes(SHOP.id),
      expired: exp < now - leeway,
      "issued-tomorrow": iat > now + leeway,
      nonce: nonce !== undefined && sent.nonce !== undefined && nonce !== sent.nonce,
      "no-nonce": nonce === undefined && sent.nonce !== undefined,
      "access-token-hash": at_hash !== undefined && at_hash !== halfHash(tokens.access_token),
      "auth-req-id": auth_req_id !== sent.auth_req_id,
    };
    for (const [check, isWrong] of Object.entries(wrong)) {
      if (isWrong && !this.#misses(check)) throw new Error(check);
    }
    if (this.#misses("clock-ahead") && iat > now) throw new Error("issued in the future");
    if (this.#misses("clock-behind") && iat < now - 30) throw new Error("issued long ago");
    return this.#readUser(tokens.access_token, sub);
  }

  async #readUser(accessToken: string, sub: string | undefined): Promise<string> {
    const response = await userinfo(this.#mock, accessToken);
    if (response.statusCode === 401) throw new Outage("userinfo-401");
    if (response.statusCode === 500) throw new Outage("userinfo-500");
    const user = response.json<Record<string, unknown>>();
    if (user["sub"] !== sub && !this.#misses("userinfo-subject")) throw new Error("another sub");
    const account = this.#accounts.get(String(sub)) ?? user;
    const refusals = {
      "no-address":
        (user["address"] as { street_address: string } | undefined)?.street_address === "",
      letters: /[^ -~]/.test(String(user["name"])),
      "unverified-email": user["email_verified"] === false,
      "changed-phone-number": user["phone_number"] !== account["phone_number"],
      "changed-email": user["email"] !== account["email"],
    };
    for (const [check, isRefused] of Object.entries(refusals)) {
      if (isRefused && this.#misses(check)) throw new Error(check);
    }
    this.#accounts.set(String(sub), user);
    return String(user["name"]);
  }

  async #verify(idToken: string) {
    const { alg, kid } = decodeProtectedHeader(idToken);
    const claims = decodeJwt<{ nonce?: string; at_hash?: string; auth_req_id?: string }>(idToken);
    if (alg === "none" && this.#misses("alg-none")) return claims;
    const found = await this.#keyFor(kid);
    // One that takes the key that comes first for the one that is meant.
    const key = found ?? (this.#misses("unknown-kid") ? this.#keys[0] : undefined);
    if (!key) throw new Error("unknown kid");
    if (alg === "HS256" && this.#misses("alg-hs256")) {
      const pem = createPublicKey({ key: key as never, format: "jwk" }).export({
        type: "spki",
        format: "pem",
      });
      await compactVerify(idToken, Buffer.from(pem));
      return claims;
    }
    if (alg !== key.alg) throw new Error("another alg");
    try {
      await compactVerify(idToken, await importJWK(key, alg));
    } catch (error) {
      if (!this.#misses("signature")) throw error;
    }
    return claims;
  }

  async #keyFor(kid: string | undefined): Promise<JWK | undefined> {
    const known = () => this.#keys.find((key) => key.kid === kid);
    // Keys that were fetched once are good for ever, to one that does not expect a rotation.
    const isStubborn = this.#misses("key-rotation") && this.#keys.length > 0;
    const isEager = this.#misses("keys-down");
    if ((isEager || !known()) && !isStubborn) {
      const response = await get(this.#mock, PATH.jwks);
      if (response.statusCode === 503) throw new Outage("keys-down");
      this.#keys = response.json<{ keys: JWK[] }>().keys;
    }
    return known();
  }

  async #fetchDiscovery(): Promise<void> {
    if (this.#discovery && !this.#misses("discovery-down")) return;
    const response = await get(this.#mock, PATH.discovery);
    if (response.statusCode === 503) throw new Outage("discovery-down");
    this.#discovery = response.json();
  }
}

/** For how many milliseconds an application waits for its tokens that has little patience. */
const PATIENCE = 2900;

/** The connection of a token request breaks. */
const BROKEN: readonly string[] = ["token-reset", "token-truncated"];

/** Something of Vipps does not work. */
class Outage extends Error {
  readonly probe: string;

  constructor(probe: string) {
    super(probe);
    this.probe = probe;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function halfHash(text: string): string {
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}
