import type { FastifyInstance, FastifyReply } from "fastify";
import { sendPage } from "../http/messages.ts";
import type { ReturnAddress } from "../oidc/errors.ts";
import type { ResponseParameters } from "../oidc/redirect.ts";
import { PATHS } from "../request/addresses.ts";
import { chooseLanguage } from "../rules/language.ts";
import type { PageRenderer } from "./render.ts";

/** The pages' folder as seen from the authorization endpoint, right under any path prefix. */
const PAGES = "../../../vipps-login-idp/";

/**
 * The authorization response of response_mode=form_post (OAuth 2.0 Form Post Response Mode §2): a page
 * whose form brings it to the redirect URI. Whoever responds to an authorization request sends it.
 */
export function formPostRoutes(app: FastifyInstance, views: PageRenderer): void {
  app.decorateReply(
    "sendFormPost",
    async function (this: FastifyReply, to: ReturnAddress, response: ResponseParameters) {
      const page = await views.render("form-post", {
        language: chooseLanguage(this.request.headers["accept-language"]),
        stylesheet: `${PAGES}style.css`,
        script: `${PAGES}form-post.js`,
        action: to.redirectUri,
        fields: Object.entries(response).map(([name, value]) => ({ name, value })),
      });
      return sendPage(this.code(200), page);
    },
  );

  app.get(PATHS.formPostScript, { config: { failure: "plain" } }, async (_request, reply) =>
    reply
      .header("cache-control", "max-age=3600")
      .type("text/javascript; charset=utf-8")
      .send(await views.script("form-post")),
  );
}
