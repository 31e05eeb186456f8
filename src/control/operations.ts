import { browserOperations } from "./browsers.ts";
import { clockOperations } from "./clock.ts";
import { consentOperations } from "./consents.ts";
import { descriptionOperations } from "./description.ts";
import { faultOperations } from "./faults.ts";
import { healthOperations } from "./health.ts";
import { keyOperations } from "./keys.ts";
import { loginOperations } from "./logins.ts";
import type { Operation } from "./operation.ts";
import { partnerOperations } from "./partners.ts";
import { paymentSessionOperations } from "./payment-sessions.ts";
import { requestLogOperations } from "./request-log.ts";
import { salesUnitOperations } from "./sales-units.ts";
import { sandboxOperations } from "./sandboxes.ts";
import { scenarioOperations } from "./scenarios.ts";
import { settingsOperations } from "./settings.ts";
import { stateOperations } from "./state.ts";
import { statisticsOperations } from "./statistics.ts";
import { tokenOperations } from "./tokens.ts";
import { userOperations } from "./users.ts";
import { webhookDeliveryOperations } from "./webhook-deliveries.ts";

/** Everything that the control API can do. */
export const OPERATIONS: readonly Operation[] = [
  ...healthOperations,
  ...descriptionOperations,
  ...userOperations,
  ...salesUnitOperations,
  ...partnerOperations,
  ...consentOperations,
  ...scenarioOperations,
  ...loginOperations,
  ...paymentSessionOperations,
  ...browserOperations,
  ...faultOperations,
  ...clockOperations,
  ...keyOperations,
  ...tokenOperations,
  ...statisticsOperations,
  ...settingsOperations,
  ...sandboxOperations,
  ...stateOperations,
  ...requestLogOperations,
  ...webhookDeliveryOperations,
];
