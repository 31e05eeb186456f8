import type { FastifyRequest } from "fastify";
import type { ControlAccess } from "../control/access.ts";
import { checkAccess } from "../control/access.ts";
import { Problem } from "../control/api/problem.ts";
import type { OwnNames } from "./caller.ts";
import { callerOf } from "./caller.ts";
import { PASS_COOKIE, readOwnCookie } from "./cookies.ts";

/** Says whether whoever sent a request may use the dashboard. */
export type MayLook = (request: FastifyRequest) => boolean;

/** A page of a login tells them why, and where the log has it. */
export function mayLookBy(control: ControlAccess, names: OwnNames): MayLook {
  return (request) => {
    try {
      checkAccess(control, callerOf(request, names), readOwnCookie(request, PASS_COOKIE));
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  };
}
