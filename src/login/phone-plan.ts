import type { PhoneLogin } from "../records/phone-login.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { UNFINISHED } from "../store/collections.ts";
import { approvePhoneLogin, finishApproval, rejectPhoneLogin } from "./phone-answer.ts";
import { isWaiting } from "./phone-login.ts";

/**
 * Users who take their time. What a user will do, and when, stands in the login itself; it is done,
 * as of that moment, by whoever looks at the login afterwards, the courier of webhooks at the latest.
 * So no timer waits for it that another replica would not know of, and a sandbox's clock that is moved
 * takes its users along.
 */

type Place = Pick<Exchange, "sandbox" | "now" | "trace">;

/**
 * The login as it is now: its user has answered by now, or still has time; an approval that broke
 * off half way is finished.
 */
export async function carryOutPlan(exchange: Place, login: PhoneLogin): Promise<PhoneLogin> {
  const { id, plan, approval } = login;
  if (approval && !approval.ready)
    return (await finishApproval(exchange, login, approval)) ?? login;
  if (!plan || exchange.now < plan.at || !isWaiting(login, plan.at)) return login;
  // Whoever looks is about this login by chance, so that its own trace says nothing of it.
  const then: Place = { ...exchange, now: plan.at, trace: { notes: [] } };
  const answer = plan.failure
    ? await rejectPhoneLogin(then, id, plan.failure)
    : await approvePhoneLogin(then, id);
  return answer.kind === "obstacle" ? login : (answer.login ?? login);
}

/**
 * Has everybody answer who was going to by now, in the order of their moments: to be called before
 * something is read or changed that an answer bears upon. A consent that is revoked afterwards must
 * not come back by an answer of before.
 */
export async function catchUp(exchange: Place): Promise<void> {
  const unfinished = await unfinishedLogins(exchange.sandbox);
  const due = unfinished.filter((login) => isDue(login, exchange.now));
  due.sort((one, other) => dueAt(one) - dueAt(other));
  for (const login of due) await carryOutPlan(exchange, login);
}

/**
 * The same for who looks in from time to time. A clock that stands still is moved by somebody who
 * wakes the courier of webhooks.
 */
export async function catchUpAndLookAhead(sandbox: Sandbox): Promise<Seconds | undefined> {
  const { now, frozen } = await sandbox.clock.read();
  await catchUp({ sandbox, now, trace: { notes: [] } });
  if (frozen) return undefined;
  const coming = (await unfinishedLogins(sandbox)).flatMap(({ plan, ...login }) =>
    plan && plan.at > now && isWaiting(login, now) ? [plan.at - now] : [],
  );
  return coming.length === 0 ? undefined : Math.min(...coming);
}

/** The logins from phone number of which something is still to be done without anybody asking. */
function unfinishedLogins({
  store,
}: Pick<Place["sandbox"], "store">): Promise<readonly PhoneLogin[]> {
  return store.phoneLogins.listGroup("unfinished", UNFINISHED);
}

/** Whether there is something to do: an answer to give, or one that broke off to be finished. */
function isDue(login: PhoneLogin, now: EpochSeconds): boolean {
  const { plan, approval } = login;
  if (approval) return !approval.ready;
  return plan !== undefined && now >= plan.at && isWaiting(login, plan.at);
}

function dueAt({ approval, plan, startedAt }: PhoneLogin): EpochSeconds {
  return approval?.at ?? plan?.at ?? startedAt;
}
