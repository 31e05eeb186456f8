import { FAQ } from "../records/faq.ts";
import { HOUR, MINUTE } from "../records/time.ts";
import type { Profile } from "./profile.ts";

/** Documentation says since when there is something, not what became of it before. */
const IGNORED = "; that it was not there is documented, that it was ignored is assumed";

/** The service at the time of the FAQ that this project was made from. */
export const profile2023: Profile = {
  name: "2023",
  settings: {
    minimumAge: { value: 18, source: `FAQ: ${FAQ.age}`, status: "documented" },
    scopeWithoutEntitlement: {
      value: "invalid_scope",
      source: `FAQ: ${FAQ.scopes}; vipps-login-api issue 100`,
      status: "observed",
    },
    userDataInIdToken: { value: false, source: `FAQ: ${FAQ.azureB2c}`, status: "documented" },
    consentPer: {
      value: "merchant",
      source: "documentation 2022; documentation 2023",
      status: "documented",
    },
    subjectPer: { value: "merchant", source: `FAQ: ${FAQ.scopes}`, status: "documented" },
    expiresIn: { value: HOUR - 1, source: "documentation 2023", status: "documented" },
    accessTokenLifetime: {
      value: 10 * MINUTE,
      source: "vipps-login-api issue 100; documentation 2023",
      status: "documented",
    },
    codeLifetime: {
      value: 2 * MINUTE,
      source: "documentation 2023; its FAQ speaks of a couple of minutes",
      status: "assumed",
    },
    audience: { value: "array", source: "documentation 2023", status: "documented" },
    subscriptionKeyRefused: {
      value: false,
      source: `documentation 2023; its quick start sends it; FAQ: ${FAQ.credentials}; it says that Login does not use it`,
      status: "documented",
    },
    subscriptionKeyRefusedBySubject: {
      value: true,
      source:
        "eCom documentation; from October 2020 to December 2022; Userinfo API 2023; a year later it calls the key required",
      status: "documented",
    },
    discovery: { value: "2023", source: "Expo sample", status: "observed" },
    apiVersion2: {
      value: true,
      source: "public clients; two plugins of Vipps always ask for it",
      status: "documented",
    },
    formPost: {
      value: true,
      source: "fosite 0.40.2; Hydra 1.10.6; discovery lists query and fragment alone",
      status: "derived",
    },
    errorTexts: { value: "2022", source: "documentation 2022", status: "documented" },
    delegatedConsentsFormat: { value: "2023", source: "documentation 2022", status: "documented" },
    askAgainAfterChange: {
      value: false,
      source: "OpenAPI 2025; that a new configuration is shown again is first told in 2026",
      status: "assumed",
    },
    rememberOnPhones: {
      value: true,
      source: "documentation 2022; documentation 2023",
      status: "documented",
    },
    partnerKeys: { value: "phone-number", source: `FAQ: ${FAQ.partnerKeys}`, status: "documented" },
    loginFromPhoneNumber: {
      value: "entitled",
      source: `FAQ: ${FAQ.phoneNumberLogin}; documentation 2022; a month after the FAQ it is for every sales unit`,
      status: "documented",
    },
    requestedExpiry: {
      value: false,
      source: `developer site; since August 2024${IGNORED}`,
      status: "assumed",
    },
    noDialog: {
      value: true,
      source: "documentation 2022; history of the documentation; until October 2023",
      status: "documented",
    },
    appToAppV2: {
      value: false,
      source: `agent toolkit; since 2024 or 2025${IGNORED}`,
      status: "assumed",
    },
    acrValues: {
      value: false,
      source: `FAQ: ${FAQ.remembered}; developer site${IGNORED}`,
      status: "assumed",
    },
    gender: { value: false, source: "developer site; since April 2025", status: "documented" },
    customFlow: {
      value: false,
      source: "developer site; since January 2026",
      status: "documented",
    },
    delegatedConsentsInBrowser: {
      value: false,
      source: "developer site; since April 2024",
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
    platformToken: {
      value: "2023",
      source: "platform documentation; vipps-ecom-api issue 5",
      status: "observed",
    },
    httpRedirectHosts: { value: [], source: "fosite 0.40.2", status: "derived" },
    retention: {
      value: "every-session",
      source: `FAQ: ${FAQ.retention}; it can be read so that logins are meant too`,
      status: "assumed",
    },
  },
};
