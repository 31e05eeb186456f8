import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readCookie } from "../http/cookies.ts";
import { noSniff, noStore, note, pageParameters, sendPage } from "../http/messages.ts";
import type { PeopleFor } from "../http/people.ts";
import { loginStatus } from "../login/next-step.ts";
import type { Parameters } from "../oidc/params.ts";
import type { WallClock } from "../platform/capabilities.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import { PATHS } from "../request/addresses.ts";
import type { ChallengeName } from "../request-log/ending.ts";
import { chooseLanguage } from "../rules/language.ts";
import { diagnoseNoSuchLogin } from "../rules/protocol.ts";
import { showConsent, submitConsent } from "./consent-page.ts";
import { showLogin, submitLogin } from "./login-page.ts";
import type { PageResponse, TimedContext } from "./page-context.ts";
import { endedPage, openLogin } from "./page-context.ts";
import type { PageRenderer } from "./render.ts";

/** What the pages need beside a request. */
interface LoginDeps {
  readonly views: PageRenderer;
  readonly wall: WallClock;
  readonly peopleFor: PeopleFor;
}

/** What a page does with a request. */
type PageHandler = (context: TimedContext, parameters: Parameters) => Promise<PageResponse>;

/**
 * The pages of a login. Each shows one step, stores what the user did, and sends the browser back to the
 * authorization endpoint, where it is decided what comes next.
 */
export function loginRoutes(app: FastifyInstance, { views, wall, peopleFor }: LoginDeps): void {
  function page(method: "GET" | "POST", url: string, name: ChallengeName, handle: PageHandler) {
    const config = { failure: "page", endpoint: "login" } as const;
    app.route({
      method,
      url,
      config,
      handler: async (request, reply) => {
        const { exchange, headers } = request;
        const parameters = pageParameters(request);
        const people = peopleFor(request, reply);
        const opened = await openLogin(exchange, headers, parameters, name);
        if ("ending" in opened) {
          note(request, diagnoseNoSuchLogin(name));
          const language = chooseLanguage(headers["accept-language"]);
          const isSame = cameWith(opened.ending, request);
          const visitor = { language, isSame, mayLook: people !== undefined };
          return respond(request, reply, await endedPage(exchange, opened.ending, visitor), views);
        }
        const session = readCookie(request, "session");
        const context = { ...opened, people, realTime: wall(), session };
        return respond(request, reply, await handle(context, parameters), views);
      },
    });
  }
  page("GET", PATHS.login, "login_challenge", showLogin);
  page("POST", PATHS.login, "login_challenge", submitLogin);
  // The resume_uri, which the merchant's app opens in the browser in which the login began.
  page("GET", PATHS.resume, "tabId", showLogin);
  page("GET", PATHS.consent, "consent_challenge", showConsent);
  page("POST", PATHS.consent, "consent_challenge", submitConsent);

  // The script of the app page asks this again and again: it is not worth a line in the request log.
  app.get(PATHS.loginStatus, { config: { failure: "plain" } }, async (request, reply) => {
    const { sandbox, now } = request.exchange;
    const { logins } = sandbox.store;
    const parameters = pageParameters(request);
    const login =
      (await logins.get(parameters.get("login_challenge") ?? "")) ??
      (await logins.find("consentChallenge", parameters.get("consent_challenge") ?? ""));
    const waiting = login !== undefined && loginStatus(login, now) === "confirm";
    return noSniff(noStore(reply)).send({ waiting, ended: login === undefined });
  });

  const scripts = [
    [PATHS.loginScript, "app"],
    [PATHS.endedScript, "ended"],
  ] as const;
  for (const [path, script] of scripts) {
    app.get(path, { config: { failure: "plain" } }, async (_request, reply) =>
      noSniff(reply)
        .header("cache-control", "max-age=3600")
        .type("text/javascript; charset=utf-8")
        .send(await views.script(script)),
    );
  }
}

/** Whether an earlier request came from the browser that asks now: it brought the cookie of a login's page too. */
function cameWith({ sent }: KeptRequest, request: FastifyRequest): boolean {
  const before = String(sent.request.headers["cookie"] ?? "");
  return (["login", "consent"] as const).some((page) => {
    const cookie = readCookie(request, page);
    return cookie !== undefined && before.includes(cookie);
  });
}

async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  response: PageResponse,
  views: PageRenderer,
): Promise<FastifyReply> {
  if ("redirect" in response) return noStore(reply).redirect(response.redirect, 303);
  const { refusal } = response;
  if (refusal) {
    request.exchange.trace.refusal = refusal;
    request.log.warn({ diagnosis: refusal }, refusal.message);
  }
  return sendPage(reply.code(response.status), await response.render(views));
}
