import type { Static } from "typebox";
import Type from "typebox";
import { openApp } from "../authorize/app-callback.ts";
import { returnUrl } from "../authorize/flow.ts";
import { dateInOslo, toIso } from "../calendar.ts";
import { quoted } from "../config/problem.ts";
import type { User } from "../config/schema.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Answer, LoginStatus } from "../login/answer.ts";
import {
  answerLogin,
  cancelled,
  failed,
  LOGIN_STATUSES,
  statusOf,
  waitingPage,
} from "../login/answer.ts";
import { alwaysConfirms } from "../rules/app-flows.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import type { Login } from "../store/store.ts";
import { filteredPage, listOf, MomentSchema, PageQuery } from "./lists.ts";
import { closed, operation } from "./operation.ts";
import { answersOf, QuestionsSchema, questionsIn, tickProperties } from "./questions.ts";
import { refuseUnknownClient } from "./sales-units.ts";
import { userNamed } from "./users.ts";

/** `logins`: those that wait for a person, and the answers that a person could give. */

export const LoginSchema = Type.Object(
  {
    id: Type.String({ description: "The login_challenge of its pages." }),
    flow: Type.Literal("browser"),
    user: Type.Optional(Type.String({ description: "The user's id, once it is known." })),
    clientId: Type.String(),
    scopes: Type.Array(Type.String(), { description: "What the merchant gets if it succeeds." }),
    challenge: Type.Optional(
      Type.Integer({
        description: "The number that the browser shows while it waits for the app.",
      }),
    ),
    status: Type.Enum([...LOGIN_STATUSES], {
      description:
        "identify: nobody has said whose login it is; confirm: waits for the app; consent: waits for " +
        "the consent; approved, rejected, failed: answered, and the browser has yet to go on; expired.",
    }),
    expiresAt: MomentSchema,
    questions: Type.Optional(QuestionsSchema),
    redirectUrl: Type.Optional(
      Type.String({
        description:
          "Where its browser goes next, once it is answered; the browser's own cookies belong to it. " +
          "With requested_flow=app_to_app that leads to the merchant's app.",
      }),
    ),
  },
  { ...closed, title: "Login" },
);

const LoginParams = Type.Object({ id: Type.String() }, closed);

export const ListQuery = Type.Object(
  {
    user: Type.Optional(Type.String({ description: "Only of this user (id or MSISDN)." })),
    clientId: Type.Optional(Type.String({ description: "Only at this sales unit." })),
    status: Type.Optional(
      Type.Enum([...LOGIN_STATUSES], {
        description: "Only with this status; identify, confirm and consent when left out.",
      }),
    ),
    ...PageQuery,
  },
  closed,
);

export const ApprovalSchema = Type.Partial(
  Type.Object({
    user: Type.String({ description: "Whose login it is (id or MSISDN); needed while unknown." }),
    remember: Type.Boolean({ description: "Whether the browser remembers the user." }),
    challenge: Type.Integer({
      description:
        "The number that the user chooses in the app; another than the browser shows is wrong_challenge.",
    }),
    ...tickProperties,
  }),
  { ...closed, title: "Approval" },
);

type Approval = Static<typeof ApprovalSchema>;

const LOGIN = {
  id: "a824a18433f8ba22077f422d8b2aec93",
  flow: "browser",
  clientId: "10000000-0000-4000-8000-000000000001",
  scopes: ["openid", "name"],
  status: "identify",
  expiresAt: "2023-05-17T10:30:00Z",
};

const SECOND = { ...LOGIN, id: "86f526bf8b6b640378cc8a4cb36c06e8" };
const THIRD = { ...LOGIN, id: "5c0e1fd6a9b34d7288e3f04b7a61c92d" };

/** Where the browser goes on from the page for the phone number. */
const RETURN_URL =
  "http://localhost:4747/access-management-1.0/access/oauth2/auth?response_type=code" +
  `&client_id=${LOGIN.clientId}&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback` +
  "&scope=openid+name&state=state-of-the-test&login_verifier=";

export const loginOperations = [
  operation({
    method: "GET",
    path: "/logins",
    summary: "Lists the logins that wait for a person, or those with another status.",
    query: ListQuery,
    status: 200,
    answer: listOf(LoginSchema),
    examples: [
      {
        title: "Three browsers that show the page for the phone number",
        answer: { items: [LOGIN, SECOND, THIRD] },
      },
      { title: "None of Ada's", query: { user: "ada" }, answer: { items: [] } },
    ],
    run: async ({ query, exchange }) => {
      const logins = await loginsFor(query, exchange);
      const page = filteredPage(logins, query, (login) => written(login, exchange));
      return { body: { ...page, items: await Promise.all(page.items) } };
    },
  }),
  operation({
    method: "GET",
    path: "/logins/{id}",
    summary: "One login that is not over yet.",
    params: LoginParams,
    status: 200,
    answer: LoginSchema,
    examples: [{ title: "Nobody has said whose it is", params: { id: LOGIN.id }, answer: LOGIN }],
    run: async ({ params: { id }, exchange }) => ({
      body: await written(await loginOf(id, exchange), exchange),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/approve",
    summary: "Confirms in the app and consents, as its user would.",
    params: LoginParams,
    body: ApprovalSchema,
    bodyOptional: true,
    status: 200,
    answer: LoginSchema,
    refusals: [409, 422],
    examples: [
      {
        title: "It is Ada's",
        params: { id: LOGIN.id },
        body: { user: "ada" },
        answer: {
          ...LOGIN,
          status: "approved",
          user: "ada",
          redirectUrl: `${RETURN_URL}3d1b7e0f92c84a56b1f7d2e86a904c5e`,
        },
      },
      {
        title: "It was answered before",
        params: { id: LOGIN.id },
        refused: 409,
        answer: {
          type: "about:blank",
          title: "Conflict",
          status: 409,
          detail: `The login "${LOGIN.id}" was answered before: it is approved. Begin another one at the merchant.`,
        },
      },
      {
        title: "Whose login it is must be said",
        params: { id: SECOND.id },
        refused: 422,
        answer: {
          type: "about:blank",
          title: "Unprocessable Entity",
          status: 422,
          detail: "user: missing: nobody has said yet whose login it is; name its user",
          errors: [
            {
              path: "user",
              message: "missing: nobody has said yet whose login it is; name its user",
            },
          ],
        },
      },
    ],
    run: async ({ params: { id }, body, exchange }) => {
      const login = await waitingLogin(id, exchange);
      return { body: await answered(login, await approvalOf(login, body, exchange), exchange) };
    },
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/reject",
    summary: "Cancels it, as its user would.",
    params: LoginParams,
    status: 200,
    answer: LoginSchema,
    refusals: [409],
    examples: [
      {
        title: "Not now",
        params: { id: SECOND.id },
        answer: {
          ...SECOND,
          status: "rejected",
          redirectUrl: `${RETURN_URL}f05a6c1d38e947b2908d4b7ce1a3625f`,
        },
      },
    ],
    run: async ({ params: { id }, exchange }) => ({
      body: await answered(await waitingLogin(id, exchange), cancelled, exchange),
    }),
  }),
  operation({
    method: "POST",
    path: "/logins/{id}/expire",
    summary: "Ends its half hour now.",
    params: LoginParams,
    status: 200,
    answer: LoginSchema,
    refusals: [409],
    examples: [
      {
        title: "The user never came back",
        params: { id: THIRD.id },
        answer: { ...THIRD, status: "expired", expiresAt: "2023-05-17T10:00:00Z" },
      },
    ],
    run: async ({ params: { id }, exchange }) => {
      const { sandbox, now } = exchange;
      await waitingLogin(id, exchange);
      const expired = await sandbox.store.logins.update(id, (login) =>
        waitingPage(login) ? { ...login, expiresAt: now } : undefined,
      );
      return { body: await written(expired ?? (await waitingLogin(id, exchange)), exchange) };
    },
  }),
];

async function loginsFor(
  query: Static<typeof ListQuery>,
  exchange: Exchange,
): Promise<readonly Login[]> {
  const { sandbox, now } = exchange;
  const user = query.user === undefined ? undefined : (await userNamed(query.user, exchange)).id;
  // A filter that cannot match anything is refused: an empty list would hide the mistake.
  if (query.clientId !== undefined) await refuseUnknownClient(query.clientId, exchange);
  const { items } = await sandbox.store.logins.list();
  return items.filter((login) => {
    const status = statusOf(login, now);
    return (
      (query.status === undefined ? isWaiting(status) : status === query.status) &&
      (user === undefined || login.user === user) &&
      (query.clientId === undefined || login.request.clientId === query.clientId)
    );
  });
}

function isWaiting(status: LoginStatus): boolean {
  return status === "identify" || status === "confirm" || status === "consent";
}

async function loginOf(id: string, exchange: Exchange): Promise<Login> {
  const login = await exchange.sandbox.store.logins.get(id);
  if (login) return login;
  const waiting = (await loginsFor({}, exchange)).map(
    (one) => `${one.id} (${statusOf(one, exchange.now)}, at ${one.request.clientId})`,
  );
  throw new Problem(
    404,
    `No login has the id ${quoted(id)}: it is finished, or was never begun. ` +
      (waiting.length > 0 ? `There wait ${waiting.slice(0, 5).join(", ")}.` : "None waits now."),
  );
}

/** The login, if a person may still answer it. */
async function waitingLogin(id: string, exchange: Exchange): Promise<Login> {
  const login = await loginOf(id, exchange);
  const status = statusOf(login, exchange.now);
  if (isWaiting(status)) return login;
  const { failure } = login;
  const how = failure && status === "failed" ? `${status} with ${endOf(failure)}` : status;
  throw new Problem(
    409,
    `The login ${quoted(id)} was answered before: it is ${how}. Begin another one at the merchant.`,
  );
}

function endOf(failure: NonNullable<Login["failure"]>): string {
  return failure.reason === "told" ? failure.error.code : failure.reason;
}

/** Gives the answer, if nobody gives another one at the same time. */
async function answered(login: Login, answer: Answer, exchange: Exchange) {
  const page = waitingPage(login);
  const done = page && (await answerLogin(exchange.sandbox, login.id, page, answer));
  return written(done ?? (await waitingLogin(login.id, exchange)), exchange);
}

/** What an approval makes of the login, or why it makes nothing. */
async function approvalOf(login: Login, approval: Approval, exchange: Exchange): Promise<Answer> {
  const user = await approver(login, approval, exchange);
  refuseMisplaced(login, approval);
  const answers = await answersOf(login, user, approval, exchange);
  const { challenge, remember } = approval;
  if (challenge !== undefined && challenge !== login.challenge?.shown) {
    return failed({ reason: "wrong_challenge" });
  }
  refuseObstacle(user, exchange);
  const { now } = exchange;
  return (current) => ({
    ...current,
    ...(current.authenticatedAt === undefined && openApp(current.request)),
    user: user.id,
    authenticatedAt: current.authenticatedAt ?? now,
    consentGiven: true,
    answers,
    ...(remember !== undefined && { remember }),
  });
}

async function approver(login: Login, { user }: Approval, exchange: Exchange): Promise<User> {
  if (user === undefined) {
    if (login.user !== undefined) return userNamed(login.user, exchange);
    const message = "missing: nobody has said yet whose login it is; name its user";
    throw new Problem(422, `user: ${message}`, [{ path: "user", message }]);
  }
  const named = await userNamed(user, exchange);
  if (login.user === undefined || login.user === named.id) return named;
  const message = `the login is ${quoted(login.user)}'s already, not ${quoted(user)}'s; leave user out`;
  throw new Problem(409, `user: ${message}`, [{ path: "user", message, value: user }]);
}

/** What belongs to another step of the login than the one that it is at. */
function refuseMisplaced(login: Login, { challenge, remember }: Approval): void {
  const mistakes = [
    ...(remember && alwaysConfirms(login.request)
      ? [
          {
            path: "remember",
            message:
              "no browser remembers a login that is always confirmed in the app; leave it out",
            value: remember,
          },
        ]
      : []),
    ...(challenge !== undefined && (login.user === undefined || login.authenticatedAt !== undefined)
      ? [
          {
            path: "challenge",
            message: "no number is asked for now; leave it out",
            value: challenge,
          },
        ]
      : []),
    ...(remember !== undefined && login.authenticatedAt !== undefined
      ? [
          {
            path: "remember",
            message: "comes too late: the user chose on the page before; leave it out",
            value: remember,
          },
        ]
      : []),
  ];
  const [first] = mistakes;
  if (first) throw new Problem(409, `${first.path}: ${first.message}`, mistakes);
}

/** Nobody confirms for a user whom the rules keep out. */
function refuseObstacle(user: User, { sandbox, now }: Exchange): void {
  const { minimumAge } = sandbox.switches;
  const obstacle = obstacleFor(user, dateInOslo(now), minimumAge);
  if (obstacle === undefined) return;
  const { message, detail } = diagnoseObstacle(obstacle, user.id, minimumAge);
  throw new Problem(422, `It cannot be approved, because ${message}. ${detail}`, [
    { path: "user", message, value: user.id },
  ]);
}

async function written(login: Login, exchange: Exchange): Promise<Static<typeof LoginSchema>> {
  const { endpoints, now } = exchange;
  const { id, request, user, challenge } = login;
  const status = statusOf(login, now);
  const questions = isWaiting(status) ? await questionsIn(login, exchange) : undefined;
  const redirectUrl = returnUrl(endpoints, login);
  return {
    id,
    flow: "browser",
    clientId: request.clientId,
    scopes: [...request.grantedScopes],
    status,
    expiresAt: toIso(login.expiresAt),
    ...(user !== undefined && { user }),
    ...(challenge && status === "confirm" && { challenge: challenge.shown }),
    ...(questions && { questions }),
    ...(redirectUrl !== undefined && status !== "expired" && { redirectUrl }),
  };
}
