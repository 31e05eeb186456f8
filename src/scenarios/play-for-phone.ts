import { carryOutPlan } from "../login/phone-plan.ts";
import { CIBA_ERRORS, CibaRefusal, cibaError, unknownUserError } from "../oidc/ciba-errors.ts";
import type { PhoneLogin, PhoneLoginPlan } from "../records/phone-login.ts";
import { after } from "../records/time.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Words } from "./ending.ts";
import { diagnoseScenario, failureFor, usualIn } from "./ending.ts";
import { takeScenario } from "./queue.ts";

/**
 * What a scenario makes of a login from phone number. Its merchant has an answer at once, whatever
 * the user does; so it is written down what the user will do, and when.
 */

/**
 * Plays the next scenario that is for a login, if there is one.
 *
 * @throws CibaRefusal for the outcome that no login begins with: the user's app is too old
 */
export async function playForPhone(exchange: Exchange, login: PhoneLogin): Promise<boolean> {
  const { sandbox, trace, now } = exchange;
  const { phoneLogins } = sandbox.store;
  const { minimumAge } = sandbox.switches;
  const scenario = await takeScenario(sandbox, {
    flow: "phone-number",
    request: login,
    user: login.user,
    moment: "begun",
  });
  if (!scenario) return false;
  trace.scenario = scenario.id;
  const { outcome, delay } = scenario;
  if (outcome === "outdated_app") {
    await phoneLogins.take(login.id);
    throw new CibaRefusal(unknownUserError(minimumAge, "old_app"), diagnoseScenario(scenario));
  }
  // The user sees an error of the app, of which the merchant hears nothing: the login waits on.
  if (outcome === "app_token_error") return true;
  const failure = failureFor(scenario, wordsFor(minimumAge));
  const plan: PhoneLoginPlan = {
    at: after(now, Math.ceil(delay)),
    ...(failure && { failure }),
  };
  const planned = await phoneLogins.update(login.id, (current) => ({ ...current, plan }));
  if (planned) await carryOutPlan(exchange, planned);
  if (now < plan.at) sandbox.wakeCourier();
  return true;
}

/** How a poll is told what ends a login. */
function wordsFor(minimumAge: number): Words {
  const { code, description } = cibaError("expired_token");
  return {
    timeout: { code, description },
    usual: usualIn(CIBA_ERRORS, (one) =>
      one === "unknown_user_id"
        ? unknownUserError(minimumAge, "invalid_user").description
        : cibaError(one).description,
    ),
  };
}
