import type { User } from "../../src/config/schema.ts";

/** The user of the dossier's full userinfo example (§1.8). */
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
