import { DEFAULT_LIMITS } from "../../records/limits.ts";
import type { ExamplesOf } from "../api/examples.ts";
import type { settingsOperations } from "./settings.ts";

const SETTINGS = {
  profile: "2023",
  rules: {
    minimumAge: 18,
    scopeWithoutEntitlement: "invalid_scope",
    userDataInIdToken: false,
    subjectPer: "merchant",
    consentPer: "merchant",
    subscriptionKeyRefused: false,
    subscriptionKeyRefusedBySubject: true,
    expiresIn: 3599,
    accessTokenLifetime: 600,
    codeLifetime: 120,
    audience: "array",
    apiVersion2: true,
    formPost: true,
    errorTexts: "2022",
    delegatedConsentsFormat: "2023",
    askAgainAfterChange: false,
    rememberOnPhones: true,
    partnerKeys: "phone-number",
    loginFromPhoneNumber: "entitled",
    requestedExpiry: false,
    noDialog: true,
    appToAppV2: false,
    acrValues: false,
    gender: false,
    customFlow: false,
    delegatedConsentsInBrowser: false,
    webhookSecret: "base64",
    webhookRemovedAfter: null,
    discovery: "2023",
    platformToken: "2023",
    httpRedirectHosts: [],
    retention: "every-session",
  },
  limits: { ...DEFAULT_LIMITS },
  autoLogin: null,
  webhookHosts: [],
};

export const settingsExamples: ExamplesOf<typeof settingsOperations> = {
  "GET /settings": [{ title: "As a server starts", response: SETTINGS }],
  "PATCH /settings": [
    {
      title: "Ada logs in by herself, and so may those of 15",
      body: { autoLogin: "ada", rules: { minimumAge: 15 } },
      response: { ...SETTINGS, rules: { ...SETTINGS.rules, minimumAge: 15 }, autoLogin: "ada" },
    },
  ],
  "GET /settings/rules": [{ title: "What there is to set" }],
  "DELETE /settings/rules/{name}": [
    {
      title: "The age is the profile's again",
      params: { name: "minimumAge" },
      response: { ...SETTINGS, autoLogin: "ada" },
    },
  ],
};
