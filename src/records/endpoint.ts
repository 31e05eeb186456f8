/** The endpoints by their names in faults, in the request log and in its filters (contract §6). */
export const ENDPOINT_NAMES = [
  "discovery",
  "jwks",
  "auth",
  "token",
  "userinfo",
  "revoke",
  "logout",
  "backchannel-authentication",
  "user-exists",
  "access-token",
  "webhooks",
  "login",
] as const;

export type EndpointName = (typeof ENDPOINT_NAMES)[number];
