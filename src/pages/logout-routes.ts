import type { FastifyInstance } from "fastify";
import { sendPage } from "../http/messages.ts";
import { PATHS } from "../request/addresses.ts";
import { chooseLanguage } from "../rules/language.ts";
import { diagnoseLogout } from "../rules/logout.ts";
import type { PageRenderer } from "./render.ts";

/** The stylesheet as seen from the logout endpoint, right under any path prefix. */
const STYLESHEET = "../../../../vipps-login-idp/style.css";

/** The endpoint that discovery lists and nobody can use: it logs nobody out and says why. */
export function logoutRoutes(app: FastifyInstance, views: PageRenderer): void {
  const config = { failure: "page", endpoint: "logout" } as const;
  app.get(PATHS.logout, { config }, async (request, reply) => {
    const language = chooseLanguage(request.headers["accept-language"]);
    const diagnosis = diagnoseLogout();
    request.exchange.trace.refusal = diagnosis;
    request.log.warn({ diagnosis }, "refused: logout");
    const page = await views.render("logout", { language, stylesheet: STYLESHEET });
    return sendPage(reply.code(400), page);
  });
}
