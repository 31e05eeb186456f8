import { closest } from "../platform/closest.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import { checkRedirectUri } from "./redirect-uri.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** The API keys of a sales unit, and every way in which they can be wrong. */
export const credentialsRule: Rule = {
  id: "credentials",
  faq: [FAQ.invalidClient, FAQ.credentials],
  enforces:
    "client_id and client_secret of one sales unit authenticate, and nothing else does. An unknown " +
    "id, a wrong secret, keys of another environment and a sales unit without Vipps Login get the " +
    "same invalid_client.",
  source: "FAQ; fosite 0.40.2",
  status: "observed",
};

export const activationRule: Rule = {
  id: "activation",
  faq: [FAQ.activation],
  enforces: "A sales unit for which Vipps Login is not activated is as good as unknown.",
  source: "FAQ",
  status: "documented",
};

export const inactiveRule: Rule = {
  id: "inactive",
  faq: [FAQ.inactive],
  enforces: "The keys of a sales unit that is not active are refused with a text of their own.",
  source: "FAQ; the text is documented, its JSON shape assumed",
  status: "assumed",
};

export const authMethodRule: Rule = {
  id: "token-endpoint-auth-method",
  faq: [FAQ.clientSecretPost, FAQ.azureB2c],
  enforces:
    "Each sales unit takes one way of client authentication at the token endpoint: " +
    "client_secret_basic unless it was changed to client_secret_post.",
  source: "FAQ; fosite 0.40.2",
  status: "documented",
};

/** Payment APIs need a subscription key; Login has no use for it. */
export const subscriptionKeyRule: Rule = {
  id: "subscription-key",
  faq: [FAQ.credentials],
  enforces:
    "Ocp-Apim-Subscription-Key is for platform tokens and webhooks, which Login shares with payments, " +
    "never for Login itself. A request that carries it gets 401 from userinfo by sub in profile 2023, " +
    "and from Login's userinfo in profile 2026; everywhere else it changes nothing.",
  source:
    "FAQ; agent toolkit; eCom documentation; that the key changes nothing elsewhere is assumed",
  status: "documented",
};

export function diagnoseUnknownClient(clientId: string, known: readonly string[]): Diagnosis {
  return diagnose(
    credentialsRule,
    clientId ? `no sales unit has the client_id ${clientId}` : "client_id is missing",
    "Use the client_id of a sales unit of this mock; keys of the real test or production " +
      "environment are not known here.",
    { sent: clientId, closest: closest(clientId, known) },
  );
}

export function diagnoseSecretAsId(clientId: string): Diagnosis {
  return diagnose(
    credentialsRule,
    `the client_secret of ${clientId} was sent as client_id`,
    "Swap them: the client_id comes first, the client_secret second.",
    { sent: undefined, closest: clientId },
  );
}

/** What the diagnosis of a wrong secret knows of the request and of the sales unit. */
export interface WrongSecret {
  readonly clientId: string;
  readonly sent: string;
  readonly expected: string;
  /** The redirect_uri of the same request, if it had one. */
  readonly redirectUri: string | undefined;
  readonly redirectUris: readonly string[];
}

/**
 * The FAQ sends readers from invalid_client on to the redirect URI, so the diagnosis looks at both.
 */
export function diagnoseWrongSecret(wrong: WrongSecret): Diagnosis {
  const { clientId, sent, expected, redirectUri, redirectUris } = wrong;
  const uri = redirectUri === undefined ? undefined : checkRedirectUri(redirectUri, redirectUris);
  return diagnose(
    credentialsRule,
    `the client_secret sent for ${clientId} is wrong${howWrong(sent, expected)}`,
    `Copy the secret of that sales unit again.${uri ? ` Then correct this too: ${uri.message}.` : ""}`,
    { sent: uri?.sent, closest: uri?.closest },
  );
}

/** How they differ where a slip explains it, as the end of a sentence; neither is repeated. */
export function howWrong(sent: string, expected: string): string {
  if (sent === "") return ": it is empty, and PKCE does not replace it";
  if (sent.trim() === expected.trim()) return " only by white space around it";
  if (sent.toLowerCase() === expected.toLowerCase()) return " only by upper and lower case";
  if (sent.replaceAll(" ", "+") === expected) {
    return ": a + in it became a space, because Basic credentials are form-decoded";
  }
  return "";
}

/** The diagnosis for a sales unit without Vipps Login. */
export function diagnoseNotActivated(clientId: string): Diagnosis {
  return diagnose(
    activationRule,
    `Vipps Login is not activated for the sales unit of client_id ${clientId}`,
    "Set loginActivated to true on the sales unit; at the real service, activate Vipps Login in " +
      "the portal and add a redirect URI.",
  );
}

/** The diagnosis for a sales unit that is not active. */
export function diagnoseInactive(clientId: string): Diagnosis {
  return diagnose(
    inactiveRule,
    `the sales unit of client_id ${clientId} is not active`,
    "Set active to true on the sales unit; at the real service, see whether the organisation is " +
      "still registered.",
  );
}

/** What the diagnosis of a wrong method knows of the request and of the sales unit. */
export interface WrongMethod {
  readonly clientId: string;
  readonly used: string;
  readonly configured: string;
  readonly sent: string;
  readonly expected: string;
}

/**
 * The method is looked at before the secret. Some clients try the other method after any refusal, so that
 * the last one they get names the method where the secret was the mistake: the diagnosis looks at both.
 */
export function diagnoseAuthMethod(wrong: WrongMethod): Diagnosis {
  const { clientId, used, configured, sent, expected } = wrong;
  const method = `client_id ${clientId} authenticated with ${used}, but its sales unit takes ${configured}`;
  const remedy =
    `Make the application use ${configured}, or set tokenEndpointAuthMethod to ${used} on the ` +
    "sales unit (Azure B2C, Auth0 and most brokers need client_secret_post).";
  const correction = { sent: used, closest: configured };
  if (sent === expected) {
    const byItself = `A client that tries both methods, as Go's oauth2 does, goes on with ${configured} by itself.`;
    return diagnose(authMethodRule, method, `${remedy} ${byItself}`, correction);
  }
  return diagnose(
    authMethodRule,
    `${method}, and the client_secret sent is wrong${howWrong(sent, expected)}`,
    `Copy the secret of that sales unit again. If ${configured} was refused just before, that is all: some ` +
      `clients, as Go's oauth2, try the other method after any refusal. Otherwise: ${remedy}`,
    correction,
  );
}

/** The note for a request that carried the header. */
export function diagnoseSubscriptionKey(): Diagnosis {
  return diagnose(
    subscriptionKeyRule,
    "the request carries Ocp-Apim-Subscription-Key, which is not for Login",
    "Leave the header out: Login knows client_id and client_secret only, and some versions of userinfo " +
      "refuse it with 401.",
  );
}
