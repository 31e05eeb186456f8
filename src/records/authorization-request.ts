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

/**
 * What a merchant can wish for the way of a login between browser and apps. Nothing of it is ever
 * refused for not being there: what the profile does not have, and what nobody knows, is told to the
 * developer and left aside.
 */

/** The ways of a browser login that `requested_flow` can ask for (dossier §1.4). */
export const REQUESTED_FLOWS = [
  "app_to_app",
  "app_to_app_v2",
  "automatic_return_from_vipps_app",
  "no_dialog",
] as const;

export type RequestedFlow = (typeof REQUESTED_FLOWS)[number];
