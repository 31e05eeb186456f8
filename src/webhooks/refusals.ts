import type { ExtraDetail } from "../oidc/errors.ts";
import { PlatformRefusal } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";

/** What the Webhooks API says of a request that it refuses, as its OpenAPI file has it. */

/** Of a member or a header that is not there. */
export const MISSING = "The property is required and cannot be null or empty.";

/** Of an address, seen in the test environment. */
export const NOT_ALLOWED = "The URL and/or hostname you provided is not allowed";

/** The refusal of a request in which something is wrong; `extraDetails` name all of it. */
export function badRequest(
  diagnosis: Diagnosis,
  extraDetails: readonly ExtraDetail[],
): PlatformRefusal {
  const detail = "One or more validation errors occurred.";
  return new PlatformRefusal(400, detail, diagnosis, extraDetails);
}
