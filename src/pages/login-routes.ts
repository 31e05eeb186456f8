import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { note, parametersOr, queryOf, unreadablePage } from "../http/read-request.ts";
import { noStore, sendPage } from "../http/send-response.ts";
import type { Outcome } from "../login/browser-login.ts";
import {
  accepted,
  cancelled,
  declined,
  failed,
  finishPage,
  makeChallenge,
  openApp,
  refuseExpired,
  returnUrl,
  userRemoved,
} from "../login/browser-login.ts";
import type { LoginPage } from "../login/next-step.ts";
import { loginStatus, nextStep } from "../login/next-step.ts";
import { PageRefusal } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { malformedRequest, repeatedParameter } from "../oidc/params.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { Login } from "../records/login.ts";
import type { User } from "../records/user.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceLogin } from "../request/trace.ts";
import { consentsInApp } from "../rules/app-flows.ts";
import { mustAskConsent, scopesNeedingConsent } from "../rules/consent.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { chooseLanguage } from "../rules/language.ts";
import { toMsisdn } from "../rules/msisdn.ts";
import {
  diagnoseAnsweredBefore,
  diagnoseConsentAnswer,
  diagnoseNoSuchLogin,
  diagnoseRepeated,
} from "../rules/protocol.ts";
import type { Ticks } from "../rules/questions.ts";
import { answersWith, findTickMistakes } from "../rules/questions.ts";
import { rememberByDefault } from "../rules/remembered.ts";
import { playInBrowser } from "../scenarios/play.ts";
import type { ConsentState } from "../sessions/consents.ts";
import { consentStateOf } from "../sessions/consents.ts";
import type { PageContext, PhoneEntry } from "./login-pages.ts";
import { appPage, consentPage, phonePage } from "./login-pages.ts";
import { ticksIn } from "./questions.ts";
import type { PageRenderer } from "./render.ts";

/**
 * The pages that a person sees: whose login it is, the confirmation in the app, the consent. Each
 * shows one step, stores its answer, and sends the browser back to the authorization endpoint; what
 * comes next is decided there.
 */
export function loginRoutes(app: FastifyInstance, views: PageRenderer): void {
  const config = { failure: "page", endpoint: "login" } as const;

  app.get(PATHS.login, { config }, async (request, reply) => {
    const login = await openLogin(request, queryOf(request.url), "login");
    return showLogin(request, reply, login);
  });

  // The resume_uri, which the merchant's app opens in the browser in which the login began.
  app.get(PATHS.resume, { config }, async (request, reply) => {
    const login = await openLogin(request, queryOf(request.url), "login", "tabId");
    return showLogin(request, reply, login);
  });

  // What the app page's script asks for again and again: not worth a line in the request log.
  app.get(PATHS.loginStatus, { config: { failure: "plain" } }, async (request, reply) => {
    const { sandbox, now } = request.exchange;
    const challenge = formOf(queryOf(request.url)).get("login_challenge") ?? "";
    const login = await sandbox.store.logins.get(challenge);
    const waiting = login !== undefined && loginStatus(login, now) === "confirm";
    return noStore(reply).send({ waiting });
  });

  app.get(PATHS.loginScript, { config: { failure: "plain" } }, async (_request, reply) =>
    reply
      .header("cache-control", "max-age=3600")
      .type("text/javascript; charset=utf-8")
      .send(await views.script()),
  );

  app.post<{ Body: string }>(PATHS.login, { config }, async (request, reply) => {
    const form = formOf(request.body);
    const login = await openLogin(request, request.body, "login");
    if (form.get("action") === "cancel") {
      return close(request, reply, login, "login", cancelled);
    }
    switch (nextStep(login).kind) {
      case "identify":
        return identify(request, reply, login, form);
      case "confirm":
        return confirm(request, reply, login, form);
      default:
        return showLogin(request, reply, login);
    }
  });

  app.get(PATHS.consent, { config }, async (request, reply) => {
    const login = await openLogin(request, queryOf(request.url), "consent");
    return showConsent(request, reply, login);
  });

  app.post<{ Body: string }>(PATHS.consent, { config }, async (request, reply) => {
    const form = formOf(request.body);
    const action = form.get("action");
    const login = await openLogin(request, request.body, "consent");
    if (action !== "accept" && action !== "decline") {
      throw new PageRefusal(
        malformedRequest("The answer must be 'accept' or 'decline'."),
        diagnoseConsentAnswer(action),
      );
    }
    const { questions } = await toAskIn(request, login);
    const ticks = ticksIn(questions, form);
    const isAccepted = action === "accept";
    if (isAccepted && findTickMistakes(questions, ticks).length > 0) {
      return showConsent(request, reply.code(400), login, ticks);
    }
    const outcome = isAccepted ? accepted(answersWith(questions, ticks)) : declined;
    return close(request, reply, login, "consent", outcome);
  });

  async function showConsent(
    request: FastifyRequest,
    reply: FastifyReply,
    login: Login,
    ticked?: Ticks,
  ) {
    const done = returnUrl(request.exchange.endpoints, login);
    if (done) return noStore(reply).redirect(done, 303);
    const user = await userOf(request, login);
    const toAsk = await toAskIn(request, login);
    const model = consentPage(await contextOf(request, login), user, toAsk, ticked);
    return sendPage(reply, await views.render("consent", model));
  }

  async function showLogin(request: FastifyRequest, reply: FastifyReply, login: Login) {
    const { endpoints } = request.exchange;
    const done = returnUrl(endpoints, login);
    if (done) return noStore(reply).redirect(done, 303);
    switch (nextStep(login).kind) {
      case "identify": {
        const remember = rememberByDefault(request.headers["user-agent"]);
        return showPhone(request, reply, login, { phoneNumber: "", remember });
      }
      case "confirm":
        return showApp(request, reply, login);
      default: {
        const challenge = login.consentChallenge ?? "";
        const consent = `${endpoints.front}${PATHS.consent}?consent_challenge=${challenge}`;
        return noStore(reply).redirect(consent, 303);
      }
    }
  }

  async function showPhone(
    request: FastifyRequest,
    reply: FastifyReply,
    login: Login,
    entry: PhoneEntry,
  ) {
    const model = await phonePage(await contextOf(request, login), entry);
    return sendPage(reply.code(entry.problem ? 400 : 200), await views.render("phone", model));
  }

  async function showApp(request: FastifyRequest, reply: FastifyReply, login: Login) {
    const user = await userOf(request, login);
    const model = appPage(await contextOf(request, login), user, await askedInApp(request, login));
    return sendPage(reply, await views.render("app", model));
  }

  /** Step one: a fixture user chosen with one click, or a phone number typed. */
  async function identify(
    request: FastifyRequest,
    reply: FastifyReply,
    login: Login,
    form: Parameters,
  ) {
    const { sandbox, now, trace } = request.exchange;
    const entry = {
      phoneNumber: form.get("phone_number") ?? "",
      remember: form.get("remember") === "yes",
    };
    const fixture = form.get("fixture_user");
    const msisdn = toMsisdn(entry.phoneNumber);
    if (fixture === undefined && msisdn === undefined) {
      return showPhone(request, reply, login, { ...entry, problem: "malformed_number" });
    }
    const user =
      fixture === undefined
        ? await sandbox.store.users.find("phoneNumber", msisdn ?? "")
        : await sandbox.store.users.get(fixture);
    const { minimumAge } = sandbox.switches;
    const obstacle = obstacleFor(user, dateInOslo(now), minimumAge);
    if (!user || (obstacle !== undefined && obstacle !== "outdated_app")) {
      const who = user?.id ?? fixture ?? entry.phoneNumber;
      const diagnosis = diagnoseObstacle(obstacle ?? "unknown", who, minimumAge);
      note(request, diagnosis);
      const phoneNumber = user?.phoneNumber ?? entry.phoneNumber;
      return showPhone(request, reply, login, { ...entry, phoneNumber, problem: "not_eligible" });
    }
    if (obstacle) {
      const diagnosis = diagnoseObstacle(obstacle, user.id, minimumAge);
      const outdated = failed({ reason: "outdated_app", diagnosis });
      return close(request, reply, login, "login", (current) => ({
        ...outdated(current),
        ...openApp(current.request),
      }));
    }
    trace.user = user.id;
    const challenge = makeChallenge(sandbox.ids);
    const identified = await sandbox.store.logins.update(login.id, (current) =>
      nextStep(current).kind === "identify"
        ? {
            ...current,
            ...openApp(current.request),
            user: user.id,
            remember: entry.remember,
            challenge,
          }
        : undefined,
    );
    if (identified) await playFor(request.exchange, identified, user);
    const { endpoints } = request.exchange;
    return noStore(reply).redirect(
      `${endpoints.front}${PATHS.login}?login_challenge=${login.id}`,
      303,
    );
  }

  /** Step two: what the user's phone answers. */
  async function confirm(
    request: FastifyRequest,
    reply: FastifyReply,
    login: Login,
    form: Parameters,
  ) {
    const outcome = form.get("outcome");
    if (outcome === "app_token_error") {
      return showApp(request, reply, { ...login, appTokenError: true });
    }
    if (outcome === "outdated_app") {
      return close(request, reply, login, "login", failed({ reason: "outdated_app" }));
    }
    const choice = form.get("choice");
    if (choice === undefined) return showApp(request, reply, login);
    const { now } = request.exchange;
    const shared = await askedInApp(request, login);
    return close(
      request,
      reply,
      login,
      "login",
      choice === String(login.challenge?.shown)
        ? (current) => ({
            ...current,
            authenticatedAt: now,
            ...(shared.length > 0 && { consentGiven: true }),
          })
        : failed({ reason: "wrong_challenge" }),
    );
  }
}

/** A scenario may have waited for this user: then the phone answers by itself. */
async function playFor(exchange: Exchange, login: Login, user: User): Promise<void> {
  const played = await playInBrowser(exchange, login, user.id, "identified");
  if (!played) return;
  await finishPage(exchange.sandbox, login.id, "login", (current) => ({ ...current, ...played }));
}

function formOf(body: string | undefined): Parameters {
  const parameters = parametersOr(body ?? "", unreadablePage);
  const [name] = parameters.repeated;
  if (name === undefined) return parameters;
  throw new PageRefusal(repeatedParameter(name), diagnoseRepeated(name));
}

/** Finds the login that a page or form is about; one that is over cannot be opened. */
async function openLogin(
  request: FastifyRequest,
  text: string | undefined,
  page: "login" | "consent",
  name: string = `${page}_challenge`,
): Promise<Login> {
  const { sandbox, now, trace } = request.exchange;
  const challenge = formOf(text).get(name) ?? "";
  const { logins } = sandbox.store;
  const login =
    page === "login"
      ? await logins.get(challenge)
      : await logins.find("consentChallenge", challenge);
  if (!login) {
    throw new PageRefusal(
      malformedRequest(
        `No login waits under this ${name}: it is finished, or was never begun. Start ` +
          "again at the merchant.",
      ),
      diagnoseNoSuchLogin(name),
    );
  }
  traceLogin(trace, login);
  refuseExpired(login, page, now);
  return login;
}

async function userOf(request: FastifyRequest, login: Login): Promise<User> {
  const user = await request.exchange.sandbox.store.users.get(login.user ?? "");
  if (user) return user;
  throw userRemoved(login);
}

/** What the app asks to share; empty where the browser asks, as it does with questions of the merchant. */
async function askedInApp(request: FastifyRequest, login: Login): Promise<readonly string[]> {
  const { grantedScopes } = login.request;
  if (!consentsInApp(login.request)) return [];
  const { consented, questions } = await toAskIn(request, login);
  const asksInApp = Object.keys(questions).length === 0 && mustAskConsent(grantedScopes, consented);
  return asksInApp ? scopesNeedingConsent(grantedScopes) : [];
}

async function contextOf(request: FastifyRequest, login: Login): Promise<PageContext> {
  const { exchange } = request;
  const salesUnit = await exchange.sandbox.store.salesUnits.get(login.request.msn);
  const language = chooseLanguage(request.headers["accept-language"]);
  return { exchange, language, login, salesUnit: salesUnit?.name ?? login.request.clientId };
}

/** What the consent page asks; nothing any more where the user or the sales unit is gone. */
async function toAskIn(request: FastifyRequest, login: Login): Promise<ConsentState> {
  const { sandbox, now } = request.exchange;
  const user = await sandbox.store.users.get(login.user ?? "");
  const salesUnit = await sandbox.store.salesUnits.get(login.request.msn);
  if (!user || !salesUnit) return { consented: [], questions: {} };
  const language = chooseLanguage(request.headers["accept-language"]);
  const asked = { salesUnit, scopes: login.request.grantedScopes, language };
  return consentStateOf(sandbox, user, asked, now);
}

/** Ends a page with an answer. */
async function close(
  request: FastifyRequest,
  reply: FastifyReply,
  login: Login,
  page: LoginPage,
  outcome: Outcome,
): Promise<FastifyReply> {
  await finishPage(request.exchange.sandbox, login.id, page, outcome);
  return goBack(request, reply, login);
}

async function goBack(
  request: FastifyRequest,
  reply: FastifyReply,
  { id }: Login,
): Promise<FastifyReply> {
  const { sandbox, endpoints } = request.exchange;
  const login = await sandbox.store.logins.get(id);
  const url = login && returnUrl(endpoints, login);
  if (url) return noStore(reply).redirect(url, 303);
  throw new PageRefusal(
    malformedRequest("This page was answered before. Start again at the merchant."),
    diagnoseAnsweredBefore(),
  );
}
