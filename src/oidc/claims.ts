import type { Address, User } from "../config/schema.ts";
import { canonicalScope } from "../rules/entitlement.ts";

/** Which claims each scope gives, and how they look (dossier §1.7, §1.8). */

/** Claims by name, as they go into JSON. */
export type Claims = Readonly<Record<string, unknown>>;

const CLAIMS_OF_SCOPE: ReadonlyMap<string, (user: User) => Claims> = new Map([
  ["name", nameClaims],
  ["phoneNumber", (user) => ({ phone_number: user.phoneNumber, phone_number_verified: true })],
  ["email", (user) => ({ email: user.email, email_verified: user.emailVerified })],
  ["birthDate", (user) => ({ birthdate: user.birthDate })],
  ["nin", (user) => ({ nin: user.nin })],
  ["address", addressClaims],
]);

/**
 * @param user whose data
 * @param scopes the scopes that the user consented to
 * @returns the claims about the user, without `sub` and `sid`
 */
export function claimsFor(user: User, scopes: readonly string[]): Claims {
  const parts = scopes.map((scope) => CLAIMS_OF_SCOPE.get(canonicalScope(scope))?.(user));
  return Object.assign({}, ...parts);
}

/**
 * The format of the old userinfo path, up to February 2021 (dossier §1.8): another date format,
 * `nnin`, and all addresses in one array.
 *
 * @param user whose data
 * @param scopes the scopes that the user consented to
 * @returns the claims about the user, without `sub` and `sid`
 */
export function legacyClaimsFor(user: User, scopes: readonly string[]): Claims {
  const { address, other_addresses, birthdate, nin, ...unchanged } = claimsFor(user, scopes);
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
