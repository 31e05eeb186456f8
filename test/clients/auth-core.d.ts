/** The options of Auth.js' Vipps provider. */
export interface VippsOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly issuer?: string;
  readonly authorization?: { readonly params: { readonly scope: string } };
  readonly client?: {
    readonly token_endpoint_auth_method: "client_secret_basic" | "client_secret_post";
  };
}

interface Provider {
  readonly id: "vipps";
}

export interface AuthConfig {
  readonly basePath: string;
  readonly secret: string;
  readonly trustHost: boolean;
  readonly providers: readonly Provider[];
  readonly logger: {
    error(error: Error): void;
    warn(): void;
    debug(message: string, details: unknown): void;
  };
}

export declare function Auth(request: Request, config: AuthConfig): Promise<Response>;
export declare function Vipps(options: VippsOptions): Provider;
