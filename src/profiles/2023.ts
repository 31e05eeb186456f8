import { FAQ } from "../records/faq.ts";
import { HOUR } from "../records/time.ts";
import type { Profile } from "./profile.ts";

/** The service at the time of the FAQ that this project was made from. */
export const profile2023: Profile = {
  name: "2023",
  settings: {
    minimumAge: { value: 18, source: `FAQ: ${FAQ.age}`, status: "documented" },
    scopeWithoutEntitlement: {
      value: "invalid_scope",
      source: `FAQ: ${FAQ.scopes}; dossier §1.7`,
      status: "observed",
    },
    userDataInIdToken: { value: false, source: `FAQ: ${FAQ.azureB2c}`, status: "documented" },
    subjectPer: { value: "merchant", source: `FAQ: ${FAQ.scopes}`, status: "documented" },
    accessTokenLifetime: {
      value: HOUR - 1,
      source: "dossier §1.6; Vipps wrote at the same time that a token lives 10 minutes",
      status: "documented",
    },
    subscriptionKeyRefused: { value: false, source: `FAQ: ${FAQ.credentials}`, status: "assumed" },
    discovery: { value: "2023", source: "dossier §1.2, variant (c)", status: "observed" },
    partnerKeys: { value: "phone-number", source: `FAQ: ${FAQ.partnerKeys}`, status: "documented" },
    loginFromPhoneNumber: {
      value: "entitled",
      source: `FAQ: ${FAQ.phoneNumberLogin}`,
      status: "documented",
    },
    requestedExpiry: {
      value: false,
      source: "dossier §1.9, §1.12; since August 2024",
      status: "documented",
    },
    noDialog: { value: true, source: "dossier §1.4; until October 2023", status: "documented" },
    appToAppV2: { value: false, source: "dossier §1.4; since 2024 or 2025", status: "documented" },
    acrValues: {
      value: false,
      source: `FAQ: ${FAQ.remembered}; dossier §1.12`,
      status: "documented",
    },
    gender: { value: false, source: "dossier §1.7; since April 2025", status: "documented" },
    customFlow: { value: false, source: "dossier §1.7; since January 2026", status: "documented" },
    delegatedConsentsInBrowser: {
      value: false,
      source: "dossier §1.7; since April 2024",
      status: "documented",
    },
    webhookSecret: {
      value: "base64",
      source:
        "Webhooks API 2023; its worked example of a signature, while other examples show a UUID",
      status: "documented",
    },
    webhookRemovedAfter: {
      value: null,
      source: "Webhooks API 2026; only since March 2026",
      status: "documented",
    },
    platformToken: { value: "2023", source: "dossier §1.11", status: "observed" },
    httpRedirectHosts: { value: [], source: "dossier §2.3", status: "derived" },
    retention: {
      value: { tokens: "168h-after-revocation" },
      source: `FAQ: ${FAQ.retention}; that it holds for a login's token is our reading`,
      status: "assumed",
    },
  },
};
