import { findLengthProblems, lengthOf } from "../config/duration.ts";
import type { Seconds } from "../time.ts";
import { badRequest } from "./operation.ts";

export { LengthSchema } from "../config/schema.ts";

/**
 * @param given what the request says
 * @param path the property, as in a problem document
 * @param hint what else to say when it is none
 * @returns the length in seconds
 * @throws Problem 400 for a text that is no length
 */
export function readLength(given: number | string, path: string, hint = ""): Seconds {
  const seconds = lengthOf(given);
  if (seconds === undefined) throw badRequest(findLengthProblems(given, path, hint));
  return seconds;
}
