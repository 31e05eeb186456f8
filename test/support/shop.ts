import { createHash, randomBytes } from "node:crypto";
import { call } from "./control.ts";
import type { Mock } from "./mock.ts";
import { approve, exists, POLL_GRANT } from "./phone.ts";
import type { Fields, Headers, Tokens } from "./wire.ts";
import { Browser, basic, CALLBACK, get, PATH, parameterOf, post, SHOP, walkLogin } from "./wire.ts";

/**
 * An application that does all that Vipps asks of it, seen from its traffic. With a slip it does one thing as
 * careless applications do it.
 */
export type Slip =
  | "legacy userinfo"
  | "nobody asked whether the user exists"
  | "a frame"
  | "no flow for apps"
  | "a till in a web page"
  | "a redirect URI with a query"
  | "a scope it may not have"
  | "the same state"
  | "a state of digits"
  | "the same nonce"
  | "plain PKCE"
  | "a secret in the URL"
  | "a token request after an error"
  | "a code used twice"
  | "userinfo read late"
  | "impatient polls"
  | "no system headers"
  | "discovery at every call";

const APP = "demoshop://login/callback";
const WITH_QUERY = `${CALLBACK}?shop=1`;

const SYSTEM: Headers = {
  "merchant-serial-number": "100001",
  "vipps-system-name": "demo-shop",
  "vipps-system-version": "1.0.0",
  "vipps-system-plugin-name": "demo-login",
  "vipps-system-plugin-version": "1.0.0",
};

/** What a browser says of itself when a link leads it to another site. */
const NAVIGATION: Headers = { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" };

/** A login that is begun, and what has to be kept for its token request. */
interface Attempt {
  readonly request: Fields;
  readonly verifier: string;
}

export class Shop {
  readonly #mock: Mock;
  readonly #slip: Slip | undefined;

  constructor(mock: Mock, slip?: Slip) {
    this.#mock = mock;
    this.#slip = slip;
  }

  /** Everything that it does in a day. */
  async openForADay(): Promise<void> {
    const redirectUris = [CALLBACK, WITH_QUERY, APP];
    await call(this.#mock, "PATCH", "/sales-units/100001", { body: { redirectUris } });
    await this.#fetchMetadata();
    await this.#login();
    await this.#login();
    await this.#cancelled();
    await this.#login();
    await this.#loginInTheApp();
    await this.#loginAtATill();
  }

  get #headers(): Headers {
    return this.#slip === "no system headers" ? {} : SYSTEM;
  }

  get #backend(): Headers {
    return { ...basic(SHOP), ...this.#headers };
  }

  async #fetchMetadata(): Promise<void> {
    await get(this.#mock, PATH.discovery);
    await get(this.#mock, PATH.jwks);
  }

  #authorization(): Attempt {
    const verifier = randomBytes(32).toString("base64url");
    const isPlain = this.#slip === "plain PKCE";
    const state = { "the same state": "always-the-same-state", "a state of digits": digits() }[
      this.#slip as string
    ];
    const request = {
      redirect_uri: this.#slip === "a redirect URI with a query" ? WITH_QUERY : CALLBACK,
      state: state ?? randomBytes(16).toString("base64url"),
      nonce:
        this.#slip === "the same nonce" ? "always-the-same-nonce" : randomBytes(16).toString("hex"),
      code_challenge: isPlain ? verifier : s256(verifier),
      code_challenge_method: isPlain ? "plain" : "S256",
    };
    return { request, verifier };
  }

  #browser(): Browser {
    const isFramed = this.#slip === "a frame";
    return new Browser(this.#mock, {
      ...NAVIGATION,
      ...(isFramed && { "sec-fetch-dest": "iframe" }),
    });
  }

  async #login(): Promise<void> {
    if (this.#slip === "discovery at every call") await this.#fetchMetadata();
    const { request, verifier } = this.#authorization();
    if (this.#slip === "a scope it may not have") {
      const { request: more } = this.#authorization();
      await this.#browser().login({ ...more, scope: "openid delegatedConsents" });
    }
    const code = parameterOf(await walkLogin(this.#browser(), { request }), "code");
    const form = { grant_type: "authorization_code", redirect_uri: request["redirect_uri"], code };
    if (code !== undefined) await this.#redeem({ ...form, code_verifier: verifier });
  }

  async #redeem(form: Fields): Promise<void> {
    if (this.#slip === "discovery at every call") await this.#fetchMetadata();
    const url = this.#slip === "a secret in the URL" ? `${PATH.token}?client_secret=x` : PATH.token;
    const response = await post(this.#mock, url, form, this.#backend);
    await this.#readUserinfo(response.json<Tokens>().access_token);
    if (this.#slip === "a code used twice") await post(this.#mock, url, form, this.#backend);
  }

  async #readUserinfo(accessToken: string): Promise<void> {
    const headers = { authorization: `Bearer ${accessToken}`, ...this.#headers };
    const isOld = this.#slip === "legacy userinfo";
    await get(this.#mock, isOld ? PATH.legacyUserinfo : PATH.userinfo, headers);
    if (this.#slip !== "userinfo read late") return;
    await call(this.#mock, "PATCH", "/clock", { body: { advance: "11m" } });
    await get(this.#mock, PATH.userinfo, headers);
  }

  /** The user does not want to. */
  async #cancelled(): Promise<void> {
    if (this.#slip === "discovery at every call") await this.#fetchMetadata();
    const browser = this.#browser();
    const page = await browser.login(this.#authorization().request);
    await browser.submit(page, { action: "cancel" });
    if (this.#slip !== "a token request after an error") return;
    const form = { grant_type: "authorization_code", redirect_uri: CALLBACK };
    await post(this.#mock, PATH.token, form, this.#backend);
  }

  async #loginInTheApp(): Promise<void> {
    const { request } = this.#authorization();
    const flow = { requested_flow: "app_to_app", app_callback_uri: APP };
    const own = { ...request, redirect_uri: APP, ...(this.#slip !== "no flow for apps" && flow) };
    await this.#browser().login(own);
  }

  async #loginAtATill(): Promise<void> {
    const headers = {
      ...this.#backend,
      ...(this.#slip === "a till in a web page" && { origin: "https://example.com" }),
    };
    const hint = { login_hint: "urn:msisdn:4700000000", scope: "openid name" };
    if (this.#slip === "nobody asked whether the user exists") {
      await post(this.#mock, PATH.backchannel, hint, headers);
    } else {
      await exists(this.#mock, {}, this.#backend);
    }
    const { auth_req_id } = await this.#begin(headers);
    const poll = { grant_type: POLL_GRANT, auth_req_id };
    const wait = () => call(this.#mock, "PATCH", "/clock", { body: { advance: "5s" } });
    await wait();
    await post(this.#mock, PATH.token, poll, this.#backend);
    if (this.#slip === "impatient polls") await post(this.#mock, PATH.token, poll, this.#backend);
    await approve(this.#mock, auth_req_id);
    for (let at = 0; at < 2; at += 1) await wait();
    await post(this.#mock, PATH.token, poll, this.#backend);
  }

  async #begin(headers: Headers): Promise<{ readonly auth_req_id: string }> {
    const form = { login_hint: "urn:msisdn:4712345678", scope: "openid name" };
    return (await post(this.#mock, PATH.backchannel, form, headers)).json();
  }
}

function s256(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

function digits(): string {
  return `1684317600${randomBytes(4).readUInt32BE()}`;
}
