import type { Operation } from "./api/operation.ts";
import { browserOperations } from "./resources/browsers.ts";
import { clockOperations } from "./resources/clock.ts";
import { consentOperations } from "./resources/consents.ts";
import { descriptionOperations } from "./resources/description.ts";
import { faultOperations } from "./resources/faults.ts";
import { healthOperations } from "./resources/health.ts";
import { keyOperations } from "./resources/keys.ts";
import { loginOperations } from "./resources/logins.ts";
import { partnerOperations } from "./resources/partners.ts";
import { paymentSessionOperations } from "./resources/payment-sessions.ts";
import { requestLogOperations } from "./resources/request-log.ts";
import { salesUnitOperations } from "./resources/sales-units.ts";
import { sandboxOperations } from "./resources/sandboxes.ts";
import { scenarioOperations } from "./resources/scenarios.ts";
import { settingsOperations } from "./resources/settings.ts";
import { stateOperations } from "./resources/state.ts";
import { statisticsOperations } from "./resources/statistics.ts";
import { tokenOperations } from "./resources/tokens.ts";
import { userOperations } from "./resources/users.ts";
import { webhookDeliveryOperations } from "./resources/webhook-deliveries.ts";

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
