import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "../control/api/problem.ts";
import type { Door } from "../control/door.ts";
import { PASS_LIFETIME } from "../control/door.ts";
import type { Access } from "../http/access.ts";
import { PASS_COOKIE, setOwnCookie } from "../http/cookies.ts";
import { noSniff, noStore, queryOf, sendPage } from "../http/messages.ts";
import { ENTER } from "../request/addresses.ts";
import { placeIn } from "./place.ts";
import { DASHBOARD_POLICY } from "./policy.ts";

/**
 * Where people get in: by the control token, or by a link with a code, which a script reads from the part of
 * the address that no browser sends.
 */
export function enterRoutes(
  app: FastifyInstance,
  door: Door | undefined,
  { refuseForeignPages }: Pick<Access, "refuseForeignPages">,
): void {
  const config = { failure: "plain" } as const;

  app.get(ENTER, { config, exposeHeadRoute: true }, (request, reply) =>
    form(reply, new URLSearchParams(queryOf(request.url)).get("to")),
  );

  app.post(ENTER, { config }, async (request, reply) => {
    refuseForeignPages(request);
    const fields = new URLSearchParams(typeof request.body === "string" ? request.body : "");
    const pass = await door?.enter(fields.get("code")?.trim() ?? "");
    if (door && pass === undefined) {
      const problem = new Problem(
        401,
        "That is neither the control token nor a code that is still good: a code serves once, for 15 minutes.",
      );
      request.log.warn(`refused POST ${ENTER}: ${problem.message}`);
      return form(reply, fields.get("to"), problem);
    }
    const cookie = { name: PASS_COOKIE, maxAge: PASS_LIFETIME };
    if (pass !== undefined) setOwnCookie(request, reply, { ...cookie, value: pass });
    return noStore(reply).redirect(placeIn(fields.get("to")) ?? "../mock", 303);
  });

  /** @param to where to go then */
  async function form(reply: FastifyReply, to: string | null, problem?: Problem) {
    const { enterPage } = await import("./serve.ts");
    const page = await enterPage({ to: to ?? "", problem: problem?.message ?? "", isOpen: !door });
    return sendPage(reply.code(problem?.status ?? 200), page, DASHBOARD_POLICY);
  }

  app.get(`${ENTER}.js`, { config, exposeHeadRoute: true }, async (_request, reply) => {
    const { readScript } = await import("./serve.ts");
    return noSniff(reply)
      .header("cache-control", "max-age=3600")
      .type("text/javascript; charset=utf-8")
      .send(await readScript("enter"));
  });
}
