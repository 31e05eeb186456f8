import { closest } from "../platform/closest.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Seconds } from "../records/time.ts";
import { howWrong } from "./credentials.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** The keys of a partner, which act for the sales units of others, and every way they can fail. */
export const partnerKeysRule: Rule = {
  id: "partner-keys",
  faq: [FAQ.partnerKeys],
  enforces:
    "A partner's keys get a platform token. As Bearer, with the Merchant-Serial-Number of a sales " +
    "unit that the partner acts for and that takes client_secret_basic, it authenticates login from " +
    "phone number (profile 2026: the browser flow too, where msn can stand in place of client_id).",
  source: "FAQ; documentation 2023; platform documentation",
  status: "documented",
};

/** The headers of `/accesstoken/get`, by the names in which their values are given. */
export type KeyHeader = "client_id" | SecretHeader;

/** Those whose values are secrets. */
export type SecretHeader = "client_secret" | "Ocp-Apim-Subscription-Key";

const GET_TOKEN =
  "Send client_id, client_secret and Ocp-Apim-Subscription-Key as headers of POST /accesstoken/get.";

/** The diagnosis of keys of which one was not sent. */
export function diagnoseMissingKey(header: KeyHeader): Diagnosis {
  return diagnose(partnerKeysRule, `the header ${header} is missing`, GET_TOKEN);
}

/** The diagnosis of a client_id that nobody has. */
export function diagnoseUnknownHolder(clientId: string, known: readonly string[]): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `the header client_id is ${clientId}, which no partner and no sales unit has`,
    "Use the client_id of a partner or of a sales unit of this mock; keys of the real test or " +
      "production environment are not known here.",
    { sent: clientId, closest: closest(clientId, known) },
  );
}

export function diagnoseKeyAsId(header: SecretHeader, clientId: string): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `the ${header} of ${clientId} was sent as client_id`,
    GET_TOKEN,
    { sent: undefined, closest: clientId },
  );
}

/** What the diagnosis of a wrong key knows. */
export interface WrongKey {
  readonly header: SecretHeader;
  /** Whose keys they should be. */
  readonly clientId: string;
  readonly sent: string;
  readonly expected: string;
  /** The client_id of whoever has the value that was sent, if somebody has. */
  readonly owner: string | undefined;
}

/** How the key is wrong; the key itself is not repeated. */
export function diagnoseWrongKey({ header, clientId, sent, expected, owner }: WrongKey): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `the header ${header} sent with the client_id ${clientId} is wrong` +
      (owner === undefined ? howWrong(sent, expected) : `: it belongs to the client_id ${owner}`),
    "Copy the three keys of one partner again; those of two partners do not go together.",
    { sent: clientId, closest: owner },
  );
}

const BEARER =
  "Send the access_token of POST /accesstoken/get as 'Authorization: Bearer <token>', and the sales " +
  "unit's msn as Merchant-Serial-Number.";

/** The diagnosis of a request that needs a platform token and brings none. */
export function diagnoseNoPlatformToken(authorized: boolean): Diagnosis {
  return diagnose(
    partnerKeysRule,
    authorized
      ? "the Authorization header is not Bearer followed by one token"
      : "the request has no Authorization header",
    BEARER,
  );
}

/** The diagnosis of a Bearer token that is no platform token. */
export function diagnoseUnknownPlatformToken(isAccessToken: boolean): Diagnosis {
  return diagnose(
    partnerKeysRule,
    isAccessToken
      ? "the Bearer token is the access token of a login, not a platform token"
      : "the Bearer token was never issued by /accesstoken/get, or its holder was removed",
    "Get one from POST /accesstoken/get; it is good for an hour.",
  );
}

/** The diagnosis of a platform token that is too old. */
export function diagnoseExpiredPlatformToken(ago: Seconds): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `the platform token expired ${ago} seconds ago`,
    "Get another from POST /accesstoken/get once an hour, as expires_in says.",
  );
}

/** The diagnosis of a sales unit that authenticates with a platform token of its own. */
export function diagnoseOwnPlatformToken(msn: string): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `the platform token was given for the keys of the sales unit ${msn}, and only a partner's authenticates`,
    "Authenticate a sales unit with its own client_id and client_secret as Basic credentials.",
  );
}

/** The diagnosis of a request that does not say for which sales unit it comes. */
export function diagnoseNoMsn(served: readonly string[]): Diagnosis {
  return diagnose(
    partnerKeysRule,
    "the header Merchant-Serial-Number is missing",
    `${BEARER} The partner acts for ${served.join(", ") || "none"}.`,
  );
}

/** What the diagnosis of somebody else's sales unit knows. */
export interface NotServed {
  /** The Merchant-Serial-Number that was sent. */
  readonly msn: string;
  /** Whose platform token it was. */
  readonly holder: string;
  /** The msn of each sales unit that the holder may act for. */
  readonly served: readonly string[];
  /** Whether there is a sales unit of that msn. */
  readonly exists: boolean;
}

/** Why the holder of the token may not act for that sales unit. */
export function diagnoseNotServed({ msn, holder, served, exists }: NotServed): Diagnosis {
  return diagnose(
    partnerKeysRule,
    exists
      ? `the Merchant-Serial-Number is ${msn}, and ${holder} does not act for that sales unit`
      : `the Merchant-Serial-Number is ${msn}, which no sales unit has`,
    `Send one of those that ${holder} acts for (${served.join(", ") || "none"}), or add the sales ` +
      "unit to the partner's salesUnits.",
    { sent: msn, closest: closest(msn, served) },
  );
}

/** The diagnosis of a sales unit that partner keys cannot reach. */
export function diagnosePostOnlyTarget(msn: string): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `partner keys reach only sales units of client_secret_basic, and ${msn} takes client_secret_post`,
    "Set tokenEndpointAuthMethod to client_secret_basic on the sales unit, or use its own keys.",
    { sent: undefined, closest: "client_secret_basic" },
  );
}

/** The diagnosis of a platform token in the browser flow, where the profile has no partner keys. */
export function diagnoseBrowserFlow(): Diagnosis {
  return diagnose(
    partnerKeysRule,
    "a platform token was sent in the browser flow, and partner keys are for login from phone number only",
    "Use the client_id and client_secret of the sales unit itself, or set rules.partnerKeys to " +
      "everywhere, as it is in profile 2026.",
  );
}

/** The diagnosis of an msn in place of a client_id, where the profile does not allow it. */
export function diagnoseMsnInsteadOfClient(msn: string): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `client_id is missing and msn is ${msn}: partner keys are not for the browser flow`,
    "Send the client_id of the sales unit, or set rules.partnerKeys to everywhere, as it is in " +
      "profile 2026.",
  );
}

export function diagnoseUnknownMsn(msn: string, known: readonly string[]): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `no sales unit has the msn ${msn}`,
    "Send the Merchant Serial Number of a sales unit of this mock.",
    { sent: msn, closest: closest(msn, known) },
  );
}

/** The note on an authorization request with both client_id and msn. */
export function diagnoseMsnBesideClient(msn: string): Diagnosis {
  return diagnose(
    partnerKeysRule,
    `msn=${msn} is ignored, because client_id was sent too`,
    "Send one of them: client_id, or msn in its place.",
  );
}
