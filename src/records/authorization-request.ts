import type { RequestedFlow } from "../rules/app-flows.ts";

/** A validated authorization request: what the rest of the login knows of the query. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly msn: string;
  readonly redirectUri: string;
  readonly responseMode: "query" | "fragment";
  /** As asked, in the order asked, each once. */
  readonly scopes: readonly string[];
  /** What the sales unit gets: the same, or in profile 2026 without what it is not entitled to. */
  readonly grantedScopes: readonly string[];
  readonly state: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: string;
  readonly prompt: readonly string[];
  readonly loginHint?: string;
  /** The way between browser and apps, where the profile has the one that was asked for. */
  readonly flow?: RequestedFlow;
  /** Where the merchant's app is called, in the flow `app_to_app`. */
  readonly appCallbackUri?: string;
  /** The `acr` of the ID token, where the user must confirm in the app. */
  readonly acr?: string;
  /** The raw query string; the real service repeats it on each hop of the redirect sequence. */
  readonly query: string;
}
