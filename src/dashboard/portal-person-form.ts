import type { Address, User } from "../control/types.ts";
import { LANGUAGES } from "../records/vocabulary.ts";
import type { FieldView } from "./fields.ts";
import { type Fields, given } from "./fields.ts";

/** The form of a person, for who is there and for who is added. */

const STATUSES = [
  ["active", "active"],
  ["blocked", "blocked"],
  ["no_app", "no app"],
  ["outdated_app", "outdated app"],
] as const;

/** What a person need not say is no value in a form; the API has null for it. */
const UNSAID = "unsaid";

const GENDERS = [
  ["female", "female"],
  ["male", "male"],
  ["other", "other"],
  [UNSAID, "prefers not to say"],
] as const;

const CONSENT_ANSWERS = [
  ["accept", "accepts"],
  ["decline", "declines"],
] as const;

/** An entry that leaves it to the mock, for somebody new. */
const MADE_UP = ["", "made up"] as const;

/** @param user left out for somebody new, of whom all can be left out */
export function personFields(fields: Fields, user?: User): readonly FieldView[] {
  const open = user === undefined ? [MADE_UP] : [];
  const hint = (text: string) =>
    user === undefined
      ? { hint: `${text} Made up where it is left empty.`.trim() }
      : { hint: text };
  const gender = user === undefined ? "" : (user.gender ?? UNSAID);
  return [
    ...(user === undefined
      ? [fields.text("id", "Id", "", hint("Lower-case letters, digits and hyphens."))]
      : []),
    fields.text("givenName", "Given names", user?.givenName ?? "", hint("")),
    fields.text("familyName", "Family name", user?.familyName ?? "", hint("")),
    fields.text(
      "birthDate",
      "Birth date",
      user?.birthDate ?? "",
      hint("YYYY-MM-DD, or today-18y."),
    ),
    fields.text("nin", "National identity number", user?.nin ?? "", {
      ...hint("Synthetic, of the birth date."),
      inputmode: "numeric",
    }),
    fields.text("phoneNumber", "Phone number", user?.phoneNumber ?? "", {
      ...hint("Country code and number, digits only."),
      inputmode: "tel",
    }),
    fields.text("email", "E-mail address", user?.email ?? "", { ...hint(""), inputmode: "email" }),
    fields.box("emailVerified", "The e-mail address is verified", user?.emailVerified ?? true),
    fields.choice("status", "Status", user?.status ?? "active", STATUSES),
    fields.choice("gender", "Gender", gender, [...open, ...GENDERS]),
    fields.choice(
      "language",
      "Language of the phone",
      user?.language ?? "nb",
      LANGUAGES.map((language) => [language, language]),
    ),
    fields.choice(
      "consentAnswer",
      "Asked to share data without a page",
      user?.consentAnswer ?? "accept",
      CONSENT_ANSWERS,
    ),
  ];
}

const TEXTS = [
  ...["id", "givenName", "familyName", "birthDate", "nin", "phoneNumber", "email"],
  ...["status", "language", "consentAnswer"],
] as const;

/** What was typed and chosen. */
function textsIn(form: URLSearchParams): Readonly<Record<string, string | null>> {
  const gender = given(form, "gender");
  const texts = TEXTS.filter((name) => form.has(name)).map((name) => [name, given(form, name)]);
  return {
    ...Object.fromEntries(texts),
    ...(gender !== "" && { gender: gender === UNSAID ? null : gender }),
  };
}

/** What a form says of somebody who is there. */
export function personIn(form: URLSearchParams): Partial<User> {
  return {
    ...textsIn(form),
    emailVerified: form.has("emailVerified"),
    addresses: addressesIn(form),
  } as Partial<User>;
}

/** For somebody new: what was left empty is left out. */
export function filledIn(form: URLSearchParams): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(textsIn(form)).filter(([, value]) => value !== ""));
}

/** So many addresses a person can have. */
const MOST_ADDRESSES = 3;

const TYPES = ["home", "work", "other"] as const;

const PARTS = [
  ["streetAddress", "Street and number"],
  ["postalCode", "Postal code"],
  ["region", "City"],
  ["country", "Country"],
] as const;

/** An address of a form. */
export interface AddressView {
  readonly title: string;
  readonly isOpen: boolean;
  readonly fields: readonly FieldView[];
}

export function addressFields(
  fields: Fields,
  addresses: readonly Address[],
): readonly AddressView[] {
  return Array.from({ length: MOST_ADDRESSES }, (_, index) => {
    const address = addresses[index];
    const left = TYPES.filter((type) => !addresses.some((one) => one.type === type));
    const type = address?.type ?? left[index - addresses.length] ?? "other";
    const at = (name: string) => `addresses[${index}].${name}`;
    const which = fields.choice(
      at("type"),
      "Which",
      type,
      TYPES.map((one) => [one, one]),
    );
    const parts = PARTS.map(([name, label]) => {
      const value = address?.[name] ?? "";
      return name === "streetAddress"
        ? fields.area(at(name), label, value, { rows: 2 })
        : fields.text(at(name), label, value);
    });
    return {
      title: index === 0 ? "Default address" : `Address ${index + 1}`,
      isOpen: parts.some(({ value }) => value !== ""),
      fields: [which, ...parts],
    };
  });
}

/** The addresses of which anything was typed. */
export function addressesIn(form: URLSearchParams): readonly Address[] {
  return Array.from({ length: MOST_ADDRESSES }, (_, index) => {
    const part = (name: string) => given(form, `addresses[${index}].${name}`);
    const parts = Object.fromEntries(PARTS.map(([name]) => [name, part(name)]));
    return { type: part("type"), ...parts } as Address;
  }).filter((address) => PARTS.some(([name]) => address[name] !== ""));
}
