import type * as openid from "openid-client";
import { Problem } from "../control/api/problem.ts";
import type { LoggedRequest, SalesUnit } from "../control/types.ts";
import { systemWallClock } from "../platform/clock.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { PATHS } from "../request/addresses.ts";
import type { Visit } from "./page.ts";
import type { Attempt, Check } from "./try-attempt.ts";
import { checkIdToken, checkSubject, decode } from "./try-checks.ts";

/**
 * The application that people log in at. It is made with a library that others wrote, so that what it sees
 * is what an application sees, and it calls the mock by the addresses that applications use.
 */

type Library = typeof openid;

/** A request that the application made, with what came back. */
interface Sent {
  readonly id: string;
  readonly url: string;
  /** 0 where nothing came. */
  status: number;
  location: string;
  body: string;
}

/** So many requests are looked through for those that were just made. */
const MOST_LOOKED_AT = 200;

/** How an application is set up. */
export interface Setup {
  /** Another secret than the sales unit's. */
  readonly secret?: string;
  /** Whether it logs in from phone number, where ID tokens have another algorithm. */
  readonly isTill?: boolean;
  /** What it has kept of the discovery document; it is read when left out. */
  readonly metadata?: string;
}

/** What an application keeps of the discovery document. */
const KEPT = [
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
  "userinfo_endpoint",
  "backchannel_authentication_endpoint",
] as const;

const RS256 = "RS256";
const ES256 = "ES256";

export class Client {
  readonly library: Library;
  readonly config: openid.Configuration;
  readonly sent: Sent[];
  readonly #visit: Visit;
  readonly #unit: SalesUnit;
  readonly #algorithm: string;

  private constructor(
    library: Library,
    config: openid.Configuration,
    sent: Sent[],
    { visit, unit, algorithm }: { visit: Visit; unit: SalesUnit; algorithm: string },
  ) {
    this.library = library;
    this.config = config;
    this.sent = sent;
    this.#visit = visit;
    this.#unit = unit;
    this.#algorithm = algorithm;
  }

  /** @throws Problem 502 where the discovery document cannot be used */
  static async open(visit: Visit, unit: SalesUnit, setup: Setup = {}): Promise<Client> {
    const library = await import("openid-client");
    const { secret = unit.clientSecret, isTill = false, metadata = "" } = setup;
    const { issuer } = visit.exchange.endpoints;
    const algorithm = isTill ? ES256 : RS256;
    const sent: Sent[] = [];
    const authentication =
      unit.tokenEndpointAuthMethod === "client_secret_post"
        ? library.ClientSecretPost(secret)
        : library.ClientSecretBasic(secret);
    const isPlain = [issuer, visit.exchange.endpoints.back].some((url) => url.startsWith("http:"));
    // It lives in the sandbox, whose clock may have been moved; the library reads the real one.
    const skew = visit.exchange.now - systemWallClock();
    const client = { id_token_signed_response_alg: algorithm, [library.clockSkew]: skew };
    const options = {
      [library.customFetch]: recording(visit, sent),
      execute: isPlain ? [library.allowInsecureRequests] : [],
    };
    const known = asMetadata(metadata);
    try {
      const config = known
        ? new library.Configuration(known, unit.clientId, client, authentication)
        : await library.discovery(new URL(issuer), unit.clientId, client, authentication, options);
      config[library.customFetch] = options[library.customFetch];
      if (isPlain) library.allowInsecureRequests(config);
      library.enableNonRepudiationChecks(config);
      return new Client(library, config, sent, { visit, unit, algorithm });
    } catch (error) {
      throw new Problem(
        502,
        `openid-client cannot use the discovery document of ${issuer}: ${wordsOf(error)}.`,
      );
    }
  }

  /** What the next request of the same login goes on with. */
  get metadata(): string {
    return JSON.stringify(this.config.serverMetadata(), [...KEPT]);
  }

  get unit(): SalesUnit {
    return this.#unit;
  }

  /** @throws Problem 502 where it would lead anywhere but to the mock's own logins */
  authorizationUrl(parameters: Readonly<Record<string, string>>): string {
    const { href } = this.library.buildAuthorizationUrl(this.config, { ...parameters });
    const own = `${this.#visit.exchange.endpoints.front}${PATHS.authorize}?`;
    if (href.startsWith(own)) return href;
    throw new Problem(
      502,
      `The discovery document sends browsers to ${href.split("?")[0]}, which is not the mock: Try goes nowhere else.`,
    );
  }

  /** A request as the browser makes it, without following where it leads. */
  async browse(url: string): Promise<Sent> {
    const before = this.sent.length;
    const init = { method: "GET", headers: { accept: "text/html" }, redirect: "manual" } as const;
    await recording(this.#visit, this.sent)(url, { ...init, body: null }).catch(() => undefined);
    const made = this.sent[before];
    if (!made) throw new Error("a request that is made is recorded");
    return made;
  }

  /**
   * Gets tokens, checks them, and reads userinfo with them as far as the library has no objection.
   *
   * @param request has the library ask the token endpoint
   * @returns what came of it
   */
  async redeem(
    { nonce, authReqId }: Pick<Attempt, "nonce" | "authReqId">,
    request: (config: openid.Configuration) => Promise<openid.TokenEndpointResponse>,
  ): Promise<Pick<Attempt, "refusal" | "idToken" | "accessToken" | "checks">> {
    let refusal = await request(this.config).then(() => "", wordsOf);
    const tokens = this.#tokens();
    const { id_token: idToken = "", access_token: accessToken = "" } = tokens;
    if (idToken === "") return { refusal, idToken, accessToken, checks: [] };
    const checks: Check[] = await checkIdToken(idToken, {
      issuer: this.config.serverMetadata().issuer,
      clientId: this.#unit.clientId,
      algorithm: this.#algorithm,
      nonce,
      accessToken,
      authReqId,
      now: this.#visit.exchange.now,
      jwks: await this.#keys(),
    });
    let userinfo: unknown;
    if (refusal === "") {
      const subject = String(decode(idToken)?.claims["sub"] ?? "");
      refusal = await this.library
        .fetchUserInfo(this.config, accessToken, subject)
        .then(() => "", wordsOf);
      userinfo = parsed(this.#bodyFrom("userinfo_endpoint"));
    }
    return { refusal, idToken, accessToken, checks: [...checks, checkSubject(idToken, userinfo)] };
  }

  /** The ids under which its requests stand in the log, but for what every login asks for first. */
  async entries(): Promise<string[]> {
    const own = this.sent.filter(({ url }) => !isFirst(url));
    if (own.length === 0) return [];
    const log = await this.#visit.api.list<LoggedRequest>(["requests"], { last: MOST_LOOKED_AT });
    return own.flatMap(({ id }) =>
      log.filter(({ request }) => request.headers["x-request-id"] === id).map((one) => one.id),
    );
  }

  #tokens(): Readonly<Record<string, string>> {
    return (parsed(this.#bodyFrom("token_endpoint")) ?? {}) as Record<string, string>;
  }

  #bodyFrom(endpoint: "token_endpoint" | "userinfo_endpoint" | "jwks_uri"): string | undefined {
    const url = this.config.serverMetadata()[endpoint];
    const made = this.sent.findLast((one) => one.url === url);
    return made?.status === 200 ? made.body : undefined;
  }

  /** A library that has refused the token before has not asked for them. */
  async #keys(): Promise<string | undefined> {
    const known = this.#bodyFrom("jwks_uri");
    const { jwks_uri: url } = this.config.serverMetadata();
    if (known !== undefined || url === undefined) return known;
    await this.browse(url);
    return this.#bodyFrom("jwks_uri");
  }
}

function asMetadata(json: string): openid.ServerMetadata | undefined {
  const { issuer, ...others } = (parsed(json) ?? {}) as Readonly<Record<string, unknown>>;
  return typeof issuer === "string" ? { issuer, ...others } : undefined;
}

/** The metadata of the service, which is not about one login. */
function isFirst(url: string): boolean {
  return url.endsWith(PATHS.jwks) || url.endsWith("/.well-known/openid-configuration");
}

/** Keeps what was sent and what came back. */
function recording(visit: Visit, sent: Sent[]): openid.CustomFetch {
  return async (url, { body, ...options }) => {
    const made: Sent = {
      id: createIds(secureRandom).id(),
      url,
      status: 0,
      location: "",
      body: "",
    };
    sent.push(made);
    const response = await visit.fetch(made.id, url, {
      ...options,
      body: body instanceof URLSearchParams ? body : null,
    } as RequestInit);
    made.status = response.status;
    made.location = response.headers.get("location") ?? "";
    made.body = await response.clone().text();
    return response;
  };
}

function parsed(json: string | undefined): object | undefined {
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the library said, in its own words. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { error: code, error_description: description } = error as {
    readonly error?: unknown;
    readonly error_description?: unknown;
  };
  if (typeof code === "string") {
    return `${error.name}: ${code}${typeof description === "string" ? `, ${description}` : ""}`;
  }
  const { cause } = error;
  return cause instanceof Error && cause.message !== error.message
    ? `${error.name}: ${error.message} (${cause.message})`
    : `${error.name}: ${error.message}`;
}
