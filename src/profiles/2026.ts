import { DAY, HOUR, MINUTE } from "../records/time.ts";
import type { Profile } from "./profile.ts";

/** The service as its documentation describes it in 2026. */
export const profile2026: Profile = {
  name: "2026",
  settings: {
    minimumAge: { value: 15, source: "developer site", status: "documented" },
    scopeWithoutEntitlement: { value: "drop", source: "agent toolkit", status: "documented" },
    userDataInIdToken: { value: true, source: "developer site", status: "documented" },
    consentPer: { value: "sales-unit", source: "developer site", status: "documented" },
    subjectPer: { value: "sales-unit", source: "agent toolkit", status: "documented" },
    expiresIn: { value: HOUR - 1, source: "agent toolkit", status: "documented" },
    accessTokenLifetime: { value: 10 * MINUTE, source: "agent toolkit", status: "documented" },
    codeLifetime: {
      value: 2 * MINUTE,
      source: "documentation 2023; its FAQ speaks of a couple of minutes",
      status: "assumed",
    },
    audience: {
      value: "string",
      source:
        "public clients; a client that takes nothing else worked from January 2025 to May 2026",
      status: "assumed",
    },
    subscriptionKeyRefused: {
      value: true,
      source:
        "agent toolkit; developer site; its Userinfo API lists the key among the headers; public clients; seven send it",
      status: "documented",
    },
    subscriptionKeyRefusedBySubject: {
      value: false,
      source:
        "developer site; its Userinfo API lists the key among the headers; agent toolkit; it says 401, of agreements",
      status: "assumed",
    },
    discovery: {
      value: "2026",
      source: "agent toolkit; Expo sample; the values of the one in the order of the other",
      status: "assumed",
    },
    apiVersion2: {
      value: false,
      source: "agent toolkit; discovery does not list it any more",
      status: "assumed",
    },
    formPost: {
      value: true,
      source: "fosite 0.40.2; Hydra 1.10.6; discovery lists query and fragment alone",
      status: "derived",
    },
    errorTexts: {
      value: "2023",
      source: "documentation 2023; the one of 2026 describes the same codes",
      status: "documented",
    },
    delegatedConsentsFormat: { value: "2026", source: "agent toolkit", status: "documented" },
    askAgainAfterChange: {
      value: true,
      source: "agent toolkit; a new configuration can make users see it again",
      status: "documented",
    },
    rememberOnPhones: {
      value: false,
      source: "developer site; its newest pages, while older ones have it ticked on phones",
      status: "documented",
    },
    partnerKeys: { value: "everywhere", source: "documentation 2023", status: "documented" },
    loginFromPhoneNumber: { value: "everyone", source: "developer site", status: "documented" },
    requestedExpiry: { value: true, source: "agent toolkit", status: "documented" },
    noDialog: {
      value: false,
      source: "agent toolkit; that it is gone is documented, that it is ignored is assumed",
      status: "assumed",
    },
    appToAppV2: { value: true, source: "agent toolkit", status: "documented" },
    acrValues: { value: true, source: "agent toolkit", status: "documented" },
    gender: { value: true, source: "agent toolkit", status: "documented" },
    customFlow: { value: true, source: "developer site", status: "documented" },
    delegatedConsentsInBrowser: { value: true, source: "developer site", status: "documented" },
    webhookSecret: {
      value: "uuid",
      source: "agent toolkit; its example, while a worked example of a signature has base64",
      status: "documented",
    },
    webhookRemovedAfter: {
      value: 14 * DAY,
      source: "Webhooks API 2026; agent toolkit",
      status: "documented",
    },
    platformToken: { value: "2026", source: "developer site", status: "documented" },
    httpRedirectHosts: { value: [], source: "fosite 0.40.2", status: "derived" },
    retention: {
      value: "payments",
      source: "developer site; agent toolkit",
      status: "documented",
    },
  },
};
