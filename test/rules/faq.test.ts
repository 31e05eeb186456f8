import { expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";

it("FAQ has the 31 questions of the Vipps Login FAQ 2.3.8", () => {
  expect(Object.values(FAQ)).toEqual([
    "Where do I find the client_id and client_secret?",
    "How can I activate and set up Vipps Login?",
    "What are the requirements for Redirect URIs?",
    "How can I change my name and logo?",
    "How can I use client_secret_post for authentication?",
    "Why do I get Error: invalid_client?",
    "Why do I get Error: Could not get Vipps Login token in Vipps?",
    "Which scopes can I use? Why do I get Invalid_scope?",
    "If a user changes phone numbers, is the sub still the same?",
    "Why can I get userinfo after the user has revoked consent?",
    "Can a Vipps user less than 15 years old use Vipps Login?",
    "Who can get access to NIN and how?",
    "Who can get access to Vipps Login from phone number and how?",
    "How can I get started with delegatedConsents?",
    "When using delegatedConsents, which consents does Vipps support?",
    "What's the purpose of the state parameter?",
    "Can I use partner keys for Vipps login?",
    "Can I control if a user is remembered in the browser (set up as 2FA)?",
    "Can I see statistics on Vipps Login usage?",
    "How is GDPR handled with Vipps Login?",
    "Can we control the language displayed to the user?",
    "Which configuration should I have when integrating using Azure B2C?",
    "How can we detect users' consent removal?",
    "Can we have multiple URIs as landing pages?",
    "Can I use a custom URL scheme for the redirect_url?",
    "Can we change the name that appears in customer's Vipps app under Login and Access?",
    "How can I log out a user?",
    "Why do I get The client or its related sale unit or merchant does not exist or is not active?",
    "Why do I get a CORS error?",
    "Why do I get No CSRF value available in the session cookie?",
    "Why do I get HTTP 502 Bad Gateway?",
  ]);
});
