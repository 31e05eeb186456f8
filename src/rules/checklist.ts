import type { FaqEntry } from "../records/faq.ts";
import { FAQ } from "../records/faq.ts";

/**
 * What Vipps asks before an application goes live, as data: one item a record. Partners have to send the list in,
 * merchants go through it by themselves. How an item is judged is in `checklist/`.
 */

/** The list of 2023, in the repository of the documentation, and the one that its site has had since 2024. */
export type ChecklistEdition = "2023" | "2026";

export interface ChecklistItem {
  /** Its name, in kebab-case. */
  readonly id: string;
  /** What is asked, in our words. */
  readonly asks: string;
  /** The editions of Vipps' list that have it; none where only the FAQ or a standard asks for it. */
  readonly editions: readonly ChecklistEdition[];
  /** Where it stands beside Vipps' list. */
  readonly source?: string;
  readonly faq?: FaqEntry;
  /** `traffic`: the requests of the application show it. `person`: somebody has to look, and says so. */
  readonly judgedBy: "traffic" | "person";
  /** Whether there are applications that it does not concern: somebody can say so. */
  readonly isOptional?: true;
  /** What has to come for a verdict; left out where a person has it, and where it follows from the calls. */
  readonly shownBy?: string;
  /** What to do where it is not done. */
  readonly remedy: string;
}

const BOTH: readonly ChecklistEdition[] = ["2023", "2026"];

export const CHECKLIST = [
  {
    id: "endpoints",
    asks: "Discovery, the keys, authorization and token are called, at the addresses that discovery names.",
    editions: ["2026"],
    judgedBy: "traffic",
    remedy:
      "Configure the client with the discovery document alone, and take no address from elsewhere.",
  },
  {
    id: "till-endpoints",
    asks: "A till begins logins at the backchannel, after it has asked whether the phone number has a user.",
    editions: ["2026"],
    faq: FAQ.phoneNumberLogin,
    judgedBy: "traffic",
    isOptional: true,
    remedy: "Call user-exists before a login from phone number, and tell nobody else what it says.",
  },
  {
    id: "redirect-based",
    asks: "The browser itself goes to the login; no frame in another page shows it.",
    editions: BOTH,
    judgedBy: "traffic",
    shownBy:
      "A login by a real browser shows it: it says of each request where it leads (Sec-Fetch-Dest).",
    remedy: "Send the whole window to the authorization endpoint, by a redirect or a link.",
  },
  {
    id: "app-flow",
    asks: "A native app uses a flow for apps.",
    editions: BOTH,
    judgedBy: "traffic",
    isOptional: true,
    shownBy: "A login of a native app shows it. A web site has nothing to show here.",
    remedy: "From an app, send requested_flow=app_to_app and app_callback_uri.",
  },
  {
    id: "no-phone-login-on-web",
    asks: "Login from phone number is for tills and call centres; no web page begins one.",
    editions: BOTH,
    faq: FAQ.phoneNumberLogin,
    judgedBy: "traffic",
    isOptional: true,
    shownBy: "A login from phone number shows it. Who has none has nothing to show here.",
    remedy:
      "In a browser begin with the authorization request; call the backchannel from a backend alone.",
  },
  {
    id: "redirect-uris",
    asks: "Each redirect URI is registered character by character, is https or the scheme of an app, and has no query.",
    editions: BOTH,
    faq: FAQ.redirectUris,
    judgedBy: "traffic",
    shownBy: "A login in a browser shows it.",
    remedy: "Register exactly what the application sends, and keep what varies in state.",
  },
  {
    id: "scopes",
    asks: "Only scopes are asked for that the application needs and may have, and their claims are read.",
    editions: BOTH,
    faq: FAQ.scopes,
    judgedBy: "traffic",
    shownBy: "A login with scopes beyond openid shows it, whose claims are read from userinfo.",
    remedy: "Leave out each scope whose claims the application does not use.",
  },
  {
    id: "state",
    asks: "Each authorization request has a state of its own that nobody can guess.",
    editions: BOTH,
    faq: FAQ.state,
    judgedBy: "traffic",
    shownBy: "Two logins in a browser show it.",
    remedy:
      "Make state anew for each login, of at least 16 random bytes, and compare it at the callback.",
  },
  {
    id: "nonce",
    asks: "Each authorization request has a nonce of its own.",
    editions: [],
    source: "OpenID Connect Core §15.5.2; RFC 9700 §4.5.3",
    judgedBy: "traffic",
    isOptional: true,
    shownBy: "Two logins with a nonce show it. With PKCE a code is safe without one.",
    remedy: "Make a nonce anew for each login, and compare it with that of the ID token.",
  },
  {
    id: "pkce",
    asks: "Each authorization request has a code challenge, by S256.",
    editions: [],
    source: "RFC 7636; RFC 9700 §2.1.1",
    judgedBy: "traffic",
    isOptional: true,
    shownBy:
      "A login with code_challenge_method=S256 shows it. With a nonce a code is safe without one.",
    remedy: "Switch PKCE on in the client: code_challenge_method=S256.",
  },
  {
    id: "client-secret",
    asks: "The client secret stays in the backend: it is in no URL, and no browser sends it.",
    editions: BOTH,
    judgedBy: "traffic",
    shownBy: "A token request shows it.",
    remedy:
      "Call the token endpoint from the backend, with the secret in the Authorization header.",
  },
  {
    id: "errors",
    asks: "Cancelled logins and errors at the callback are handled, and another login works afterwards.",
    editions: BOTH,
    judgedBy: "traffic",
    shownBy: "A login that is cancelled shows it, and a later one that succeeds.",
    remedy: "At the callback look for error first; show what happened, and offer to log in again.",
  },
  {
    id: "code",
    asks: "A code is redeemed once, and at once.",
    editions: [],
    source: "RFC 6749 §4.1.2",
    judgedBy: "traffic",
    shownBy: "A token request shows it.",
    remedy:
      "Redeem the code in the request that brings it, and redirect the browser, so that nobody reloads it.",
  },
  {
    id: "userinfo",
    asks: "Userinfo is read while the access token is valid.",
    editions: [],
    source: "OpenID Connect Core §5.3",
    judgedBy: "traffic",
    shownBy: "A userinfo request shows it.",
    remedy: "Read userinfo right after the token response, and keep what the application needs.",
  },
  {
    id: "polling",
    asks: "A till polls no faster than the interval, and waits after a 429.",
    editions: [],
    source: "OpenID Connect CIBA Core §7.3",
    judgedBy: "traffic",
    isOptional: true,
    shownBy:
      "A login from phone number shows it in which the user takes longer than the first poll.",
    remedy:
      "Wait for the interval between two polls, and for Retry-After where the response has it.",
  },
  {
    id: "system-headers",
    asks: "Calls of the backend have Merchant-Serial-Number and the Vipps-System headers.",
    editions: BOTH,
    judgedBy: "traffic",
    shownBy: "Any call of the backend shows it.",
    remedy:
      "Send Merchant-Serial-Number, Vipps-System-Name, Vipps-System-Version, Vipps-System-Plugin-Name and " +
      "Vipps-System-Plugin-Version, each of at most 30 characters.",
  },
  {
    id: "caching",
    asks: "Discovery and the keys are kept for a while.",
    editions: [],
    source: "OpenID Connect Core §10.1.1",
    judgedBy: "traffic",
    shownBy: "Three logins show it, in a sandbox that no other client calls.",
    remedy:
      "Keep one client for the life of the process; fetch the keys again for a kid that is not known.",
  },
  {
    id: "webhooks",
    asks: "Webhooks are acknowledged in time.",
    editions: [],
    faq: FAQ.consentRemoval,
    judgedBy: "traffic",
    isOptional: true,
    shownBy: "A revoked consent, or a login from phone number with a ping, shows it.",
    remedy: "Respond with 2xx as soon as the webhook is written down, and do the work afterwards.",
  },
  {
    id: "browsers",
    asks: "A login works from every browser, also from one that is not the phone's own.",
    editions: BOTH,
    judgedBy: "person",
    remedy: "Log in on a phone from Chrome on iOS, and from a browser inside another app.",
  },
  {
    id: "account-linking",
    asks: "A user is linked to the account that there is already, by phone number or e-mail address.",
    editions: BOTH,
    judgedBy: "person",
    remedy:
      "Look for an account by the verified phone number or e-mail address before making another one.",
  },
  {
    id: "nin",
    asks: "Whoever asks for the national identity number has been granted it.",
    editions: ["2023"],
    faq: FAQ.nin,
    judgedBy: "person",
    remedy: "Apply for it, or leave the scope nin out.",
  },
  {
    id: "name-and-logo",
    asks: "The name of the sales unit is that of the company on its site, and the logo is set.",
    editions: ["2023"],
    faq: FAQ.nameAndLogo,
    judgedBy: "person",
    remedy: "Change the name and the logo of the sales unit in the portal.",
  },
  {
    id: "branding",
    asks: "Buttons and branding follow the design guidelines.",
    editions: BOTH,
    judgedBy: "person",
    remedy: "Compare each button with the design guidelines.",
  },
  {
    id: "terms",
    asks: "Terms are shown, and whatever consent the merchant itself needs is asked for.",
    editions: ["2023"],
    judgedBy: "person",
    remedy: "Ask for what goes beyond the login, such as marketing, by yourself.",
  },
  {
    id: "acting-for-others",
    asks: "Whoever shares data with other merchants has it in the terms.",
    editions: ["2023"],
    judgedBy: "person",
    remedy: "Read the terms for merchants on sharing data, or do not share it.",
  },
] as const satisfies readonly ChecklistItem[];

export type ChecklistItemId = (typeof CHECKLIST)[number]["id"];
