import type { SalesUnit, User } from "../control/types.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { defined } from "../records/defined.ts";
import { PATHS } from "../request/addresses.ts";
import type { Fetch } from "./control-api.ts";
import { checkOptions } from "./options.ts";

/** A whole login from phone number, as a merchant's system makes it: it begins one, and it polls. */

/** Who logs in from phone number, and to what. */
export interface PhoneLoginOptions {
  /** The user's id or MSISDN. */
  readonly user: string;
  /** The sales unit, by its msn, client id or name; the first one when left out. */
  readonly salesUnit?: string;
  /** Separated by spaces; `openid` when left out. */
  readonly scope?: string;
  /** What the merchant and the app both show: 5 to 8 capital letters, digits and hyphens. */
  readonly bindingMessage?: string;
  /** How long the user has, in seconds; 600 when left out. */
  readonly requestedExpiry?: number;
  /** Made up when left out. */
  readonly state?: string;
  readonly nonce?: string;
}

const OPTIONS = {
  user: "string",
  salesUnit: "string",
  scope: "string",
  bindingMessage: "string",
  requestedExpiry: "number",
  state: "string",
  nonce: "string",
} as const;

/**
 * @param options the options of a login from phone number
 * @throws OptionsError when one is wrong
 */
export function checkPhoneLoginOptions(options: PhoneLoginOptions): void {
  checkOptions("phoneLogin() cannot be called", options, OPTIONS, ["user"]);
}

/** What a login from phone number gave to the merchant. */
export interface PhoneTokens {
  /** What the merchant polled with; the ID token names it. */
  readonly authReqId: string;
  readonly accessToken: string;
  readonly idToken: string;
  readonly tokenType: string;
  /** How long the access token lives, in seconds. */
  readonly expiresIn: number;
}

/** A login from phone number on its way. */
export interface PhoneLoginRequest {
  readonly unit: SalesUnit;
  /** The form that begins it. */
  readonly form: Readonly<Record<string, string>>;
  readonly state: string;
}

/** Why a merchant got nothing. */
export interface Refused {
  readonly error: string;
  readonly errorDescription: string | undefined;
}

/**
 * @param unit the sales unit that asks
 * @param user who logs in
 * @param options what to ask for
 * @returns the request
 */
export function phoneLoginRequest(
  unit: SalesUnit,
  user: User,
  options: PhoneLoginOptions,
): PhoneLoginRequest {
  const { scope = "openid", state = createIds(secureRandom).id(), requestedExpiry } = options;
  const parameters = {
    login_hint: `urn:msisdn:${user.phoneNumber}`,
    scope,
    state,
    binding_message: options.bindingMessage,
    requested_expiry: requestedExpiry === undefined ? undefined : String(requestedExpiry),
    nonce: options.nonce,
  };
  return { unit, form: defined(parameters) as Record<string, string>, state };
}

/**
 * Begins a login, and polls for it once.
 *
 * @param url the sandbox's address
 * @param request the request
 * @param fetch what carries the requests
 * @returns the tokens, or the error of the request that was refused
 */
export async function beginAndPoll(
  url: string,
  { unit, form }: PhoneLoginRequest,
  fetch: Fetch,
): Promise<PhoneTokens | Refused> {
  const begun = await send(`${url}${PATHS.backchannelAuthentication}`, unit, form, fetch);
  if ("error" in begun) return refused(begun);
  const authReqId = String(begun["auth_req_id"]);
  const grant = { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: authReqId };
  const tokens = await send(`${url}${PATHS.token}`, unit, grant, fetch);
  if ("error" in tokens) return refused(tokens);
  return {
    authReqId,
    accessToken: String(tokens["access_token"]),
    idToken: String(tokens["id_token"]),
    tokenType: String(tokens["token_type"]),
    expiresIn: Number(tokens["expires_in"]),
  };
}

type Json = Readonly<Record<string, unknown>>;

function refused({ error, error_description: description }: Json): Refused {
  return {
    error: String(error),
    errorDescription: description === undefined ? undefined : String(description),
  };
}

/** Posts a form as the sales unit, authenticated the way that is registered for it. */
async function send(
  url: string,
  { clientId, clientSecret, tokenEndpointAuthMethod }: SalesUnit,
  form: Readonly<Record<string, string>>,
  fetch: Fetch,
): Promise<Json> {
  const inBody = tokenEndpointAuthMethod === "client_secret_post";
  const credentials = inBody ? { client_id: clientId, client_secret: clientSecret } : {};
  const basic = Buffer.from([clientId, clientSecret].map(encodeURIComponent).join(":")).toString(
    "base64",
  );
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(!inBody && { authorization: `Basic ${basic}` }),
    },
    body: String(new URLSearchParams({ ...form, ...credentials })),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as Json;
  } catch {
    // A fault, or something between here and the mock, responded in its place.
    return { error: `http_${response.status}`, error_description: text.slice(0, 200) };
  }
}
