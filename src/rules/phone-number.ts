import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { ProtocolCheck, Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Login from phone number: who may begin one, what a request may say, and what polling obeys. */
export const phoneNumberRule: Rule = {
  id: "phone-number",
  faq: [FAQ.phoneNumberLogin],
  enforces:
    "Login from phone number is for sales units that have applied for it (profile 2026: for every " +
    "one); the others get unauthorized_client.",
  source: "FAQ; developer site; the error is not known",
  status: "assumed",
};

/** What a request and a poll must look like. */
const requestCheck: ProtocolCheck = { id: "phone-number-request", source: "documentation 2023" };
const pollCheck: ProtocolCheck = { id: "phone-number-poll", source: "documentation 2023" };

/**
 * The countries whose numbers are known: Sweden, Denmark, Norway, Finland, Greenland. The longest
 * international number has 15 digits, the shortest of these users' 8.
 */
const HINT = /^urn:msisdn:(?<msisdn>(?=\d{8,15}$)(?:46|45|47|358|299)\d+)$/;
const OLD_HINT = /^urn:mobilenumber:(?<number>\d{8})$/;

/** What the real service says to a login_hint of another form, or to none (Curity client). */
export const INVALID_HINT =
  "login_hint.value : Invalid login_hint. login_hint must be in format: " +
  "'urn:msisdn:46|45|47|358|299{phonenumber}'.";

/** What a binding_message may look like. */
export const BINDING_MESSAGE = /^[A-Z0-9-]{5,8}$/;

/** So long a login from phone number may be asked to last, in seconds. */
export const REQUESTED_EXPIRY = { least: 60, most: 900 } as const;

/**
 * The phone number in a login_hint, or why there is none. A name under which one may have been sent
 * instead goes into the diagnosis: the swagger file of the real service writes loginHint.
 */
export function readPhoneHint(
  hint: string | undefined,
  misspelled?: string | undefined,
): { readonly msisdn: string } | { readonly failure: Diagnosis } {
  const msisdn = HINT.exec(hint ?? "")?.groups?.["msisdn"];
  if (msisdn !== undefined) return { msisdn };
  const number = OLD_HINT.exec(hint ?? "")?.groups?.["number"];
  if (number !== undefined) return { msisdn: `47${number}` };
  if (hint === undefined && misspelled !== undefined) {
    return { failure: diagnoseMisspelled("login_hint", misspelled) };
  }
  return { failure: diagnose(requestCheck, whatIsWrongWith(hint), HINT_REMEDY) };
}

/** The diagnosis for a parameter that was sent under almost its name. */
export function diagnoseMisspelled(name: string, sent: string): Diagnosis {
  return diagnose(
    requestCheck,
    `${name} is missing: what was sent is ${sent}, which is ignored`,
    `Did you mean ${name}? The parameters are written with underscores; the swagger file of the real service ` +
      "has some of them in camelCase.",
    { sent, closest: name },
  );
}

const HINT_REMEDY =
  "Send login_hint=urn:msisdn: and the number with its country code (46, 45, 47, 358 or 299), digits " +
  "only, as in urn:msisdn:4712345678.";

function whatIsWrongWith(hint: string | undefined): string {
  if (hint === undefined) return "login_hint is missing";
  if (hint.startsWith("urn:customer-token:")) {
    return "login_hint is a customer token of the QR flow, which was removed in January 2023";
  }
  if (hint.startsWith("urn:mobilenumber:")) {
    return `login_hint ${hint} is of the old form, which is for 8 digits of a Norwegian number`;
  }
  if (/^urn:msisdn:\d+$/.test(hint)) {
    return `login_hint ${hint} has no country code that is known, or not 8 to 15 digits`;
  }
  return `login_hint ${hint} has neither of the two known forms`;
}

/** The diagnosis for a sales unit that may not log in from phone number. */
export function diagnoseNoPhoneLogin(clientId: string): Diagnosis {
  return diagnose(
    phoneNumberRule,
    `login from phone number is not enabled for the sales unit of client_id ${clientId}`,
    "Set features.loginFromPhoneNumber to true on the sales unit; at the real service, apply for it " +
      "at accessuserinfo@vipps.no.",
  );
}

/** The diagnosis for a request without any scope. */
export function diagnoseNoScope(): Diagnosis {
  return diagnose(
    requestCheck,
    "scope is missing",
    "Send scope=openid and what else the login is to give, separated by spaces.",
  );
}

/** The diagnosis for the scope nnin, as nin was called at first. */
export function diagnoseNnin(): Diagnosis {
  return diagnose(
    requestCheck,
    "login from phone number does not have the scope nnin",
    "Send nin instead.",
    { sent: "nnin", closest: "nin" },
  );
}

/** The diagnosis for a binding_message of another form. */
export function diagnoseBindingMessage(message: string): Diagnosis {
  return diagnose(
    requestCheck,
    `binding_message ${JSON.stringify(message)} does not match ${BINDING_MESSAGE.source}`,
    "Send 5 to 8 characters, each a capital letter, a digit or a hyphen, as ABC-123; or leave it out.",
  );
}

/** The diagnosis for a requested_expiry out of bounds. */
export function diagnoseRequestedExpiry(sent: string): Diagnosis {
  const { least, most } = REQUESTED_EXPIRY;
  return diagnose(
    requestCheck,
    `requested_expiry ${JSON.stringify(sent)} is not a whole number from ${least} to ${most}`,
    "Send seconds within these bounds, or leave it out.",
  );
}

/** The note on a requested_expiry that the profile does not have. */
export function diagnoseIgnoredExpiry(): Diagnosis {
  return diagnose(
    { ...requestCheck, source: "developer site; agent toolkit" },
    "requested_expiry is ignored: it was introduced in August 2024",
    "Leave it out, choose profile 2026, or set rules.requestedExpiry to true.",
  );
}

export function diagnoseIgnored(name: "redirect_uri" | "requested_flow", value: string): Diagnosis {
  return diagnose(
    requestCheck,
    `${name} ${value} is ignored`,
    "For the redirect variant send requested_flow=login_to_webpage and a redirect_uri.",
  );
}

/** The diagnosis for one login too many. */
export function diagnoseTooMany(user: string, limit: number, wait: Seconds): Diagnosis {
  return diagnose(
    requestCheck,
    `${limit} logins from phone number wait for the user ${user} already`,
    `Answer one of them, wait ${wait} seconds as Retry-After says, or set limits.phoneLoginsPerUser.`,
  );
}

/** The diagnosis for an auth_req_id that is missing, or that nobody was given. */
export function diagnoseUnknownRequest(authReqId: string | undefined): Diagnosis {
  return diagnose(
    pollCheck,
    authReqId === undefined
      ? "the token request has no auth_req_id"
      : "no login from phone number has this auth_req_id",
    "Send the auth_req_id of the response to the authentication request. They are forgotten an hour " +
      "after they expired, and when a mock ends that keeps its state in memory.",
  );
}

export function diagnoseOtherPoller(startedBy: string, polledBy: string): Diagnosis {
  return diagnose(
    pollCheck,
    `the login was begun by client_id ${startedBy}, but ${polledBy} polls for it`,
    "Use one client_id in both requests.",
    { sent: polledBy, closest: startedBy },
  );
}

/** The diagnosis for a poll in the redirect variant. */
export function diagnosePolledRedirect(): Diagnosis {
  return diagnose(
    pollCheck,
    "the login is of the redirect variant, which is not polled for",
    "Wait for the browser at the redirect URI, and send its code with " +
      "grant_type=urn:vipps:params:grant-type:ciba-redirect.",
  );
}

/** The diagnosis for a second try to get the tokens. */
export function diagnoseRedeemed(ago: Seconds): Diagnosis {
  return diagnose(
    pollCheck,
    `the tokens of this login were issued ${ago} seconds ago, and they are issued once`,
    "Stop polling with the first response that has tokens.",
  );
}

/** The diagnosis for a poll before the user has answered. */
export function diagnosePending(): Diagnosis {
  return diagnose(
    pollCheck,
    "the user has not answered yet",
    "Go on polling. A test answers with POST logins/{id}/approve or /reject.",
  );
}

/** The diagnosis for a poll that comes too early. */
export function diagnoseTooFast(since: Seconds, interval: Seconds, next: Seconds): Diagnosis {
  return diagnose(
    pollCheck,
    `the poll came ${since} seconds after the one before, but the interval is ${interval} seconds`,
    `Wait ${next} seconds from now on: each slow_down adds 5 to the interval.`,
  );
}

/** The diagnosis for a poll after the end. */
export function diagnoseExpiredRequest(
  at: EpochSeconds,
  now: EpochSeconds,
  approvedAt?: EpochSeconds,
): Diagnosis {
  if (approvedAt !== undefined) {
    return diagnose(
      pollCheck,
      `the user had approved it ${at - approvedAt} seconds before its end, but no poll came until the login ` +
        `expired ${now - at} seconds ago; the consent and the count in the statistics stand`,
      "Poll sooner after the approval: at every interval, or as soon as the ping comes. Now begin another login.",
    );
  }
  return diagnose(
    pollCheck,
    `the login expired ${now - at} seconds ago`,
    "Begin another login. If the sandbox's clock was moved, that is what it did.",
  );
}

/** The diagnosis for a code of the redirect variant at the grant of browsers. */
export function diagnosePhoneCode(): Diagnosis {
  return diagnose(
    pollCheck,
    "the code belongs to a login from phone number, which has a grant of its own",
    "Send grant_type=urn:vipps:params:grant-type:ciba-redirect, without a redirect_uri.",
  );
}

/** The diagnosis for a browser login's code at the grant of the redirect variant. */
export function diagnoseBrowserCode(): Diagnosis {
  return diagnose(
    pollCheck,
    "the code belongs to a login in the browser, not to one from phone number",
    "Send grant_type=authorization_code with the redirect_uri of the authorization request.",
  );
}

/** The diagnosis for a redirect_uri at the grant of the redirect variant. */
export function diagnoseNeedlessRedirectUri(): Diagnosis {
  return diagnose(
    pollCheck,
    "redirect_uri is ignored: the grant of the redirect variant has none",
    "Leave it out.",
  );
}
