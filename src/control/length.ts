import Type from "typebox";
import { quoted } from "../config/problem.ts";
import type { Seconds } from "../time.ts";
import { parseDuration } from "./duration.ts";
import { badRequest } from "./operation.ts";

/** A length of time in a request: the same two forms wherever one can be given. */
export const LengthSchema = Type.Union([Type.Integer({ minimum: 0 }), Type.String()], {
  description: "Seconds, or a length as 168h, 1h30m, 7d, PT168H.",
});

/**
 * @param given what the request says
 * @param path the property, as in a problem document
 * @param hint what else to say when it is none
 * @returns the length in seconds
 * @throws Problem 400 for a text that is no length
 */
export function readLength(given: number | string, path: string, hint = ""): Seconds {
  const seconds = typeof given === "number" ? given : parseDuration(given);
  if (seconds !== undefined) return seconds;
  const message = `${quoted(String(given))} is no length of time; write seconds, or 168h, 1h30m, 7d, PT168H${hint}`;
  throw badRequest([{ path, message, value: given }]);
}
