import type { Static } from "typebox";
import Type from "typebox";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Shown } from "./schema-parts.ts";
import { LANGUAGES } from "./vocabulary.ts";

/**
 * Like every schema of a record: the types of the program, the validation of configs and of control
 * requests, and the JSON Schemas in fixtures/ are all made from it. What a schema cannot say (a NIN's
 * check digits) is in config/semantics.ts.
 */

const AddressSchema = Type.Object(
  {
    type: Type.Enum(["home", "work", "other"], { description: "Which of the user's addresses." }),
    streetAddress: Type.String({
      maxLength: 200,
      description: "Street and number; a unit or floor follows after a line break.",
    }),
    postalCode: Type.String({ maxLength: 20, description: "The postal code: 0603." }),
    region: Type.String({ maxLength: 100, description: "The city or postal place." }),
    country: Type.String({
      pattern: "^[A-Z]{2}$",
      description: "Two capital letters (ISO 3166-1 alpha-2): NO.",
    }),
  },
  { ...closed, title: "Address" },
);

export const UserSchema = Type.Object(
  {
    id: Type.String({
      // Without a letter it could be taken for the MSISDN of another user.
      pattern: "^(?=[0-9-]*[a-z])[a-z0-9][a-z0-9-]{0,62}$",
      description:
        "The user's name in configs and on the command line: lower-case letters, digits and hyphens, with a letter among them.",
    }),
    givenName: Shown(200, "First names."),
    familyName: Shown(200, "The last name."),
    birthDate: Type.String({ format: "date", description: "YYYY-MM-DD." }),
    nin: Type.String({
      pattern: "^\\d{11}$",
      description: "A synthetic national identity number: month + 80, valid check digits.",
    }),
    phoneNumber: Type.String({
      pattern: "^[1-9]\\d{7,14}$",
      description: "MSISDN: country code and number, digits only, as 4712345678.",
    }),
    email: Type.String({
      pattern: "^[^@\\s]+@[^@\\s]+$",
      maxLength: 254,
      description: "An e-mail address: ada@example.com.",
    }),
    emailVerified: Type.Boolean({ description: "The `email_verified` claim." }),
    addresses: Type.Array(AddressSchema, {
      maxItems: 3,
      description: "The first is the default address; each type at most once.",
    }),
    gender: Type.Union([Type.Enum(["female", "male", "other"]), Type.Null()], {
      description: "The `gender` claim; null for a user who prefers not to say.",
    }),
    language: Type.Enum([...LANGUAGES], { description: "The language of the user's phone." }),
    status: Type.Enum(["active", "blocked", "no_app", "outdated_app"], {
      description: "What keeps the user from logging in, apart from the rules.",
    }),
    consentAnswer: Type.Enum(["accept", "decline"], {
      description: "What the user answers when asked to share data in a login without a page.",
    }),
  },
  { ...closed, title: "User" },
);

/**
 * A user as a config file or POST may give it: whatever is left out is made up (config/complete.ts). The
 * birth date may move along with the present day, so that somebody turns 18 today whenever the tests
 * run: it is resolved against the day in Oslo by the sandbox's clock when the sandbox is made.
 */
export const UserInputSchema = Type.Partial(
  Type.Interface(
    [Type.Omit(UserSchema, ["birthDate"])],
    {
      birthDate: Type.String({
        pattern: "^(\\d{4}-\\d{2}-\\d{2}|today-\\d{1,2}y([+-]\\d{1,3}d)?)$",
        description:
          "YYYY-MM-DD, or relative to the day the sandbox is made: today-18y (turns 18 that day), today-18y+1d (the day after); leave nin out then.",
      }),
    },
    closed,
  ),
  { ...closed, title: "UserInput" },
);

export type Address = ReadonlyDeep<Static<typeof AddressSchema>>;
export type User = ReadonlyDeep<Static<typeof UserSchema>>;
export type UserInput = ReadonlyDeep<Static<typeof UserInputSchema>>;
