import type { User } from "../../records/user.ts";
import type { ExamplesOf } from "../api/examples.ts";
import type { userOperations } from "./users.ts";

const ADA: User = {
  id: "ada",
  givenName: "Ada",
  familyName: "Nordmann",
  birthDate: "1985-12-10",
  nin: "10928503718",
  phoneNumber: "4712345678",
  email: "ada@example.com",
  emailVerified: true,
  addresses: [
    {
      type: "home",
      streetAddress: "BOKS 6300, ETTERSTAD",
      postalCode: "0603",
      region: "OSLO",
      country: "NO",
    },
  ],
  gender: "female",
  language: "nb",
  status: "active",
  consentAnswer: "accept",
};

const KARI = {
  id: "kari",
  givenName: "Kari",
  familyName: "Nordmann",
  birthDate: "2005-05-17",
  nin: "17850551790",
  phoneNumber: "4791234567",
  email: "kari@example.com",
  addresses: [],
};

export const userExamples: ExamplesOf<typeof userOperations> = {
  "GET /users": [
    { title: "The first user", query: { limit: 1 }, response: { items: [ADA], next: "ada" } },
    {
      title: "Whose number this is",
      query: { search: "+47 123 45 678" },
      response: { items: [ADA] },
    },
  ],
  "POST /users": [
    {
      title: "Kari without an address",
      body: KARI,
      response: {
        ...KARI,
        emailVerified: true,
        gender: "male",
        language: "nb",
        status: "active",
        consentAnswer: "accept",
      },
    },
    { title: "Somebody who turns 18 today", body: { birthDate: "today-18y" } },
    {
      title: "A taken phone number",
      body: { phoneNumber: ADA.phoneNumber },
      refused: 409,
      response: {
        type: "about:blank",
        title: "Conflict",
        status: 409,
        detail:
          "The phoneNumber belongs to another user: 4712345678. Choose another, or change the one that is there.",
        errors: [
          {
            path: "phoneNumber",
            message:
              "The phoneNumber belongs to another user: 4712345678. Choose another, or change the one that is there.",
            value: "4712345678",
          },
        ],
      },
    },
  ],
  "GET /users/{id}": [{ title: "Ada by MSISDN", params: { id: ADA.phoneNumber }, response: ADA }],
  "PATCH /users/{id}": [
    {
      title: "Ada deletes the app",
      params: { id: "ada" },
      body: { status: "no_app" },
      response: { ...ADA, status: "no_app" },
    },
  ],
  "POST /users/{id}/phone": [{ title: "Ada has her phone in hand", params: { id: "ada" } }],
  "DELETE /users/{id}": [{ title: "Kari leaves", params: { id: "kari" } }],
};
