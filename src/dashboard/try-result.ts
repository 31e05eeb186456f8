import { Problem } from "../control/api/problem.ts";
import type { ClockReading, LoggedRequest, Login, User } from "../control/types.ts";
import type { DiagnosisView } from "../pages/diagnosis.ts";
import { diagnosisView } from "../pages/diagnosis.ts";
import { personOf } from "../pages/page-context.ts";
import { PATHS } from "../request/addresses.ts";
import { unlessProblem } from "./api.ts";
import { clientNames } from "./clients.ts";
import { requestLine } from "./log.ts";
import type { Page, Visit } from "./page.ts";
import type { Attempt } from "./try-attempt.ts";
import { attemptIn } from "./try-attempt.ts";
import { callbackOf, finish, ownAttempt, poll, toResult, unitOf } from "./try-flow.ts";
import { PRESETS } from "./try-presets.ts";
import type { KnownUnit, Step, StripContext } from "./try-strip.ts";
import { brokenSteps, browserSteps, tillSteps } from "./try-strip.ts";

/** What became of the login that this browser began last: each step, what was sent, what came back. */

interface TryResultView {
  /** Null where this browser has begun none. */
  readonly result: ResultView | null;
}

interface ResultView {
  /** Its name; empty where it was removed meanwhile. */
  readonly unit: string;
  readonly msn: string;
  /** Who is logged in; null where nobody is. */
  readonly person: { readonly name: string; readonly href: string } | null;
  readonly outcome: string;
  readonly state: "good" | "bad" | "waiting";
  /** The mistake that was made on purpose; empty for none. */
  readonly mistake: string;
  readonly diagnosis: DiagnosisView | null;
  readonly diagnosisHref: string;
  readonly loginHref: string;
  readonly steps: readonly Step[];
  readonly areSecretsShown: boolean;
  /** What can be done now. */
  readonly canExchange: boolean;
  readonly canPoll: boolean;
  /** Seconds until the next poll; 0 where none will ever be due. */
  readonly pollIn: number;
  readonly phoneHref: string;
  /** Where the app that was called, or the browser of the user, goes next; empty for nowhere. */
  readonly next: { readonly href: string; readonly label: string } | null;
}

/** So many requests of a login are looked at. */
const MOST_REQUESTS = 200;

export const tryResultPage: Page = {
  async show(visit) {
    const attempt = attemptIn(visit);
    const model: TryResultView = {
      result: attempt ? await resultOf(visit, attempt) : null,
    };
    const preset = PRESETS.find(({ id }) => id === attempt?.preset);
    const title = preset ? `${preset.label}: what does the application see?` : "How did it go?";
    return { view: "try-result", title, section: "try", model };
  },

  async act(visit) {
    const attempt = ownAttempt(visit);
    const action = visit.form.get("action");
    if (action === "exchange" && canExchange(attempt))
      return toResult(await finish(visit, attempt));
    if (action === "poll") {
      // A page that has not heard of the last poll yet would poll too early.
      const isEarly = visit.form.get("by") === "script" && visit.exchange.now < attempt.pollAt;
      return toResult(canPoll(attempt) && !isEarly ? await poll(visit, attempt) : attempt);
    }
    throw new Problem(
      409,
      "This login has gone on meanwhile: there is nothing of that kind to do.",
    );
  },
};

function canExchange({ isOver, callback }: Attempt): boolean {
  return !isOver && callback !== "";
}

function canPoll({ kind, isOver, interval }: Attempt): boolean {
  return kind === "till" && !isOver && interval > 0;
}

/** Stands for a sales unit that was removed: what was logged is told without it. */
const REMOVED: Omit<KnownUnit, "msn"> = {
  name: "",
  clientId: "",
  clientSecret: "",
  redirectUris: [],
};

async function resultOf(visit: Visit, attempt: Attempt): Promise<ResultView> {
  const { api, exchange, query, root } = visit;
  const found = await unitOf(visit, attempt).catch(unlessProblem);
  const unit = found ?? { ...REMOVED, msn: attempt.msn };
  const requests = await requestsOf(visit, attempt, unit);
  const areSecretsShown = query.get("secrets") === "shown";
  const context: StripContext = { attempt, unit, requests, areSecretsShown, root };
  const refused = requests.findLast((one) => one.refused);
  const login = attempt.login || requests.find((one) => one.login !== undefined)?.login;
  const preset = PRESETS.find(({ id }) => id === attempt.preset);
  const left = attempt.pollAt - exchange.now;
  const { frozen } = await api.get<ClockReading>(["clock"]);
  return {
    unit: unit.name,
    msn: unit.msn,
    person: await personIn(visit, attempt, requests),
    ...outcomeOf(attempt, refused),
    mistake: preset?.mistake ?? "",
    diagnosis: refused?.diagnosis ? diagnosisView(refused.diagnosis) : null,
    diagnosisHref: refused ? `${root}log/${encodeURIComponent(refused.id)}` : "",
    loginHref: login ? `${root}log/login/${encodeURIComponent(login)}` : "",
    steps: (await stepsOf(context, visit)).map(withContent),
    areSecretsShown,
    canExchange: found !== undefined && canExchange(attempt),
    canPoll: found !== undefined && canPoll(attempt),
    pollIn: frozen ? 0 : Math.min(Math.max(left, 1), attempt.interval),
    phoneHref:
      attempt.kind === "till" && !attempt.isOver
        ? `${root}phone?user=${encodeURIComponent(await userOf(api, attempt))}`
        : "",
    next: await nextOf(visit, attempt),
  };
}

/** Tokens are the proof that somebody is logged in; the log knows whose they are. */
async function personIn(
  { api, root }: Visit,
  { accessToken }: Attempt,
  requests: readonly LoggedRequest[],
): Promise<ResultView["person"]> {
  const id = requests.findLast(({ user }) => user !== undefined)?.user;
  if (accessToken === "" || id === undefined) return null;
  const user = await api.get<User>(["users", id]).catch(() => undefined);
  if (!user) return null;
  return { name: personOf(user).name, href: `${root}portal/people/${encodeURIComponent(id)}` };
}

function withContent(step: Step): Step {
  const { note, exchanges, fields, polls, token, checks } = step;
  const hasContent =
    note !== "" ||
    token !== null ||
    [exchanges, fields, polls, checks].some((each) => each.length > 0);
  return { ...step, hasContent };
}

async function stepsOf(context: StripContext, visit: Visit): Promise<readonly Step[]> {
  if (context.attempt.kind === "broken") return brokenSteps(context);
  if (context.attempt.kind === "browser") return browserSteps(context);
  const names = await clientNames(visit);
  return tillSteps(context, (polls) => polls.map((one) => requestLine(one, names, visit)));
}

/** Those of its login, and those that no login is known for. */
async function requestsOf(
  { api }: Visit,
  attempt: Attempt,
  unit: KnownUnit,
): Promise<readonly LoggedRequest[]> {
  const found = new Map<string, LoggedRequest>();
  const asked = attempt.kind === "browser" ? await authorizationOf(api, attempt, unit) : undefined;
  if (asked) found.set(asked.id, asked);
  const login = attempt.login || asked?.login;
  const ofLogin = login
    ? await api.list<LoggedRequest>(["requests"], { login, last: MOST_REQUESTS })
    : [];
  for (const request of ofLogin) found.set(request.id, request);
  for (const id of attempt.entries) {
    // The log may have been emptied.
    const request = await api.get<LoggedRequest>(["requests", id]).catch(() => undefined);
    if (request) found.set(id, request);
  }
  return [...found.values()];
}

/** The browser made it: it is known by its state, also where no login came of it. */
async function authorizationOf(
  api: Visit["api"],
  { state }: Attempt,
  { clientId }: KnownUnit,
): Promise<LoggedRequest | undefined> {
  const of = { endpoint: "auth", clientId: clientId || undefined, last: MOST_REQUESTS };
  const requests = await api.list<LoggedRequest>(["requests"], of).catch(() => []);
  const isOfIt = ({ url }: LoggedRequest) => {
    const parameters = new URL(url).searchParams;
    const isLater = ["login_verifier", "consent_verifier"].some((name) => parameters.has(name));
    return parameters.get("state") === state && !isLater;
  };
  return requests.findLast(isOfIt);
}

function outcomeOf(
  { kind, isOver, callback, resumeUri, refusal, checks, interval }: Attempt,
  refused: LoggedRequest | undefined,
): Pick<ResultView, "outcome" | "state"> {
  if (kind === "broken") return { outcome: refusal, state: "bad" };
  if (!isOver) {
    if (callback !== "") {
      return { outcome: "The code has come, and waits to be exchanged.", state: "waiting" };
    }
    if (refused && kind === "browser") {
      return {
        outcome: "The application hears nothing: the browser was left on an error page.",
        state: "bad",
      };
    }
    const outcome =
      kind === "till"
        ? interval > 0
          ? "The user has not answered yet."
          : "The user’s browser has not come yet."
        : resumeUri === ""
          ? "The browser has not come back yet."
          : "The app was called, and is to send the browser on.";
    return { outcome, state: "waiting" };
  }
  if (refusal !== "") return { outcome: `openid-client says: ${refusal}`, state: "bad" };
  const failed = checks.filter(({ holds }) => holds === false).map(({ name }) => name);
  return failed.length === 0
    ? { outcome: "Logged in: every check holds.", state: "good" }
    : {
        outcome: `openid-client took the tokens, though a check fails that it does not make: ${failed.join(", ")}.`,
        state: "bad",
      };
}

/** Who is to answer: the id, or the number as it was typed. */
async function userOf(api: Visit["api"], { user }: Attempt): Promise<string> {
  const found = await api.get<User>(["users", user]).catch(() => undefined);
  return found?.id ?? user;
}

/** Only the mock's own addresses are linked: whatever else came to the callback is shown, not followed. */
async function nextOf(visit: Visit, attempt: Attempt): Promise<ResultView["next"]> {
  const { resumeUri, callback, kind, isOver, interval, authReqId } = attempt;
  if (isOver || callback !== "") return null;
  const resume = `${visit.exchange.endpoints.front}${PATHS.resume}?`;
  if (resumeUri.startsWith(resume)) {
    return { href: resumeUri, label: "Open the resume_uri, as the app does" };
  }
  if (kind !== "till" || interval > 0) return null;
  const { redirectUrl = "" } = await visit.api
    .get<Partial<Login>>(["logins", authReqId])
    .catch((): Partial<Login> => ({}));
  return redirectUrl.startsWith(`${callbackOf(visit)}?`)
    ? { href: redirectUrl, label: "Go where the user’s browser goes" }
    : null;
}
