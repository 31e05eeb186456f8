import type { Static } from "typebox";
import Type from "typebox";
import { quoted } from "../../config/problem.ts";
import type { LoginStatus } from "../../login/next-step.ts";
import type { LoginFailure } from "../../records/login.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import { batches } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { notFound, Problem } from "../api/problem.ts";
import { cutPage, listOf, pageOf } from "../api/records.ts";
import { browserLogin } from "./browser-logins.ts";
import type { ListedLogin } from "./listed-login.ts";
import {
  ApprovalSchema,
  ConfirmationSchema,
  ListQuery,
  LoginSchema,
  MishapSchema,
} from "./login-schemas.ts";
import { phoneLogin } from "./phone-logins.ts";
import { refuseUnknownClient } from "./sales-units.ts";
import { userNamed } from "./users.ts";

/**
 * `logins`: those that wait for a person, in a browser or with a phone in hand, and the answers that
 * a person could give. What an answer makes of a login is for browser-logins.ts and phone-logins.ts.
 */

const LoginParams = Type.Object(
  {
    id: Type.String({
      description: "The login's id; of one from phone number its auth_req_id does as well.",
    }),
  },
  closed,
);

export const loginOperations = [
  operation({
    method: "GET",
    path: "/logins",
    summary: "Lists the logins that wait for a person, or those with another status.",
    query: ListQuery,
    status: 200,
    response: listOf(LoginSchema),
    run: async ({ query, exchange }) => {
      const { limit, after } = pageOf(query);
      const found = await loginsFor(query, exchange, { after, count: limit + 1 });
      const shown = await Promise.all(found.map((login) => login.toJson()));
      const page = await cutPage(
        shown,
        limit,
        ({ id }) => id,
        (login) => login,
      );
      return { body: page };
    },
  }),
  operation({
    method: "GET",
    path: "/logins/{id}",
    summary: "One login that is not over yet.",
    params: LoginParams,
    status: 200,
    response: LoginSchema,
    run: async ({ params: { id }, exchange }) => ({
      body: await (await loginOf(id, exchange)).toJson(),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/approve",
    summary: "Confirms in the app and consents, as its user would.",
    params: LoginParams,
    body: ApprovalSchema,
    status: 200,
    response: LoginSchema,
    refusals: [409, 422],
    run: async ({ params: { id }, body, exchange }) => ({
      body: await answered(id, exchange, (login) => login.approve(body)),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/confirm",
    summary:
      "Confirms in the app, and no more: what the page for the consent asks is still asked in the browser.",
    params: LoginParams,
    body: ConfirmationSchema,
    status: 200,
    response: LoginSchema,
    refusals: [409, 422],
    run: async ({ params: { id }, body, exchange }) => ({
      body: await answered(id, exchange, (login) => login.confirm(body)),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/fail",
    summary: "Lets something go wrong with the app, or with the service.",
    params: LoginParams,
    body: MishapSchema,
    status: 200,
    response: LoginSchema,
    refusals: [409],
    run: async ({ params: { id }, body: { reason }, exchange }) => ({
      body: await answered(id, exchange, (login) => login.fail(reason)),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/reject",
    summary: "Cancels it, or declines the consent, as its user would.",
    params: LoginParams,
    status: 200,
    response: LoginSchema,
    refusals: [409],
    run: async ({ params: { id }, exchange }) => ({
      body: await answered(id, exchange, (login) => login.reject()),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/expire",
    summary: "Expires it now.",
    params: LoginParams,
    status: 200,
    response: LoginSchema,
    refusals: [409],
    run: async ({ params: { id }, exchange }) => ({
      body: await answered(id, exchange, (login) => login.expire()),
    }),
  }),
];

/** Those of both kinds, in the order in which they began. */
async function* allLogins(exchange: Exchange): AsyncGenerator<ListedLogin, void> {
  const { logins, phoneLogins } = exchange.sandbox.store;
  const inBrowsers = singly(batches((page) => logins.list(page)));
  const byPhone = singly(batches((page) => phoneLogins.list(page)));
  let [one, other] = [await inBrowsers.next(), await byPhone.next()];
  while (!one.done || !other.done) {
    if (!one.done && (other.done || one.value.startedAt <= other.value.startedAt)) {
      yield browserLogin(one.value, exchange);
      one = await inBrowsers.next();
    } else if (!other.done) {
      yield phoneLogin(other.value, exchange);
      other = await byPhone.next();
    }
  }
}

async function* singly<Item>(
  groups: AsyncIterable<readonly Item[]>,
): AsyncGenerator<Item, undefined> {
  for await (const items of groups) yield* items;
}

/** So many of those that fit, behind the one that is named; of an empty query, those that wait. */
export async function loginsFor(
  query: Static<typeof ListQuery>,
  exchange: Exchange,
  { after, count }: { readonly after?: string | undefined; readonly count: number },
): Promise<ListedLogin[]> {
  const { flow, clientId, status } = query;
  const user = query.user === undefined ? undefined : (await userNamed(query.user, exchange)).id;
  // A filter that cannot match anything is refused: an empty list would hide the mistake.
  if (clientId !== undefined) await refuseUnknownClient(clientId, exchange);
  const fits = (login: ListedLogin) =>
    (status === undefined ? isWaiting(login.status) : login.status === status) &&
    (flow === undefined || login.flow === flow) &&
    (user === undefined || login.user === user) &&
    (clientId === undefined || login.clientId === clientId);
  const found: ListedLogin[] = [];
  let isBehind = after === undefined;
  for await (const login of allLogins(exchange)) {
    if (isBehind && fits(login)) found.push(login);
    if (found.length === count) break;
    isBehind ||= login.id === after;
  }
  return found;
}

function isWaiting(status: LoginStatus): boolean {
  return status === "identify" || status === "confirm" || status === "consent";
}

async function loginOf(name: string, exchange: Exchange): Promise<ListedLogin> {
  const { logins, phoneLogins } = exchange.sandbox.store;
  const inBrowser = await logins.get(name);
  if (inBrowser) return browserLogin(inBrowser, exchange);
  const byPhone = (await phoneLogins.get(name)) ?? (await phoneLogins.find("authReqId", name));
  if (byPhone) return phoneLogin(byPhone, exchange);
  const waiting = (await loginsFor({}, exchange, { count: 5 })).map(
    ({ id, status, clientId }) => `${id} (${status}, at ${clientId})`,
  );
  const others =
    waiting.length > 0 ? `Waiting now: ${waiting.join(", ")}.` : "No login is waiting now.";
  const remedy = `: it is finished, or was never begun. ${others}`;
  throw notFound("login has the id", name, [], remedy);
}

/** The login, if a person may still answer it. */
async function waitingLogin(name: string, exchange: Exchange): Promise<ListedLogin> {
  const login = await loginOf(name, exchange);
  const { status, failure } = login;
  if (isWaiting(status)) return login;
  const how = failure && status === "failed" ? `${status} with ${endOf(failure)}` : status;
  throw new Problem(
    409,
    `The login ${quoted(name)} is not waiting any more: it is ${how}. Begin another one at the merchant.`,
  );
}

function endOf(failure: LoginFailure): string {
  return failure.reason === "told" ? failure.error.code : failure.reason;
}

/** Gives an answer, if nobody gives another one at the same time. */
async function answered(
  name: string,
  exchange: Exchange,
  answer: (login: ListedLogin) => Promise<ListedLogin | undefined>,
): Promise<Static<typeof LoginSchema>> {
  const login = await answer(await waitingLogin(name, exchange));
  return (login ?? (await waitingLogin(name, exchange))).toJson();
}
