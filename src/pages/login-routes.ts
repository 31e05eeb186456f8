import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readCookie } from "../http/cookies.ts";
import { noSniff, noStore, note, pageParameters, sendPage } from "../http/messages.ts";
import type { PeopleFor } from "../http/people.ts";
import { loginStatus } from "../login/next-step.ts";
import type { Parameters } from "../oidc/params.ts";
import type { WallClock } from "../platform/capabilities.ts";
import { PATHS } from "../request/addresses.ts";
import { showConsent, submitConsent } from "./consent-page.ts";
import { showLogin, submitLogin } from "./login-page.ts";
import type { ChallengeName, PageResponse, TimedContext } from "./page-context.ts";
import { openLogin } from "./page-context.ts";
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
        const parameters = pageParameters(request);
        const opened = await openLogin(request.exchange, request.headers, parameters, name);
        const context = {
          ...opened,
          people: peopleFor(request, reply),
          realTime: wall(),
          session: readCookie(request, "session"),
        };
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
    const challenge = pageParameters(request).get("login_challenge") ?? "";
    const login = await sandbox.store.logins.get(challenge);
    const waiting = login !== undefined && loginStatus(login, now) === "confirm";
    return noSniff(noStore(reply)).send({ waiting });
  });

  app.get(PATHS.loginScript, { config: { failure: "plain" } }, async (_request, reply) =>
    noSniff(reply)
      .header("cache-control", "max-age=3600")
      .type("text/javascript; charset=utf-8")
      .send(await views.script("app")),
  );
}

async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  response: PageResponse,
  views: PageRenderer,
): Promise<FastifyReply> {
  if ("redirect" in response) return noStore(reply).redirect(response.redirect, 303);
  if (response.note) note(request, response.note);
  return sendPage(reply.code(response.status), await response.render(views));
}
