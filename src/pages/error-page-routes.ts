import type { FastifyInstance } from "fastify";
import type { Access } from "../http/access.ts";
import { BadRequest } from "../http/errors.ts";
import { noSniff, parametersOr, queryOf, sendPage } from "../http/messages.ts";
import { hintOf } from "../oidc/hints.ts";
import { PATHS } from "../request/addresses.ts";
import { findLeadingTo } from "../request-log/leading-to.ts";
import { chooseLanguage } from "../rules/language.ts";
import type { PageRenderer } from "./render.ts";

/**
 * The page for errors that cannot be sent to the merchant, and the stylesheet of all pages. As at the
 * real service, a redirect leads to the page and carries the error. Why, the request log has: who may use
 * the dashboard reads it here, and anybody else where to look it up.
 */
export function errorPageRoutes(
  app: FastifyInstance,
  views: PageRenderer,
  { mayLook }: Pick<Access, "mayLook">,
): void {
  app.get(PATHS.error, { config: { failure: "plain" } }, async (request, reply) => {
    const parameters = parametersOr(queryOf(request.url), unreadable);
    const [repeated] = parameters.repeated;
    if (repeated !== undefined) throw unreadable(`${repeated.name} is there more than once`);
    const description = parameters.get("error_description") ?? "";
    const refused = await findLeadingTo(request.exchange.sandbox, request.url);
    const page = await views.render("error", {
      language: chooseLanguage(request.headers["accept-language"]),
      error: parameters.get("error") ?? "unknown_error",
      description,
      redirectUriMismatch: description.endsWith(hintOf("redirect_uri_mismatch")),
      refusal: refused
        ? { id: refused.id, diagnosis: mayLook(request) ? refused.diagnosis : undefined }
        : undefined,
    });
    return sendPage(reply.code(400), page);
  });

  app.get(PATHS.stylesheet, { config: { failure: "plain" } }, async (_request, reply) =>
    noSniff(reply)
      .header("cache-control", "max-age=3600")
      .type("text/css; charset=utf-8")
      .send(await views.stylesheet()),
  );
}

function unreadable(what: string): BadRequest {
  return new BadRequest("The query is not readable", what);
}
