import { KeysRefusal } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";

/** What the gateway says of a subscription key, in the words of Azure API Management. */
const TEXTS = {
  missing:
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
  wrong:
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
} as const;

/** The refusal of a request whose subscription key is missing or wrong; no service behind the gateway is asked. */
export function subscriptionKeyRefusal(how: keyof typeof TEXTS, diagnosis: Diagnosis): KeysRefusal {
  return new KeysRefusal(TEXTS[how], diagnosis);
}
