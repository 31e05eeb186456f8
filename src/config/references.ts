import { closest } from "../platform/closest.ts";
import type { SalesUnitInput } from "../records/sales-unit.ts";
import type { UserInput } from "../records/user.ts";
import type { Problem } from "./problem.ts";
import { didYouMean, quoted } from "./problem.ts";

/** Names of users and sales units that stand somewhere else: whether there is one of that name. */

/** That there is no such user, with the name that was probably meant. */
export function findUnknownUser(
  name: string,
  users: readonly Pick<UserInput, "id" | "phoneNumber">[],
  path: string,
): Problem[] {
  const known = users.flatMap(({ id, phoneNumber }) => [id, phoneNumber]).filter(isGiven);
  if (known.includes(name)) return [];
  const meant = closest(name, known);
  const message = `no user has the id or phone number ${quoted(name)}`;
  return [
    {
      path,
      message: `${message}${didYouMean(meant) || "; name one of the users"}`,
      value: name,
      ...(meant && { closest: meant }),
    },
  ];
}

/** That there is no such sales unit, with the client id that was probably meant. */
export function findUnknownClient(
  clientId: string,
  salesUnits: readonly Pick<SalesUnitInput, "clientId">[],
  path: string,
): Problem[] {
  const known = salesUnits.map((unit) => unit.clientId);
  return findUnknownUnit("client id", clientId, known, path);
}

/** That there is no such sales unit, with the msn that was probably meant. */
export function findUnknownMsn(
  msn: string,
  salesUnits: readonly Pick<SalesUnitInput, "msn">[],
  path: string,
): Problem[] {
  const known = salesUnits.map((unit) => unit.msn);
  return findUnknownUnit("msn", msn, known, path);
}

function findUnknownUnit(
  what: "client id" | "msn",
  value: string,
  names: readonly (string | undefined)[],
  path: string,
): Problem[] {
  const known = names.filter(isGiven);
  if (known.includes(value)) return [];
  const meant = closest(value, known);
  const remedy = didYouMean(meant) || `; ${whatThereIs(what, names)}`;
  return [
    {
      path,
      message: `no sales unit has the ${what} ${quoted(value)}${remedy}`,
      value,
      ...(meant && { closest: meant }),
    },
  ];
}

function isGiven(name: string | undefined): name is string {
  return name !== undefined;
}

/** A name that is left out is made up at the start, and can be named nowhere. */
function whatThereIs(what: string, names: readonly (string | undefined)[]): string {
  const known = names.filter(isGiven);
  if (known.length > 0) return `there are ${known.join(", ")}`;
  if (names.length === 0) return "there are none";
  return `none of them says its ${what}: give it to the one that you mean`;
}
