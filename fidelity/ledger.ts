import { CIBA_ERRORS, CIBA_TEXTS } from "../src/oidc/ciba-errors.ts";
import type { ErrorText } from "../src/oidc/errors.ts";
import { OAUTH_ERRORS } from "../src/oidc/errors.ts";
import { filled, HINTS, SENTENCES, USERINFO_DETAILS } from "../src/oidc/hints.ts";
import type { Provenance } from "../src/records/provenance.ts";
import { CERTAINTIES } from "../src/records/provenance.ts";
import { RULES } from "../src/rules/index.ts";
import type { Rule } from "../src/rules/rule.ts";
import { appFlowsSection } from "./app-flows.ts";
import {
  authorizationRequestSection,
  authorizationResponseSection,
  pkceSection,
  redirectChainSection,
} from "./authorization.ts";
import type { Behaviour, Section, TestName } from "./behaviour.ts";
import { clientAuthenticationSection } from "./client-authentication.ts";
import { discoverySection, jwksSection } from "./discovery.ts";
import { faultsSection } from "./faults.ts";
import { errorPageSection, everyResponseSection, requestsSection } from "./http.ts";
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

/** The tests that show the texts of login from phone number. */
const CIBA_TESTS: Readonly<Record<keyof typeof CIBA_ERRORS, TestName>> = {
  invalid_request: "wire/phone/begin.test.ts > refuses %j",
  invalid_scope: "wire/phone/begin.test.ts > refuses %j as %s",
  invalid_binding_message: "wire/phone/begin.test.ts > says why",
  unauthorized_client:
    "wire/faq/phone-number.ts > is refused to all others, and so is the question whether a user exists",
  old_app: "wire/phone/begin.test.ts > refuses one with the status %s as %s",
  unknown_user_id: "wire/phone/begin.test.ts > refuses one with the status %s as %s",
  too_many_requests:
    "wire/phone/begin.test.ts > lets three logins wait for one user, and says when to try again",
  invalid_grant: "wire/phone/poll.test.ts > with what is not its own",
  authorization_pending: "wire/phone/poll.test.ts > gives tokens once the user has approved",
  slow_down: "wire/phone/poll.test.ts > at its pace",
  expired_token: "wire/phone/poll.test.ts > expires while %s",
  access_denied: "wire/phone/poll.test.ts > is told how it was rejected: %j",
};

/** What the texts have where a request's own value stands. */
const EXAMPLES: Readonly<Record<string, string>> = {
  configured: "client_secret_basic",
  used: "client_secret_post",
  grantType: "refresh_token",
  responseType: "token",
  part: "id",
  mode: "web_message",
  scope: "x",
  audience: "x",
  prompt: "x",
  page: "login",
  name: "scope",
  age: "18",
  least: "60",
  most: "900",
};

const ABOUT_TEXTS =
  "These are the error texts of the browser login, of the token endpoint and of userinfo. A code has a " +
  "description; in most cases a hint follows it, which says more. Where a text repeats what was sent, an example " +
  "stands here, such as `x`.";

/** Who looks up one text lands far below the top of the page. */
const ABOUT_CERTAINTY = `The certainty says how sure it is that the real service says the same. ${Object.entries(
  CERTAINTIES,
)
  .map(([certainty, meaning]) => `*${certainty}*: ${meaning}`)
  .join(" ")}`;

/** The tests of rules about which the FAQ has no entry. */
const TESTS_BESIDE_FAQ: Readonly<Record<string, readonly TestName[]>> = {
  app: [
    "wire/login-pages.test.ts > %s cannot log in, is told one text for all, and can go back",
    "wire/login-pages.test.ts > an outdated app ends the login",
    "wire/phone/begin.test.ts > refuses one with the status %s as %s",
  ],
  "user-choice": [
    "wire/login-pages.test.ts > %s: who cancels goes back to the merchant with access_denied",
    "wire/login-pages.test.ts > a wrong choice is wrong_challenge",
  ],
};

/**
 * Everything that a merchant's application can see, with its source, how sure it is, and the test
 * that shows it. This file puts the sections in order and adds what the code itself declares.
 */
export const LEDGER: readonly Section[] = [
  everyResponseSection,
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
    note: `${ABOUT_TEXTS} ${ABOUT_CERTAINTY}`,
    endpoints: [],
    behaviours: [
      ...Object.entries(OAUTH_ERRORS).map(([code, text]) => ({
        ...errorBehaviour(code, text),
        tests: ["oidc/errors.test.ts > %s has the status %i and its text" as const],
      })),
      ...Object.values(HINTS).map((hint) => ({
        ...textBehaviour(`\`${hint.code}\`, behind its description`, hint),
        tests: ["oidc/hints.test.ts > %s: behind %s, word by word" as const],
      })),
      ...Object.values(SENTENCES).map((sentence) => ({
        ...textBehaviour(`\`${sentence.code}\`, with nothing else`, sentence),
        tests: ["oidc/hints.test.ts > %s: %s with nothing else" as const],
      })),
      ...Object.entries(USERINFO_DETAILS).map(([status, text]) => ({
        ...textBehaviour(`The \`detail\` of userinfo with HTTP ${status}`, {
          text,
          source: "OpenAPI 2025; its form is documented, the words are the mock's own",
          status: "assumed" as const,
        }),
        tests: ["oidc/hints.test.ts > says at userinfo what is wrong" as const],
      })),
    ],
  },
  {
    title: "Texts of errors of login from phone number",
    note: ABOUT_CERTAINTY,
    endpoints: [],
    behaviours: [
      ...Object.entries(CIBA_ERRORS).map(([code, text]) => ({
        ...errorBehaviour(code, text, "in login from phone number"),
        tests: [CIBA_TESTS[code as keyof typeof CIBA_ERRORS]],
      })),
      ...Object.values(CIBA_TEXTS).map((text) => ({
        ...textBehaviour(
          `\`${text.code}\` in login from phone number, in place of its description`,
          text,
        ),
        tests: ["oidc/hints.test.ts > %s: in place of the description, word by word" as const],
      })),
    ],
  },
];

/** A rule's source says only "FAQ"; here its entries are named, and each entry has its tests. */
function ruleBehaviour({ id, enforces, faq, source, status }: Rule): Behaviour {
  const entries = faq.map((entry) => `FAQ: ${entry}`).join("; ");
  return {
    what: enforces,
    source: source.replace(/^FAQ(?=;|$)/, () => entries),
    status,
    tests:
      faq.length > 0
        ? faq.map((entry) => `wire/faq.test.ts > ${entry}` as const)
        : (TESTS_BESIDE_FAQ[id] ?? []),
  };
}

function errorBehaviour(code: string, text: ErrorText, form = "as JSON") {
  const { http, description, hint, newer, source, status } = text;
  const more = hint === undefined ? "" : ` Without a more specific hint: “${hint}”`;
  const later = newer === undefined ? "" : `; since 2023 “${newer}”`;
  return {
    what: `\`${code}\`, ${form} with HTTP ${http}: “${filled(description, EXAMPLES)}”${later}${more}`,
    source,
    status,
  };
}

function textBehaviour(
  what: string,
  { text, source, status }: Provenance & { readonly text: string },
): Provenance & { readonly what: string } {
  return { what: `${what}: “${filled(text, EXAMPLES)}”`, source, status };
}
