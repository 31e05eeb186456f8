import { quoted } from "../../config/problem.ts";
import type { Outcome } from "../../login/browser-login.ts";
import {
  cancelled,
  declined,
  failed,
  finishPage,
  openApp,
  returnUrl,
  sharedInApp,
} from "../../login/browser-login.ts";
import { loginStatus, pendingPage } from "../../login/next-step.ts";
import { toIso } from "../../platform/calendar.ts";
import { defined } from "../../records/defined.ts";
import type { Login } from "../../records/login.ts";
import type { User } from "../../records/user.ts";
import type { Mishap } from "../../records/vocabulary.ts";
import type { Exchange } from "../../request/exchange.ts";
import { alwaysConfirms, consentsInApp, isOnOneDevice } from "../../rules/app-flows.ts";
import { eligibleUser } from "../../sandbox/users.ts";
import { failureFor } from "../../scenarios/play.ts";
import { consentStateOf } from "../../sessions/consents.ts";
import { Problem, problemAt } from "../api/problem.ts";
import type { ListedLogin, Misplaced } from "./listed-login.ts";
import {
  diagnoseMishap,
  misplacedMishap,
  obstacleProblem,
  refuseMisplaced,
} from "./listed-login.ts";
import type { Approval, Confirmation } from "./login-schemas.ts";
import { answersOf, askedIn } from "./questions.ts";
import { userNamed } from "./users.ts";

/** Logins in a browser, as `logins` shows, approves and rejects them. */

export function browserLogin(login: Login, exchange: Exchange): ListedLogin {
  const { sandbox, now } = exchange;
  const status = loginStatus(login, now);
  const listed = (changed: Login | undefined) => changed && browserLogin(changed, exchange);
  const finish = async (outcome: Outcome) => {
    const page = pendingPage(login);
    return listed(page && (await finishPage(sandbox, login.id, page, outcome)));
  };
  return {
    id: login.id,
    flow: "browser",
    clientId: login.request.clientId,
    user: login.user,
    startedAt: login.startedAt,
    status,
    failure: login.failure,
    toJson: () => toJson(login, exchange),
    approve: async (approval) => finish(await outcomeOf(login, approval, exchange)),
    confirm: async (confirmation) => finish(await confirmed(login, confirmation, exchange)),
    fail: async (reason) => finish(mishap(login, reason, exchange)),
    reject: () => finish(pendingPage(login) === "consent" ? declined : cancelled),
    expire: async () =>
      listed(
        await sandbox.store.logins.update(login.id, (current) =>
          pendingPage(current) ? { ...current, expiresAt: now } : undefined,
        ),
      ),
  };
}

/** What an approval makes of the login, or why it makes nothing. */
async function outcomeOf(login: Login, approval: Approval, exchange: Exchange): Promise<Outcome> {
  const user = await approver(login, approval, exchange);
  refuseMisplaced(misplacedIn(login, approval));
  const answers = await answersOf(login.request, user, approval, exchange);
  const confirm = confirmationBy(user, login, approval, exchange);
  return (current) => {
    const changed = confirm(current);
    return changed.failure ? changed : { ...changed, consentGiven: true, answers };
  };
}

/** The same of a confirmation: where the app does not ask for the consent, the browser's page does. */
async function confirmed(
  login: Login,
  confirmation: Confirmation,
  exchange: Exchange,
): Promise<Outcome> {
  if (login.authenticatedAt !== undefined) {
    throw new Problem(409, "The login is confirmed already: approve it, or reject it.");
  }
  const user = await approver(login, confirmation, exchange);
  refuseMisplaced(misplacedIn(login, confirmation));
  const confirm = confirmationBy(user, login, confirmation, exchange);
  const { sandbox, now } = exchange;
  const salesUnit = await sandbox.store.salesUnits.get(login.request.msn);
  const asked = salesUnit && { salesUnit, scopes: login.request.grantedScopes };
  const state = asked && (await consentStateOf(sandbox, user, asked, now));
  const consents = state !== undefined && sharedInApp(login, state).length > 0;
  return (current) => {
    const changed = confirm(current);
    return consents && !changed.failure ? { ...changed, consentGiven: true } : changed;
  };
}

/** @throws Problem 422 when something keeps the user from logging in */
function confirmationBy(
  user: User,
  login: Login,
  { challenge, remember }: Confirmation,
  exchange: Exchange,
): Outcome {
  if (challenge !== undefined && challenge !== login.challenge?.shown) {
    return failed({ reason: "wrong_challenge" });
  }
  refuseObstacle(user, exchange);
  return (current) => ({
    ...current,
    ...(current.authenticatedAt === undefined && openApp(current.request)),
    user: user.id,
    authenticatedAt: current.authenticatedAt ?? exchange.now,
    ...defined({ remember }),
  });
}

/** What goes wrong with the app, or with the service. */
function mishap(login: Login, reason: Mishap, exchange: Exchange): Outcome {
  const atApp = reason === "wrong_challenge" || reason === "app_token_error";
  if (atApp && loginStatus(login, exchange.now) !== "confirm") {
    throw misplacedMishap(reason, "the login does not wait for the app now");
  }
  const { switches } = exchange.sandbox;
  switch (reason) {
    case "app_token_error":
      return (current) => ({ ...current, appTokenError: true });
    // These have diagnoses of their own.
    case "wrong_challenge":
    case "outdated_app":
    case "unknown_reject_reason":
      return failed({ reason });
    default: {
      const failure = failureFor(reason, "browser", switches, diagnoseMishap(reason));
      return (current) => (failure ? { ...current, failure } : current);
    }
  }
}

async function approver(login: Login, { user }: Confirmation, exchange: Exchange): Promise<User> {
  if (user !== undefined) return userOfLogin(login.user, user, exchange);
  if (login.user !== undefined) return userNamed(login.user, exchange);
  const message = "missing: nobody has said yet whose login it is; name its user";
  throw problemAt(422, { path: "user", message });
}

/** @throws Problem 404 when there is none, 409 when the login is another one's */
export async function userOfLogin(
  known: string | undefined,
  name: string,
  exchange: Exchange,
): Promise<User> {
  const named = await userNamed(name, exchange);
  if (known === undefined || known === named.id) return named;
  const message = `the login is ${quoted(known)}'s already, not ${quoted(name)}'s; leave user out`;
  throw problemAt(409, { path: "user", message, value: name });
}

/** What belongs to another step of the login than the one that it is at. */
function misplacedIn(login: Login, { challenge, remember }: Confirmation): Misplaced[] {
  const mistakes: Misplaced[] = [];
  if (remember && alwaysConfirms(login.request)) {
    const message =
      "no browser remembers a login that is always confirmed in the app; leave it out";
    mistakes.push({ path: "remember", message, value: remember });
  }
  const isConfirmed = login.authenticatedAt !== undefined;
  if (challenge !== undefined && (login.user === undefined || isConfirmed)) {
    const message = "no number is asked for now; leave it out";
    mistakes.push({ path: "challenge", message, value: challenge });
  }
  if (remember !== undefined && isConfirmed) {
    const message = "comes too late: the user chose on the page before; leave it out";
    mistakes.push({ path: "remember", message, value: remember });
  }
  return mistakes;
}

function refuseObstacle(user: User, exchange: Exchange): void {
  const found = eligibleUser(exchange, user, user.id);
  if ("obstacle" in found) throw obstacleProblem(found.diagnosis, user.id);
}

async function toJson(login: Login, exchange: Exchange): ReturnType<ListedLogin["toJson"]> {
  const { endpoints, now } = exchange;
  const { id, request, user, challenge } = login;
  const status = loginStatus(login, now);
  const place = consentsInApp(request) ? "app" : "browser";
  const asked = pendingPage(login) && (await askedIn(request, user, place, exchange));
  const isConfirming = status === "confirm" && challenge !== undefined;
  const redirectUrl = returnUrl(endpoints, login);
  return {
    id,
    flow: "browser",
    clientId: request.clientId,
    scopes: [...request.grantedScopes],
    status,
    expiresAt: toIso(login.expiresAt),
    ...defined({ user }),
    ...(isConfirming && { challenge: challenge.shown }),
    ...(isConfirming && !isOnOneDevice(request) && { choices: [...challenge.offered] }),
    ...(isConfirming && login.appTokenError && { appTokenError: true as const }),
    ...(status !== "expired" && asked),
    ...(redirectUrl !== undefined && status !== "expired" && { redirectUrl }),
  };
}
