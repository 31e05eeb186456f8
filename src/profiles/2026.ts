import { DAY, MINUTE } from "../records/time.ts";
import type { Profile } from "./profile.ts";

/** The service as its documentation describes it in 2026. */
export const profile2026: Profile = {
  name: "2026",
  settings: {
    minimumAge: { value: 15, source: "dossier §1.12", status: "documented" },
    scopeWithoutEntitlement: { value: "drop", source: "dossier §1.7", status: "documented" },
    userDataInIdToken: { value: true, source: "dossier §1.6", status: "documented" },
    subjectPer: { value: "sales-unit", source: "dossier §1.8", status: "documented" },
    accessTokenLifetime: {
      value: 10 * MINUTE,
      source: "dossier §1.6; that expires_in says the same is assumed",
      status: "documented",
    },
    subscriptionKeyRefused: { value: true, source: "dossier §1.1", status: "documented" },
    discovery: {
      value: "2026",
      source: "dossier §1.2, the order of (c) with the values of (d)",
      status: "assumed",
    },
    partnerKeys: { value: "everywhere", source: "dossier §1.4, §1.6", status: "documented" },
    loginFromPhoneNumber: { value: "everyone", source: "dossier §1.12", status: "documented" },
    requestedExpiry: { value: true, source: "dossier §1.9", status: "documented" },
    noDialog: { value: false, source: "dossier §1.4", status: "documented" },
    appToAppV2: { value: true, source: "dossier §1.4", status: "documented" },
    acrValues: { value: true, source: "dossier §1.4", status: "documented" },
    gender: { value: true, source: "dossier §1.7", status: "documented" },
    customFlow: { value: true, source: "dossier §1.7", status: "documented" },
    delegatedConsentsInBrowser: { value: true, source: "dossier §1.7", status: "documented" },
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
    platformToken: { value: "2026", source: "dossier §1.11", status: "documented" },
    httpRedirectHosts: { value: [], source: "dossier §2.3", status: "derived" },
    retention: {
      value: { tokens: "168h-after-revocation" },
      source: "dossier §1.8; that it holds for a login's token is our reading",
      status: "assumed",
    },
  },
};
