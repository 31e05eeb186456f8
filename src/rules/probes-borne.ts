import type { FaultInput } from "../records/fault.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import { CORRUPTED_AT } from "../records/vocabulary.ts";
import type { Probe, ProbeAction } from "./probe.ts";
import { CORE, idToken, RECOVER } from "./probe.ts";

/** What an application has to survive, and what it has to log its user in with all the same. */

/** An endpoint that sends something else. */
function instead(endpoint: EndpointName, then: NonNullable<FaultInput["then"]>): ProbeAction {
  return { faults: [{ match: { endpoint }, then }] };
}

export const SURVIVED = [
  {
    id: "token-500",
    kind: "survive",
    demand: "must",
    what: "The token endpoint fails with 500.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}.`,
    item: "errors",
    does: instead("token", { status: 500 }),
  },
  {
    id: "token-429",
    kind: "survive",
    demand: "must",
    what: "The token endpoint refuses with 429, and says when to come again.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}; try again only after Retry-After.`,
    item: "errors",
    does: instead("token", { status: 429, headers: { "retry-after": "1" } }),
  },
  {
    id: "token-slow",
    kind: "survive",
    demand: "must",
    what: "The token endpoint takes three seconds.",
    source: "Vipps' checklist",
    remedy: "Set a timeout, and show an error with a way to log in again when it is over.",
    item: "errors",
    does: { faults: [{ match: { endpoint: "token" }, times: 1, delay: 3 }] },
  },
  {
    id: "token-reset",
    kind: "survive",
    demand: "must",
    what: "The connection to the token endpoint breaks.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}.`,
    item: "errors",
    does: instead("token", { reset: true }),
  },
  {
    id: "token-truncated",
    kind: "survive",
    demand: "must",
    what: "The response of the token endpoint breaks off in its middle.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}.`,
    item: "errors",
    does: instead("token", { truncate: 40 }),
  },
  {
    id: "token-html",
    kind: "survive",
    demand: "must",
    what: "The token endpoint sends a page in HTML, with 200.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}.`,
    item: "errors",
    does: instead("token", {
      status: 200,
      contentType: "text/html; charset=utf-8",
      body: "<!DOCTYPE html><title>Maintenance</title><p>We are back soon.",
    }),
  },
  {
    id: "userinfo-401",
    kind: "survive",
    demand: "must",
    what: "Userinfo refuses the access token.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}.`,
    item: "errors",
    does: instead("userinfo", { status: 401 }),
  },
  {
    id: "userinfo-500",
    kind: "survive",
    demand: "must",
    what: "Userinfo fails with 500.",
    source: "Vipps' checklist",
    remedy: `${RECOVER}.`,
    item: "errors",
    does: instead("userinfo", { status: 500 }),
  },
  {
    id: "discovery-down",
    kind: "survive",
    demand: "must",
    what: "Discovery fails with 503 for a while.",
    source: "Vipps' checklist",
    remedy:
      "Keep the discovery document, and fetch it again after a failure; never keep the failure.",
    item: "caching",
    does: { ...instead("discovery", { status: 503 }), mayMiss: true },
  },
  {
    id: "keys-down",
    kind: "survive",
    demand: "must",
    what: "The keys (jwks_uri) fail with 503 for a while.",
    source: "Vipps' checklist",
    remedy: "Keep the keys, and fetch them again after a failure; never keep the failure.",
    item: "caching",
    does: { ...instead("jwks", { status: 503 }), mayMiss: true },
  },
] as const satisfies readonly Probe[];

export const BORNE = [
  {
    id: "no-address",
    kind: "bear",
    demand: "must",
    what: "The user has no address: each member of the claim is empty.",
    source: "FAQ",
    remedy: "Take an empty address for unknown, and ask for it where it is needed.",
    needs: "address",
    does: { user: { addresses: [] } },
  },
  {
    id: "letters",
    kind: "bear",
    demand: "must",
    what: "The user's name and address have letters beyond ASCII: Åse Bjørnsdatter-Ærø, Sjøgata.",
    source: `${CORE} §5.1: claims are Unicode`,
    remedy: "Read and keep names as UTF-8.",
    needs: "name",
    does: {
      user: {
        givenName: "Åse",
        familyName: "Bjørnsdatter-Ærø",
        addresses: [
          {
            type: "home",
            streetAddress: "Sjøgata 8\nOppgang Å",
            postalCode: "8006",
            region: "BODØ",
            country: "NO",
          },
        ],
      },
    },
  },
  {
    id: "unverified-email",
    kind: "bear",
    demand: "should",
    what: "The user's e-mail address is not verified.",
    source: "FAQ; what an application makes of it is its own",
    remedy: "Log the user in, but link nobody's account by an address that is not verified.",
    item: "account-linking",
    needs: "email",
    does: { user: { emailVerified: false } },
  },
  {
    id: "changed-phone-number",
    kind: "bear",
    demand: "must",
    what: "The user has another phone number than at the last login.",
    source: "FAQ",
    remedy: "Know users by sub, and take everything else for what may change.",
    item: "account-linking",
    needs: "phoneNumber",
    does: { changes: "phoneNumber" },
  },
  {
    id: "changed-email",
    kind: "bear",
    demand: "must",
    what: "The user has another e-mail address than at the last login.",
    source: "FAQ",
    remedy: "Know users by sub, and take everything else for what may change.",
    item: "account-linking",
    needs: "email",
    does: { changes: "email" },
  },
  {
    id: "unknown-members",
    kind: "bear",
    demand: "must",
    what: "Every JSON document and the ID token have a member that no standard knows.",
    source: `RFC 6749 §5.1; RFC 7517 §4; ${CORE} §2`,
    remedy: "Ignore members that are not known.",
    does: {
      faults: CORRUPTED_AT.unknown_members.map((endpoint) => ({
        match: { endpoint },
        corrupt: "unknown_members",
      })),
    },
  },
  {
    id: "clock-ahead",
    kind: "bear",
    demand: "should",
    what: "The clock of Vipps is a minute ahead of the application's.",
    source: "RFC 7519 §4.1.4 allows a few minutes of leeway",
    remedy: "Allow a minute or two where times of the ID token are compared with the clock.",
    does: idToken("clock_ahead"),
  },
  {
    id: "clock-behind",
    kind: "bear",
    demand: "should",
    what: "The clock of Vipps is a minute behind the application's.",
    source: "RFC 7519 §4.1.4 allows a few minutes of leeway",
    remedy: "Allow a minute or two where times of the ID token are compared with the clock.",
    does: idToken("clock_behind"),
  },
  // Last, so that it is a while since a client has fetched the keys: many do not do so twice in half a minute.
  {
    id: "key-rotation",
    kind: "bear",
    demand: "must",
    what: "The signing key is another one since the last login.",
    source: `${CORE} §10.1.1`,
    remedy: "Fetch jwks_uri again when a token has a kid that is not known yet.",
    item: "caching",
    does: { rotatesKeys: true },
  },
] as const satisfies readonly Probe[];
