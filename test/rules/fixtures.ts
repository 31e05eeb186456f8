import { PROFILES } from "../../src/profiles/index.ts";
import { switchesOf } from "../../src/profiles/profile.ts";
import type { Features, Scope } from "../../src/records/sales-unit.ts";
import type { User } from "../../src/records/user.ts";
import type { Asker } from "../../src/rules/entitlement.ts";

/** The user of the full documented example of userinfo (OpenAPI 2025; agent toolkit). */
export const testUser: User = {
  id: "test-user",
  givenName: "Test",
  familyName: "User",
  birthDate: "1955-05-18",
  nin: "10121550047",
  phoneNumber: "4748571123",
  email: "user@example.com",
  emailVerified: true,
  addresses: [
    {
      type: "home",
      streetAddress: "BOKS 6300, ETTERSTAD",
      postalCode: "0603",
      region: "OSLO",
      country: "NO",
    },
    {
      type: "work",
      streetAddress: "Robert Levins gate 5",
      postalCode: "0152",
      region: "Oslo",
      country: "NO",
    },
  ],
  gender: null,
  language: "nb",
  status: "active",
  consentAnswer: "accept",
};

/** What is set up at the sales unit of the tests that ask its users something. */
export const asking = {
  loginFromPhoneNumber: true,
  delegatedConsents: {
    topText: "Butikken AS would like to send you offers.",
    consents: [
      { id: "email", required: true },
      { id: "sms", required: false },
    ],
    termsUrl: "https://example.com/terms",
    privacyUrl: "https://example.com/privacy",
  },
  customFlow: {
    screens: [
      {
        title: "Join our club",
        description: "Members get more.",
        terms: { links: [{ title: "Terms of the club", url: "https://example.com/club" }] },
        elements: [
          {
            type: "checkbox",
            id: "club",
            title: "I want to be a member",
            required: true,
            readMore: { title: "What is that?", description: "Every tenth coffee is for free." },
          },
        ],
      },
      {
        title: "News",
        elements: [{ type: "checkbox", id: "constructor", title: "Send news", required: false }],
      },
    ],
  },
} as const satisfies Features;

const SILENT: Features = { loginFromPhoneNumber: true, delegatedConsents: null, customFlow: null };

/** A sales unit with these scopes, in the browser flow of a profile unless it is told otherwise. */
export function askerWith(
  scopes: readonly string[],
  profile: keyof typeof PROFILES = "2023",
  features: Features = SILENT,
  flow: Asker["flow"] = "browser",
): Asker {
  const sandbox = { profile, switches: switchesOf(PROFILES[profile]) };
  return { salesUnit: { scopes: scopes as readonly Scope[], features }, flow, sandbox };
}
