import type { PhoneOutcome } from "../../login/phone-login.ts";
import {
  approvePhoneLogin,
  expirePhoneLogin,
  phoneLoginStatus,
  phoneRedirectUrl,
  rejectPhoneLogin,
} from "../../login/phone-login.ts";
import { toIso } from "../../platform/calendar.ts";
import { defined } from "../../records/defined.ts";
import type { PhoneLogin } from "../../records/phone-login.ts";
import type { Exchange } from "../../request/exchange.ts";
import { failureFor } from "../../scenarios/play.ts";
import { Problem } from "../api/problem.ts";
import { userOfLogin } from "./browser-logins.ts";
import type { ListedLogin, Misplaced } from "./listed-login.ts";
import {
  diagnoseMishap,
  obstacleProblem,
  refuseImpossible,
  refuseMisplaced,
} from "./listed-login.ts";
import type { Approval } from "./login-schemas.ts";
import { answersOf, askedIn } from "./questions.ts";
import { userNamed } from "./users.ts";

/** Logins from phone number, as `logins` shows, approves and rejects them. */

export function phoneLogin(login: PhoneLogin, exchange: Exchange): ListedLogin {
  const { id, clientId, user, startedAt, failure } = login;
  const listed = (outcome: PhoneOutcome) => {
    if (outcome.kind === "obstacle") throw obstacleProblem(outcome.diagnosis, user);
    return outcome.kind === "ended" ? phoneLogin(outcome.login, exchange) : undefined;
  };
  return {
    id,
    flow: "phone-number",
    clientId,
    user,
    startedAt,
    status: phoneLoginStatus(login, exchange.now),
    failure,
    toJson: () => toJson(login, exchange),
    async approve(approval) {
      if (approval.user !== undefined) await userOfLogin(user, approval.user, exchange);
      refuseMisplaced(misplacedIn(approval));
      const answers = await answersOf(login, await userNamed(user, exchange), approval, exchange);
      return listed(await approvePhoneLogin(exchange, id, answers));
    },
    async confirm() {
      const message =
        "A login from phone number asks for everything at once: approve it, or reject it.";
      throw new Problem(409, message);
    },
    async fail(reason) {
      refuseImpossible(reason, "phone-number");
      const failure = failureFor(
        reason,
        "phone-number",
        exchange.sandbox.switches,
        diagnoseMishap(reason),
      );
      // The user sees an error of the app, which the merchant does not learn of: the login still waits.
      return failure
        ? listed(await rejectPhoneLogin(exchange, id, failure))
        : phoneLogin(login, exchange);
    },
    reject: async () => listed(await rejectPhoneLogin(exchange, id)),
    expire: async () => listed(await expirePhoneLogin(exchange, id)),
  };
}

/** What only a browser has. */
function misplacedIn({ challenge, remember }: Approval): Misplaced[] {
  const mistakes: Misplaced[] = [];
  if (challenge !== undefined) {
    const message = "no number is shown in a login from phone number; leave it out";
    mistakes.push({ path: "challenge", message, value: challenge });
  }
  if (remember !== undefined) {
    const message = "no browser is there to remember in a login from phone number; leave it out";
    mistakes.push({ path: "remember", message, value: remember });
  }
  return mistakes;
}

async function toJson(login: PhoneLogin, exchange: Exchange): ReturnType<ListedLogin["toJson"]> {
  const { now } = exchange;
  const { id, clientId, user, grantedScopes, bindingMessage, expiresAt } = login;
  const status = phoneLoginStatus(login, now);
  const asked = status === "confirm" ? await askedIn(login, user, "app", exchange) : {};
  const redirectUrl = phoneRedirectUrl(login);
  return {
    id,
    flow: "phone-number",
    user,
    clientId,
    scopes: [...grantedScopes],
    ...defined({ bindingMessage }),
    status,
    expiresAt: toIso(expiresAt),
    ...asked,
    ...defined({ redirectUrl }),
  };
}
