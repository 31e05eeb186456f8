import Type from "typebox";
import { completeUser } from "../../config/complete.ts";
import { birthDateOf, resolveBirthDate, syntheticNin } from "../../config/nin.ts";
import { didYouMean } from "../../config/problem.ts";
import { findUserProblems } from "../../config/semantics.ts";
import type { CalendarDate } from "../../platform/calendar.ts";
import { dateInOslo } from "../../platform/calendar.ts";
import type { Ids } from "../../platform/capabilities.ts";
import { closed } from "../../records/schema-parts.ts";
import type { User, UserInput } from "../../records/user.ts";
import { UserInputSchema, UserSchema } from "../../records/user.ts";
import type { Exchange } from "../../request/exchange.ts";
import { findUserByName, notePhone } from "../../sandbox/users.ts";
import { operation } from "../api/operation.ts";
import { badRequest, notFound, refuseProblems } from "../api/problem.ts";
import {
  insertCompleted,
  listOf,
  PageQuery,
  readPage,
  refuseNewKey,
  sayingWhatIsTaken,
  searching,
  searchQuery,
} from "../api/records.ts";
import { forgetUser } from "./forget.ts";

/** `users`: who can log in. */

const UserParams = Type.Object(
  { id: Type.String({ description: "The user's id, or the MSISDN." }) },
  closed,
);

export const userOperations = [
  operation({
    method: "GET",
    path: "/users",
    summary: "Lists the users.",
    query: Type.Object(
      { ...searchQuery("id, name, phone number and e-mail address"), ...PageQuery },
      closed,
    ),
    status: 200,
    response: listOf(UserSchema),
    run: async ({ query: { search, ...page }, exchange }) => ({
      body: await readPage(
        exchange.sandbox.store.users,
        page,
        searching(numbered(search), textsOf),
      ),
    }),
  }),
  operation({
    method: "POST",
    path: "/users",
    summary: "Adds a user; what is left out is made up and fits together.",
    body: UserInputSchema,
    status: 201,
    response: UserSchema,
    refusals: [409, 422],
    run: async ({ body, exchange }) => {
      const user = await addUser(body, exchange);
      return { body: user, location: `/users/${user.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/users/{id}",
    summary: "One user, by id or MSISDN.",
    params: UserParams,
    status: 200,
    response: UserSchema,
    run: async ({ params, exchange }) => ({ body: await userNamed(params.id, exchange) }),
  }),
  operation({
    method: "PATCH",
    path: "/users/{id}",
    summary: "Changes what it names of a user, and nothing else.",
    params: UserParams,
    body: UserInputSchema,
    status: 200,
    response: UserSchema,
    refusals: [409],
    run: async ({ params, body, exchange }) => ({
      body: await changeUser(params.id, body, exchange),
    }),
  }),
  operation({
    method: "POST",
    path: "/users/{id}/phone",
    operationId: "openPhone",
    summary:
      "Says that somebody has the user's phone open: for 40 seconds the page that waits for the app folds " +
      "its own one away.",
    params: UserParams,
    status: 204,
    run: async ({ params, exchange, sandboxes }) => {
      const { id } = await userNamed(params.id, exchange);
      await notePhone(exchange.sandbox.store, id, sandboxes.wall());
      return {};
    },
  }),
  operation({
    method: "DELETE",
    path: "/users/{id}",
    summary: "Removes a user, with the consents, remembered browsers and tokens that go along.",
    params: UserParams,
    status: 204,
    run: async ({ params, exchange }) => {
      const { id } = await userNamed(params.id, exchange);
      await exchange.sandbox.store.users.take(id);
      await forgetUser(exchange.sandbox, id);
      return {};
    },
  }),
];

/** @throws Problem 404 when there is none */
export async function userNamed(name: string, { sandbox }: Exchange): Promise<User> {
  const found = await findUserByName(sandbox, name);
  if ("user" in found) return found.user;
  const { closest } = found.failure;
  const remedy = didYouMean(closest) || "; add one with POST users";
  throw notFound("user has the id or MSISDN", name, [], remedy);
}

/** What a user is found by. */
function textsOf({ id, givenName, familyName, phoneNumber, email }: User): readonly string[] {
  return [id, givenName, familyName, phoneNumber, email];
}

/** A phone number that was written for people, as it is kept: `+47 123 45 678`. */
function numbered(search: string | undefined): string | undefined {
  return search && /^\s*\+?[\d\s()]+$/.test(search) ? search.replaceAll(/\D/g, "") : search;
}

/** @param ids what is made up is made of these */
export async function addUser(
  input: UserInput,
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  ids: Pick<Ids, "integer"> = sandbox.ids,
): Promise<User> {
  refuseProblems(findUserProblems(input));
  const today = dateInOslo(now);
  return insertCompleted(sandbox.store.users, "user", input, (others) => {
    const taken = new Set(others.flatMap(({ id, phoneNumber, nin }) => [id, phoneNumber, nin]));
    return completeUser(input, ids, today, (value) => !taken.has(value));
  });
}

async function changeUser(name: string, patch: UserInput, exchange: Exchange): Promise<User> {
  const { users } = exchange.sandbox.store;
  const { id } = await userNamed(name, exchange);
  refuseNewKey("id", id, patch.id);
  const birthDate = patch.birthDate && resolveBirthDate(patch.birthDate, dateInOslo(exchange.now));
  const changes = birthDate ? { ...patch, birthDate } : patch;
  refuseProblems(findUserProblems(changes));
  const changed = await sayingWhatIsTaken("user", () =>
    users.update(id, (user) => {
      const next = { ...user, ...changes };
      refuseDisagreement(next);
      return next;
    }),
  );
  return changed ?? userNamed(name, exchange);
}

/** A NIN contains the birth date, so one of them changes only together with the other. */
function refuseDisagreement({ nin, birthDate }: User): void {
  const born = birthDateOf(nin);
  if (birthDate === born) return;
  const fitting = syntheticNin(birthDate as CalendarDate, () => 0);
  const message =
    `${nin} is of somebody born ${born}, but birthDate is ${birthDate}; change both together: ` +
    `${fitting} would fit`;
  throw badRequest([{ path: "nin", message, value: nin, closest: fitting }]);
}
