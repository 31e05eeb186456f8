/**
 * The entries of the Vipps Login FAQ, version 2.3.8, by a short name of ours. Diagnoses, the ledger
 * and the tests name an entry by its question, so that a developer finds it where Vipps put it.
 */
export const FAQ = {
  credentials: "Where do I find the client_id and client_secret?",
  activation: "How can I activate and set up Vipps Login?",
  redirectUris: "What are the requirements for Redirect URIs?",
  nameAndLogo: "How can I change my name and logo?",
  clientSecretPost: "How can I use client_secret_post for authentication?",
  invalidClient: "Why do I get Error: invalid_client?",
  appToken: "Why do I get Error: Could not get Vipps Login token in Vipps?",
  scopes: "Which scopes can I use? Why do I get Invalid_scope?",
  phoneNumberChange: "If a user changes phone numbers, is the sub still the same?",
  retention: "Why can I get userinfo after the user has revoked consent?",
  age: "Can a Vipps user less than 15 years old use Vipps Login?",
  nin: "Who can get access to NIN and how?",
  phoneNumberLogin: "Who can get access to Vipps Login from phone number and how?",
  delegatedConsentsStart: "How can I get started with delegatedConsents?",
  delegatedConsents: "When using delegatedConsents, which consents does Vipps support?",
  state: "What's the purpose of the state parameter?",
  partnerKeys: "Can I use partner keys for Vipps login?",
  remembered: "Can I control if a user is remembered in the browser (set up as 2FA)?",
  statistics: "Can I see statistics on Vipps Login usage?",
  gdpr: "How is GDPR handled with Vipps Login?",
  language: "Can we control the language displayed to the user?",
  azureB2c: "Which configuration should I have when integrating using Azure B2C?",
  consentRemoval: "How can we detect users' consent removal?",
  multipleUris: "Can we have multiple URIs as landing pages?",
  customScheme: "Can I use a custom URL scheme for the redirect_url?",
  nameInApp: "Can we change the name that appears in customer's Vipps app under Login and Access?",
  logout: "How can I log out a user?",
  inactive:
    "Why do I get The client or its related sale unit or merchant does not exist or is not active?",
  cors: "Why do I get a CORS error?",
  csrf: "Why do I get No CSRF value available in the session cookie?",
  badGateway: "Why do I get HTTP 502 Bad Gateway?",
} as const;

/** The question of one entry of the FAQ. */
export type FaqEntry = (typeof FAQ)[keyof typeof FAQ];
