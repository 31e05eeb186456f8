import type { Diagnosis } from "../../records/diagnosis.ts";
import { Problem } from "./problem.ts";

/**
 * What a rule of the service refuses, and no schema could: the control API makes nothing that a user
 * and a merchant could not have made.
 */
export function refusedByRule<Given extends object>(
  given: Given,
  path: (keyof Given & string) | "",
  { message, detail, closest }: Diagnosis,
): Problem {
  const told = `${message}. ${detail}`;
  const value = path === "" ? undefined : given[path];
  return new Problem(422, path === "" ? told : `${path}: ${told}`, [
    {
      path,
      message: told,
      ...(value !== undefined && { value }),
      ...(closest !== undefined && { closest }),
    },
  ]);
}
