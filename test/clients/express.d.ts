import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** A request, with what express-openid-connect adds to it. */
export interface Request extends IncomingMessage {
  readonly oidc: { fetchUserInfo(): Promise<Record<string, unknown>> };
}

export interface Response extends ServerResponse {
  status(code: number): Response;
  json(body: unknown): void;
}

type Next = (error?: unknown) => void;
export type Handler = (request: Request, response: Response, next: Next) => unknown;

/** Four parameters tell Express that it is for errors. */
type ErrorHandler = (error: unknown, request: Request, response: Response, next: Next) => unknown;

interface Express extends RequestListener {
  use(handler: Handler | ErrorHandler): void;
  get(path: string, handler: Handler): void;
}

export declare function express(): Express;

export declare function session(options: {
  readonly secret: string;
  readonly resave: boolean;
  readonly saveUninitialized: boolean;
}): Handler;

/** The options of express-openid-connect. */
export interface AuthOptions {
  readonly issuerBaseURL: string;
  readonly baseURL: string;
  readonly clientID: string;
  readonly clientSecret: string;
  readonly secret: string;
  readonly authRequired: boolean;
  readonly clientAuthMethod?: "client_secret_basic" | "client_secret_post";
  readonly authorizationParams: { readonly response_type: "code"; readonly scope: string };
}

export declare function auth(options: AuthOptions): Handler;

/** The options of passport-openidconnect, named as it names them. */
export interface StrategyOptions {
  readonly issuer: string;
  readonly authorizationURL: string;
  readonly tokenURL: string;
  readonly userInfoURL: string;
  readonly clientID: string;
  readonly clientSecret: string;
  readonly callbackURL: string;
  readonly scope: readonly string[];
  readonly nonce: boolean;
}

/** Userinfo as passport-openidconnect hands it on. */
export interface Profile {
  readonly id: string;
  readonly displayName: string;
  readonly emails: readonly { readonly value: string }[];
}

export declare class OpenIdConnectStrategy {
  constructor(
    options: StrategyOptions,
    /** As many parameters as this make it read userinfo. */
    verify: (
      issuer: string,
      profile: Profile,
      idProfile: Profile,
      context: object,
      idToken: string,
      accessToken: string,
      refreshToken: string | undefined,
      parameters: object,
      done: (error: null, user: object) => void,
    ) => void,
  );
}

declare class Passport {
  use(name: string, strategy: OpenIdConnectStrategy): void;
  authenticate(
    name: string,
    done: (error: unknown, user: unknown, info: unknown, status: unknown) => void,
  ): Handler;
}

export declare const passport: { readonly Passport: typeof Passport };
