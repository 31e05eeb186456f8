import { makeChallenge } from "../login/challenge.ts";
import { confirmAs } from "../login/confirm.ts";
import { expiredError } from "../login/next-step.ts";
import { OAUTH_ERRORS, oauthError } from "../oidc/errors.ts";
import type { Login } from "../records/login.ts";
import type { Scenario } from "../records/scenario.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Words } from "./ending.ts";
import { failureFor, usualIn } from "./ending.ts";
import type { Candidate } from "./queue.ts";
import { giveBackTurn, takeScenario, userOf } from "./queue.ts";

/**
 * What a scenario makes of a login in a browser. It only writes down what a user, or the service, would have done;
 * what follows from it is decided where it always is, in authorize/next-step.ts.
 */

/** How browsers are told what ends a login. */
const WORDS: Words = {
  timeout: expiredError("login"),
  usual: usualIn(OAUTH_ERRORS, (code) => oauthError(code).description),
};

/**
 * Plays the next scenario that is for a login, if there is one: waits as long as its user takes, and
 * does what its user does.
 *
 * @throws ClientGone when the browser went away meanwhile; the scenario then waits for the next
 *   login
 */
export async function playNext(
  exchange: Exchange,
  { request }: Pick<Login, "request">,
  known: string | undefined,
  moment: Candidate["moment"],
): Promise<Partial<Login> | undefined> {
  const { sandbox, trace } = exchange;
  const scenario = await takeScenario(sandbox, {
    flow: "browser",
    request,
    user: known,
    moment,
  });
  if (!scenario) return undefined;
  trace.scenario = scenario.id;
  if (scenario.delay > 0) await waitForUser(exchange, scenario);
  return play(exchange, scenario, userOf(scenario, known));
}

async function waitForUser({ sandbox, wait }: Exchange, { id, delay }: Scenario): Promise<void> {
  try {
    await wait(delay);
  } catch (error) {
    await giveBackTurn(sandbox, id);
    throw error;
  }
}

/** What the scenario adds to the login. Its user obeys the rules, as everybody does. */
async function play(
  exchange: Exchange,
  scenario: Scenario,
  id: string | undefined,
): Promise<Partial<Login>> {
  const failure = failureFor(scenario, WORDS);
  if (failure) return { ...(id !== undefined && { user: id }), failure };
  if (id === undefined) throw new Error(`nobody is there to play the scenario ${scenario.id}`);
  const { sandbox } = exchange;
  const confirmed = confirmAs(exchange, id, await sandbox.store.users.get(id));
  if (confirmed.failure) return confirmed;
  const { outcome, remember } = scenario;
  return outcome === "approve"
    ? { ...confirmed, consentGiven: true, ...(remember && { remember }) }
    : { user: id, challenge: makeChallenge(sandbox.ids), appTokenError: true };
}
