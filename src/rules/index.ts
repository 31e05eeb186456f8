import { FAQ } from "../records/faq.ts";
import { appCallbackUriRule } from "./app-callback-uri.ts";
import { consentRemovalRule, consentRule } from "./consent.ts";
import { corsRule } from "./cors.ts";
import {
  activationRule,
  authMethodRule,
  credentialsRule,
  inactiveRule,
  subscriptionKeyRule,
} from "./credentials.ts";
import { csrfRule } from "./csrf.ts";
import { delegatedConsentsRule } from "./delegated-consents.ts";
import { ageRule, appRule } from "./eligibility.ts";
import { entitlementRule, ninRule } from "./entitlement.ts";
import { languageRule } from "./language.ts";
import { userChoiceRule } from "./login-endings.ts";
import { logoutRule } from "./logout.ts";
import { partnerKeysRule } from "./partner-keys.ts";
import { phoneNumberRule } from "./phone-number.ts";
import { redirectUriRule } from "./redirect-uri.ts";
import { rememberedRule } from "./remembered.ts";
import { requestLengthRule } from "./request-length.ts";
import { retentionRule } from "./retention.ts";
import type { Rule } from "./rule.ts";
import { stateRule } from "./state.ts";
import { statisticsRule } from "./statistics.ts";
import { subjectRule } from "./subject.ts";

/** Entries of the FAQ that the pages and the tokens keep without a decision to make. */
const plainRules: readonly Rule[] = [
  {
    id: "display-name",
    faq: [FAQ.nameAndLogo, FAQ.nameInApp],
    enforces:
      "The pages show the name of the sales unit, as it is at that moment. No logo is shown.",
    source: "FAQ",
    status: "documented",
  },
  {
    id: "id-token-claims",
    faq: [FAQ.azureB2c],
    enforces:
      "The ID token carries no claim about the user beyond sub; everything comes from userinfo " +
      "(profile 2026: the consented claims are in it too).",
    source: "FAQ; documentation 2023",
    status: "documented",
  },
  {
    id: "app-token",
    faq: [FAQ.appToken],
    enforces:
      "The app can fail to get its token: the phone says so, the login does not complete, and the " +
      "merchant hears nothing.",
    source: "FAQ",
    status: "documented",
  },
];

/** Every rule, in the order of the FAQ's topics: credentials, redirect URIs, identity, browser, phone. */
export const RULES: readonly Rule[] = [
  credentialsRule,
  activationRule,
  authMethodRule,
  inactiveRule,
  subscriptionKeyRule,
  partnerKeysRule,
  redirectUriRule,
  appCallbackUriRule,
  entitlementRule,
  ninRule,
  subjectRule,
  stateRule,
  ageRule,
  appRule,
  consentRule,
  delegatedConsentsRule,
  userChoiceRule,
  consentRemovalRule,
  retentionRule,
  rememberedRule,
  languageRule,
  csrfRule,
  corsRule,
  requestLengthRule,
  logoutRule,
  statisticsRule,
  phoneNumberRule,
  ...plainRules,
];
