import type { FastifyInstance, FastifyReply } from "fastify";
import { noSniff, sendPage } from "../http/messages.ts";
import type { ReturnAddress } from "../oidc/errors.ts";
import type { ResponseParameters } from "../oidc/redirect.ts";
import { PATHS } from "../request/addresses.ts";
import { chooseLanguage } from "../rules/language.ts";
import type { PageRenderer } from "./render.ts";

/**
 * The authorization response of response_mode=form_post (OAuth 2.0 Form Post Response Mode §2): a page
 * whose form brings it to the redirect URI. Whoever responds to an authorization request sends it.
 */
export function formPostRoutes(app: FastifyInstance, views: PageRenderer): void {
  app.decorateReply(
    "sendFormPost",
    async function (this: FastifyReply, to: ReturnAddress, response: ResponseParameters) {
      const pages = pagesSeenFrom(this.request.routeOptions.url ?? PATHS.authorize);
      const page = await views.render("form-post", {
        language: chooseLanguage(this.request.headers["accept-language"]),
        stylesheet: `${pages}style.css`,
        script: `${pages}form-post.js`,
        action: to.redirectUri,
        fields: Object.entries(response).map(([name, value]) => ({ name, value })),
      });
      return sendPage(this.code(200), page);
    },
  );

  app.get(PATHS.formPostScript, { config: { failure: "plain" } }, async (_request, reply) =>
    noSniff(reply)
      .header("cache-control", "max-age=3600")
      .type("text/javascript; charset=utf-8")
      .send(await views.script("form-post")),
  );
}

/**
 * The pages' folder, relative to a path, because a proxy may have put something before both. The page comes
 * from the authorization endpoint, or from a page of a login that can go no further.
 */
function pagesSeenFrom(path: string): string {
  return `${"../".repeat(path.split("/").length - 2)}vipps-login-idp/`;
}
