/** A provider of Better Auth's generic OAuth plugin. */
export interface ProviderOptions {
  readonly providerId: string;
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly authentication?: "basic" | "post";
  readonly pkce?: boolean;
}

type Plugin = object;
type Database = object;

export declare function genericOAuth(options: {
  readonly config: readonly ProviderOptions[];
}): Plugin;

export declare function memoryAdapter(
  tables: Readonly<Record<"user" | "session" | "account" | "verification", object[]>>,
): Database;

export declare function betterAuth(options: {
  readonly baseURL: string;
  readonly secret: string;
  readonly database: Database;
  readonly plugins: readonly Plugin[];
  readonly telemetry: { readonly enabled: boolean };
  readonly logger: { log(level: string, message: string, ...details: unknown[]): void };
}): { handler(request: Request): Promise<Response> };
