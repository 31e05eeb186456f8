import { CIBA_ERRORS } from "../src/oidc/ciba-errors.ts";
import type { ErrorText } from "../src/oidc/errors.ts";
import { OAUTH_ERRORS } from "../src/oidc/errors.ts";
import { RULES } from "../src/rules/index.ts";
import type { Rule } from "../src/rules/rule.ts";
import { appFlowsSection } from "./app-flows.ts";
import {
  authorizationRequestSection,
  authorizationResponseSection,
  pkceSection,
  redirectChainSection,
} from "./authorization.ts";
import type { Behaviour, Section } from "./behaviour.ts";
import { clientAuthenticationSection } from "./client-authentication.ts";
import { discoverySection, jwksSection } from "./discovery.ts";
import { faultsSection } from "./faults.ts";
import { errorPageSection, everyAnswerSection, requestsSection } from "./http.ts";
import { loginPagesSection } from "./login-pages.ts";
import { logoutSection } from "./logout.ts";
import { partnerKeysSection, platformTokenSection } from "./partner-keys.ts";
import { phoneLoginSection, phoneTokensSection, userExistsSection } from "./phone-logins.ts";
import { profilesSection } from "./profiles.ts";
import { questionsSection } from "./questions.ts";
import { revocationSection } from "./revocation.ts";
import { scenariosSection } from "./scenarios.ts";
import { statisticsSection } from "./statistics.ts";
import { idTokenSection, tokenSection } from "./token.ts";
import {
  claimsSection,
  legacyUserinfoSection,
  userinfoBySubjectSection,
  userinfoSection,
} from "./userinfo.ts";
import { consentWebhookSection, webhooksSection } from "./webhooks.ts";

/**
 * Everything that a merchant's application can see, with its source and how sure it is. The facts
 * stand where the code is that they are about; this file only puts them in order.
 */
export const LEDGER: readonly Section[] = [
  everyAnswerSection,
  requestsSection,
  profilesSection,
  discoverySection,
  jwksSection,
  authorizationRequestSection,
  loginPagesSection,
  redirectChainSection,
  authorizationResponseSection,
  appFlowsSection,
  scenariosSection,
  errorPageSection,
  clientAuthenticationSection,
  platformTokenSection,
  partnerKeysSection,
  tokenSection,
  pkceSection,
  idTokenSection,
  userinfoSection,
  userinfoBySubjectSection,
  claimsSection,
  questionsSection,
  legacyUserinfoSection,
  revocationSection,
  phoneLoginSection,
  userExistsSection,
  phoneTokensSection,
  logoutSection,
  consentWebhookSection,
  webhooksSection,
  statisticsSection,
  faultsSection,
  { title: "Rules of the FAQ", endpoints: [], behaviours: RULES.map(ruleBehaviour) },
  {
    title: "Texts of errors",
    endpoints: [],
    behaviours: Object.entries(OAUTH_ERRORS).map(([code, text]) => errorBehaviour(code, text)),
  },
  {
    title: "Texts of errors of login from phone number",
    endpoints: [],
    behaviours: Object.entries(CIBA_ERRORS).map(([code, text]) =>
      errorBehaviour(code, text, "in login from phone number"),
    ),
  },
];

/** A rule's source says only "FAQ"; here its entries are named. */
function ruleBehaviour({ enforces, faq, source, status }: Rule): Behaviour {
  const entries = faq.map((entry) => `FAQ: ${entry}`).join("; ");
  return { what: enforces, source: source.replace(/^FAQ(?=;|$)/, () => entries), status };
}

function errorBehaviour(code: string, text: ErrorText, form = "as JSON") {
  const { http, description, hint, source, status } = text;
  const more = hint === undefined ? "" : ` Unless there is something more telling: “${hint}”`;
  return {
    what: `\`${code}\`, ${form} with HTTP ${http}: “${description}”${more}`,
    source,
    status,
  };
}
