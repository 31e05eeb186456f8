import type { Exchange } from "../http/exchange.ts";
import { approvePhoneLogin, rejectPhoneLogin } from "./answer.ts";
import type { PhoneLogin } from "./phone-login.ts";
import { isWaiting } from "./phone-login.ts";

/**
 * Users who take their time. What a user will do, and when, stands in the login itself; it is done,
 * as of that moment, by whoever looks at the login afterwards, the courier of webhooks at the latest.
 * So no timer waits for it that another replica would not know of, and a sandbox's clock that is moved
 * takes its users along.
 */

type Place = Pick<Exchange, "sandbox" | "now" | "trace">;

/**
 * @param exchange the surroundings of whoever looks
 * @param login the login as it is stored
 * @returns the login as it is now: its user has answered by now, or still has time
 */
export async function answerAsPlanned(exchange: Place, login: PhoneLogin): Promise<PhoneLogin> {
  const { id, plan } = login;
  if (!plan || exchange.now < plan.at || !isWaiting(login, plan.at)) return login;
  // Whoever looks is about this login by chance, so that its own trace says nothing of it.
  const then: Place = { ...exchange, now: plan.at, trace: { notes: [] } };
  const answer = plan.failure
    ? await rejectPhoneLogin(then, id, plan.failure)
    : await approvePhoneLogin(then, id);
  return answer.kind === "obstacle" ? login : (answer.login ?? login);
}

/**
 * @param exchange the surroundings of whoever looks
 * @returns every login from phone number as it is now, in the order in which they began
 */
export async function listPhoneLogins(exchange: Place): Promise<PhoneLogin[]> {
  const { items } = await exchange.sandbox.store.phoneLogins.list();
  return Promise.all(items.map((login) => answerAsPlanned(exchange, login)));
}
