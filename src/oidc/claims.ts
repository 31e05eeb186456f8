import type { Answers } from "../records/answers.ts";
import { defined } from "../records/defined.ts";
import type { Address, User } from "../records/user.ts";
import { canonicalScope } from "../rules/entitlement.ts";

/** Which claims each scope gives, and how they look (documentation 2023; OpenAPI 2025). */

/** Claims by name, as they go into JSON. */
export type Claims = Readonly<Record<string, unknown>>;

type ClaimsOfScope = (user: User, answers: Answers) => Claims;

const CLAIMS_OF_SCOPE: ReadonlyMap<string, ClaimsOfScope> = new Map<string, ClaimsOfScope>([
  ["name", nameClaims],
  ["phoneNumber", (user) => ({ phone_number: user.phoneNumber, phone_number_verified: true })],
  ["email", (user) => ({ email: user.email, email_verified: user.emailVerified })],
  ["birthDate", (user) => ({ birthdate: user.birthDate })],
  ["nin", (user) => ({ nin: user.nin })],
  ["address", addressClaims],
  // Who prefers not to say has no such claim.
  ["gender", ({ gender }) => (gender === null ? {} : { gender })],
  // The questions of a merchant are answered once: later logins have nothing to tell.
  ["delegatedConsents", (_, { delegatedConsents }) => defined({ delegatedConsents })],
  ["customFlow", (_, { flowResult }) => defined({ flowResult })],
]);

/** The claims about the user, without `sub` and `sid`. */
export function claimsFor(user: User, scopes: readonly string[], answers: Answers = {}): Claims {
  const parts = scopes.map((scope) => CLAIMS_OF_SCOPE.get(canonicalScope(scope))?.(user, answers));
  return Object.assign({}, ...parts);
}

/**
 * The format of the old userinfo path, up to February 2021 (documentation 2020): another date format,
 * `nnin`, and all addresses in one array.
 */
export function legacyClaimsFor(
  user: User,
  scopes: readonly string[],
  answers: Answers = {},
): Claims {
  const claims = claimsFor(user, scopes, answers);
  const { address, other_addresses, birthdate, nin, ...unchanged } = claims;
  const [year, month, day] = user.birthDate.split("-");
  return {
    ...unchanged,
    ...(birthdate !== undefined && { birthdate: `${day}.${month}.${year}` }),
    ...(nin !== undefined && { nnin: nin }),
    ...(address !== undefined && {
      address: user.addresses.map((one, index) => ({ ...addressClaim(one), default: index === 0 })),
    }),
  };
}

function nameClaims(user: User): Claims {
  return {
    name: `${user.givenName} ${user.familyName}`,
    given_name: user.givenName,
    family_name: user.familyName,
  };
}

function addressClaims(user: User): Claims {
  const [first, ...others] = user.addresses;
  return {
    address: first ? addressClaim(first) : NO_ADDRESS,
    other_addresses: others.map(addressClaim),
  };
}

function addressClaim(address: Address): Claims {
  const { type, country, postalCode, region, streetAddress } = address;
  return {
    address_type: type,
    country,
    formatted: [streetAddress, postalCode, region, country].join("\n"),
    postal_code: postalCode,
    region,
    street_address: streetAddress,
  };
}

/** A user without an address has one all the same, with nothing in it. */
const NO_ADDRESS: Claims = {
  address_type: "",
  country: "",
  formatted: "",
  postal_code: "",
  region: "",
  street_address: "",
};
