import type { FastifyReply, FastifyRequest } from "fastify";
import type { ControlContext } from "../control/api/operation.ts";
import { Problem } from "../control/api/problem.ts";
import { proposedUser } from "../pages/new-user.ts";
import type { People } from "../pages/page-context.ts";
import type { User } from "../records/user.ts";
import type { Access } from "./access.ts";
import { hangUpOf } from "./messages.ts";

/** Who makes users for whoever sent a request; undefined for those who may not use the dashboard. */
export type PeopleFor = (request: FastifyRequest, reply: FastifyReply) => People | undefined;

/** They are made by the control API, which is loaded for the first one. */
export function peopleBy({ mayLook }: Pick<Access, "mayLook">, context: ControlContext): PeopleFor {
  return (request, reply) => {
    if (!mayLook(request)) return undefined;
    return {
      propose: (...given) => proposedUser(request.exchange, ...given),
      async add(body) {
        const { Api } = await import("../dashboard/api.ts");
        const api = new Api(context, request.exchange, hangUpOf(reply));
        try {
          return { user: await api.send<User>({ method: "POST", path: "/users", body }) };
        } catch (error) {
          if (error instanceof Problem) return { problem: error.message };
          throw error;
        }
      },
    };
  };
}
