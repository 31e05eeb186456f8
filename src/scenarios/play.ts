import { confirmAs, makeChallenge } from "../login/browser-login.ts";
import { expiredError } from "../login/next-step.ts";
import { carryOutPlan } from "../login/phone-login.ts";
import { CIBA_ERRORS, CibaRefusal, cibaError, userError } from "../oidc/ciba-errors.ts";
import { OAUTH_ERRORS, oauthError } from "../oidc/errors.ts";
import { hintOf, sentence } from "../oidc/hints.ts";
import type { Switches } from "../profiles/profile.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { ScenarioId } from "../records/ids.ts";
import type { Login, LoginFailure, ResponseError } from "../records/login.ts";
import type { PhoneLogin, PhoneLoginPlan } from "../records/phone-login.ts";
import type { Scenario } from "../records/scenario.ts";
import { after } from "../records/time.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import { isPossible, needsUser } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnose } from "../rules/rule.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll } from "../store/batches.ts";

/**
 * Logins whose course a test has chosen: which scenario a login gets, and what it makes of the login.
 * It only stores what a user, or the service, would have done; what follows from that is decided in
 * login/, as for every other login.
 */

/**
 * Plays the next scenario for a browser login, if there is one: waits as long as its user takes, and
 * says what its user adds to the login. Whose login it is, is asked only where scenarios wait.
 *
 * @throws ClientGone when the browser went away meanwhile; the scenario is then left for the next
 *   login
 */
export async function playInBrowser(
  exchange: Exchange,
  { request }: Pick<Login, "request">,
  findKnown: () => Promise<string | undefined>,
  moment: Candidate["moment"],
): Promise<Partial<Login> | undefined> {
  const { sandbox, trace } = exchange;
  const queue = await readAll(sandbox.store.scenarios);
  if (queue.length === 0) return undefined;
  const known = await findKnown();
  const scenario = await takeScenario(sandbox, queue, {
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

/** The rules hold for the user of a scenario too. */
async function play(
  exchange: Exchange,
  scenario: Scenario,
  id: string | undefined,
): Promise<Partial<Login>> {
  const { switches } = exchange.sandbox;
  const failure = failureFor(scenario.outcome, "browser", switches, diagnoseScenario(scenario));
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

/**
 * Plays the next scenario for a login from phone number, if there is one. The merchant gets its response
 * at once, whatever the user does; so what the user will do, and when, is stored as the login's plan.
 *
 * @throws CibaRefusal for the one outcome that ends a login before it begins: the app is too old
 */
export async function playForPhone(exchange: Exchange, login: PhoneLogin): Promise<boolean> {
  const { sandbox, trace, now } = exchange;
  const { phoneLogins } = sandbox.store;
  const { switches } = sandbox;
  const queue = await readAll(sandbox.store.scenarios);
  const scenario = await takeScenario(sandbox, queue, {
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
    sandbox.loginCounts.ended("phone-number", outcome);
    throw new CibaRefusal(userError("old_app", switches.minimumAge), diagnoseScenario(scenario));
  }
  // The user sees an error of the app, which the merchant does not learn of: the login still waits.
  if (outcome === "app_token_error") return true;
  const failure = failureFor(outcome, "phone-number", switches, diagnoseScenario(scenario));
  const plan: PhoneLoginPlan = {
    at: after(now, Math.ceil(delay)),
    ...(failure && { failure }),
  };
  const planned = await phoneLogins.update(login.id, (current) => ({ ...current, plan }));
  if (planned) await carryOutPlan(exchange, planned);
  if (now < plan.at) sandbox.wakeCourier();
  return true;
}

/** The errors that a login ends with, where they differ between the two ways to log in. */
interface FlowErrors {
  /** When the user's time is over. */
  readonly timeout: ResponseError;
  /** The usual description of a code; empty for an unknown one. */
  describe(code: string): string;
}

function browserErrors({ errorTexts }: Pick<Switches, "errorTexts">): FlowErrors {
  return {
    timeout: expiredError("login"),
    describe: (code) =>
      isKeyOf(OAUTH_ERRORS, code) ? oauthError(code, undefined, errorTexts).description : "",
  };
}

function phoneErrors(minimumAge: number): FlowErrors {
  const { code, description } = cibaError("expired_token");
  return {
    timeout: { code, description },
    describe(one) {
      if (!isKeyOf(CIBA_ERRORS, one)) return "";
      const error =
        one === "unknown_user_id" ? userError("invalid_user", minimumAge) : cibaError(one);
      return error.description;
    },
  };
}

function isKeyOf<Key extends string>(
  table: Readonly<Record<Key, unknown>>,
  key: string,
): key is Key {
  return Object.hasOwn(table, key);
}

/** A login for which a scenario is looked for. */
interface Candidate {
  readonly flow: LoginFlow;
  readonly request: { readonly clientId: string; readonly state?: string | undefined };
  /** The user's id; undefined in a browser login until the user is identified. */
  readonly user: string | undefined;
  /** The login has just begun, or its user has just been identified. */
  readonly moment: "begun" | "identified";
}

/**
 * Takes one turn of the first scenario in the queue that is for this login. Of several logins that
 * want the last turn at the same time, one gets it.
 */
async function takeScenario(
  { store }: Pick<Sandbox, "store">,
  queue: readonly Scenario[],
  candidate: Candidate,
): Promise<Scenario | undefined> {
  for (const { id } of queue.filter((scenario) => isFor(scenario, candidate))) {
    const taken = await store.scenarios.update(id, (current) =>
      isFor(current, candidate) ? { ...current, hits: current.hits + 1 } : undefined,
    );
    if (taken) return taken;
  }
  return undefined;
}

/** Gives a turn back that was taken and not played. */
async function giveBackTurn({ store }: Pick<Sandbox, "store">, id: ScenarioId): Promise<void> {
  // A reset meanwhile may have put a fresh one in its place.
  await store.scenarios.update(id, ({ hits, ...rest }) =>
    hits > 0 ? { ...rest, hits: hits - 1 } : undefined,
  );
}

/**
 * Once its user is identified, a login gets only scenarios that name a user: the others were considered
 * when it began.
 */
function isFor(scenario: Scenario, { flow, request, user, moment }: Candidate): boolean {
  const { match, hits, times, outcome } = scenario;
  return (
    hits < times &&
    (match.flow ?? flow) === flow &&
    isPossible(outcome, flow) &&
    (match.clientId ?? request.clientId) === request.clientId &&
    (match.state ?? request.state) === request.state &&
    (match.user ?? user) === user &&
    (moment === "begun" || match.user !== undefined) &&
    (flow === "browser"
      ? !needsUser(outcome) || userOf(scenario, user) !== undefined
      : userOf(scenario, user) === user)
  );
}

/** Who logs in, where a scenario is played. */
function userOf({ user, match }: Scenario, known: string | undefined): string | undefined {
  return user ?? match.user ?? known;
}

/** How the login ends, and why; undefined for the outcomes after which it goes on. */
export function failureFor(
  outcome: Scenario["outcome"],
  flow: LoginFlow,
  switches: Pick<Switches, "errorTexts" | "minimumAge">,
  diagnosis: Diagnosis,
): LoginFailure | undefined {
  const errors = flow === "browser" ? browserErrors(switches) : phoneErrors(switches.minimumAge);
  const withError = (error: ResponseError): LoginFailure => ({ reason: "told", error, diagnosis });
  switch (outcome) {
    case "approve":
    case "app_token_error":
      return undefined;
    case "cancel":
      return { reason: "cancelled", diagnosis };
    case "wrong_challenge":
    case "outdated_app":
    case "unknown_reject_reason":
      return { reason: outcome, diagnosis };
    case "timeout":
      return withError(errors.timeout);
    case "csrf_cookie_lost":
      return withError(oauthError("request_forbidden", hintOf("csrf_cookie_lost")));
    case "server_error":
      return withError(sentence("app_failed"));
    default:
      return withError({
        code: outcome.error,
        description: outcome.errorDescription ?? errors.describe(outcome.error),
      });
  }
}

/** Why the login ends without a code or tokens. */
function diagnoseScenario({ id, outcome }: Scenario): Diagnosis {
  const how = typeof outcome === "string" ? outcome : outcome.error;
  return diagnose(
    { id: "scenario", source: "the mock's own" },
    `the scenario ${id} was queued to end this login with ${how}`,
    `If that is not wanted, narrow its match, or remove it with DELETE scenarios/${id}.`,
  );
}
