import type { AnyExample } from "./api/examples.ts";
import type { Operation } from "./api/operation.ts";
import { addressExamples } from "./resources/addresses.examples.ts";
import { browserExamples } from "./resources/browsers.examples.ts";
import { checklistExamples } from "./resources/checklist.examples.ts";
import { checkExamples } from "./resources/checks.examples.ts";
import { clockExamples } from "./resources/clock.examples.ts";
import { consentExamples } from "./resources/consents.examples.ts";
import { countExamples } from "./resources/counts.examples.ts";
import { faultExamples } from "./resources/faults.examples.ts";
import { healthExamples } from "./resources/health.examples.ts";
import { keyExamples } from "./resources/keys.examples.ts";
import { loginExamples } from "./resources/logins.examples.ts";
import { partnerExamples } from "./resources/partners.examples.ts";
import { paymentSessionExamples } from "./resources/payment-sessions.examples.ts";
import { requestLogExamples } from "./resources/request-log.examples.ts";
import { salesUnitExamples } from "./resources/sales-units.examples.ts";
import { sandboxExamples } from "./resources/sandboxes.examples.ts";
import { scenarioExamples } from "./resources/scenarios.examples.ts";
import { settingsExamples } from "./resources/settings.examples.ts";
import { stateExamples } from "./resources/state.examples.ts";
import { statisticsExamples } from "./resources/statistics.examples.ts";
import { tokenExamples } from "./resources/tokens.examples.ts";
import { userExamples } from "./resources/users.examples.ts";
import { webhookDeliveryExamples } from "./resources/webhook-deliveries.examples.ts";

/** By method and path. Loaded with the description of the API, which alone shows them. */
const EXAMPLES: Readonly<Record<string, readonly AnyExample[]>> = {
  ...addressExamples,
  ...browserExamples,
  ...checklistExamples,
  ...checkExamples,
  ...clockExamples,
  ...consentExamples,
  ...countExamples,
  ...faultExamples,
  ...healthExamples,
  ...keyExamples,
  ...loginExamples,
  ...partnerExamples,
  ...paymentSessionExamples,
  ...requestLogExamples,
  ...salesUnitExamples,
  ...sandboxExamples,
  ...scenarioExamples,
  ...settingsExamples,
  ...stateExamples,
  ...statisticsExamples,
  ...tokenExamples,
  ...userExamples,
  ...webhookDeliveryExamples,
};

/** The calls that show what an operation is for. */
export function examplesOf({ method, path }: Operation): readonly AnyExample[] {
  return EXAMPLES[`${method} ${path}`] ?? [];
}
