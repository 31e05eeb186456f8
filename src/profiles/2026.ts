import { DAY, HOUR, MINUTE } from "../records/time.ts";
import type { Profile } from "./profile.ts";

/** The service as its documentation describes it in 2026. */
export const profile2026: Profile = {
  name: "2026",
  settings: {
    minimumAge: { value: 15, source: "dossier §1.12", status: "documented" },
    scopeWithoutEntitlement: { value: "drop", source: "dossier §1.7", status: "documented" },
    userDataInIdToken: { value: true, source: "dossier §1.6", status: "documented" },
    subjectPer: { value: "sales-unit", source: "dossier §1.8", status: "documented" },
    expiresIn: { value: HOUR - 1, source: "dossier §1.6", status: "documented" },
    accessTokenLifetime: { value: 10 * MINUTE, source: "dossier §1.6", status: "documented" },
    codeLifetime: {
      value: 2 * MINUTE,
      source: "dossier §1.6; the FAQ of December 2023 speaks of a couple of minutes",
      status: "assumed",
    },
    audience: {
      value: "string",
      source: "dossier §3; a client that takes nothing else worked from January 2025 to May 2026",
      status: "assumed",
    },
    subscriptionKeyRefused: {
      value: true,
      source: "dossier §1.1; one source says so, and seven public clients send it all the same",
      status: "documented",
    },
    subscriptionKeyRefusedBySubject: {
      value: false,
      source: "dossier §3; a client of August 2026 sends it and was tried at the test environment",
      status: "observed",
    },
    discovery: {
      value: "2026",
      source: "dossier §1.2, the order of (c) with the values of (d)",
      status: "assumed",
    },
    apiVersion2: {
      value: false,
      source: "dossier §1.2, §1.7; discovery does not list it any more",
      status: "assumed",
    },
    formPost: {
      value: true,
      source:
        "dossier §2.3; ory/fosite v0.40.2 and ory/hydra v1.10.6; discovery lists query and fragment alone",
      status: "derived",
    },
    errorTexts: {
      value: "2023",
      source:
        "dossier §1.5; documentation of December 2023; the one of 2026 describes the same codes",
      status: "documented",
    },
    delegatedConsentsFormat: { value: "2026", source: "dossier §1.8", status: "documented" },
    askAgainAfterChange: {
      value: true,
      source: "dossier §1.8; a new configuration can make users see it again",
      status: "documented",
    },
    partnerKeys: { value: "everywhere", source: "dossier §1.4, §1.6", status: "documented" },
    loginFromPhoneNumber: { value: "everyone", source: "dossier §1.12", status: "documented" },
    requestedExpiry: { value: true, source: "dossier §1.9", status: "documented" },
    noDialog: {
      value: false,
      source: "dossier §1.4; that it is gone is documented, that it is ignored is assumed",
      status: "assumed",
    },
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
    retention: { value: "payments", source: "dossier §1.8", status: "documented" },
  },
};
