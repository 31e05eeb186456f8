import { confirmAs } from "../authorize/confirm.ts";
import { expiredError } from "../authorize/next-step.ts";
import type { Exchange } from "../http/exchange.ts";
import { makeChallenge } from "../login/challenge.ts";
import type { ResponseError } from "../oidc/errors.ts";
import { OAUTH_ERRORS, oauthError } from "../oidc/errors.ts";
import { CSRF_COOKIE_LOST } from "../rules/csrf.ts";
import type { Diagnosis } from "../rules/rule.ts";
import { diagnose } from "../rules/rule.ts";
import type { Login, LoginFailure } from "../store/store.ts";
import type { Candidate } from "./queue.ts";
import { giveBackTurn, takeScenario, userOf } from "./queue.ts";
import type { Scenario } from "./scenario.ts";

/**
 * What a scenario makes of a login. It only writes down what a user, or the service, would have done;
 * what follows from it is decided where it always is, in authorize/next-step.ts.
 */

/** The text that somebody got from the real service (dossier §1.5). */
const SERVER_ERROR: ResponseError = {
  code: "server_error",
  description: "Something went wrong, please try again",
};

/**
 * Plays the next scenario that is for a login, if there is one: waits as long as its user takes, and
 * does what its user does.
 *
 * @param exchange the request's surroundings; the scenario is noted in its trace
 * @param login the login
 * @param known the user's id; undefined while nobody knows
 * @param moment whether the login has just begun, or its user has just said who it is
 * @returns what that adds to the login; undefined when no scenario is for it
 * @throws ClientGone when the browser went away meanwhile; the scenario then waits for the next login
 */
export async function playNext(
  exchange: Exchange,
  { request }: Pick<Login, "request">,
  known: string | undefined,
  moment: Candidate["moment"],
): Promise<Partial<Login> | undefined> {
  const { sandbox, trace } = exchange;
  const scenario = await takeScenario(sandbox, { request, user: known, moment });
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
  const failure = failureFor(scenario);
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

/** How the outcomes without a user's confirmation end; undefined for those with one. */
function failureFor(scenario: Scenario): LoginFailure | undefined {
  const { outcome } = scenario;
  const diagnosis = diagnoseScenario(scenario);
  const told = (error: ResponseError): LoginFailure => ({ reason: "told", error, diagnosis });
  switch (outcome) {
    case "approve":
    case "app_token_error":
      return undefined;
    case "cancel":
      return { reason: "cancelled", diagnosis };
    case "wrong_challenge":
    case "outdated_app":
      return { reason: outcome, diagnosis };
    case "timeout":
      return told(expiredError("login"));
    case "csrf_cookie_lost":
      return told(oauthError("request_forbidden", CSRF_COOKIE_LOST));
    case "server_error":
      return told(SERVER_ERROR);
    default:
      return told({
        code: outcome.error,
        description: outcome.errorDescription ?? usualDescription(outcome.error),
      });
  }
}

/** What the real service says to a code that it has; nothing to one that it has not. */
function usualDescription(code: string): string {
  const known = Object.keys(OAUTH_ERRORS) as (keyof typeof OAUTH_ERRORS)[];
  const found = known.find((one) => one === code);
  return found === undefined ? "" : oauthError(found).description;
}

function diagnoseScenario({ id, outcome }: Scenario): Diagnosis {
  const how = typeof outcome === "string" ? outcome : outcome.error;
  return diagnose(
    { id: "scenario", source: "the mock's own" },
    `the scenario ${id} was queued to end this login with ${how}`,
    `If that is not wanted, narrow its match, or remove it with DELETE scenarios/${id}.`,
  );
}
