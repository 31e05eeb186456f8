import type { Credentials } from "../oidc/client-auth.ts";
import { readBearer, readCredentials } from "../oidc/client-auth.ts";
import type { OAuthError } from "../oidc/errors.ts";
import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import { hintOf, sentence } from "../oidc/hints.ts";
import type { Parameters } from "../oidc/params.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { PlatformToken, PlatformTokenHolder } from "../records/session.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import {
  diagnoseAuthMethod,
  diagnoseInactive,
  diagnoseNotActivated,
  diagnoseSecretAsId,
  diagnoseUnknownClient,
  diagnoseWrongSecret,
} from "../rules/credentials.ts";
import type { SecretHeader } from "../rules/partner-keys.ts";
import {
  diagnoseBrowserFlow,
  diagnoseExpiredPlatformToken,
  diagnoseKeyAsId,
  diagnoseNoMsn,
  diagnoseNoPlatformToken,
  diagnoseNotServed,
  diagnoseOwnPlatformToken,
  diagnosePostOnlyTarget,
  diagnoseUnknownPlatformToken,
} from "../rules/partner-keys.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { findFitting, readSome } from "../store/batches.ts";
import type { SandboxStore } from "../store/store.ts";

/**
 * Who is calling: a sales unit with its own credentials, or whoever holds a platform token and acts
 * for one.
 */

/** The headers by which a client says who it is. */
export interface ClientHeaders {
  readonly authorization: string | undefined;
  /** Merchant-Serial-Number: the sales unit that the holder of a platform token acts for. */
  readonly msn: string | undefined;
}

/**
 * Client authentication: by the sales unit's own credentials, or by a partner's platform token where
 * the flow knows partner keys. Where it does not, Hydra sees a Bearer token as no credentials at all.
 *
 * @throws JsonRefusal invalid_request without readable credentials, invalid_client with wrong ones
 */
export async function authenticateClient(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  headers: ClientHeaders,
  parameters: Parameters,
  flow: LoginFlow,
): Promise<SalesUnit> {
  const { sandbox } = exchange;
  const isBearer = readBearer(headers.authorization) !== undefined;
  if (!isBearer || parameters.get("client_secret") !== undefined) {
    return await authenticateSalesUnit(sandbox, headers.authorization, parameters);
  }
  if (flow === "phone-number" || sandbox.switches.partnerKeys === "everywhere") {
    return authenticatePartner(exchange, headers);
  }
  return authenticateSalesUnit(sandbox, undefined, parameters).catch((error: unknown) => {
    throw error instanceof JsonRefusal
      ? new JsonRefusal(error.error, diagnoseBrowserFlow())
      : error;
  });
}

/**
 * The sales unit's own credentials (RFC 6749 §2.3) in fosite's order: client, method, secret; then
 * whether the sales unit is active.
 */
async function authenticateSalesUnit(
  sandbox: Pick<Sandbox, "store">,
  authorization: string | undefined,
  parameters: Parameters,
): Promise<SalesUnit> {
  const credentials = readCredentials(authorization, parameters);
  const found = await findClient(sandbox, credentials.clientId);
  if ("failure" in found) throw invalidClient(found.failure);
  const { salesUnit } = found;
  refuseOtherMethod(credentials, salesUnit);
  if (credentials.secret !== salesUnit.clientSecret) {
    const diagnosis = diagnoseWrongSecret({
      clientId: salesUnit.clientId,
      sent: credentials.secret,
      expected: salesUnit.clientSecret,
      redirectUri: parameters.get("redirect_uri"),
      redirectUris: salesUnit.redirectUris,
    });
    throw invalidClient(diagnosis);
  }
  refuseInactive(salesUnit);
  return salesUnit;
}

function refuseOtherMethod(credentials: Credentials, salesUnit: SalesUnit): void {
  const configured = salesUnit.tokenEndpointAuthMethod;
  const used = credentials.methods.find((method) => method !== configured);
  if (used === undefined) return;
  throw new JsonRefusal(
    oauthError("invalid_client", hintOf("other_auth_method", { configured, used })),
    diagnoseAuthMethod({
      clientId: salesUnit.clientId,
      used,
      configured,
      sent: credentials.secret,
      expected: salesUnit.clientSecret,
    }),
  );
}

/**
 * A partner in place of the sales unit that it acts for: its token is checked first, then whether
 * that sales unit could have authenticated by Basic credentials itself.
 */
async function authenticatePartner(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  headers: ClientHeaders,
): Promise<SalesUnit> {
  const { holder, ...found } = await findSalesUnitByToken(exchange, headers);
  if (holder?.kind === "sales-unit") throw invalidClient(diagnoseOwnPlatformToken(holder.id));
  if ("failure" in found) throw invalidClient(found.failure);
  const { salesUnit } = found;
  const client = await findClient(exchange.sandbox, salesUnit.clientId);
  if ("failure" in client) throw invalidClient(client.failure);
  if (salesUnit.tokenEndpointAuthMethod !== "client_secret_basic") {
    throw invalidClient(diagnosePostOnlyTarget(salesUnit.msn));
  }
  refuseInactive(salesUnit);
  return salesUnit;
}

function invalidClient(diagnosis: Diagnosis): JsonRefusal {
  return new JsonRefusal(oauthError("invalid_client"), diagnosis);
}

function refuseInactive(salesUnit: SalesUnit): void {
  const inactive = checkActive(salesUnit);
  if (inactive) throw new JsonRefusal(inactive.error, inactive.diagnosis);
}

/**
 * The sales unit when Vipps Login is activated for it, else why there is none. Whether it is active
 * is asked by {@link checkActive}, after authentication.
 */
export async function findClient(
  { store }: Pick<Sandbox, "store">,
  clientId: string,
): Promise<{ salesUnit: SalesUnit } | { failure: Diagnosis }> {
  const salesUnit = await store.salesUnits.find("clientId", clientId);
  if (!salesUnit) {
    const secret = await findMisplacedSecret(store, clientId);
    if (secret) return { failure: diagnoseMisplaced(secret) };
    const items = await readSome(store.salesUnits);
    const known = items.map((item) => item.clientId);
    return { failure: diagnoseUnknownClient(clientId, known) };
  }
  if (!salesUnit.loginActivated) return { failure: diagnoseNotActivated(clientId) };
  return { salesUnit };
}

/** The failure that the FAQ quotes, when it is not active; undefined when it is. */
export function checkActive(
  salesUnit: SalesUnit,
): { readonly error: OAuthError; readonly diagnosis: Diagnosis } | undefined {
  if (salesUnit.active) return undefined;
  return {
    error: sentence("inactive"),
    diagnosis: diagnoseInactive(salesUnit.clientId),
  };
}

/** A secret that was sent as a client_id. */
interface MisplacedSecret {
  /** Which of its owner's secrets it is, by the header of `/accesstoken/get`. */
  readonly header: SecretHeader;
  readonly owner: "partner" | "sales-unit";
  /** The client_id of its owner. */
  readonly clientId: string;
}

/** Whose secret it is; undefined when it is none, so that it may be shown in the log. */
export async function findMisplacedSecret(
  { salesUnits, partners }: Pick<SandboxStore, "salesUnits" | "partners">,
  text: string,
): Promise<MisplacedSecret | undefined> {
  const unit = await findFitting(salesUnits, ({ clientSecret }) => clientSecret === text);
  if (unit) return { header: "client_secret", owner: "sales-unit", clientId: unit.clientId };
  const partner = await findFitting(partners, ({ clientSecret, subscriptionKey }) =>
    [clientSecret, subscriptionKey].includes(text),
  );
  if (!partner) return undefined;
  const isSecret = partner.clientSecret === text;
  const header = isSecret ? "client_secret" : "Ocp-Apim-Subscription-Key";
  return { header, owner: "partner", clientId: partner.clientId };
}

function diagnoseMisplaced({ header, owner, clientId }: MisplacedSecret): Diagnosis {
  return owner === "sales-unit" ? diagnoseSecretAsId(clientId) : diagnoseKeyAsId(header, clientId);
}

/** What a platform token gives: a sales unit to act for. */
type SalesUnitByToken =
  | { readonly holder: PlatformTokenHolder; readonly salesUnit: SalesUnit }
  | { readonly holder: PlatformTokenHolder; readonly failure: Diagnosis }
  /** Without a holder it is the token that is missing or no good. */
  | { readonly holder?: undefined; readonly failure: Diagnosis };

/** The sales unit that the request's platform token may act for; or why there is none. */
export async function findSalesUnitByToken(
  { sandbox, now, trace }: Pick<Exchange, "sandbox" | "now" | "trace">,
  { authorization, msn }: ClientHeaders,
): Promise<SalesUnitByToken> {
  const value = readBearer(authorization);
  if (value === undefined) {
    return { failure: diagnoseNoPlatformToken(authorization !== undefined) };
  }
  const token = await sandbox.store.platformTokens.get(value);
  if (!token) {
    const isAccessToken = (await sandbox.store.accessTokens.get(value)) !== undefined;
    return { failure: diagnoseUnknownPlatformToken(isAccessToken) };
  }
  if (now >= token.expiresAt) {
    return { failure: diagnoseExpiredPlatformToken(now - token.expiresAt) };
  }
  const served = await findServedSalesUnit(sandbox, token, msn);
  if ("salesUnit" in served) trace.clientId = served.salesUnit.clientId;
  return { holder: token.holder, ...served };
}

/** The sales unit of that msn, or the holder's own without one, when the holder may act for it. */
export async function findServedSalesUnit(
  { store }: Pick<Sandbox, "store">,
  { holder }: Pick<PlatformToken, "holder">,
  msn: string | undefined,
): Promise<{ readonly salesUnit: SalesUnit } | { readonly failure: Diagnosis }> {
  const isPartner = holder.kind === "partner";
  const served = isPartner
    ? ((await store.partners.get(holder.id))?.salesUnits ?? [])
    : [holder.id];
  const wanted = msn ?? (isPartner ? undefined : holder.id);
  if (wanted === undefined) return { failure: diagnoseNoMsn(served) };
  const salesUnit = await store.salesUnits.get(wanted);
  if (salesUnit && served.includes(wanted)) return { salesUnit };
  const name = `the ${holder.kind.replace("-", " ")} ${holder.id}`;
  const exists = salesUnit !== undefined;
  return { failure: diagnoseNotServed({ msn: wanted, holder: name, served, exists }) };
}
